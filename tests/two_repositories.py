"""Proposals in one repository, documentation in another, in each way to bring the one into the other."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.history.repo import Repo
from tests.sphinx.project import CONF, Project, proposal

FORGE = "https://github.com/org/enhancements"
DOCS_FORGE = "https://github.com/org/docs"
WAYS = ("submodule", "clone", "copy")
LINKS = """
[code](../src/retry.py) [line](../src/retry.py#L3) [folder](../src/) [readme](../README.md) [root](/LICENSE)
[other](0002-second.md) [section](0002-second.md#motivation) [gone](../src/gone.py) [space](<../src/a b.txt>)
[spaced](<../src/c d/>)
[def] [guide](../../guide.md) [anchor](#motivation) [web](https://example.org/x) [abs](/deps/0002-second.md)

[def]: ../src/retry.py
"""
RST = """\
Third
=====

:Status: Draft
:Authors: @octo
:Category: Architecture

Summary
-------

See `code <../src/retry.py#L3>`_, `page <0001-first.md>`_, `gone <../src/gone.py>`_ and `readme <../README.md>`_.

Motivation
----------

M.

Proposal
--------

P.

Alternate Solutions
-------------------

A.
"""
PROPOSALS = {
    "README.md": "# Enhancements\n",
    "LICENSE": "Free.\n",
    "src/retry.py": "a = 1\n",
    "src/a b.txt": "x\n",
    "src/c d/e.txt": "x\n",
    "deps/0001-first.md": proposal("First", body=LINKS),
    "deps/0002-second.md": proposal("Second"),
}
CONFIG = 'sources = ["enhancements/deps/**"]\n'
DOCS = {
    "conf.py": f'{CONF}exclude_patterns = ["enhancements/*.md", "**/.git"]\nsuppress_warnings = ["myst.xref_missing"]',
    "dep.toml": CONFIG,
    "index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n\n```{dep-timeline}\n```\n\n```{toctree}\nguide\n```\n",
    "guide.md": "# Guide\n",
}


class Two(Project):
    """The repository of the documentation, with that of the proposals in ``enhancements``.

    :param way: one of :data:`WAYS`.
    """

    def __init__(self, root: Path, way: str, files: Mapping[str, str] = PROPOSALS, config: str = CONFIG) -> None:
        super().__init__(root)
        self.way = way
        self.upstream = Repo(root / "upstream")
        self.upstream.commit(files)
        self.docs = Repo(self.src)
        self.docs.day = 40
        self.inner = self.src / "enhancements"
        table = f'\n[repositories.enhancements]\nurl = "{FORGE}"\n' if way == "copy" else ""
        if way != "submodule":
            self.write({".gitignore": "/enhancements/\n"})
        self.write({**DOCS, "dep.toml": config + table})
        self.docs.git("remote", "add", "origin", f"{DOCS_FORGE}.git")
        if way == "submodule":
            self.docs.git("submodule", "add", "-q", str(self.upstream.top), "enhancements")
        elif way == "clone":
            self.docs.git("clone", "-q", str(self.upstream.top), "enhancements")
        if way == "copy":
            self._copy()
        else:
            self.inside(
                "remote", "set-url", "origin", f"git@github.com:{FORGE.removeprefix('https://github.com/')}.git"
            )
        self.docs.commit()

    def inside(self, *arguments: str) -> str:
        """Run git in the submodule or the clone."""
        return self.docs.git("-C", "enhancements", *arguments)

    def _copy(self) -> None:
        shutil.rmtree(self.inner, ignore_errors=True)
        shutil.copytree(self.upstream.top, self.inner, ignore=shutil.ignore_patterns(".git"))

    def update(self, files: Mapping[str, str]) -> None:
        """Commit *files* upstream, and bring that commit into the documentation."""
        self.upstream.commit(files)
        if self.way == "copy":
            self._copy()
        else:
            self.inside("fetch", "-q", str(self.upstream.top), "main")
            self.inside("checkout", "-q", "FETCH_HEAD")

    @property
    def commit(self) -> str:
        """What addresses of files hold: the commit, or the branch where it is not known."""
        return "main" if self.way == "copy" else self.upstream.head
