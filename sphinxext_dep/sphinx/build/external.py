"""Proposals of other projects: from a ``deps.json``, or from an inventory that intersphinx has loaded.

Nothing is fetched. A page shows what the source held when the page was read. The digest of that is kept, and a source
with another digest makes its pages outdated, whatever the modification times of files are.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment

from sphinxext_dep.fields.links import is_relative, page_url, url_problem
from sphinxext_dep.model.messages import closest
from sphinxext_dep.publish.published import FILE_NAME, MAX_BYTES, Listed, Published, PublishedError


class Origin(msgspec.Struct, frozen=True):
    """Another project, as a ``:source:`` names it: one of the two is given.

    :param file: a ``deps.json``, relative to the source directory.
    :param project: a name in ``intersphinx_mapping``.
    """

    file: str = ""
    project: str = ""


class ExternalProject(NamedTuple):
    """The proposals of another project.

    :param name: its name in ``intersphinx_mapping``, or the file.
    :param base_url: the address of its site: absolute, or relative to the site that is built; empty when unknown.
    :param whole: false when only numbers, titles and links are known.
    """

    name: str
    published: Published
    base_url: str
    whole: bool

    def url_of(self, path: str) -> str:
        """The address of a proposal's page; empty when there is none that can be linked to."""
        url = self.published.urls.get(path, "")
        if not self.whole:
            return url
        return page_url(self.base_url, url) if url and self.base_url else ""


class Origins:
    """The sources of one build; each is read once in a process."""

    def __init__(self, env: BuildEnvironment) -> None:
        self._env = env
        self._data: dict[Origin, bytes | PublishedError] = {}
        self._read: dict[Origin, ExternalProject | PublishedError] = {}

    @property
    def _mapping(self) -> Mapping[str, tuple[str, tuple[str, tuple[str | None, ...]]]]:
        # Normalised by intersphinx when it is loaded; a project may set it and not load it.
        named = getattr(self._env, "intersphinx_named_inventory", None) is not None
        return getattr(self._env.config, "intersphinx_mapping", {}) if named else {}

    def origin(self, text: str, docname: str) -> Origin:
        """The origin that ``:source: text`` names on the page of *docname*. Paths are as for ``literalinclude``."""
        if text in self._mapping:
            return Origin(project=text)
        try:
            return Origin(file=self._env.relfn2path(text, docname)[0])
        except RuntimeError:  # a link to itself, before Python 3.13; reported when it is opened
            above = "" if text.startswith(("/", os.sep)) else os.path.dirname(docname)  # noqa: PTH120 - a name, no file
            return Origin(file=os.path.normpath(os.path.join(above, text.lstrip(f"/{os.sep}"))))  # noqa: PTH118 - ditto

    def digest(self, origin: Origin) -> str:
        """Changes whenever the pages that show *origin* must be read again."""
        data = self._bytes(origin)
        text = str(data).encode() if isinstance(data, PublishedError) else data
        return hashlib.blake2b(text, digest_size=16).hexdigest()

    def read(self, origin: Origin) -> ExternalProject:
        """The proposals of *origin*.

        :raises PublishedError: when there are none to be had.
        """
        if origin not in self._read:
            try:
                self._read[origin] = self._project(origin)
            except PublishedError as error:
                self._read[origin] = error
        found = self._read[origin]
        if isinstance(found, PublishedError):
            raise found
        return found

    def _project(self, origin: Origin) -> ExternalProject:
        # Few builds show another project, and every build imports this module.
        from sphinxext_dep.publish.published import read_inventory, read_published

        data = self._bytes(origin)
        if isinstance(data, PublishedError):
            raise data
        base_url = _directory(self._mapping[origin.project][1][0]) if origin.project else ""
        if origin.project and self._file(origin) is None:
            return ExternalProject(origin.project, read_inventory(self._listed(origin.project)), base_url, whole=False)
        published = read_published(data)
        return ExternalProject(origin.project or origin.file, published, base_url or published.base_url, whole=True)

    def _bytes(self, origin: Origin) -> bytes | PublishedError:
        """The content of *origin*: the bytes of a file, the proposals of an inventory."""
        if origin not in self._data:
            self._data[origin] = self._fresh_bytes(origin)
        return self._data[origin]

    def _fresh_bytes(self, origin: Origin) -> bytes | PublishedError:
        file = self._file(origin)
        if file is None:
            listed = self._listed(origin.project)
            if not listed:
                return PublishedError(
                    f"the inventory of `{origin.project}` lists no proposals",
                    f"put the `{FILE_NAME}` of that project beside its inventory, if it publishes one",
                )
            # The address is part of the entries.
            return msgspec.json.encode(sorted(listed.items()))
        try:
            # Opening a pipe would block.
            if not stat.S_ISREG(file.stat().st_mode):
                return PublishedError("it cannot be read: it is no regular file", f"name a `{FILE_NAME}`")
            with file.open("rb") as stream:
                return stream.read(MAX_BYTES + 1)
        except OSError as error:
            names = [name for name in self._mapping if name]
            nearest = closest(origin.file, names)
            return PublishedError(
                f"it cannot be read: {error.strerror or 'no such file'}",
                f"did you mean the project `{nearest}`?"
                if nearest
                else f"name a `{FILE_NAME}`, or a project in `intersphinx_mapping`",
            )
        except ValueError:
            # A NUL in the name.
            return PublishedError("it is no name of a file")

    def _file(self, origin: Origin) -> Path | None:
        """The file of *origin*; ``None`` when there is only an inventory."""
        srcdir = Path(self._env.srcdir)
        if origin.file:
            return srcdir / origin.file
        _name, (_base, locations) = self._mapping[origin.project]
        for location in locations:
            if location and "://" not in location:
                beside = (srcdir / location).parent / FILE_NAME
                if beside.is_file():
                    return beside
        return None

    def _listed(self, project: str) -> dict[str, Listed]:
        inventories: Mapping[str, Any] = getattr(self._env, "intersphinx_named_inventory", {})
        entries = inventories.get(project, {}).get("dep:proposal", {})
        return {
            key: Listed(key if item.display_name == "-" else item.display_name, item.uri)
            for key, item in entries.items()
            if is_relative(item.uri) or not url_problem(item.uri)
        }


def _directory(url: str) -> str:
    return f"{url.rstrip('/')}/"


class OtherReferences:
    """References to proposals that this project does not have: the settings of intersphinx and of nitpicky builds."""

    def __init__(self, env: BuildEnvironment) -> None:
        self._config = env.config
        self._inventories: Mapping[str, Any] = getattr(env, "intersphinx_named_inventory", None) or {}

    def owner(self, key: str) -> str:
        """The name of a project whose inventory lists *key*, which may be ``project:12``; empty when there is none."""
        project, _, inner = key.partition(":")
        lists = ((name, found.get("dep:proposal", ())) for name, found in self._inventories.items())
        return next((name for name, listed in lists if key in listed or (name == project and inner in listed)), "")

    @property
    def are_disabled(self) -> bool:
        """True if intersphinx resolves only references that name the other project."""
        disabled = getattr(self._config, "intersphinx_disabled_reftypes", ())
        return not {"*", "dep:*", "dep:proposal"}.isdisjoint(disabled)

    def is_ignored(self, role: str, *targets: str) -> bool:
        """True if ``nitpick_ignore`` or ``nitpick_ignore_regex`` holds a reference by *role* to one of *targets*."""
        ignored = self._config.nitpick_ignore
        patterns = self._config.nitpick_ignore_regex
        return any(
            (role, target) in ignored
            or any(re.fullmatch(kind, role) and re.fullmatch(pattern, target) for kind, pattern in patterns)
            for target in targets
        )


def resolve_with_anchor(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.reference | None:
    """``missing-reference``: let intersphinx find the page, and add the section, which is in no inventory."""
    anchor = node.get("dep_anchor")
    if node.get("refdomain") != "dep" or not anchor or "sphinx.ext.intersphinx" not in app.extensions:
        return None
    from sphinx.ext.intersphinx import resolve_reference_detect_inventory

    found = resolve_reference_detect_inventory(env, node, contnode)
    if found is not None and "#" not in found["refuri"]:
        found["refuri"] += f"#{anchor}"
    return found


def is_reported(app: Sphinx, domain: Domain | None, node: pending_xref) -> bool | None:
    """``warn-missing-reference``, in nitpicky builds: an unknown proposal is reported as DEP402 already."""
    return True if node.get("refdomain") == "dep" else None


def setup(app: Sphinx) -> None:
    """Connect the events of references to other projects."""
    # Before intersphinx resolves without the section.
    app.connect("missing-reference", resolve_with_anchor, priority=400)
    app.connect("warn-missing-reference", is_reported)
