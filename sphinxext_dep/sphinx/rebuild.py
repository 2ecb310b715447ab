"""Which consumers must be written again.

What a page shows of other pages' proposals is not among the things Sphinx knows, so a digest of it, the *stamp*, is
kept beside the output. It is kept there and not in the environment, because one environment serves several builders,
and because ``sphinx-build … one.md`` reads all changes but writes one page.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from sphinxext_dep.sphinx.consumer import Consumer
from sphinxext_dep.sphinx.view import View

FILE_NAME = ".dep-stamps"


class _Saved(msgspec.Struct):
    salt: str
    pages: dict[str, str]


def wanted(consumers: Mapping[str, Sequence[Consumer]], view: View) -> dict[str, str]:
    """The stamp that each consumer page would have if it were written now."""
    encoder = msgspec.json.Encoder(order="deterministic")
    stamps = {}
    for docname, shown in consumers.items():
        digest = hashlib.blake2b(digest_size=16)
        for consumer in shown:
            digest.update(encoder.encode(consumer.model(view)))
        stamps[docname] = digest.hexdigest()
    return stamps


class Stamps:
    """The stamps of one output directory.

    :param outdir: where the builder writes.
    :param salt: changes when the same models would be rendered differently: another version, another configuration.
    """

    def __init__(self, outdir: Path, salt: str) -> None:
        self.file = outdir / FILE_NAME
        self.salt = salt
        self.wanted: dict[str, str] = {}
        self._written: dict[str, str] = {}
        self._touched = False
        self._load()

    def _load(self) -> None:
        # A file that is missing, broken or another version's only means that nothing is known to be up to date.
        with contextlib.suppress(OSError, msgspec.DecodeError):
            saved = msgspec.json.decode(self.file.read_bytes(), type=_Saved)
            if saved.salt == self.salt:
                self._written = saved.pages

    def stale(self, stamps: dict[str, str]) -> list[str]:
        """The pages whose output does not show what it should."""
        self.wanted = stamps
        return sorted(docname for docname, stamp in stamps.items() if self._written.get(docname) != stamp)

    def note(self, docname: str) -> None:
        """The page of *docname* is being written with what is wanted now."""
        if docname not in self.wanted:
            return
        if not self._touched:
            # From here until the build succeeds, a crash leaves pages of which nothing is known.
            self._touched = True
            self.file.unlink(missing_ok=True)
        self._written[docname] = self.wanted[docname]

    def save(self) -> None:
        """The build succeeded: keep the stamps of the consumers that there still are."""
        pages = {name: stamp for name, stamp in sorted(self._written.items()) if name in self.wanted}
        if self._touched or pages != self._written:
            self.file.write_bytes(msgspec.json.encode(_Saved(self.salt, pages)))
