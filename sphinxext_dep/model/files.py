"""The bytes of pages: within limits, and with a word about what cannot be read.

It imports nothing of the engine: a front end that only asks whether pages have changed needs no more of the engine.
"""

from __future__ import annotations

import os
from pathlib import Path

SUFFIXES = (".md", ".markdown", ".rst")
"""The suffixes of pages that can be proposals; pictures and data may lie beside them. Case counts, as for Sphinx."""

MAX_PAGE_BYTES = 4 * 1024 * 1024
"""Pages larger than this (bytes) are not read: no proposal is that long, and a generated file should not stall a build.

The longest PEP (PEP 484's archive of 20 years) is under 0.2 MB.
"""


class UnreadablePage(Exception):  # noqa: N818 - an outcome of reading, turned into a diagnostic, not a failure of ours
    """A page that cannot become text: missing, not UTF-8, too large, or holding NUL bytes.

    :param message: what is wrong, without the file's name.
    :param help: how to mend it.
    :param line: 1-based line of the offending byte, 1 when there is none.
    :param column: 1-based column of the offending byte.
    :param is_text: whether other tools could still read it as text.
    """

    def __init__(self, message: str, help: str, line: int = 1, column: int = 1, *, is_text: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.line = line
        self.column = column
        self.is_text = is_text
        self.is_beside = False
        """Whether it is the file beside the page that cannot become text; set by whoever reads both."""


def too_large(size: int) -> UnreadablePage:
    """The outcome for a page of *size* bytes."""
    return UnreadablePage(
        f"the page is too large to be a proposal ({size:,} bytes; the limit is {MAX_PAGE_BYTES:,})",
        "move generated data and logs out of the proposal, or exclude the file with `exclude` in the configuration",
        is_text=True,
    )


def read_bytes(file: Path | str) -> bytes:
    """The bytes of the page *file*.

    :raises UnreadablePage: when it cannot be read, or is too large.
    """
    try:
        # A buffer of the largest size allowed would take as long as reading the pages.
        with open(file, "rb", buffering=0) as stream:  # noqa: PTH123 - so would a Path for each of 20,000 pages
            is_small = 0 < os.fstat(stream.fileno()).st_size <= MAX_PAGE_BYTES
            data = stream.readall() if is_small else stream.read(MAX_PAGE_BYTES + 1)
            if len(data) > MAX_PAGE_BYTES:
                # Only the size is needed for the message, not the rest of the bytes.
                raise too_large(stream.seek(0, 2))
    except OSError as error:
        raise UnreadablePage(
            f"the page cannot be read: {error.strerror or error}",
            "check that the file exists and that its permissions allow reading",
        ) from None
    return data


JOINT = b"\0beside\0"
"""Between the bytes of a page and those of the file beside it. A page that holds a NUL character is no page."""


def read_joined(file: Path | str, sidecar: str) -> bytes:
    """The bytes of the page *file* and, behind :data:`JOINT`, those of the file called *sidecar* beside it, if any.

    Whatever looks at a page's bytes (to check it, to compare it with another version, to see whether it changed) looks
    at both files so.

    :param sidecar: a file's name; without it there is no such file.
    :raises UnreadablePage: when one of them cannot be read, or is too large.
    """
    data = read_bytes(file)
    if not sidecar:
        return data
    other = os.path.join(os.path.dirname(file), sidecar)  # noqa: PTH118, PTH120 - a Path for each page takes long
    if b"\0" in data or not os.path.isfile(other):  # noqa: PTH113 - as above
        return data
    try:
        return JOINT.join((data, read_bytes(other)))
    except UnreadablePage as error:
        error.is_beside = True
        raise
