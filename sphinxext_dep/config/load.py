"""Reads a configuration file into a :class:`~sphinxext_dep.model.config.Config`.

The tables ``[unmerged]`` and ``[repositories]`` are read here as well.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from sphinxext_dep.config.build import RuleCodes, build_schema
from sphinxext_dep.config.checks import check_schema
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.config.find import (
    PYPROJECT,
    TOOL,
    empty_submodule,
    find_config,
    find_docs,
    find_repository,
    own_docs,
)
from sphinxext_dep.config.tables import (
    REPOSITORIES,
    UNMERGED,
    ConfigError,
    ConfigErrors,
    KeyPath,
    Problems,
    read_keys,
    read_table,
)
from sphinxext_dep.fields.links import url_problem
from sphinxext_dep.model.config import Config, RepositorySettings, UnmergedSettings
from sphinxext_dep.model.files import lead_of
from sphinxext_dep.model.schema import Schema

_SOURCE_URL = ("{commit}", "{path}", "{line}")
_URLS = {"pull_request_url": "{number}", "branch_url": "{branch}"}


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


def read_repositories(
    document: Mapping[str, object], directory: Path, problems: Problems
) -> tuple[RepositorySettings, ...]:
    """Read the table.

    :param directory: of the configuration file.
    """
    table = REPOSITORIES.name
    found = []
    for name, value in read_table(document.get(table, {}), (table,), problems).items():
        path = (table, name)
        values = read_keys(read_table(value, path, problems), REPOSITORIES.keys, path, problems)
        if not name or "\0" in name:
            problems.add(path, "it names no directory", "name one, such as 'enhancements'")
            continue
        url = values.get("url", "").rstrip("/")
        if url and ((why := url_problem(url)) or not url.startswith("https://")):
            problems.add((*path, "url"), (why or f"'{url}' is no address of a forge").replace("`", "'"),
                         "write it like 'https://github.com/org/enhancements'")  # fmt: skip
        if "folder" in values:
            values["folder"] = values["folder"].strip("/").removeprefix("./").rstrip(".")
        # The real path, but not that of a link: it is the link that is in the documentation.
        place = Path(os.path.abspath(directory / name))  # noqa: PTH100 - as above
        own = place in (directory, *directory.parents)
        found.append(RepositorySettings(directory=place, is_own=own, **values | {"url": url}))
    return tuple(found)


_POSITION = re.compile(
    r"(?P<message>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL
)


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
    if "process" in document:
        return _elsewhere(document, file, problems, rule_codes)
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
    repositories = read_repositories(document, directory, problems)
    if problems.errors:
        raise ConfigErrors(problems.errors)
    docs = docs or find_docs(directory)
    root = directory if "sources" in document and docs.resolve().is_relative_to(directory) else docs
    templates = document.get("templates", ())
    return Config(
        root,
        file,
        _located(schema, root, repositories),
        directory / baseline if isinstance(baseline, str) else None,
        tuple(directory / name for name in templates if isinstance(name, str)) if isinstance(templates, list) else (),
        unmerged,
        mentions,
        source_url,
        repositories,
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


_BESIDE_PROCESS = ("process", "mentions", "source-url", UNMERGED.name, REPOSITORIES.name)


def _elsewhere(document: Mapping[str, object], file: Path, problems: Problems, rule_codes: RuleCodes | None) -> Config:
    """The configuration of a *file* that names another one, which holds the process and says where proposals are.

    :raises ConfigErrors: with everything that is wrong with either.
    """
    directory = file.resolve().parent
    named = document["process"]
    for name in document:
        if name not in _BESIDE_PROCESS:
            problems.add((name,), "beside 'process' it has no effect", f"write it into {named}")
    if not isinstance(named, str) or not named or "\0" in named:
        problems.add(("process",), "it names no file", "name one, such as 'enhancements/dep.toml'")
        raise ConfigErrors(problems.errors)
    other = directory / named
    if submodule := empty_submodule(other):
        problems.add(("process",), f"the submodule '{submodule}' is not checked out",
                     f"run git submodule update --init {submodule}")  # fmt: skip
    elif not other.is_file():
        problems.add(("process",), f"there is no file {named}", "clone or copy the repository of the proposals to it")
    elif "process" in _parse(other):
        problems.add(("process",), f"{named} holds no process itself, but names another file", "name that one")
    unmerged = read_unmerged(document, directory, problems)
    repositories = read_repositories(document, directory, problems)
    mentions, source_url = _read_mentions(document, directory, problems)
    if problems.errors:
        raise ConfigErrors(problems.errors)
    config = load_config(other, own_docs(other.parent), rule_codes=rule_codes)
    theirs = (msgspec.structs.replace(item, is_own=False) for item in config.repositories)
    return msgspec.structs.replace(
        config,
        unmerged=unmerged or config.unmerged,
        repositories=(*repositories, *theirs),
        mentions=mentions or config.mentions,
        source_url=source_url or config.source_url,
    )


def _located(schema: Schema, root: Path, repositories: tuple[RepositorySettings, ...] = ()) -> Schema:
    """*schema* with what the repositories of *root* and of the proposals say.

    These are their addresses, the folder of *root* in its own, and where the others are below *root*.
    """
    repository, remotes = find_repository(root)
    folder = root.resolve().relative_to(repository).as_posix() if repository is not None else "."
    home = root.resolve()
    mounts: dict[tuple[str, str], None] = {}
    known = [item.url for item in repositories if item.url]
    for item in repositories:
        if item.is_copy and item.directory.is_relative_to(root):
            mounts[item.directory.relative_to(root).as_posix(), item.folder] = None
    for lead in dict.fromkeys(map(lead_of, schema.sources)):
        place = (root / lead).resolve()
        top, others = find_repository(place)
        if top is None or top == repository:
            continue
        known += others
        if top.is_relative_to(home):
            mounts[top.relative_to(home).as_posix(), ""] = None
        elif not place.is_relative_to(home):
            # A link to another repository.
            inside = place.relative_to(top).as_posix()
            mounts[lead.rstrip("/"), "" if inside == "." else inside] = None
    addresses = (address.rstrip("/") for address in (*schema.addresses, *known, *remotes))
    return msgspec.structs.replace(
        schema,
        addresses=tuple(dict.fromkeys(addresses)),
        folder="" if folder == "." else folder,
        mounts=tuple(mounts),
    )


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
