"""Where the proposals of another project come from: a ``deps.json``, or an inventory that intersphinx has loaded.

Nothing is fetched. What a page shows of a source is what the source held when the page was read; the digest of that is
kept, and a source with another one makes its pages outdated, whatever the files' times say.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sphinx.environment import BuildEnvironment

from sphinxext_dep.fields.links import is_relative, page_url, url_problem
from sphinxext_dep.publish.published import MAX_BYTES, Listed, Published, PublishedError
from sphinxext_dep.publish.site import FILE_NAME
from sphinxext_dep.model.suggest import closest


class Origin(msgspec.Struct, frozen=True):
    """Another project, as a ``:source:`` names it: one of the two is given.

    :param file: a ``deps.json``, relative to the source directory.
    :param project: a name in ``intersphinx_mapping``.
    """

    file: str = ""
    project: str = ""


class Foreign(NamedTuple):
    """What is known of another project.

    :param name: what readers know it by: the name in ``intersphinx_mapping``, or the file.
    :param base_url: where its pages are: absolute, or relative to the site that is built; empty when nobody says.
    :param whole: whether it is more than numbers, titles and links.
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
        self._read: dict[Origin, Foreign | PublishedError] = {}

    @property
    def _mapping(self) -> Mapping[str, tuple[str, tuple[str, tuple[str | None, ...]]]]:
        # Normalised by intersphinx when it is loaded; a project may set it and not load it.
        named = getattr(self._env, "intersphinx_named_inventory", None) is not None
        return getattr(self._env.config, "intersphinx_mapping", {}) if named else {}

    def origin(self, text: str, docname: str) -> Origin:
        """What ``:source: text`` on the page of *docname* names. Paths are as for ``literalinclude``."""
        if text in self._mapping:
            return Origin(project=text)
        try:
            return Origin(file=self._env.relfn2path(text, docname)[0])
        except RuntimeError:  # a link to itself, before Python 3.13; opening it says so
            above = "" if text.startswith(("/", os.sep)) else os.path.dirname(docname)  # noqa: PTH120 - a name, no file
            return Origin(file=os.path.normpath(os.path.join(above, text.lstrip(f"/{os.sep}"))))  # noqa: PTH118 - ditto

    def digest(self, origin: Origin) -> str:
        """Changes whenever the pages that show *origin* must be read again."""
        data = self._bytes(origin)
        text = str(data).encode() if isinstance(data, PublishedError) else data
        return hashlib.blake2b(text, digest_size=16).hexdigest()

    def read(self, origin: Origin) -> Foreign:
        """The proposals of *origin*.

        :raises PublishedError: when there are none to be had.
        """
        if origin not in self._read:
            try:
                self._read[origin] = self._foreign(origin)
            except PublishedError as error:
                self._read[origin] = error
        found = self._read[origin]
        if isinstance(found, PublishedError):
            raise found
        return found

    def _foreign(self, origin: Origin) -> Foreign:
        # Few builds show another project, and every build imports this module.
        from sphinxext_dep.publish.inventory import read_inventory
        from sphinxext_dep.publish.read_published import read_published

        data = self._bytes(origin)
        if isinstance(data, PublishedError):
            raise data
        base_url = _directory(self._mapping[origin.project][1][0]) if origin.project else ""
        if origin.project and self._file(origin) is None:
            return Foreign(origin.project, read_inventory(self._listed(origin.project)), base_url, whole=False)
        published = read_published(data)
        return Foreign(origin.project or origin.file, published, base_url or published.base_url, whole=True)

    def _bytes(self, origin: Origin) -> bytes | PublishedError:
        """What *origin* holds: of a file its bytes, of an inventory what it says of proposals."""
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
            # Opening a pipe waits for somebody to write to it.
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
