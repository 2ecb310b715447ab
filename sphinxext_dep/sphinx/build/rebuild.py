"""Which pages must be written again.

What a page shows of other pages is not among the things Sphinx knows, so a digest of it, the *stamp*, is kept beside
the output. It is kept there and not in the environment, because one environment serves several builders, and because
``sphinx-build … one.md`` reads all changes but writes one page.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from sphinx.application import Sphinx
from sphinx.config import Config

from sphinxext_dep.publish.site import naming, write_file
from sphinxext_dep.sphinx.components.view import Consumer, View

FILE_NAME = ".dep-stamps"
JOURNAL_NAME = ".dep-stamps.journal"

_SEPARATOR = "\0"
"""Between the names in the journal: the one character that no file name has."""


class _Saved(msgspec.Struct):
    """The content of the file in the output directory.

    :param state: of what the stamps were computed.
    :param pages: the stamp of every page that was written.
    """

    state: str
    pages: dict[str, str]


def keep_out_of_books(app: Sphinx, config: Config) -> None:
    """``config-inited``: an EPUB holds every file of the output directory that is not excluded."""
    config.epub_exclude_files = [*config.epub_exclude_files, FILE_NAME, JOURNAL_NAME]


def wanted(
    consumers: Mapping[str, Sequence[Consumer]],
    views: Mapping[str, View],
    neighbours: Mapping[str, str],
    files: Mapping[str, object],
    salt: str,
) -> dict[str, str]:
    """The stamp that each page would have if it were written now.

    :param consumers: what pages show of proposals.
    :param neighbours: the text of the links to neighbours of each page; empty when the builder has none.
    :param files: the state of the files that proposals were read from. Sphinx writes a page whose file is newer than
        the output, and not one whose file is another one, but older.
    :param salt: changes when the same models would be rendered differently: another version, another configuration.
    """
    encoder = msgspec.json.Encoder(order="deterministic")
    stamps = {}
    for docname in consumers.keys() | neighbours.keys():
        digest = hashlib.blake2b(neighbours.get(docname, "").encode(errors="surrogatepass"), digest_size=16)
        shown = consumers.get(docname, ())
        if shown:
            digest.update(salt.encode())
        for consumer in shown:
            digest.update(encoder.encode(consumer.stamp_data(consumer.view_in(views))))
        digest.update(encoder.encode(files.get(docname)))
        stamps[docname] = digest.hexdigest()
    return stamps


def state_of(read: Mapping[str, int], views: Iterable[View], unreadable: Iterable[str], history: str, salt: str) -> str:
    """A digest that changes whenever :func:`wanted` could: nothing that was read, judged or dated differs.

    :param read: when each document was read, as the environment knows it.
    :param history: changes when the proposals' history could.
    """
    judged = [
        (view.judgement.diagnostics, view.today, [(item.title, item.summary) for item in view.catalog.proposals])
        for view in views
    ]
    state = (sorted(read.items()), judged, sorted(unreadable), history, salt)
    return hashlib.blake2b(msgspec.msgpack.encode(state), digest_size=16).hexdigest()


class Stamps:
    """The stamps of one output directory.

    While pages are written, their names go into a journal; a build that dies leaves it behind, and the pages it names
    count as never written. Whatever happens, a page with its stamp is complete, and so is what Sphinx keeps of it in
    the search index, which is written last.

    :param outdir: where the builder writes.
    """

    def __init__(self, outdir: Path) -> None:
        self.file = outdir / FILE_NAME
        self.journal = outdir / JOURNAL_NAME
        self.state = ""
        self.all_hold = False
        self.wanted: dict[str, str] = {}
        self._saved = _Saved("", {})
        self._noted: set[str] = set()
        self._load()

    def _load(self) -> None:
        # A file that is missing or broken only means that nothing is known to be up to date.
        with contextlib.suppress(OSError, msgspec.DecodeError):
            self._saved = msgspec.json.decode(self.file.read_bytes(), type=_Saved)
        with contextlib.suppress(OSError):
            interrupted = self.journal.read_bytes().decode("utf-8", "surrogateescape").split(_SEPARATOR)
            self._saved.state = ""
            for docname in interrupted:
                self._saved.pages.pop(docname, None)

    def holds(self, state: str) -> bool:
        """True if all pages were written from *state*: then none is stale, and no stamp need be computed."""
        self.state = state
        self.all_hold = self._saved.state == state
        if self.all_hold:
            self.wanted = self._saved.pages
        return self.all_hold

    @property
    def nothing_written(self) -> bool:
        """True if the state is that of the last build, and no page was written in this one."""
        return self.all_hold and not self._noted

    def stale(self, stamps: dict[str, str]) -> list[str]:
        """The pages whose output does not show what it should."""
        self.wanted = stamps
        return sorted(docname for docname, stamp in stamps.items() if self._saved.pages.get(docname) != stamp)

    def note(self, docname: str) -> None:
        """The page of *docname* is being written with what is wanted now."""
        if docname in self._noted:
            return
        self._noted.add(docname)
        with naming(self.journal), self.journal.open("ab") as journal:
            journal.write(f"{docname}{_SEPARATOR}".encode("utf-8", "surrogateescape"))

    def save(self) -> None:
        """The build succeeded: keep the stamps of the pages that there still are."""
        written = self._saved.pages | {name: self.wanted[name] for name in self._noted if name in self.wanted}
        pages = {name: stamp for name, stamp in sorted(written.items()) if name in self.wanted}
        state = self.state if pages == self.wanted else ""
        if (pages, state) != (self._saved.pages, self._saved.state):
            write_file(self.file, msgspec.json.encode(_Saved(state, pages)))
        self.journal.unlink(missing_ok=True)


def setup(app: Sphinx) -> None:
    """Keep the stamps out of books."""
    # Before Sphinx compares the configuration with the last build's.
    app.connect("config-inited", keep_out_of_books)
