"""Reads a configuration file into a :class:`Config`.

The ``[unmerged]`` table is here as well: which branches and pull requests are read, and how they become links.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from sphinxext_dep.config.build import build_schema
from sphinxext_dep.config.checks import check_schema
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.config.find import PYPROJECT, TOOL, find_config, find_docs, find_repository
from sphinxext_dep.config.tables import UNMERGED, ConfigError, ConfigErrors, KeyPath, Problems, read_keys, read_table
from sphinxext_dep.fields.links import url_problem
from sphinxext_dep.model.schema import Schema

_SOURCE_URL = ("{commit}", "{path}", "{line}")
_URLS = {"pull_request_url": "{number}", "branch_url": "{branch}"}


class UnmergedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The table; :data:`~sphinxext_dep.config.tables.UNMERGED` says what each key means.

    :param max_age: days; 0 for no limit.
    :param pull_requests: the JSON file; ``None`` without one.
    """

    refs: tuple[str, ...] = ("refs/remotes/origin/*", "refs/pull/*/head")
    exclude: tuple[str, ...] = ()
    base: str = ""
    merged_subject: str = r"\(#(?P<number>[0-9]+)\)$"
    max_age: int = 365
    pull_request_url: str = ""
    branch_url: str = ""
    pull_requests: Path | None = None
    other_directories: bool = True


def read_unmerged(document: Mapping[str, object], directory: Path, problems: Problems) -> UnmergedSettings | None:
    """Read the table; ``None`` when the document has none.

    :param directory: of the configuration file.
    """
    name = UNMERGED.name
    if name not in document:
        return None
    values = read_keys(read_table(document[name], (name,), problems), UNMERGED.keys, (name,), problems)
    for attribute, placeholder in _URLS.items():
        url = values.get(attribute, "")
        key = (name, attribute.replace("_", "-"))
        if url and url.count(placeholder) != 1:
            problems.add(key, f"'{url}' does not hold {placeholder} once", f"put {placeholder} where it differs")
        elif url and (why := url_problem(url.replace(placeholder, "1"))):
            problems.add(key, why.replace("`", "'"), f"write it like 'https://example.org/{placeholder}'")
    if values.get("max_age", 0) < 0:
        problems.add((name, "max-age"), "it is negative", "write a number of days, or 0 for no limit")
    if subject := values.get("merged_subject"):
        try:
            if "number" not in re.compile(subject).groupindex:
                problems.add((name, "merged-subject"), "it has no group 'number'", "write (?P<number>[0-9]+) in it")
        except re.error as error:
            problems.add((name, "merged-subject"), f"it is no regular expression: {error}", "correct it")
    if "pull_requests" in values:
        file = values["pull_requests"]
        if not file or "\0" in file:
            problems.add((name, "pull-requests"), "it names no file", "name one, such as 'pulls.json'")
        values["pull_requests"] = directory / file.replace("\0", "")
    return None if problems.errors else UnmergedSettings(**values)


RuleCodes = Mapping[str, str]
"""Every code and every name of a rule → its code. The rules live above ``core``, so front ends pass this in."""

_POSITION = re.compile(
    r"(?P<message>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL
)


class Config(msgspec.Struct, frozen=True):
    """A project's configuration.

    :param root: the directory that the globs of ``sources``, and the paths of proposals, are relative to.
    :param file: where the words come from, or ``None`` when there is no file.
    :param schema: the process.
    :param baseline: the file that exempts what was wrong when it was written
        (:mod:`~sphinxext_dep.check.baseline`), or ``None``.
    :param templates: files that a new proposal can start from.
    :param unmerged: which branches are looked at; ``None`` when none are.
    :param mentions: where mentions of proposals are looked for: directories, each with a glob of files below it, or
        with an empty text for all.
    :param source_url: the address of a line of a file at a commit; empty when its host is to say it.
    """

    root: Path
    file: Path | None
    schema: Schema
    baseline: Path | None = None
    templates: tuple[Path, ...] = ()
    unmerged: UnmergedSettings | None = None
    mentions: tuple[tuple[str, str], ...] = ()
    source_url: str = ""


def discover(
    start: Path, srcdir: Path | None = None, *, confdir: Path | None = None, rule_codes: RuleCodes | None = None
) -> Config:
    """The configuration of the project that *start* is in: the one that holds for its docs.

    The command line looks for the docs and a build knows where they are, so both read the same words, from wherever in
    the project the command is run.

    :param start: a directory, or a file in it, inside the project.
    :param srcdir: Sphinx's source directory; else the directory of ``conf.py`` is looked for
        (:func:`~sphinxext_dep.config.find.find_docs`), without executing it.
    :param confdir: the directory of ``conf.py``, when a build knows it.
    :raises ConfigErrors: with everything that is wrong with the file.
    """
    docs = srcdir.resolve() if srcdir is not None else find_docs(start)
    file = find_config(docs, confdir)
    return default_config(docs) if file is None else load_config(file, docs, rule_codes=rule_codes)


def default_config(root: Path) -> Config:
    """The configuration of a project that has none: the DEP process, with its proposals in ``deps/`` below *root*."""
    return Config(root, None, _located(DEFAULT, root))


def load_config(file: Path, docs: Path | None = None, *, rule_codes: RuleCodes | None = None) -> Config:
    """Read the configuration *file*: a ``pyproject.toml``, or a file in the format of ``dep.toml``.

    :param docs: the directory that the default of ``sources`` is relative to; looked for from the file's directory when
        it is not given. Globs that the file sets are relative to the file's directory, if *docs* is below that.
    :raises ConfigErrors: with everything that is wrong with the file.
    """
    document = _parse(file)
    prefix: KeyPath = ()
    if file.name == PYPROJECT:
        prefix = ("tool", TOOL)
        tools = read_table(document.get("tool", {}), ("tool",), problems := Problems(file))
        document = read_table(tools.get(TOOL, {}), prefix, problems)
        if not problems.errors and TOOL not in tools:
            problems.add(prefix, "there is no such table", f"add [tool.{TOOL}], or keep the configuration in dep.toml")
        if problems.errors:
            raise ConfigErrors(problems.errors)
    problems = Problems(file, prefix)
    schema = build_schema(document, problems, rule_codes)
    problems.hush_broken()
    check_schema(schema, problems)
    baseline = document.get("baseline")
    if isinstance(baseline, str) and "\0" in baseline:
        problems.add(("baseline",), "the text holds a NUL character", "name a file, such as 'dep-baseline.json'")
        baseline = None
    if baseline == "":
        problems.add(("baseline",), "the text is empty", "name a file, such as 'dep-baseline.json', or drop the key")
    directory = file.resolve().parent
    unmerged = read_unmerged(document, directory, problems)
    mentions, source_url = _read_mentions(document, directory, problems)
    if problems.errors:
        raise ConfigErrors(problems.errors)
    docs = docs or find_docs(directory)
    root = directory if "sources" in document and docs.resolve().is_relative_to(directory) else docs
    templates = document.get("templates", ())
    return Config(
        root,
        file,
        _located(schema, root),
        directory / baseline if isinstance(baseline, str) else None,
        tuple(directory / name for name in templates if isinstance(name, str)) if isinstance(templates, list) else (),
        unmerged,
        mentions,
        source_url,
    )


def _read_mentions(
    document: Mapping[str, object], directory: Path, problems: Problems
) -> tuple[tuple[tuple[str, str], ...], str]:
    """The places of the globs in ``mentions``, and ``source-url``; whether they are texts was seen before.

    :param directory: of the configuration file.
    """
    places = []
    given = document.get("mentions")
    for index, glob in enumerate(given if isinstance(given, list) else ()):
        if not isinstance(glob, str):
            continue
        if "\0" in glob or glob.startswith("/") or Path(glob).is_absolute():
            problems.add(("mentions", index), f"'{glob}' is not relative to this file", "write it like '../src/**'")
            continue
        parts = [part for part in glob.split("/") if part not in ("", ".")]
        fixed = next((place for place, part in enumerate(parts) if set(part) & set("*?[")), len(parts))
        places.append((str(directory.joinpath(*parts[:fixed])), "/".join(parts[fixed:])))
    url = document.get("source-url", "")
    if isinstance(url, str) and url:
        missing = [name for name in _SOURCE_URL if url.count(name) != 1]
        if missing:
            problems.add(("source-url",), f"'{url}' does not hold {missing[0]} once", f"put {missing[0]} in its place")
        elif why := url_problem(re.sub(r"\{\w+\}", "1", url)):
            help = "write it like 'https://example.org/{commit}/{path}#L{line}'"
            problems.add(("source-url",), why.replace("`", "'"), help)
    return tuple(places), url if isinstance(url, str) else ""


def shipped_processes(rule_codes: RuleCodes | None = None) -> dict[str, Config]:
    """The processes of well-known projects that are part of this package, by the names of their files."""
    files = sorted((Path(__file__).parent / "processes").glob("*.toml"))
    return {file.stem: load_config(file, file.parent, rule_codes=rule_codes) for file in files}


def _located(schema: Schema, root: Path) -> Schema:
    """*schema* with what the repository around *root* says: its addresses, and the folder of *root* in it."""
    repository, remotes = find_repository(root)
    folder = root.resolve().relative_to(repository).as_posix() if repository is not None else "."
    addresses = (address.rstrip("/") for address in (*schema.addresses, *remotes))
    return msgspec.structs.replace(
        schema, addresses=tuple(dict.fromkeys(addresses)), folder="" if folder == "." else folder
    )


def schema_digest(schema: Schema) -> str:
    """A hexadecimal digest of everything in *schema*, the order of its entries included.

    Equal schemas have equal digests in every run and on every machine: pages are read again when it changes.
    """
    return hashlib.sha256(msgspec.json.encode(schema)).hexdigest()


def _parse(file: Path) -> Mapping[str, object]:
    """The TOML document in *file*.

    :raises ConfigErrors: when it cannot be read.
    """
    try:
        # Not tomllib.load: it does not accept the byte order mark that some editors write.
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigErrors([ConfigError(file, "", f"cannot be read: {error.strerror or error}")]) from None
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise ConfigErrors([ConfigError(file, "", f"is not UTF-8: byte 0x{byte:02x}", "save it as UTF-8")]) from None
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ConfigErrors([ConfigError(file, "", "is not TOML: its values are nested too deeply")]) from None
    except ValueError as error:
        raise ConfigErrors([_syntax_error(file, text, str(error))]) from None


def _syntax_error(file: Path, text: str, message: str) -> ConfigError:
    """The error of :mod:`tomllib`, with line and column, which are attributes only from Python 3.14 on."""
    found = _POSITION.fullmatch(message)
    if found is None:
        return ConfigError(file, "", f"is not TOML: {message}")
    line, column = found["line"], found["column"]
    if line is None:
        head, _, last = text.rpartition("\n")
        line, column = str(head.count("\n") + bool("\n" in text) + 1), str(len(last) + 1)
    return ConfigError(file, "", f"is not TOML: {found['message']}", line=int(line), column=int(column))
