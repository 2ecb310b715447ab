"""Links from a proposal's page to its repository: to files that are no pages of the site, and “Edit” of themes.

A relative link was written for the forge, where every file has a page. On the site only the pages of the documentation
have one; a link to another file leads to the forge, at the commit that the page shows. This is for proposals of another
repository than the documentation's: see :mod:`sphinxext_dep.history.repositories`.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinxext_dep.fields.links import is_relative
from sphinxext_dep.history.repositories import ProposalRepository
from sphinxext_dep.model.config import ForgeKind
from sphinxext_dep.sphinx.build.domain import domain_of
from sphinxext_dep.sphinx.build.project import Location, Project
from sphinxext_dep.sphinx.components.view import Consumer, View
from sphinxext_dep.sphinx.html.nodes import every

TARGET = "dep_file"
"""The attribute of a link in a page as it was read: a :class:`FileLink`."""

_LINKS = (nodes.reference, addnodes.pending_xref, addnodes.download_reference)


class FileLinkModel(msgspec.Struct, frozen=True):
    """The target of a link: an address, to a document of the site, or (with neither) where Sphinx takes it."""

    url: str = ""
    docname: str = ""
    anchor: str = ""


class FileLink(Consumer, frozen=True, tag="file"):
    """A relative link on a proposal's page. It is in the doctree as it was read; :class:`FileLinks` resolves it.

    :param target: as it was written.
    :param is_file: whether Sphinx found a file there that is no page, when it read the page.
    :param is_label: whether the target may be the name of a label instead.
    """

    target: str
    is_file: bool = False
    is_label: bool = False

    def model(self, view: View) -> FileLinkModel:
        """See :meth:`Consumer.model`."""
        repository = view.repositories.of(self.at.path) if view.repositories is not None else None
        if repository is None or not repository.is_linked:
            return FileLinkModel()
        place = repository.place
        target, _, anchor = self.target.partition("#")
        target, _, query = target.partition("?")
        here = "" if target.startswith("/") else posixpath.dirname(place.in_repository(self.at.path))
        path = posixpath.normpath(posixpath.join(here, unquote(target).lstrip("/")))
        in_project = place.in_project(path)
        if place.holds(in_project) and (docname := view.document_at(in_project)):
            found = view.anchor(docname, anchor)
            return FileLinkModel(docname=docname, anchor=anchor if found is None else found)
        if self.is_label and repository.top is None and not set(target) & set("/."):
            return FileLinkModel()
        url = repository.address(path)
        if not url and self.is_file and repository.forge is not None and not path.startswith("../"):
            # It is not committed yet.
            url = repository.forge.file(repository.branch, path)
        return FileLinkModel(url and url + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else ""))

    def render(self, model: FileLinkModel) -> list[nodes.Node]:
        """Nothing: the link is resolved in place."""
        return []


def mark_file_links(
    found: Iterable[nodes.Element], at: Location, env: BuildEnvironment, project: Project
) -> list[FileLink]:
    """Mark the relative links of a proposal's page among *found*; each that there is.

    A file that Sphinx would copy for downloading is linked to instead.
    """
    repository = project.repositories.of(at.path)
    if repository is None or not repository.is_linked or repository.forge is None:
        return []
    links: dict[FileLink, None] = {}
    downloads: list[addnodes.download_reference] = []
    for node in found:
        if isinstance(node, addnodes.download_reference):
            if node.get("reftype") == "myst":
                downloads.append(node)
        elif isinstance(node, addnodes.pending_xref):
            if node.get("reftype") != "myst" or not node["reftarget"]:
                continue
            if node.get("refdomain") == "doc":
                path = _path_of(env, node["reftarget"], project, repository)
                target = posixpath.relpath(path, posixpath.dirname(at.path) or ".")
                link = FileLink(at, f"{target}#{node['reftargetid']}" if node.get("reftargetid") else target)
            elif is_path(node["reftarget"]):
                link = FileLink(at, node["reftarget"], is_label=True)
            else:
                continue
            node[TARGET] = link
            links[link] = None
        elif isinstance(node, nodes.reference) and is_path(node.get("refuri", "")):
            node[TARGET] = link = FileLink(at, node["refuri"])
            links[link] = None
    for node, target in zip(downloads, _with_anchors(downloads, env), strict=True):
        link = FileLink(at, target, is_file=True)
        kept = addnodes.pending_xref("", *node.children, refdoc=at.docname, refdomain="dep", reftype="file")
        kept.source, kept.line, kept["reftarget"], kept["refexplicit"] = node.source, node.line, target, True
        for inner in kept.findall(nodes.Element):
            inner["classes"] = [name for name in inner["classes"] if name != "download"]
        kept[TARGET] = link
        node.replace_self(kept)
        links[link] = None
    return list(links)


def _path_of(env: BuildEnvironment, docname: str, project: Project, repository: ProposalRepository) -> str:
    """The path of the file that MyST took for the document *docname*.

    Of one that is no document, the suffix is not known. Behind a symbolic link it is the real path of the file.
    """
    if docname not in env.found_docs:
        for suffix in env.config.source_suffix:
            file = Path(env.srcdir) / f"{docname}{suffix}"
            if not file.is_file():
                continue
            if (
                repository.top is not None
                and not file.is_relative_to(env.srcdir)
                and file.is_relative_to(repository.top)
            ):
                return repository.place.in_project(file.relative_to(repository.top).as_posix())
            return Path(os.path.relpath(file, project.config.root)).as_posix()
    return project.path_of(env, docname)


def is_path(target: str) -> bool:
    """True if *target* is a relative address with a path: no place on the page, and no address of the web.

    MyST has decoded the spaces in it.
    """
    address = target.replace(" ", "%20")
    return bool(target) and not target.startswith("#") and is_relative(address) and bool(urlsplit(address).path)


def _with_anchors(downloads: list[addnodes.download_reference], env: BuildEnvironment) -> list[str]:
    """The targets of *downloads* with the ``#…`` that MyST has dropped, such as the number of a line.

    They are looked for in the page's text, in order; where the text is not plain, the link leads to the file.
    """
    if not downloads:
        return []
    text = Path(env.doc2path(env.docname)).read_text(encoding="utf-8", errors="replace")
    found: list[str] = []
    seen: dict[str, int] = {}
    for node in downloads:
        target = node["reftarget"]
        count = sum(other["reftarget"] == target for other in downloads)
        pattern = re.compile(rf"(?:\]\(<?|\]:[ \t]*<?){re.escape(target)}(#[^\s)>\"']*)?(?=[\s)>])")
        anchors = [match[1] or "" for match in pattern.finditer(text)]
        place = seen[target] = seen.get(target, -1) + 1
        if len(anchors) == count:
            target += anchors[place]
        elif len(set(anchors)) == 1:
            target += anchors[0]
        found.append(target)
    return found


class FileLinks(SphinxPostTransform):
    """Resolves the marked links."""

    # Before MyST looks for pages (9), which would warn of a page that the site does not have.
    default_priority = 8

    def run(self, **kwargs: object) -> None:
        """Change the doctree in place; it is a copy, made for this writing."""
        views = domain_of(self.env).views
        for node in [node for node in every(self.document, _LINKS) if TARGET in node]:
            link: FileLink = node.attributes.pop(TARGET)
            found: FileLinkModel = link.cached_model(link.view_in(views))
            # MyST resolves it itself, with its own names of sections.
            is_left = node.get("refdomain") == "doc" and node["reftarget"] == found.docname
            if found.url:
                content = node.children if node.astext() else [nodes.literal("", link.target)]
                node.replace_self(nodes.reference("", "", *content, refuri=found.url, internal=False))
            elif found.docname and not is_left:
                content = node.children if node.astext() else [nodes.literal("", link.target)]
                page = addnodes.pending_xref("", *content, refdoc=link.docname, refdomain="dep", reftype="page")
                page["reftarget"], page["dep_anchor"], page["dep_title"] = found.docname, found.anchor, ""
                page["refexplicit"] = True
                node.replace_self(page)


# --- themes -----------------------------------------------------------------------------------------------------------


_PROVIDERS = {
    ForgeKind.GITHUB: "GitHub", ForgeKind.GITLAB: "GitLab", ForgeKind.GITEA: "Gitea", ForgeKind.BITBUCKET: "Bitbucket",
}  # fmt: skip


def edit_and_history(repository: ProposalRepository | None, path: str) -> tuple[str, str] | None:
    """The addresses where the page *path* is edited, and of its history; ``None`` when the theme's settings say it.

    They are empty when nothing says where the repository is: the documentation's own is never named instead.
    """
    if repository is None or not repository.is_linked:
        return None
    forge, inside = repository.forge, repository.place.in_repository(path)
    return (
        ("", "") if forge is None else (forge.edit(repository.branch, inside), forge.history(repository.branch, inside))
    )


def name_repository(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """``html-page-context``: let the buttons of themes lead to the repository of the page.

    These are the settings of Furo (``source_edit_link``), of pydata-sphinx-theme and those that are built on it
    (``edit_page_url_template``), and of sphinx_rtd_theme (``github_url`` in the page's metadata).
    """
    if doctree is None or pagename not in app.env.all_docs:
        return
    project = domain_of(app.env).project_of(pagename)
    path = project.path_of(app.env, pagename)
    repository = None if path.startswith("../") else project.repositories.of(path)
    pages = edit_and_history(repository, path)
    if repository is None or pages is None:
        return
    edit, forge = pages[0], repository.forge
    view = forge.file(repository.branch, repository.place.in_repository(path)) if forge is not None else ""
    context |= {"theme_source_repository": "", "theme_source_edit_link": edit, "theme_source_view_link": view}
    if forge is None:
        context["theme_use_edit_page_button"] = False
        context |= dict.fromkeys(("display_github", "display_gitlab", "display_bitbucket"), False)
        return
    # The name of the file must be in the template.
    context["edit_page_url_template"] = f"{edit}{{# file_name #}}"
    context["edit_page_provider_name"] = _PROVIDERS[forge.kind]
    if any(context.get(f"display_{kind}") for kind in ForgeKind):
        context |= {f"display_{kind}": kind is forge.kind for kind in ForgeKind}
        context["meta"] = {**(context.get("meta") or {}), f"{forge.kind}_url": edit}


def setup(app: Sphinx) -> None:
    """Register the transform, and connect the event."""
    app.add_post_transform(FileLinks)
    # Before themes make their buttons.
    app.connect("html-page-context", name_repository, priority=400)
