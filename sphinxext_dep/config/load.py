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
    shown,
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


def discover(start: Path, *, rule_codes: RuleCodes | None = None) -> Config:
    """The configuration of the project that *start* is in: the one that holds for its docs.

    The command line looks for the docs and a build knows where they are, so both read the same words, from wherever in
    the project the command is run. Of several processes it is the one whose directory *start* is in.

    :param start: a directory, or a file in it, inside the project.
    :raises ConfigErrors: with everything that is wrong with the file, or when *start* is in the directory of none.
    """
    found = discover_all(start, rule_codes=rule_codes)
    if len(found) == 1:
        return found[0]
    here = start.resolve()
    near = [config for config in found if here.is_relative_to(config.directory)]
    if not near:
        message = f"it names several processes, in {', '.join(shown(config.directory) for config in found)}"
        file = find_config(find_docs(start))
        raise ConfigErrors([ConfigError(file, "processes", message, "choose one: name its directory with -C")])
    return max(near, key=lambda config: len(config.directory.parts))


def discover_all(
    start: Path, srcdir: Path | None = None, *, confdir: Path | None = None, rule_codes: RuleCodes | None = None
) -> tuple[Config, ...]:
    """The configurations of the project that *start* is in, one for each process.

    :param srcdir: Sphinx's source directory; else the directory of ``conf.py`` is looked for
        (:func:`~sphinxext_dep.config.find.find_docs`), without executing it.
    :param confdir: the directory of ``conf.py``, when a build knows it.
    :raises ConfigErrors: with everything that is wrong with the files.
    """
    docs = srcdir.resolve() if srcdir is not None else find_docs(start)
    file = find_config(docs, confdir)
    return (default_config(docs),) if file is None else load_configs(file, docs, rule_codes=rule_codes)


def default_config(root: Path) -> Config:
    """The configuration of a project that has none: the DEP process, with its proposals in ``deps/`` below *root*."""
    return Config(root, None, _located(DEFAULT, root))


def load_config(file: Path, docs: Path | None = None, *, rule_codes: RuleCodes | None = None) -> Config:
    """As :func:`load_configs`; of several processes the first."""
    return load_configs(file, docs, rule_codes=rule_codes)[0]


def load_configs(file: Path, docs: Path | None = None, *, rule_codes: RuleCodes | None = None) -> tuple[Config, ...]:
    """Read the configuration *file*: a ``pyproject.toml``, or a file in the format of ``dep.toml``.

    There are several if it names several processes.

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
    if named := [key for key in _NAMING if key in document]:
        return _elsewhere(document, named[0], file, problems, rule_codes)
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
    config = Config(
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
    return (config,)


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


_NAMING = ("process", "processes")
_BESIDE_PROCESS = ("mentions", "source-url", UNMERGED.name, REPOSITORIES.name)


def _elsewhere(
    document: Mapping[str, object], key: str, file: Path, problems: Problems, rule_codes: RuleCodes | None
) -> tuple[Config, ...]:
    """The configurations of a *file* that names others, which hold the processes and say where proposals are.

    :param key: of the names.
    :raises ConfigErrors: with everything that is wrong with any of them.
    """
    directory = file.resolve().parent
    given = document[key]
    is_one = key == "process"
    names = [given] if is_one else given if isinstance(given, list) else []
    for name in document:
        if name not in (key, *_BESIDE_PROCESS):
            problems.add(
                (name,), f"beside '{key}' it has no effect", f"write it into {names[0] if names else 'another'}"
            )
    others = [
        _other_file(directory, name, (key,) if is_one else (key, place), problems) for place, name in enumerate(names)
    ]
    if not names:
        problems.add((key,), "it names no file", "name some, such as ['deps/dep.toml', 'keps/dep.toml']")
    unmerged = read_unmerged(document, directory, problems)
    repositories = read_repositories(document, directory, problems)
    mentions, source_url = _read_mentions(document, directory, problems)
    if problems.errors:
        raise ConfigErrors(problems.errors)
    if unmerged is not None and not is_one:
        # Those may be the directories of another process.
        unmerged = msgspec.structs.replace(unmerged, other_directories=False)
    found: list[Config] = []
    for place, other in enumerate(others):
        config = load_config(other, own_docs(other.parent), rule_codes=rule_codes)
        prefix = config.schema.prefix
        if prefix.lower() in (known.schema.prefix.lower() for known in found):
            problems.add((key, place), f"another process has the prefix '{prefix}', too", "give each its own 'prefix'")
        theirs = (msgspec.structs.replace(item, is_own=False) for item in config.repositories)
        found.append(msgspec.structs.replace(
            config,
            unmerged=unmerged or config.unmerged,
            repositories=(*repositories, *theirs),
            mentions=mentions or config.mentions,
            source_url=source_url or config.source_url,
        ))  # fmt: skip
    if problems.errors:
        raise ConfigErrors(problems.errors)
    return tuple(found)


def _other_file(directory: Path, name: object, path: KeyPath, problems: Problems) -> Path:
    """The file *name*, which is to hold a process; what keeps it from that is a problem at *path*."""
    if not isinstance(name, str) or not name or "\0" in name:
        problems.add(path, "it names no file", "name one, such as 'enhancements/dep.toml'")
        return directory
    other = directory / name
    if submodule := empty_submodule(other):
        problems.add(path, f"the submodule '{submodule}' is not checked out",
                     f"run git submodule update --init {submodule}")  # fmt: skip
    elif not other.is_file():
        help = "clone or copy the repository of the proposals to its directory"
        if other.parent.is_dir():
            help = f"let sphinx-dep init write it there, or name the pages with 'sources' instead of '{path[0]}'"
        problems.add(path, f"there is no file {name}", help)
    elif not set(_NAMING).isdisjoint(_parse(other)):
        problems.add(path, f"{name} holds no process itself, but names another file", "name that one")
    return other


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
