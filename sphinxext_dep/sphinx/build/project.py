"""The project that is built, as the engine sees it: its schema, and which documents are proposals."""

from __future__ import annotations

import os
from pathlib import Path

from sphinx.environment import BuildEnvironment

from sphinxext_dep.config import Config, is_source
from sphinxext_dep.check.rule import Registry
from sphinxext_dep.model.schema import Schema


class Project:
    """Binds Sphinx's documents to the engine's pages.

    :param config: the project's configuration.
    :param rules: the rules that judge it.
    :param digest: changes whenever a change of the configuration could change what is read from a page.
    """

    def __init__(self, config: Config, rules: Registry, digest: str) -> None:
        self.config = config
        self.rules = rules
        self.digest = digest
        self._paths: dict[Path, str] = {}

    @property
    def schema(self) -> Schema:
        """The proposal process of this project."""
        return self.config.schema

    def path_of(self, env: BuildEnvironment, docname: str) -> str:
        """How diagnostics and ``deps.json`` name the page of *docname*: relative to the project's root, with ``/``."""
        file = env.doc2path(docname)
        path = self._paths.get(file)
        if path is None:
            # Asked for several times for each page that is read, and not cheap.
            path = self._paths[file] = Path(os.path.relpath(file, self.config.root)).as_posix()
        return path

    def is_source(self, env: BuildEnvironment, docname: str) -> bool:
        """Whether *docname* is among the pages that ``sources`` matches."""
        return is_source(self.path_of(env, docname), self.schema)

    def file(self, path: str) -> Path:
        """The file that diagnostics name *path*."""
        return self.config.root / path
