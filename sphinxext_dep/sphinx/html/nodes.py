"""The nodes of the extension, and how each builder writes them.

They are made when a page is written and never pickled. Outside HTML they are transparent: their children are ordinary
nodes that every builder knows.
"""

from __future__ import annotations

import enum
from html import escape
from typing import Any, TypeVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.docutils import SphinxTranslator

from sphinxext_dep.sphinx.html.words import _


class Block(nodes.General, nodes.Element):
    """A box: in HTML an element with classes and, with ``label``, an accessible name; elsewhere just its content.
    ``registry`` describes the table in it to the script; ``target`` is its document when others lead there.
    ``lang`` is the language of what is in it.

    docutils' ``container`` would do, but themes built on Bootstrap give its class ``container`` a meaning of their own.
    """


class Row(nodes.row):
    """A row of a table that carries ``data``, what the script finds it by. Other builders write it as any row."""


class Time(nodes.Inline, nodes.TextElement):
    """A date; ``iso`` is its machine-readable form."""


class Step(nodes.Inline, nodes.TextElement):
    """One status in the lifecycle strip; ``current`` marks the proposal's own."""


class Bar(nodes.General, nodes.Element):
    """A proportional bar of :class:`Segment` nodes, each of which may be in a reference."""

    @property
    def segments(self) -> list[Segment]:
        """The parts, in order."""
        return list(self.findall(Segment))


class Segment(nodes.Inline, nodes.TextElement):
    """A part of a bar: ``count``, ``colour``, and ``label``, its tooltip. The text beside the bar has all of it."""


class Actions(nodes.General, nodes.Element):
    """Links to the source of a proposal's page, ``docname``: ``pages``, else by the theme's settings.

    A script adds buttons that copy ``label`` and the link of the page. HTML only.
    """


class Fold(nodes.General, nodes.Element):
    """Content that is folded away in HTML until a reader asks for ``summary``; elsewhere it is just there."""


_Kind = TypeVar("_Kind", bound=nodes.Node)


def every(root: nodes.Element, kinds: type[_Kind] | tuple[type[_Kind], ...]) -> list[_Kind]:
    """The nodes of some *kinds* in *root*, in the order of the document; they are a list, so that it may be changed.

    The result of ``findall`` in about half of its time: that passes every node through one generator for each level
    above it. This is done to every page, and a page has thousands of nodes.
    """
    found = []
    rest: list[nodes.Node] = [root]
    while rest:
        node = rest.pop()
        if isinstance(node, kinds):
            found.append(node)
        if node.children:
            rest += node.children[::-1]
    return found


MENTION_STATUS = "dep-mention-status"
"""The class of the status behind a reference in a sentence."""


class Note(enum.Enum):
    """A property of a document, noted before it is written, so that its nodes are not searched again."""

    SHOWS = enum.auto()
    """It shows proposals."""
    REGISTRY = enum.auto()
    """It has a table for the script."""
    HEADER = enum.auto()
    """It has the header of a proposal."""
    CARDS = enum.auto()
    """It has cards."""


def notes(document: nodes.document) -> set[Note]:
    """The notes on *document*. They are no attributes of the node: builders of XML would write these."""
    noted: set[Note] = document.__dict__.setdefault("dep_notes", set())
    return noted


def registry_id(builder: Builder, docname: str) -> str:
    """The id of the table on the page of *docname* that other pages lead to; a single page may hold several."""
    return nodes.make_id(f"dep-registry-{docname}") if builder.name == "singlehtml" else "dep-registry"


def takes_queries(builder: Builder) -> bool:
    """True if the pages of *builder* have addresses and scripts of their own, so that a link can narrow a table."""
    return isinstance(builder, StandaloneHTMLBuilder) and builder.name not in ("epub", "singlehtml")


def is_site(app: Sphinx) -> bool:
    """True if the builder makes a site; the others make documents."""
    return bool(app.builder.format == "html" and app.builder.name != "epub")


def pass_by(self: SphinxTranslator, node: nodes.Element) -> None:
    """Write nothing but the children."""


def skip(self: SphinxTranslator, node: nodes.Element) -> None:
    """Write nothing, and none of the children."""
    raise nodes.SkipNode


def _visit_block(self: Any, node: Block) -> None:
    attributes = {}
    if node.get("label"):
        attributes = {"role": "group", "aria-label": node["label"]}
    if node.get("lang"):
        attributes["lang"] = node["lang"]
    if node.get("registry") and _has_scripts(self):
        attributes["data-registry"] = node["registry"]
    if node.get("target") and _has_scripts(self):
        attributes["ids"] = [registry_id(self.builder, node["target"])]
    self.body.append(self.starttag(node, "div", **attributes))


def _depart_block(self: Any, node: Block) -> None:
    self.body.append("</div>\n")


def _has_scripts(self: Any) -> bool:
    return bool(self.builder.name != "epub")


def _visit_row(self: Any, node: Row) -> None:
    self.visit_row(node)
    if _has_scripts(self):
        # Themes bring translators of their own; whatever tag theirs has written last gets the attributes. They are not
        # written by starttag(), which takes line breaks for spaces.
        data = "".join(f' data-{name}="{escape(value)}"' for name, value in node["data"].items())
        self.body[-1] = self.body[-1].replace("<tr", f"<tr{data}", 1)


def _depart_row(self: Any, node: Row) -> None:
    self.depart_row(node)


def _visit_time(self: Any, node: Time) -> None:
    self.body.append(self.starttag(node, "time", "", datetime=node["iso"]))


def _depart_time(self: Any, node: Time) -> None:
    self.body.append("</time>")


def _visit_step(self: Any, node: Step) -> None:
    attributes = {"aria-current": "step"} if node.get("current") else {}
    self.body.append(self.starttag(node, "span", "", **attributes))


def _depart_step(self: Any, node: Step) -> None:
    self.body.append("</span>")


def _visit_bar(self: Any, node: Bar) -> None:
    segments = node.segments
    total = sum(segment["count"] for segment in segments)
    if not _has_scripts(self):
        # Pages of a book with a picture in them would have to be declared; no policy forbids styles there.
        self.body.append('<div class="dep-bar" aria-hidden="true">')
        for segment in segments:
            width, colour = 100 * segment["count"] / total, self.attval(segment["colour"])
            self.body.append(f'<span class="dep-{colour}" style="width: {width:.3f}%"></span>')
        self.body.append("</div>\n")
        raise nodes.SkipNode
    # Widths are attributes of SVG, not inline style: the page must work where a policy forbids inline styles.
    self.body.append('<svg class="dep-bar" aria-hidden="true" focusable="false" height="12" width="100%">')
    done = 0
    for segment in segments:
        start, width = 100 * done / total, 100 * segment["count"] / total
        shape = (
            f'<rect class="dep-{self.attval(segment["colour"])}" x="{start:.3f}%" y="0" width="{width:.3f}%" '
            f'height="12"><title>{escape(segment["label"])}</title></rect>'
        )
        # For the mouse only: with the keyboard, one goes to the same places by the numbers.
        address = segment.parent.get("refuri") if isinstance(segment.parent, nodes.reference) else None
        self.body.append(f'<a href="{self.attval(address)}" tabindex="-1">{shape}</a>' if address else shape)
        done += segment["count"]
    self.body.append("</svg>\n")
    raise nodes.SkipNode


def _visit_fold(self: Any, node: Fold) -> None:
    if self.builder.name == "epub":
        return
    self.body.append(self.starttag(node, "details") + f"<summary>{self.attval(node['summary'])}</summary>\n")


def _visit_actions(self: Any, node: Actions) -> None:
    if not _has_scripts(self):
        raise nodes.SkipNode
    links = [
        f'<a class="reference external" href="{self.attval(url)}">{escape(words)}</a>'
        for words, url in _source_pages(self.builder, node).items()
        if url
    ]
    words = {
        "label": node["label"],
        "number": _("Copy %s") % node["label"],
        "link": _("Copy link"),
        "done": _("Copied"),
    }
    data = "".join(f' data-{name}="{self.attval(word)}"' for name, word in words.items())
    self.body.append(f'<p class="dep-actions"{data}>{" ".join(links)}</p>\n')
    raise nodes.SkipNode


def _source_pages(builder: Builder, node: Actions) -> dict[str, str]:
    """Words → address of the pages in the repository."""
    if node["pages"] is None:
        return repository_pages(builder, node["docname"])
    edit, history = node["pages"]
    return {_("Edit"): edit, _("History"): history}


def repository_pages(builder: Builder, docname: str) -> dict[str, str]:
    """Words → address of the pages of *docname* in the repository, as far as a theme's settings say where it is.

    These are the settings of Furo (``source_repository``), of sphinx-book-theme (``repository_url``), and those in
    ``html_context`` of pydata-sphinx-theme and sphinx_rtd_theme (``github_user``, ``gitlab_user``).
    """
    options: dict[str, Any] = {**getattr(builder.config, "html_context", {}), **builder.config.html_theme_options}
    repository = str(options.get("source_repository") or options.get("repository_url") or "")
    for host in ("github", "gitlab"):
        user, name = options.get(f"{host}_user"), options.get(f"{host}_repo")
        if not repository and user and name:
            repository = f"{options.get(f'{host}_url') or f'https://{host}.com'}/{user}/{name}"
    if not repository.startswith(("https://github.", "https://gitlab.")):
        return {}
    versions = ("source_branch", "repository_branch", "github_version", "gitlab_version")
    folders = ("source_directory", "path_to_docs", "doc_path", "conf_py_path")
    branch = next((str(options[key]) for key in versions if options.get(key)), "main")
    folder = next((str(options[key]) for key in folders if options.get(key)), "").strip("/")
    path = "/".join(filter(None, (folder, str(builder.env.doc2path(docname, base=False)).replace("\\", "/"))))
    base = repository.rstrip("/") + ("/-" if repository.startswith("https://gitlab.") else "")
    return {_("Edit"): f"{base}/edit/{branch}/{path}", _("History"): f"{base}/commits/{branch}/{path}"}


def _depart_fold(self: Any, node: Fold) -> None:
    if self.builder.name != "epub":
        self.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    """Register the nodes with every builder's writer."""
    transparent = (pass_by, pass_by)
    others: dict[str, Any] = dict.fromkeys(("latex", "text", "man", "texinfo"), transparent)
    app.add_node(Block, html=(_visit_block, _depart_block), **others)
    app.add_node(Row, html=(_visit_row, _depart_row))
    app.add_node(Time, html=(_visit_time, _depart_time), **others)
    app.add_node(Step, html=(_visit_step, _depart_step), **others)
    skipped: dict[str, Any] = dict.fromkeys(others, (skip, None))
    app.add_node(Bar, html=(_visit_bar, None), **skipped)
    app.add_node(Segment, html=(skip, None), **skipped)
    app.add_node(Actions, html=(_visit_actions, None), **skipped)
    app.add_node(Fold, html=(_visit_fold, _depart_fold), **others)
