"""The process as data: fields, statuses, lifecycle, categories and sections.

A project's TOML file (:mod:`sphinxext_dep.config`) yields a :class:`Schema`; where there is none, it is the DEP
process (:mod:`sphinxext_dep.config.dep_process`). Nothing else in the engine knows which process it serves.
"""

from __future__ import annotations

import enum
import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from sphinxext_dep.model.diagnostics import Severity
from sphinxext_dep.model.files import SUFFIXES, Markup, markup_of
from sphinxext_dep.model.source import Source, decode, read_source


class StatusKind(enum.StrEnum):
    """The kind of a status: undecided, in force, or neither."""

    OPEN = "open"
    """Not decided: drafts and reviews."""
    DECIDED = "decided"
    """Accepted and in force."""
    CLOSED = "closed"
    """No longer under discussion and not in force."""


class BannerKind(enum.StrEnum):
    """The kind of a status banner: GitHub's five kinds of alert, which are admonitions in Markdown and reST too."""

    NOTE = "note"
    TIP = "tip"
    IMPORTANT = "important"
    WARNING = "warning"
    CAUTION = "caution"


class Colour(enum.StrEnum):
    """The palette of statuses; each is a CSS custom property (``--dep-grey`` …) that a project can override."""

    GREY = "grey"
    BLUE = "blue"
    GREEN = "green"
    TEAL = "teal"
    PURPLE = "purple"
    ORANGE = "orange"
    RED = "red"


class Layout(enum.StrEnum):
    """The file or directory that has the number and the name of a proposal."""

    FILES = "files"
    """Its file: ``0012-retry.md``."""
    DIRECTORIES = "directories"
    """The directory that its file is in: ``0012-retry/README.md``."""


class Notation(enum.StrEnum):
    """The form of dates in a process."""

    ISO = "iso"
    """``2026-01-31`` (ISO 8601)."""
    DAY_MONTH_YEAR = "day-month-year"
    """``31-Jan-2026``."""
    MONTH_DAY_YEAR = "month-day-year"
    """``Jan 31, 2026``; the month may be written out, and the comma may be left out."""
    WRITTEN_OUT = "written-out"
    """``31 January 2026``; the month may be shortened."""


class Status(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One status of the lifecycle.

    :param name: the canonical words, such as ``Under Review``.
    :param next: names of the statuses that may follow.
    :param requires: keys of the fields that must be known from this status on.
    :param aliases: other spellings, accepted with a warning.
    :param synonyms: other words that are as good as the name: accepted without a warning.
    :param note: key of the field that the words behind the status state: ``Superseded by [7](…)``.
    :param paths: globs of the pages that have this status without saying so.
    :param banner: the kind of a banner that states it; ``None`` for any that does not contradict it.
    """

    name: str
    kind: StatusKind = StatusKind.OPEN
    colour: Colour = Colour.GREY
    description: str = ""
    next: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    note: str = ""
    paths: tuple[str, ...] = ()
    banner: BannerKind | None = None

    def fits_banner(self, kind: str) -> bool:
        """True if a banner of *kind* can state this status; one without a kind always can."""
        if self.banner is not None:
            return kind in ("", self.banner)
        return (self.kind, kind) not in _CONTRADICTIONS

    @property
    def usual_banner(self) -> BannerKind:
        """The kind of a banner that a command writes, where no other proposal shows one."""
        return self.banner or _USUAL[self.kind]


_CONTRADICTIONS = ((StatusKind.DECIDED, BannerKind.CAUTION), (StatusKind.CLOSED, BannerKind.TIP))
_USUAL = {
    StatusKind.OPEN: BannerKind.WARNING,
    StatusKind.DECIDED: BannerKind.NOTE,
    StatusKind.CLOSED: BannerKind.CAUTION,
}


class Field(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field of the header.

    :param key: kebab-case, as the directive's option and the front matter's key: ``required-reviewers``.
    :param label: as the field block and the rendered header write it: ``Required Reviewers``.
    :param type: the name of its type, a key of :data:`sphinxext_dep.fields.TYPES`.
    :param many: whether several values are allowed (people, links, references, tags).
    :param aliases: other labels or keys of the same field.
    :param json: the name in ``deps.json``; by default the key with ``_`` for ``-``.
    :param inverse: for references: the key of the field that states the same relation from the other side.
    :param inverse_label: for references without an inverse field: the label of the derived reverse relation.
    :param choices: for ``choice``: the values allowed.
    :param pattern: a regular expression that the whole value matches as it is written; empty for any text.
    :param hosts: for links: the hosts, or hosts with the beginning of a path, that they lead to; empty for any.
    :param dependency: for references: whether a proposal depends on those that it names.
    :param pages: for references: whether links to pages that are no proposals are allowed.
    :param notation: for dates: how the process writes them; others are reported.
    :param answers: the key of another field; a value of this one also answers a requirement for that one.
    :param path: a glob of pages with ``{}`` for a directory whose name is the value where the page states none:
        ``specs/{}/*/*``.
    :param can_be_none: whether ``N/A`` answers a requirement for this field.
    :param order: whether :code:`DEP106` looks at the field's place. Off for fields that the template does not have.
    """

    key: str
    label: str
    type: str = "text"
    many: bool = False
    aliases: tuple[str, ...] = ()
    json: str = ""
    inverse: str = ""
    inverse_label: str = ""
    choices: tuple[str, ...] = ()
    notation: Notation = Notation.ISO
    pattern: str = ""
    hosts: tuple[str, ...] = ()
    dependency: bool = True
    pages: bool = False
    answers: str = ""
    path: str = ""
    can_be_none: bool = True
    order: bool = True
    description: str = ""

    @property
    def json_name(self) -> str:
        """The field's name in ``deps.json``."""
        return self.json or self.key.replace("-", "_")


class Category(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One category.

    :param paths: globs of the pages that have this category without saying so.
    """

    name: str
    description: str = ""
    aliases: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One section of the template, in template order.

    :param required: whether a proposal must have it (:code:`DEP301`).
    :param parent: the section it belongs under in the template; only required and top-level sections are ordered.
    :param prompt: the guidance that ``new`` writes into it.
    :param limited: whether the limited template has it.
    """

    name: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    parent: str = ""
    prompt: str = ""
    limited: bool = False


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Requirements for some proposals only.

    :param name: what diagnostics call it.
    :param when: a query; the condition holds for the proposals that it finds.
    :param requires: keys of the fields that must then be known.
    :param forbids: keys of the fields that must then be absent, or say that there is none.
    :param statuses: the only statuses then allowed; empty for all.
    :param sections: names of the sections that are then required.
    """

    name: str
    when: str = ""
    requires: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


def fold(word: str) -> str:
    """The form in which words of the vocabulary are compared: lower case; ``-``, ``_`` and runs of space are one."""
    return _folded(word) if len(word) <= _MAX_REMEMBERED else _folded.__wrapped__(word)


@lru_cache(maxsize=4096)
def _folded(word: str) -> str:
    # Labels, headings and statuses are the same few words on all pages.
    return " ".join(word.replace("-", " ").replace("_", " ").casefold().split())


_BUILT = (".html", ".htm")
"""The suffixes of built pages."""


def section_key(heading: str) -> str:
    """The form in which a section's heading is looked up: ``1. Summary:`` is ``summary``."""
    return fold(_SECTION_NUMBER.sub("", heading.strip()).rstrip(":"))


_SECTION_NUMBER = re.compile(r"^\d+(?:\.\d+)*[.)]?\s+")
_STATUS_TERM = re.compile(r'(?<![\w-])status:(?:"([^"]+)"|([^\s,"()]+)(?![,\w]))')
"""The term of a condition that names one status."""
_MAX_REMEMBERED = 80
"""Characters of a word that is worth its place in memory; a page's words may be megabytes long."""


class Schema(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A proposal process.

    :param prefix: what numbers are called: ``DEP`` in ``DEP-0012``.
    :param lifecycle: the names of the statuses on the line, in order; the others leave it.
    :param sources: globs (``**`` crosses directories) of the pages that are proposals, relative to the root.
    :param exclude: globs of file names (any case) that are never proposals.
    :param severities: per code, instead of the rule's default.
    :param status_severities: per status, then per code; wins over :attr:`severities`.
    :param profile_url: where ``@handle`` leads; ``{handle}`` is replaced.
    :param title_max_length: characters.
    :param spellings: the ways to write a header that the project's pages have; the directive is read in any case.
    :param layout: what has the number and the name of a proposal.
    :param redirects: the name of a file that gets a line for each page that a command moves; empty for none.
    :param sidecar: the name of the YAML file beside each page that holds its header; empty when there are none.
    :param title_from_field: whether the field that states the title wins over the heading.
    :param title_from_name: whether a page without a title is called by the words of its name.
    :param placeholders: words and lines of the process that are no values, such as ``Pending``; ``*`` is any text.
    :param addresses: where the pages are on the web: of repositories and of built sites, without a slash at the end.
    :param folder: the path of the root within its repository, such as ``docs``; empty when it is the same.
    :param mounts: directories below the root that are those of other repositories, each with its path there.
    :param suffixes: further suffixes of pages, and the markup that they mean.
    :param conditions: what holds for some proposals only, by name.
    :param requirement: a regular expression for headings that begin a requirement, with the groups ``number`` and
        ``title``; empty when there are none.
    :param default_status: the status of a proposal whose header states none; empty when each must.
    :param agree_with: the spelling that is right where two statements of a page disagree, or ``banner``; empty when the
        process does not say.
    """

    prefix: str
    statuses: dict[str, Status]
    lifecycle: tuple[str, ...]
    fields: dict[str, Field]
    categories: dict[str, Category]
    sections: dict[str, Section]
    sources: tuple[str, ...]
    exclude: tuple[str, ...]
    severities: dict[str, Severity]
    status_severities: dict[str, dict[str, Severity]]
    profile_url: str
    title_max_length: int = 120
    spellings: tuple[str, ...] = ()
    layout: Layout = Layout.FILES
    default_status: str = ""
    agree_with: str = ""
    title_from_name: bool = False
    title_from_field: bool = False
    sidecar: str = ""
    redirects: str = ""
    conditions: dict[str, Condition] = {}
    requirement: str = (
        r"(?i:REQ)[ \u2010\u2011-]?#?(?P<number>[0-9]+(?:\.[0-9]+)*)"
        r"(?:\s*[:\uff1a.)–—]|\s+-(?=\s)|(?=\s)|$)\s*(?P<title>.*)"
    )
    placeholders: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    folder: str = ""
    mounts: tuple[tuple[str, str], ...] = ()
    suffixes: dict[str, Markup] = {}

    @cached_property
    def _markups(self) -> dict[str, Markup]:
        return SUFFIXES | self.suffixes

    @cached_property
    def page_suffixes(self) -> tuple[str, ...]:
        """The suffixes of pages."""
        return tuple(self._markups)

    def markup_of(self, path: str) -> Markup:
        """The markup of the page *path*."""
        return markup_of(path, self._markups)

    def decode(self, path: str, data: bytes) -> Source:
        """The page *path* from its bytes, and those of the file beside it: see :func:`~.source.decode`."""
        return decode(path, data, self.sidecar_of(path), self.markup_of(path))

    def read_source(self, file: Path, path: str) -> Source:
        """Read the page *file*, which diagnostics call *path*: see :func:`~.source.read_source`."""
        return read_source(file, path, self.sidecar_of(path), self.markup_of(path))

    @cached_property
    def opening_section(self) -> str:
        """The section with which a proposal begins, such as *Summary*; empty when there is none.

        A section that is a field, such as the *Status* of an ADR, does not count.
        """
        return next((name for name in self.sections if fold(name) not in self.field_names), "")

    @cached_property
    def requirement_pattern(self) -> re.Pattern[str] | None:
        """:attr:`requirement`, compiled."""
        return re.compile(self.requirement) if self.requirement else None

    @cached_property
    def derived(self) -> dict[str, Any]:
        """Data that higher layers derive from the schema once, by the name of their module."""
        return {}

    @property
    def header_is_optional(self) -> bool:
        """True when a page without a header is a proposal with the default status, which requires nothing."""
        status = self.statuses.get(self.default_status)
        return status is not None and not status.requires

    @cached_property
    def _placeholder(self) -> re.Pattern[str] | None:
        parts = (".*".join(map(re.escape, fold(words).split("*"))) for words in self.placeholders)
        return re.compile("|".join(f"(?:{part})" for part in parts)) if self.placeholders else None

    def is_placeholder(self, text: str) -> bool:
        """True when *text*, a value or a line of it, is one of the process's :attr:`placeholders`."""
        return self._placeholder is not None and self._placeholder.fullmatch(fold(text)) is not None

    @cached_property
    def field_names(self) -> dict[str, Field]:
        """Every folded key, label and alias → its field."""
        names: dict[str, Field] = {}
        for field in self.fields.values():
            for name in (field.key, field.label, *field.aliases):
                names.setdefault(fold(name), field)
        return names

    @cached_property
    def status_names(self) -> dict[str, Status]:
        """Every folded canonical name → its status, without aliases."""
        return {fold(status.name): status for status in self.statuses.values()}

    @cached_property
    def status_aliases(self) -> dict[str, Status]:
        """Every folded alias or synonym → its status."""
        return {fold(word): status for status in self.statuses.values() for word in (*status.aliases, *status.synonyms)}

    @cached_property
    def category_names(self) -> dict[str, Category]:
        """Every folded name and alias → its category."""
        return {
            fold(name): category for category in self.categories.values() for name in (category.name, *category.aliases)
        }

    @cached_property
    def section_names(self) -> dict[str, Section]:
        """Every folded name and alias → its section."""
        return {fold(name): section for section in self.sections.values() for name in (section.name, *section.aliases)}

    @cached_property
    def status_order(self) -> tuple[str, ...]:
        """The names of all statuses: the lifecycle, then those that leave it."""
        return tuple(dict.fromkeys((*self.lifecycle, *self.statuses)))

    def may_become(self, status: str | None, wanted: str) -> bool:
        """True if the lifecycle lets a proposal with *status* become *wanted*: also where it says nothing."""
        known = self.statuses.get(status or "")
        return known is None or wanted in known.next or not any(one.next for one in self.statuses.values())

    @cached_property
    def replacement(self) -> tuple[Status, Field] | None:
        """The status of a proposal whose place was taken, and the relation that this status requires.

        A process may state that relation on one side only, and require it of some proposals: then a condition does.
        """
        required = [(status, status.requires) for status in self.statuses.values()]
        for condition in self.conditions.values():
            named = _STATUS_TERM.search(condition.when)
            status = self.status_names.get(fold(named[1] or named[2])) if named else None
            if status is not None and status.kind is StatusKind.CLOSED:
                required.append((status, condition.requires))
        for status, keys in required:
            for field in self.relation_fields:
                if field.key in keys and field.inverse != field.key:
                    return status, field
        return None

    def demanding(self, key: str) -> list[str]:
        """The names of the statuses that require the relation *key*; where only a condition does, that of its query."""
        named = [status.name for status in self.statuses.values() if key in status.requires]
        if not named and self.replacement is not None and self.replacement[1].key == key:
            return [self.replacement[0].name]
        return named

    def statuses_of(self, kind: StatusKind) -> tuple[str, ...]:
        """The names of the statuses of *kind*."""
        return tuple(status.name for status in self.statuses.values() if status.kind is kind)

    # A few types have a meaning for every process; all others are in :mod:`sphinxext_dep.fields` alone.

    @cached_property
    def status_field(self) -> Field | None:
        """The field that states the status."""
        return next(iter(self._fields_of("status")), None)

    @cached_property
    def category_field(self) -> Field | None:
        """The field that states the category."""
        return next(iter(self._fields_of("category")), None)

    @cached_property
    def number_field(self) -> Field | None:
        """The field that states the number; without one, the number is in file names or titles."""
        return next(iter(self._fields_of("number")), None)

    @cached_property
    def title_field(self) -> Field | None:
        """The field that states the title, in a process whose pages may begin without a heading for it."""
        return next(iter(self._fields_of("title")), None)

    @cached_property
    def people_fields(self) -> tuple[Field, ...]:
        """The fields that name people or groups, in the order of the process."""
        return self._fields_of("people", "group")

    @cached_property
    def authors_field(self) -> Field | None:
        """The first field that names people, which names the authors."""
        return next(iter(self._fields_of("people")), None)

    @cached_property
    def date_fields(self) -> tuple[Field, ...]:
        """The fields that hold one date, in order."""
        return tuple(field for field in self._fields_of("date") if not field.many)

    @cached_property
    def relation_fields(self) -> tuple[Field, ...]:
        """The fields that refer to proposals."""
        return self._fields_of("references")

    @cached_property
    def review_date(self) -> Field | None:
        """The date until when a review is due; other dates, such as one of creation, make nothing overdue."""
        field = self.field_names.get("review date")
        return field if field in self.date_fields else None

    def _fields_of(self, *types: str) -> tuple[Field, ...]:
        return tuple(field for field in self.fields.values() if field.type in types)

    @cached_property
    def alternatives(self) -> dict[str, tuple[Field, ...]]:
        """The key of a field → the fields of which any also answers a requirement for it."""
        return {
            key: tuple(field for field in self.fields.values() if field.answers == key)
            for key in {field.answers for field in self.fields.values()} - {""}
        }

    def sidecar_of(self, path: str) -> str:
        """The path of the file beside the page *path* that holds its header; empty when the process has none."""
        folders, slash, _ = path.rpartition("/")
        return f"{folders}{slash}{self.sidecar}" if self.sidecar else ""

    def name_of(self, path: str) -> str:
        """The name, in the path of a page, that has its number and its slug."""
        folders, _, name = path.rpartition("/")
        if folders and self.layout is Layout.DIRECTORIES:
            return folders.rpartition("/")[2]
        # Those that every project has are known wherever a name is read.
        return name.removesuffix(own) if (own := self.suffix_of(name)) in self.suffixes else name

    def suffix_of(self, path: str) -> str:
        """The suffix of the page *path*."""
        return max((suffix for suffix in self.page_suffixes if path.endswith(suffix)), key=len, default="")

    def without_suffix(self, name: str) -> str:
        """*name*, of a page or of the end of its address, without its suffix."""
        suffix = self.suffix_of(name) or next((built for built in _BUILT if name.endswith(built)), "")
        return name.removesuffix(suffix)

    def label(self, number: int) -> str:
        """The label of a number: ``DEP-0012``."""
        return f"{self.prefix}-{number:04d}"

    def label_of(self, number: int | None, slug: str) -> str:
        """The name of a proposal: the label of its number, else its slug."""
        return slug if number is None else self.label(number)

    def profile(self, handle: str) -> str:
        """The profile of *handle*; empty without a :attr:`profile_url`, and for teams: no handle leads to theirs."""
        return "" if "/" in handle else self.profile_url.replace("{handle}", handle)

    def is_draft(self, status: str | None) -> bool:
        """True for the first status of the lifecycle, as long as it decides nothing."""
        known = self.statuses.get(status or "")
        return known is not None and known.kind is StatusKind.OPEN and self.lifecycle[:1] == (known.name,)

    def severity(self, code: str, status: str | None, default: Severity) -> Severity:
        """The severity of a finding of rule *code* on a proposal with canonical *status*."""
        by_status = self.status_severities.get(status or "", {})
        return by_status.get(code) or self.severities.get(code) or default
