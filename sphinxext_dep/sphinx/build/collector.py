"""Python's search for cycles keeps away from what lives as long as the build.

The environment, once loaded, and the doctrees, which Sphinx keeps from reading a page to writing it, are hundreds of
thousands of objects. The cycle collector goes over all of them whenever they have become a quarter more, and finds
nothing among them: that is a sixth of the time of a build in which nothing changed, and a sixth of a cold one. So it
pauses while the environment is loaded, and what is there then, and every few pages what has been read since, is set
aside. The build's end takes all of it back: a process that builds again and again must not grow.
"""

from __future__ import annotations

import gc

from sphinx.application import Sphinx

_PAGES = 8
"""So many pages are read before they are set aside: fewer gain nothing more, 32 lose half of the gain (DEP 20)."""


class Collector:
    """What one build does with the collector; one that somebody else has switched off stays off."""

    def __init__(self) -> None:
        self._is_mine = False
        self._pages = 0

    def begin(self, app: Sphinx, config: object) -> None:
        """``config-inited``: the environment is loaded next."""
        self._is_mine = gc.isenabled()
        gc.disable()

    def loaded(self, app: Sphinx) -> None:
        """``builder-inited``: all that is there now will live as long as the build."""
        if self._is_mine:
            gc.freeze()
            gc.enable()

    def reading(self, app: Sphinx, docname: str, content: list[str]) -> None:
        """``source-read``: nothing of the page before is at work any more; what is left of it is here to stay."""
        self._pages += 1
        if self._is_mine and self._pages % _PAGES == 0:
            # What is garbage would be set aside with the rest, and stay until the end.
            gc.collect()
            gc.freeze()

    def end(self, app: Sphinx, exception: Exception | None) -> None:
        """``build-finished``: nothing is ignored any more."""
        if self._is_mine:
            gc.unfreeze()


def setup(app: Sphinx) -> None:
    """Connect the events: as near to the unpickling as can be, before a page begins, and last of all."""
    collector = Collector()
    app.connect("config-inited", collector.begin, priority=1000)
    app.connect("builder-inited", collector.loaded, priority=0)
    app.connect("source-read", collector.reading, priority=0)
    app.connect("build-finished", collector.end, priority=1000)
