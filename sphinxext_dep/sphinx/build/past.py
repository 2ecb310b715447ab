"""The proposals' history in a build: asked of git at most once, and kept beside the doctrees."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

from sphinxext_dep.check.attention import Moment, find_attention
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.history import UNKNOWN, GitHistory, History
from sphinxext_dep.history.activity import last_activity
from sphinxext_dep.sphinx.build.project import Project
from sphinxext_dep.sphinx.components.view import View

logger = logging.getLogger(__name__)


class Past:
    """What a build knows of the past.

    :param paths: the proposals.
    """

    def __init__(self, app: Sphinx, project: Project, paths: Iterable[str]) -> None:
        self._project = project
        self._git: GitHistory | None = None
        if app.config.dep_history:
            kept = Path(app.doctreedir) / "dep-history"
            self._git = GitHistory(project.config.root, paths, project.digest, kept)

    @property
    def key(self) -> str:
        """Changes whenever the history could, other than by which proposals there are."""
        return self._git.key if self._git is not None else ""

    def attention(self, view: View) -> tuple[Diagnostic, ...]:
        """What waits for somebody on the day of the build."""
        active = last_activity(view.history, self._project.config.root, view.catalog)
        return find_attention(Moment(view.catalog, view.today, active), self._project.rules)

    def read(self) -> History:
        """The history; what cannot be known is said, once in a build and as no warning: nobody did anything wrong."""
        return self._history

    @cached_property
    def _history(self) -> History:
        if self._git is None:
            return UNKNOWN
        history = self._git.read(self._project.schema)
        for note in history.notes:
            logger.info("dep: %s", note)
        return history
