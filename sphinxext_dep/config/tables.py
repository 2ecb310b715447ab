"""The format of the configuration: every table and every key, its type and its meaning; and the reader of typed values.

This is the only list of keys. The reader accepts these and nothing else, and the reference page of the documentation is
generated from it. All problems of a file are reported at once, each with file, key path, message and fix.
"""

from __future__ import annotations

import datetime
import enum
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from sphinxext_dep.fields import TYPES
from sphinxext_dep.headers.banner import BANNER
from sphinxext_dep.headers.spellings import SPELLINGS as _SPELLINGS
from sphinxext_dep.headers.spellings import key_of
from sphinxext_dep.model.config import ForgeKind
from sphinxext_dep.model.diagnostics import Severity
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.messages import closest
from sphinxext_dep.model.schema import BannerKind, Colour, Layout, Notation, StatusKind

if TYPE_CHECKING:
    from collections.abc import Sequence


class Base(enum.StrEnum):
    """The process that the tables of a configuration extend."""

    DEP = "dep"
    """The DEP process (:data:`~sphinxext_dep.config.dep_process.DEFAULT`)."""
    EMPTY = "empty"
    """Nothing: the file describes the whole process."""


Type = (
    type[str]
    | type[bool]
    | type[int]
    | type[enum.StrEnum]
    | Literal["names", "spellings", "statement", "suffixes", "field-type"]
)
"""The type of a key's value; ``names`` is a list of texts, ``spellings`` one of :data:`SPELLINGS`, ``statement`` one of
them or ``banner``, ``suffixes`` a table of suffixes and their markup, ``field-type`` a name of
:data:`~sphinxext_dep.fields.TYPES`.
"""

SPELLINGS = {key_of(name): name for name in _SPELLINGS if name != "sidecar file"}
"""The spellings that a list can name, by their keys; the file beside the page is asked for by its own key."""


class Key(msgspec.Struct, frozen=True):
    """One key.

    :param name: as it is written in the file.
    :param type: of its value.
    :param doc: what it means, in Markdown; for the reference page.
    """

    name: str
    type: Type
    doc: str

    @property
    def attribute(self) -> str:
        """The name of the attribute, in :mod:`sphinxext_dep.model.schema`, that it sets."""
        return self.name.replace("-", "_")


class Table(msgspec.Struct, frozen=True):
    """A table, or the top level.

    :param name: empty for the top level.
    :param entry: what one entry is called in messages: ``status``; empty when the table itself holds the keys.
    :param doc: what the table is for, in Markdown.
    :param keys: of the top level, or of each entry.
    """

    name: str
    entry: str
    doc: str
    keys: tuple[Key, ...]

    def key(self, name: str) -> Key | None:
        """The key called *name*."""
        return next((key for key in self.keys if key.name == name), None)


ENABLED = Key("enabled", bool, "`false` drops an entry of the base.")
"""Every entry has this key beside its own."""

TOP = Table("", "", "Keys at the top of the file.", (
    Key("base", Base, "What the file starts from: the DEP process (`dep`, the default), or nothing (`empty`)."),
    Key("process", str,
        "Another `dep.toml`, relative to this file, that holds the process, such as `enhancements/dep.toml`: that of "
        "the repository in which the proposals are. Its globs and files are relative to itself. Beside this key only "
        "`mentions`, `source-url` and the tables `[repositories]` and `[unmerged]` are allowed."),
    Key("processes", "names",
        "Instead of `process` several such files, each with a `prefix` of its own: `[\"deps/dep.toml\", "
        "\"keps/dep.toml\"]`. The first is that of pages which are in none of their directories."),
    Key("prefix", str, "What a number is called: `DEP` in DEP-0012. A letter, then letters and digits."),
    Key("sources", "names",
        "Globs of the pages that are proposals (`**` crosses directories, `*` does not), relative to this file. "
        "Without this key it is `deps/**`, relative to the directory of `conf.py`."),
    Key("exclude", "names",
        "Globs of pages that are never proposals, in any case; matched against the file name, or against the whole "
        "path when the glob holds `/`."),
    Key("suffixes", "suffixes",
        "Suffixes of pages, beside `.md`, `.markdown` and `.rst`, and their markup: "
        "`suffixes = { \".txt\" = \"restructuredtext\" }`. It says for the command line, which reads no conf.py, what "
        "`source_suffix` says for Sphinx; a build compares the two. The words are those of `source_suffix`; what "
        "myst-nb reads is `markdown`, too."),
    Key("spellings", "spellings",
        "The ways to write a header that pages have: `directive`, `block` and `front-matter` unless this key says "
        "otherwise. The directive is read in any case."),
    Key("baseline", str,
        "A file, relative to this one, that exempts what was wrong when it was written "
        "(`sphinx-dep check --write-baseline` writes it)."),
    Key("templates", "names",
        "Files, relative to this one, that `sphinx-dep new --template` can start from. One called "
        "`NNNN-limited-template.md` is the template `limited`, in place of the one that is made from the sections."),
    Key("profile-url", str, "Where `@handle` leads; holds `{handle}` once."),
    Key("addresses", "names",
        "Where the proposals are on the web: addresses of repositories and of built sites, such as "
        "`https://github.com/org/repo` and `https://org.example/docs`. Links below them can name proposals. Remotes of "
        "the git repository need not be listed."),
    Key("mentions", "names",
        "Globs, relative to this file, of the files in which [mentions of proposals](../how-to/code.md) are looked "
        "for, such as `../src/**`. A name without `*`, `?` or `[` is a file, or a directory with all that is below it. "
        "What git ignores is left out."),
    Key("source-url", str,
        "The address of a line of a file at a commit, for the links of *Mentioned in*; holds `{commit}`, `{path}` and "
        "`{line}` once each. For repositories on GitHub, GitLab, Codeberg, Forgejo, Gitea and Bitbucket it is known."),
    Key("title-max-length", int, "How long a title may be, in characters."),
    Key("sidecar", str,
        "The name of a YAML file beside each page that holds its header, such as `kep.yaml`. What the page says itself "
        "is read as well."),
    Key("redirects", str,
        "The name of a file, such as `redirects`, in the directory that holds both the old and the new place of a page "
        "that `sphinx-dep status` moves: it gets a line `approved/x.rst ../implemented/x.rst` for each."),
    Key("layout", Layout,
        "What has a proposal's number and name: its file (`files`, the default: `0012-retry.md`), or the directory of "
        "its file (`directories`: `0012-retry/README.md`)."),
    Key("title-from-name", bool,
        "Whether a page that states no title is called by the words of its name; by default that is a fault."),
    Key("title-from-field", bool,
        "Whether the field of type `title` counts where the heading says something else; by default the heading does, "
        "and the difference is a fault."),
    Key("placeholders", "names",
        "What authors write, or leave of the template, in place of a value: `Pending`, or a sentence. In any case; `*` "
        "is any text. A line of a value that is one of these is no part of the value; such a value is not known."),
    Key("agree-with", "statement",
        "What is right where two statements on a page disagree: a spelling, such as `front-matter`, or `banner`. It "
        "counts, and `sphinx-dep check --fix` writes its value into the others. Without this key the first of "
        "`directive`, `block` and `front-matter` counts, and only banners are fixed, by what the header says."),
    Key("requirement", str,
        "A regular expression (Python's) for headings that begin a [requirement](../how-to/requirements.md), with the "
        "groups `number` and `title`; it matches the whole heading. By default `REQ 1 Title`, `REQ-1: Title` and "
        "`Req #1 – Title` do. An empty text turns requirements off, as `base = \"empty\"` does until this key is set."),
    Key("default-status", str, "The status of a proposal that states none. Without this key each must."),
    Key("lifecycle", "names", "The statuses a proposal passes through, in order. The others leave this line."),
))  # fmt: skip

STATUSES = Table("statuses", "status", "A status, by its name.", (
    Key("kind", StatusKind, "Undecided, in force, or neither."),
    Key("colour", Colour, "Of its badge; each colour is a CSS custom property that a theme can change."),
    Key("description", str, "One sentence, shown as the badge's tooltip."),
    Key("next", "names", "The statuses that may follow."),
    Key("requires", "names", "Keys of the fields that must be known at this status."),
    Key("note", str,
        "The key of a field that the words behind the status state: with `note = \"superseded-by\"`, "
        "`Superseded by [7](0007-x.md)` is this status and names number 7 in that field."),
    Key("paths", "names",
        "Globs of the pages that have this status without saying so, such as `specs/*/implemented/*`. A page there "
        "that states another one is reported."),
    Key("banner", BannerKind,
        "The kind of the [banner](header.md#status-banners) of a page with this status: `note`, `tip`, `important`, "
        "`warning` or `caution`. Without this key any kind will do, but `caution` for a status that is in force, and "
        "`tip` for one that is closed."),
    Key("aliases", "names", "Other spellings, accepted with a warning."),
    Key("synonyms", "names", "Other words that are as good as the name: accepted without a warning."),
))  # fmt: skip

FIELDS = Table("fields", "field", "A field of the header, by its key: lower case, words joined by `-`.", (
    Key("label", str, "As the page shows it; by default made from the key: `review-date` is “Review Date”."),
    Key("type", "field-type", "How its value is read; by default `text`."),
    Key("many", bool, "Whether it takes several values (`people`, `date`, `links`, `references`, `tags`)."),
    Key("aliases", "names", "Other labels of the same field."),
    Key("json", str, "Its name in `deps.json`; by default the key, with `_` for `-`."),
    Key("inverse", str, "For `references`: the key of the field that says the same from the other side."),
    Key("inverse-label", str, "For `references` without `inverse`: what the relation is called on the other side."),
    Key("choices", "names", "For `choice`: the values allowed."),
    Key("pattern", str,
        "A regular expression (Python's) that the whole value matches as it is written; between lines are line feeds."),
    Key("hosts", "names",
        "For `links`: the hosts that links lead to, such as `discuss.example.org`; a path may follow, as in "
        "`github.com/org/repo/pull`."),
    Key("dependency", bool,
        "For `references`: whether a proposal depends on those that it names; by default it does, unless there is an "
        "`inverse`. `false` for a relation such as “see also”, which may go in circles."),
    Key("pages", bool,
        "For `references`: whether links to pages that are no proposals are allowed; by default they are not."),
    Key("notation", Notation,
        "For `date`: how days are written: `iso` (`2026-01-31`, the default), `day-month-year` (`31-Jan-2026`), "
        "`month-day-year` (`Jan 31, 2026`) or `written-out` (`31 January 2026`)."),
    Key("answers", str,
        "The key of another field: where a status requires that one, a value of this one answers too. In the default "
        "process `tracking-issue` answers for `implementation`."),
    Key("path", str,
        "A glob of pages with `{}` for the name of a directory, such as `specs/{}/*/*`: that name is the value of the "
        "pages that state none."),
    Key("can-be-none", bool, "Whether `N/A` answers a status that requires it; by default it does."),
    Key("order", bool, "Whether its place among the fields is checked; by default it is."),
    Key("description", str, "One sentence for authors."),
))  # fmt: skip

CATEGORIES = Table("categories", "category", "A category, by its name.", (
    Key("description", str, "One sentence for authors."),
    Key("aliases", "names", "Other spellings."),
    Key("paths", "names", "Globs of the pages that have this category without saying so, such as `guides/*`."),
))  # fmt: skip

SECTIONS = Table("sections", "section", "A section of the template, by its heading.", (
    Key("required", bool, "Whether a proposal must have it; by default not."),
    Key("aliases", "names", "Other headings of the same section."),
    Key("parent", str, "The section that it belongs under."),
    Key("prompt", str, "The guidance that a new proposal holds in its place."),
    Key("limited", bool, "Whether the short template has it; by default not."),
))  # fmt: skip

CONDITIONS = Table("conditions", "condition",
    "What holds for some proposals only. The name is what diagnostics call it, such as "
    "`[conditions.\"Resolution since 2020\"]`.", (
    Key("when", str,
        "A [query](query.md): the condition holds for the proposals that it finds, as in "
        "`status:Accepted,Rejected created:>=2020`."),
    Key("requires", "names", "Keys of the fields that must then be known."),
    Key("forbids", "names", "Keys of the fields that must then be absent; `N/A` is allowed."),
    Key("statuses", "names", "The only statuses that are then allowed."),
    Key("sections", "names", "The sections that are then required."),
))  # fmt: skip

RULES = Table("rules", "rule",
    "Severities, by code or name of the rule, for proposals of every status. A table `[rules.status.\"Under Review\"]` "
    "holds severities for one status, and wins.",
    (Key("code or name", Severity, "The severity of this rule; `off` turns it off."),),
)  # fmt: skip

UNMERGED = Table("unmerged", "",
    "Proposals on branches and pull requests. They are only looked for when this table is there. Everything is read "
    "from git's objects in the clone that is built; nothing is fetched.", (
    Key("refs", "names",
        "Full names of the refs to look at; `*` matches any characters. By default "
        "`[\"refs/remotes/origin/*\", \"refs/pull/*/head\"]`."),
    Key("exclude", "names", "Refs to leave out, such as `refs/remotes/origin/dependabot/*`."),
    Key("base", str,
        "The branch that proposals are merged into; by default the one that `origin/HEAD` points to, else the one that "
        "is checked out."),
    Key("merged-subject", str,
        "A regular expression with the group `number`: a commit on the base whose subject it finds has merged that "
        "pull request. By default the end of the subject is `(#32)`, as GitHub writes it."),
    Key("max-age", int,
        "Days since the last commit after which a branch is only counted; `0` for no limit, by default 365."),
    Key("pull-request-url", str,
        "The address of a pull request; holds `{number}` once. By default that of the remote's forge, if it is known."),
    Key("branch-url", str,
        "The address of a branch; holds `{branch}` once. By default that of the remote's forge, if it is known."),
    Key("pull-requests", str,
        "A JSON file, relative to this one, as `gh pr list --state all --json …` prints it: which pull requests are "
        "open, their titles, and whose review they wait for."),
    Key("other-directories", bool,
        "Whether pages outside the directories of proposals count when they have a header; by default they do."),
))  # fmt: skip

REPOSITORIES = Table("repositories", "repository",
    "Where proposals come from, when they are in another repository than the documentation. The name is their "
    "directory, relative to this file. For a submodule or a clone git knows all of it, and the table is not needed; "
    "for a copy of the files, `url` is. With the name `.` it is for the repository of the documentation itself.", (
    Key("url", str, "The address of the repository, such as `https://github.com/org/enhancements`."),
    Key("branch", str,
        "The branch that “Edit” and “History” lead to; by default the one that the remote's `HEAD` names, else "
        "`main`."),
    Key("commit", str, "For a copy: the commit, or the tag, that was copied; by default the branch."),
    Key("folder", str,
        "For a copy: the directory of the repository that it is a copy of; by default the whole repository."),
    Key("forge", ForgeKind,
        "The software of the forge, which decides what addresses look like: `github`, `gitlab`, `gitea` or "
        "`bitbucket`. By default the host's name says it, as in `gitlab.example.org`."),
))  # fmt: skip

TABLES = (TOP, STATUSES, FIELDS, CATEGORIES, SECTIONS, CONDITIONS, RULES, UNMERGED, REPOSITORIES)
"""Every table, in the order of the reference page."""


KeyPath = tuple[str | int, ...]
"""A position in a TOML document: keys, and 0-based indexes into lists."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


class ConfigError(Exception):
    """One problem of a configuration file.

    :param file: the file, or ``None`` when the configuration came from no file.
    :param key_path: such as ``statuses."Under Review".next[1]``; empty for the file as a whole.
    :param message: what is wrong, without a final full stop.
    :param help: the fix; may be empty.
    :param line: 1-based, known for syntax errors only.
    :param column: 1-based, in characters, known for syntax errors only.
    """

    def __init__(
        self,
        file: Path | None,
        key_path: str,
        message: str,
        help: str = "",
        *,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(file, key_path, message, help)
        self.file = file
        self.key_path = key_path
        self.message = message
        self.help = help
        self.line = line
        self.column = column

    def __str__(self) -> str:
        place = "configuration" if self.file is None else shown(self.file)
        if self.line is not None:
            place += f":{self.line}:{self.column}"
        text = f"{place}: {self.key_path}: {self.message}" if self.key_path else f"{place}: {self.message}"
        return f"{text}; {self.help}" if self.help else text


class ConfigErrors(Exception):  # noqa: N818 - the plural says what it holds
    """Every problem of a configuration file, in the order in which they were found; ``str()`` gives one a line."""

    def __init__(self, errors: Sequence[ConfigError]) -> None:
        super().__init__(tuple(errors))
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "\n".join(map(str, self.errors))


class Problems:
    """Collects the problems of one file.

    :param file: the file they are in.
    :param prefix: keys that every path begins with (``tool.sphinxext-dep`` in a ``pyproject.toml``).
    """

    def __init__(self, file: Path | None, prefix: KeyPath = ()) -> None:
        self.file = file
        self.prefix = prefix
        self.errors: list[ConfigError] = []
        self._broken: set[KeyPath] = set()
        self._hushed: frozenset[KeyPath] = frozenset()

    def add(self, path: KeyPath, message: str, help: str = "") -> None:
        """Record that *message* is wrong at *path*, and that *help* fixes it."""
        if any(path[:length] in self._hushed for length in range(1, len(path) + 1)):
            return
        self._broken.add(path)
        self.errors.append(ConfigError(self.file, written(self.prefix + path), message, help))

    def hush_broken(self) -> None:
        """From here on say nothing more about what could not be read: it would only be an echo of the problem.

        That is the place itself, the rest of a list that was read in part, and a field whose type is not known.
        """
        lists = {path[:-1] for path in self._broken if isinstance(path[-1], int)}
        fields = {path[:-1] for path in self._broken if path[-1] == "type"}
        self._hushed = frozenset(self._broken | lists | fields)


def written(path: KeyPath) -> str:
    """A key path as one writes it in TOML: ``statuses."Under Review".next[1]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            key = part if _BARE_KEY.fullmatch(part) else json.dumps(part, ensure_ascii=False)
            text += f".{key}" if text else key
    return text


def shown(file: Path) -> str:
    """A file as messages name it: relative to the working directory when it is below it, with ``/``."""
    try:
        return file.relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return file.as_posix()


_WORDS: Mapping[object, str] = {
    BannerKind: "kind of banner",
    Base: "base",
    Colour: "colour",
    ForgeKind: "forge",
    Layout: "layout",
    Notation: "notation of days",
    Severity: "severity",
    StatusKind: "kind of status",
    bool: "true or false",
    int: "a whole number",
    str: "a text in quotation marks",
}
"""The name of each type in messages."""

Values = dict[str, Any]
"""The attributes that a table sets, by name. ``Any``: each has been converted to the type its :class:`Key` names."""


def read_keys(table: Mapping[str, object], keys: Iterable[Key], path: KeyPath, problems: Problems) -> Values:
    """The attributes that *table* sets, without those that are wrong."""
    known = {key.name: key for key in keys}
    values: Values = {}
    for name, value in table.items():
        if (key := known.get(name)) is None:
            problems.add((*path, name), "unknown key", did_you_mean(name, known) or one_of(known, "known here are"))
        elif (converted := _convert(value, key.type, (*path, name), problems)) is not None:
            values[key.attribute] = converted
    return values


def read_table(value: object, path: KeyPath, problems: Problems) -> Mapping[str, object]:
    """*value* as a table; an empty one when it is something else."""
    if isinstance(value, Mapping):
        return value
    problems.add(path, f"expected a table, found {_found(value)}")
    return {}


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """The fix for an unknown word; empty when nothing is near."""
    near = closest(word, candidates)
    return f"did you mean '{near}'?" if near is not None else ""


def one_of(words: Iterable[str], intro: str = "there are") -> str:
    """The fix for an unknown word that is near to nothing: all there are."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{intro} {listed}" if listed else ""


def _convert(value: object, type: Type, path: KeyPath, problems: Problems) -> object | None:
    """*value* as *type*, or ``None`` (which TOML does not have) when it is not of that type."""
    if type == "names":
        return _names(value, path, problems)
    if type == "spellings":
        return _spellings(value, path, problems)
    if type == "suffixes":
        return _suffixes(value, path, problems)
    if type == "statement":
        statements = {key_of(name): name for name in _SPELLINGS} | {BANNER: BANNER}
        word = _word(value, statements, "spelling", path, problems)
        return statements[word] if word else None
    if type == "field-type":
        return _word(value, TYPES, "field type", path, problems)
    try:
        # Strict: neither "true" nor 1 is a truth value.
        return msgspec.convert(value, type)
    except msgspec.ValidationError:
        if issubclass(type, enum.StrEnum):
            return _word(value, [str(member) for member in type], _WORDS[type], path, problems)
        problems.add(path, f"expected {_WORDS[type]}, found {_found(value)}")
        return None


def _word(value: object, words: Iterable[str], description: str, path: KeyPath, problems: Problems) -> str | None:
    """Return *value* when it is one of *words*."""
    if not isinstance(value, str):
        problems.add(path, f"expected {one_of(words, 'one of')}, found {_found(value)}")
    elif value not in words:
        problems.add(path, f"'{value}' is not a {description}", did_you_mean(value, words) or one_of(words))
    else:
        return value
    return None


def _names(value: object, path: KeyPath, problems: Problems) -> tuple[str, ...] | None:
    """*value* as a list of texts; what else it holds is left out."""
    if not isinstance(value, list):
        problems.add(path, f"expected a list of texts, found {_found(value)}", 'write it as ["…", "…"]')
        return None
    for index, item in enumerate(value):
        if not isinstance(item, str):
            problems.add((*path, index), f"expected a text in quotation marks, found {_found(item)}")
        elif not item.strip():
            problems.add((*path, index), "the text is empty")
    return tuple(item for item in value if isinstance(item, str) and item.strip())


def _spellings(value: object, path: KeyPath, problems: Problems) -> tuple[str, ...] | None:
    """The names of the spellings that *value* lists, each once; anything else is left out."""
    names = _names(value, path, problems)
    if names is None:
        return None
    for index, name in enumerate(names):
        if name not in SPELLINGS:
            problems.add(
                (*path, index), f"'{name}' is not a spelling", did_you_mean(name, SPELLINGS) or one_of(SPELLINGS)
            )
    return tuple(SPELLINGS[name] for name in dict.fromkeys(names) if name in SPELLINGS)


def _suffixes(value: object, path: KeyPath, problems: Problems) -> dict[str, Markup]:
    """The suffixes that *value* lists, with their markup; what is wrong is left out."""
    markups: dict[str, Markup] = {}
    for suffix, word in read_table(value, path, problems).items():
        if not _SUFFIX.fullmatch(suffix):
            problems.add((*path, suffix), f"'{suffix}' is not the suffix of a file's name", "as in '.txt'")
        elif (
            markup := _word(word, [str(markup) for markup in Markup], "markup", (*path, suffix), problems)
        ) is not None:
            markups[suffix] = Markup(markup)
    return markups


_SUFFIX = re.compile(r"(?:\.[A-Za-z0-9_+-]+)+")


def _found(value: object) -> str:
    """Describe a TOML value in words."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f"the text '{value}'"
        case int() | float():
            return f"the number {value}"
        case list():
            return "a list"
        case datetime.date() | datetime.time():
            return f"the date or time {value}"
        case _:
            return "a table"
