"""The environment is kept out of Python's search for cycles while a build runs.

Unpickling the environment makes hundreds of thousands of objects that live until the build ends. The cycle collector
goes over all of them whenever they have become a quarter more: six times while 1,000 proposals are loaded, and again
when a large page is written. Nothing is found; in a build in which nothing changed it is a sixth of the time. So the
collector pauses while the environment is loaded, ignores what is there then, and gets it back when the build has
ended: a process that builds again and again must not grow.
"""

from __future__ import annotations

import gc

from sphinx.application import Sphinx


class Pause:
    """What one build does with the collector; one that somebody else has switched off stays off."""

    def __init__(self) -> None:
        self._is_mine = False

    def begin(self, app: Sphinx, config: object) -> None:
        """``config-inited``: the environment is loaded next."""
        self._is_mine = gc.isenabled()
        gc.disable()

    def loaded(self, app: Sphinx) -> None:
        """``builder-inited``: all that is there now will live as long as the build."""
        if self._is_mine:
            gc.freeze()
            gc.enable()

    def end(self, app: Sphinx, exception: Exception | None) -> None:
        """``build-finished``: nothing is ignored any more."""
        if self._is_mine:
            gc.unfreeze()


def setup(app: Sphinx) -> None:
    """Connect the three events: as near to the unpickling as can be, and last of all."""
    pause = Pause()
    app.connect("config-inited", pause.begin, priority=1000)
    app.connect("builder-inited", pause.loaded, priority=0)
    app.connect("build-finished", pause.end, priority=1000)
