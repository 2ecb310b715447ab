"""Mentions: places in code, and in messages of commits, that name a proposal.

No language is parsed: a mention is a run of characters, such as ``DEP-0014``, ``DEP 14``, ``DEP: #14``, or a path to
the page of a proposal, ``deps/0014-retry.md``. An address is one when it is below one of the project's own
(``addresses`` of the configuration, and the remotes of the repository).

The proposals are here only as :class:`Names`, plain data that a command can keep from one run to the next: reading all
proposals takes longer than searching through thousands of files. For the same reason this module imports little.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from sphinxext_dep.history.git import work_tree
from sphinxext_dep.history.search import read_messages, search_files, tracked_but_ignored
from sphinxext_dep.model.files import matches

MAX_BYTES = 256 * 1024 * 1024
"""A larger file (bytes) that git does not search is left out, with a note."""

_HEAD = 8_000
"""Bytes at the start of a file in which a NUL character shows that it is binary, as in git."""

_BUILT = (".html", ".htm")
_MAX_ADDRESS = 500
"""Characters of an address in front of what may name a proposal."""

_ADDRESS = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^\s<>\"'`()\[\]{}|\\,;]*)\Z")
_RAW = re.compile(r"\Araw\.githubusercontent\.com/([^/]+/[^/]+)/")
_SPECIAL = re.compile(r"[.\[\]{}()*+?^$|\\]")
_LEAD = re.compile(r"\D{0,8}?([0-9]+).?|.{1,4}", re.DOTALL)

_GAP = rb"(?P<gap>[- ]|: ?|\xe2\x80[\x90\x91\x93]|\xc2\xa0)?"
"""Between prefix and number: a hyphen, a dash, a space or a colon."""

_NAME = rb"[A-Za-z0-9_.%~+\x80-\xff-]{0,250}"


class Verdict(NamedTuple):
    """The reason why a proposal should not be named, by the rule that says so.

    :param code, name: of the rule.
    :param message: of one that does not exist, with ``{label}`` in place of the label.
    """

    code: str
    name: str
    severity: str
    message: str
    help: str


class Name(NamedTuple):
    """A proposal that can be named.

    :param path: of its page, relative to the project's root, with ``/``.
    :param status: as readers see it; empty when it has none.
    :param is_decided: whether the status is one that is in force.
    """

    label: str
    title: str
    status: str
    path: str
    is_decided: bool
    verdict: Verdict | None

    @property
    def words(self) -> str:
        """Label, title and status."""
        return f"{self.label} {self.title}".rstrip() + f" ({self.status or 'no status'})"


class Mention(NamedTuple):
    """A place that names a proposal.

    :param file: its real path; empty in the message of a commit.
    :param commit: the commit's name; empty in a file.
    :param line: from 1.
    :param column: in characters, from 1.
    :param text: as it is written.
    :param name: ``None`` when there is no such proposal.
    """

    file: str
    commit: str
    line: int
    column: int
    text: str
    name: Name | None
    verdict: Verdict | None


class _Found(NamedTuple):
    """A mention in a line: its offsets, and what it names."""

    start: int
    end: int
    name: Name | None
    verdict: Verdict | None


class Names:
    """The proposals of a project, by everything that a text may call them.

    :param prefix: what numbers are called.
    :param root: of the project, as a real path.
    :param proposals: all of them.
    :param numbers: number → index in *proposals*.
    :param stems: name of a page, without its suffix → index in *proposals*; only names that have a number.
    :param suffixes: of the pages.
    :param addresses: where the project is on the web, without the scheme, in lower case.
    :param unknown: the verdict on a number that no proposal has; ``None`` when that rule is off.
    :param globs: directory and glob below it, of the files that the configuration names.
    """

    def __init__(
        self,
        prefix: str,
        root: str,
        proposals: Sequence[Name],
        numbers: dict[int, int],
        stems: dict[str, int],
        suffixes: Sequence[str],
        addresses: Sequence[str],
        unknown: Verdict | None,
        globs: Sequence[tuple[str, str]],
    ) -> None:
        self.prefix = prefix
        self.root = root
        self.proposals = proposals
        self.numbers = numbers
        self.stems = stems
        self.suffixes = (*suffixes, *_BUILT)
        self.addresses = addresses
        self.unknown = unknown
        self.globs = globs

    def as_data(self) -> list[Any]:
        """Everything, as JSON has it."""
        suffixes = self.suffixes[: -len(_BUILT)]
        numbers = list(self.numbers.items())
        return [
            self.prefix, self.root, self.proposals, numbers, self.stems, suffixes, self.addresses, self.unknown,
            self.globs,
        ]  # fmt: skip

    @classmethod
    def of_data(cls, data: list[Any]) -> Names:
        """The names in what :meth:`as_data` made.

        :raises TypeError: when it is something else; so may ``ValueError``.
        """
        prefix, root, proposals, numbers, stems, suffixes, addresses, unknown, globs = data
        known = [
            Name(label, title, status, path, is_decided, Verdict(*found) if found else None)
            for label, title, status, path, is_decided, found in proposals
        ]
        verdict = Verdict(*unknown) if unknown else None
        return cls(prefix, root, known, dict(numbers), stems, suffixes, addresses, verdict, [*map(tuple, globs)])

    @cached_property
    def pages(self) -> frozenset[str]:
        """The real paths of the pages themselves, which are not searched."""
        return frozenset(os.path.realpath(f"{self.root}/{item.path}") for item in self.proposals)

    @cached_property
    def coarse(self) -> str:
        """A regular expression that finds every line with a mention, and a few others; for git, and for Python."""
        leads = sorted({_coarse_lead(stem) for stem in self.stems})
        found = [f"{self.prefix}[^A-Za-z]{{0,4}}[0-9]"] if self.prefix else []
        found += [f"/({'|'.join(leads)})"] if leads else []
        return "|".join(found)

    @cached_property
    def _coarse(self) -> re.Pattern[bytes]:
        return re.compile(self.coarse.encode())

    @cached_property
    def _number(self) -> re.Pattern[bytes] | None:
        # What begins with a literal is found faster: so the look behind it is behind it. `codep-12`, `DEP-1234567`,
        # `DEP 14.5`, `DEP-14b` and `DEP-2024-01` are something else.
        prefix = self.prefix.encode()
        pattern = rb"%b(?<![\w-]%b)%b#?(?P<number>[0-9]{1,6})(?![\w]|[.][0-9]|-[0-9])"
        return re.compile(pattern % (prefix, prefix, _GAP)) if prefix else None

    @cached_property
    def _page(self) -> re.Pattern[bytes] | None:
        leads = sorted({_coarse_lead(stem) for stem in self.stems})
        return re.compile(b"/(?P<page>(?:%b)%b)" % ("|".join(leads).encode(), _NAME)) if leads else None

    def lines(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Number and text of every line of *data* that may hold a mention."""
        if not self.coarse:
            return
        number, position, found = 1, 0, self._coarse.search(data)
        while found:
            start = data.rfind(b"\n", 0, found.start()) + 1
            end = data.find(b"\n", found.start())
            end = len(data) if end < 0 else end
            number += data.count(b"\n", position, start)
            position = start
            yield number, data[start:end]
            found = self._coarse.search(data, end)

    def find(self, line: bytes) -> Iterator[_Found]:
        """The mentions in *line*, in order."""
        found = [item for match in self._page.finditer(line) if (item := self._as_page(match))] if self._page else []
        if self._number is not None:
            found += (item for match in self._number.finditer(line) if (item := self._as_number(match)))
        found.sort(key=lambda item: (item.start, -item.end))
        end = 0
        for item in found:
            if item.start >= end and self._is_ours(line, item.start):
                yield item
                end = item.end

    def _as_number(self, match: re.Match[bytes]) -> _Found | None:
        digits = match["number"]
        name = self.named(int(digits))
        is_joined = match["gap"] is None and match.end("number") - match.start() == len(self.prefix) + len(digits)
        if is_joined and (name is None or len(digits) < 2):
            # `DEP1` is the name of a variable more often than a proposal.
            return None
        verdict = self.unknown if name is None else name.verdict
        if name is None and verdict is not None:
            verdict = verdict._replace(message=verdict.message.replace("{label}", self.label(int(digits))))
        return _Found(*match.span(), name, verdict)

    def _as_page(self, match: re.Match[bytes]) -> _Found | None:
        text = match["page"].rstrip(b".")
        start, end = match.start("page"), match.start("page") + len(text)
        if b"%" in text:
            from urllib.parse import unquote_to_bytes

            text = unquote_to_bytes(text)
        stem = os.fsdecode(text)
        index = self.stems.get(stem)
        if index is None:
            suffix = next((suffix for suffix in self.suffixes if stem.endswith(suffix)), "")
            index = self.stems.get(stem.removesuffix(suffix))
        if index is None:
            return None
        name = self.proposals[index]
        return _Found(start, end, name, name.verdict)

    def _is_ours(self, line: bytes, start: int) -> bool:
        """False for a place in an address that is not below one of the project's own."""
        lead = line[max(0, start - _MAX_ADDRESS) : start]
        if b"://" not in lead or (match := _ADDRESS.search(lead)) is None:
            return True
        address = _RAW.sub(r"github.com/\1/", match[1].decode(errors="replace").lower())
        return any(address.startswith(f"{own}/") for own in self.addresses)

    def named(self, number: int) -> Name | None:
        """The proposal with *number*, if there is one."""
        index = self.numbers.get(number)
        return None if index is None else self.proposals[index]

    def label(self, number: int) -> str:
        """The label of a number: ``DEP-0014``."""
        return f"{self.prefix}-{number:04d}"


def _coarse_lead(stem: str) -> str:
    """A regular expression for the beginning of *stem* up to what follows its number, with any other number in it."""
    match = _LEAD.match(stem)
    assert match is not None
    if match[1] is None:
        return _SPECIAL.sub(r"\\\g<0>", match[0])
    before, behind = stem[: match.start(1)], stem[match.end(1) : match.end()]
    return _SPECIAL.sub(r"\\\g<0>", before) + "[0-9]+" + _SPECIAL.sub(r"\\\g<0>", behind)


_Hit = tuple[str, int, bytes]
"""The real path of a file, the number of a line, and the line."""


def find_mentions(names: Names, paths: Iterable[Path], notes: list[str]) -> Iterator[Mention]:
    """The mentions in files: in each of *paths* that is a file, and in the files below each that is a directory.

    Left out are the proposals themselves, binary files, symbolic links and, in a git work tree, what git ignores.

    :param notes: takes a sentence about each file that could not be searched.
    :raises GitError: when git fails.
    """
    done: set[str] = set()
    for path in paths if names.coarse else ():
        place = os.path.realpath(path)
        current = ""
        for file, number, line in _hits(names, place, notes):
            if file in done or file in names.pages:
                continue
            if current and file != current:
                done.add(current)
            current = file
            for item in names.find(line):
                yield _mention(item, file, "", number, line)
        done.add(current)


def find_in_globs(names: Names, notes: list[str]) -> Iterator[Mention]:
    """The mentions in the files that the configuration names, which are left out like those of :func:`find_mentions`.

    :param notes: takes a sentence about each directory that is not there, and each file that could not be searched.
    :raises GitError: when git fails.
    """
    globs: dict[str, list[str]] = {}
    for directory, glob in names.globs:
        globs.setdefault(os.path.realpath(directory), []).append(glob)
    done: set[str] = set()
    for directory, wanted in globs.items():
        if not os.path.lexists(directory):
            notes.append(f"`mentions` of the configuration names {directory}, which is not there")
            continue
        found: set[str] = set()
        for item in find_mentions(names, [Path(directory)], notes):
            inside = item.file[len(directory) :].replace(os.sep, "/").lstrip("/")
            if item.file not in done and ("" in wanted or matches(inside, tuple(wanted))):
                found.add(item.file)
                yield item
        done |= found


def commit_mentions(names: Names, top: Path, revisions: str) -> Iterator[Mention]:
    """The mentions in the messages of commits, the newest first.

    :param revisions: see :func:`~sphinxext_dep.history.search.read_messages`.
    :raises GitError: when there is no such commit.
    """
    for commit, message in read_messages(top, revisions):
        for number, line in names.lines(message):
            for item in names.find(line):
                yield _mention(item, "", commit, number, line)


def _mention(item: _Found, file: str, commit: str, number: int, line: bytes) -> Mention:
    column = len(line[: item.start].decode(errors="replace")) + 1
    text = line[item.start : item.end].decode(errors="replace")
    return Mention(file, commit, number, column, text, item.name, item.verdict)


def _hits(names: Names, place: str, notes: list[str]) -> Iterator[_Hit]:
    if not os.path.isdir(place):  # noqa: PTH112 - the real path is a text
        if not os.path.isfile(place):  # noqa: PTH113 - as above
            notes.append(f"{place} is left out: it is no regular file")
        yield from _hits_in(names, place, notes)
        return
    top = work_tree(Path(place))
    if top is None:
        for folder, folders, files in os.walk(place):
            folders.sort()
            for name in sorted(files):
                yield from _hits_in(names, f"{folder}{os.sep}{name}", notes)
        return

    def real(path: str) -> str:
        return f"{top}{os.sep}{path if os.sep == '/' else path.replace('/', os.sep)}"

    below = (os.path.relpath(place, top).replace(os.sep, "/"),)
    for line in search_files(top, names.coarse, below):
        yield real(line.path), line.number, line.text
    for path in tracked_but_ignored(top, below):
        yield from _hits_in(names, real(path), notes)


def _hits_in(names: Names, file: str, notes: list[str]) -> Iterator[_Hit]:
    """The lines of one file that may hold a mention."""
    try:
        status = os.lstat(file)
        # To open a named pipe would wait for whoever writes into it.
        if not stat.S_ISREG(status.st_mode):
            return
        if status.st_size > MAX_BYTES:
            notes.append(f"{file} is left out: it has more than {MAX_BYTES:,} bytes")
            return
        with open(file, "rb") as stream:  # noqa: PTH123 - thousands of files
            data = stream.read()
    except FileNotFoundError:
        # The index has it, or it was deleted just now.
        return
    except OSError as error:
        notes.append(f"{file} cannot be read: {error.strerror or error}")
        return
    if b"\0" not in data[:_HEAD]:
        for number, line in names.lines(data):
            yield file, number, line
