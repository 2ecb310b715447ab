"""The pages of proposals that are not merged.

A draft's page is no document of Sphinx: nothing is written into the source directory, no toctree holds it, and Sphinx's
own search does not see it. It is made from git's objects in the event ``html-collect-pages``.

Anyone can open a pull request, so the text is untrusted. docutils reads it by itself, with its own directives and roles
only (:func:`docutils_alone`), without raw output and without access to files. What docutils refuses, and what Sphinx
would have to run, is shown as its source.
"""

from __future__ import annotations

import base64
import contextlib
import difflib
import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst import Parser as RstParser
from docutils.parsers.rst.languages import en
from myst_parser.mocking import MockInliner, MockState
from myst_parser.parsers.docutils_ import Parser as MystParser
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from sphinxext_dep.check.unmerged import Draft, Place
from sphinxext_dep.fields.links import is_relative, url_problem
from sphinxext_dep.history.git import GitError, read_blobs, run_or_nothing
from sphinxext_dep.history.repositories import place_of
from sphinxext_dep.markup.markdown import front_matter_end
from sphinxext_dep.model.files import Markup
from sphinxext_dep.publish.site import write_file
from sphinxext_dep.sphinx.build.domain import split_target
from sphinxext_dep.sphinx.build.drafts import DIRECTORY, DraftView
from sphinxext_dep.sphinx.build.project import SCHEME
from sphinxext_dep.sphinx.components.banner import show_alerts, take_banners
from sphinxext_dep.sphinx.components.items import (
    link,
    quoted,
    series,
)
from sphinxext_dep.sphinx.html.nodes import Block
from sphinxext_dep.sphinx.html.words import _, term

MAX_IMAGE_BYTES = 8 * 1024 * 1024
"""Larger images of a draft are not copied."""

_FENCE = re.compile(r"\s*(`{3,}|~{3,}|:{3,})")
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
"""Suffixes of images that are copied."""
_SVG = ".svg"
"""An SVG can hold a script. A browser does not run it in an image, but would when somebody opened the file by itself;
so it is never a file of the site, but part of the page.
"""
_COMMENT = re.compile(r"\s*<!--.*-->\s*", re.DOTALL)
MAX_SVG_BYTES = 1024 * 1024
"""The drawings on one page: what goes beyond is not shown."""

MAX_COMPANIONS = 200
"""Pages that a branch brings beside a draft and that get a page of their own; more are only named."""
_HARMLESS = {"amsmath", "colon_fence", "deflist", "dollarmath", "fieldlist", "strikethrough", "tasklist"}
"""Additions of MyST that only mark up text."""
_CLASSES = re.compile(r"align-|admonition|code$|colwidths-|(contains-)?task-list")
"""Classes that a draft's nodes keep. Others belong to style sheets and scripts of the site."""
_SETTINGS = {
    # MyST would put a message in the place of HTML. The directive is refused, and `_Safe` shows HTML as its source.
    "raw_enabled": True,
    "file_insertion_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "_disable_config": True,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "smart_quotes": False,
    "myst_heading_anchors": 6,
    # Else a relative link is an unknown name, and its text is lost.
    "myst_all_links_external": True,
    "myst_suppress_warnings": ["myst"],
}


class _Page(NamedTuple):
    """A page of a branch.

    :param name: of the page in the output.
    :param draft: that it is, or that it belongs to.
    :param path: in the project.
    :param inside: its path in its repository.
    """

    name: str
    draft: Draft
    path: str
    inside: str
    blob: str

    @property
    def is_companion(self) -> bool:
        """True if it is no draft itself."""
        return self.path != self.draft.proposal.path


def _pages(view: DraftView) -> dict[str, _Page]:
    """The pages of all drafts and of their companions, by their names in the output."""
    found: dict[str, _Page] = {}
    for draft in view.drafts.values():
        own = next((file.path for file in draft.branch.files if file.blob == draft.blob), draft.proposal.path)
        place = place_of(draft.proposal.path, own)
        by_path = {place.in_project(file.path): file for file in draft.branch.files}
        name = view.page_name(draft)
        found[name] = _Page(name, draft, draft.proposal.path, own, draft.blob)
        for path in draft.companions[:MAX_COMPANIONS]:
            file = by_path.get(path)
            if file is not None:
                name = view.page_name(draft, path)
                found.setdefault(name, _Page(name, draft, path, file.path, file.blob))
    return found


def draft_pages(app: Sphinx, views: Iterable[DraftView]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """``html-collect-pages``: the page of each draft, and of the pages that its branch brings beside it."""
    builder = app.builder
    if not isinstance(builder, StandaloneHTMLBuilder):
        return
    found = [(view, _pages(view)) for view in views]
    _remove_old(builder, {name for _view, pages in found for name in pages})
    # The builder sets these for each document that it writes; of a build that writes none it has none.
    vars(builder).update(secnumbers={}, fignumbers={}, imgpath="", dlpath="")
    for view, pages in found:
        yield from _written(app, builder, view, pages)


def _written(
    app: Sphinx, builder: StandaloneHTMLBuilder, view: DraftView, pages: dict[str, _Page]
) -> Iterator[tuple[str, dict[str, Any], str]]:
    wanted: dict[str, set[str]] = {}
    for page in pages.values():
        blobs = {page.blob} if page.is_companion else {page.blob, *_versions(page.draft)}
        wanted.setdefault(page.draft.top, set()).update(filter(None, blobs))
    texts: dict[str, bytes] = {}
    for top, blobs in wanted.items():
        # What a damaged repository has lost is shown as an empty page.
        with contextlib.suppress(GitError):
            texts |= read_blobs(Path(top), blobs)
    branches = _Branches(pages, view)
    for page in pages.values():
        draft, raw = page.draft, texts.get(page.blob, b"").decode("utf-8", "replace")
        text = _without_front_matter(raw) if page.is_companion else _without_header(draft, raw)
        extensions = getattr(app.config, "myst_enable_extensions", ())
        document = _document(view.schema.markup_of(page.path), text, extensions)
        _Safe(builder, page, branches, view, text.splitlines()).clean(document)
        if page.is_companion:
            title = next((node.astext() for node in document.findall(nodes.title)), "") or posixpath.basename(page.path)
            if view.schema.markup_of(page.path) is Markup.MARKDOWN:
                show_alerts(document)
            body = nodes.section("", *_companion_banner(page, view, title), *_split(document), ids=["dep-draft"])
        else:
            title = draft.title
            remark = _adopt_banners(document, draft, view)
            body = nodes.section("", *_banner(draft, view, draft.name, remark), *_split(document), ids=["dep-draft"])
            old, old_beside, beside = (texts.get(blob, b"").decode("utf-8", "replace") for blob in _versions(draft))
            if old:
                body += _changes((old, raw), (old_beside, beside))
        _resolve(body, builder, page.name)
        context = {
            "title": title,
            "body": _rendered(builder, body, raw),
            "metatags": '<meta name="robots" content="noindex" />',
            "display_toc": False,
            "dep_draft": True,
        }
        yield page.name, context, "page.html"


def _rendered(builder: StandaloneHTMLBuilder, body: nodes.Element, text: str) -> str:
    """The HTML of *body*; of what cannot be rendered, the source. No warning about a draft reaches the build.

    The functions that write nodes expect what Sphinx makes of them, and nesting that is not too deep.
    """
    with logging.suppress_logging():
        try:
            return str(builder.render_partial(body)["fragment"])
        except Exception:
            kept = [node for node in body.children if isinstance(node, (nodes.title, Block))]
            source = nodes.literal_block(text, text, language="none")
            return str(builder.render_partial(nodes.section("", *kept, source, ids=["dep-draft"]))["fragment"])


def _resolve(body: nodes.Element, builder: StandaloneHTMLBuilder, name: str) -> None:
    """Resolve the references to pages in *body*: no document of Sphinx holds it."""
    for node in list(body.findall(addnodes.pending_xref)):
        uri = builder.get_relative_uri(name, node["reftarget"])
        uri += f"#{node['dep_anchor']}" if node.get("dep_anchor") else ""
        node.replace_self(nodes.reference("", "", *node.children, refuri=uri, reftitle=node.get("dep_title", "")))


class _Branches:
    """The files of the branches that drafts are on, for links between them."""

    def __init__(self, pages: Mapping[str, _Page], view: DraftView) -> None:
        self._view = view
        self._by_path = {(page.draft.branch.name, page.draft.top, page.path): page.name for page in pages.values()}
        self._files: dict[tuple[str, str], frozenset[str]] = {}

    def page(self, draft: Draft, path: str) -> str:
        """The page of the file that the project calls *path*: of the same branch, else of the documentation."""
        found = self._by_path.get((draft.branch.name, draft.top, path))
        return found or self._view.document_of(path)

    def holds(self, draft: Draft, inside: str) -> bool:
        """True if the branch of *draft* has the file *inside*."""
        key = (draft.top, draft.branch.tip)
        if key not in self._files:
            listed = run_or_nothing(Path(draft.top), "ls-tree", "-r", "-z", "--name-only", "--full-tree", key[1])
            self._files[key] = frozenset(name.decode(errors="surrogateescape") for name in listed.split(b"\0"))
        return inside in self._files[key]


def _remove_old(builder: StandaloneHTMLBuilder, pages: Iterable[str]) -> None:
    """Remove the pages of drafts that are merged now, or gone."""
    wanted = {Path(builder.get_outfilename(name)) for name in pages}
    for file in (Path(builder.outdir) / DIRECTORY).rglob("*.html"):
        if file not in wanted:
            with contextlib.suppress(OSError):
                file.unlink()


def _versions(draft: Draft) -> tuple[str, str, str]:
    """The object names of the page where the branch began, of the file beside it there, and of that file now."""
    changed = next((file for file in draft.branch.files if file.blob == draft.blob), None)
    return ("", "", "") if changed is None else (changed.old_blob, changed.old_beside, changed.beside)


def _adopt_banners(document: nodes.document, draft: Draft, view: DraftView) -> list[nodes.Node]:
    """Show alerts as on the page of a merged proposal; what a status banner says beside the status is returned."""
    remark = take_banners(document, draft.proposal, view.schema)
    if view.schema.markup_of(draft.proposal.path) is Markup.MARKDOWN:
        show_alerts(document)
    return remark


def _banner(draft: Draft, view: DraftView, path: str, remark: list[nodes.Node]) -> list[nodes.Node]:
    """The title, where the draft is, and its problems.

    :param remark: what the page says in a banner of its own.
    """
    banner = _where(draft, view)
    places = {
        Place.OTHER: _("The page is not among the proposals."),
        Place.TEMPLATE: _("The page is a template, edited."),
    }
    lines = [places[draft.place]] if draft.place in places else []
    if not draft.has_header:
        lines.append(_("The page has no header."))
    if draft.changes:
        lines.append(_("It changes %s.") % draft.changes)
    if draft.elsewhere:
        lines.append(_("The same page is on: %s.") % ", ".join(draft.elsewhere))
    banner += [nodes.paragraph("", line) for line in lines]
    if draft.companions:
        words = _("The branch also brings:")
        links = [
            nodes.list_item("", nodes.paragraph("", "", *_companion(draft, path, place, view)))
            for place, path in enumerate(draft.companions)
        ]
        banner += [nodes.paragraph("", words), nodes.bullet_list("", *links)]
    if remark:
        banner += Block("", *remark, classes=["dep-banner-remark"])
    box = Block("", banner, classes=["dep-header"])
    fields = nodes.field_list(classes=["dep-fields"])
    proposal = view.catalog.by_path[path]
    docname = view.docnames[path]
    rows: list[tuple[str, list[nodes.Node]]] = []
    for field in view.schema.fields.values():
        value = proposal.fields.get(field.key)
        if value is not None and value.raw.strip():
            rows.append((term(field.label), series(view.items(proposal, field.key), docname)))
    rows += [(raw.label, [nodes.Text(" ".join(raw.value.split()))]) for raw in proposal.extra]
    for label, shown in rows:
        fields += nodes.field("", nodes.field_name("", label), nodes.field_body("", nodes.paragraph("", "", *shown)))
    if len(fields):
        box += Block("", fields, classes=["dep-facts"])
    if draft.diagnostics:
        messages = (quoted(f"{item.code} {item.message}; {item.help}") for item in draft.diagnostics)
        items = nodes.bullet_list("", *(nodes.list_item("", nodes.paragraph("", "", *text)) for text in messages))
        box += Block("", nodes.paragraph("", _("To do before merging")), items)
    return [nodes.title("", draft.title), box]


def _where(draft: Draft, view: DraftView) -> Block:
    """The banner that says that a page is not merged."""
    url = draft.url(view.settings)
    name = draft.branch.name
    where = _("pull request %s") % draft.branch.pull if draft.branch.pull is not None else _("branch %s") % name
    paragraph = nodes.paragraph("", "", nodes.strong("", _("Not merged")), nodes.Text(": "))
    paragraph += nodes.reference("", where, refuri=url, internal=False) if url else nodes.Text(where)
    paragraph += nodes.Text(_(", last changed on %s") % draft.changed)
    return Block("", paragraph, classes=["dep-banner", "dep-unmerged", "dep-orange", "dep-kind-open"])


def _companion(draft: Draft, path: str, place: int, view: DraftView) -> list[nodes.Node]:
    """The name of a companion, linked to its page if it has one."""
    if place >= MAX_COMPANIONS:
        return [nodes.Text(path)]
    link = addnodes.pending_xref("", nodes.inline("", path), refdomain="dep", reftype="page")
    link["reftarget"] = view.page_name(draft, path)
    return [link]


def _companion_banner(page: _Page, view: DraftView, title: str) -> list[nodes.Node]:
    """The title of a companion, and the draft that it belongs to."""
    banner = _where(page.draft, view)
    link = addnodes.pending_xref("", nodes.inline("", page.draft.title), refdomain="dep", reftype="page")
    link["reftarget"] = view.page_name(page.draft)
    before, _place, after = _("This page comes with %s.").partition("%s")
    banner += nodes.paragraph("", "", nodes.Text(before), link, nodes.Text(after))
    return [nodes.title("", title), Block("", banner, classes=["dep-header"])]


def _changes(*versions: tuple[str, str]) -> nodes.section:
    """What changed in the page, and in the file beside it: of each the text before and now."""
    lines = (difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2) for old, new in versions)
    diff = "\n".join(line for part in lines for line in part)
    code = nodes.literal_block(diff, diff, language="diff", force=True, linenos=False)
    return nodes.section("", nodes.title("", _("Changes")), code, ids=["changes"])


# --- reading untrusted text -------------------------------------------------------------------------------------------


class _Table(dict[str, Any]):
    """docutils' table of directives or of roles, in which everything but its own is refused.

    :param own: the names that docutils looks up elsewhere.
    """

    def __init__(self, own: Iterable[str], refused: Any) -> None:
        super().__init__()
        self._own = frozenset(own) - {"include", "raw"}
        self._refused = refused

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name not in self._own

    def __missing__(self, name: str) -> Any:
        return self._refused


class _Refused(Directive):
    """A directive that is not run: its source, in a message from which :class:`_Safe` takes it."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """See :meth:`Directive.run`."""
        text = self.block_text
        if isinstance(self.state, MockState) and not _FENCE.match(text):
            text = f"```{{{self.name}}}\n{text}\n```"
        source = nodes.literal_block(text, text)
        return [self.state.document.reporter.warning("refused", source, line=self.lineno)]


def _refused_role(
    name: str, rawtext: str, text: str, _lineno: int, inliner: Any, *_more: object, **_options: object
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """A role that is not run: its source. What refers to a proposal is a link, as ``[](dep:12)`` is."""
    if name == "dep":
        words, _open, target = text.rpartition("<")
        shown = words.strip() if text.endswith(">") and words.strip() else ""
        return [nodes.reference("", shown, refuri=f"{SCHEME}{target.rstrip('>') if shown else text}")], []
    source = f"{{{name}}}`{text}`" if isinstance(inliner, MockInliner) else rawtext
    return [nodes.literal("", source)], []


@contextlib.contextmanager
def docutils_alone() -> Iterator[None]:
    """Hide the directives and roles that Sphinx and its extensions have registered.

    docutils keeps one table of them in a process. Some of Sphinx's read files (``literalinclude``, ``download``),
    others run programs, and all expect to be inside a build.
    """
    tables = ((directives, "_directives", en.directives, _Refused), (roles, "_roles", ("", *en.roles), _refused_role))
    kept = [(module, name, vars(module)[name]) for module, name, _own, _refused in tables]
    try:
        for module, name, own, refused in tables:
            setattr(module, name, _Table(own, refused))
        yield
    finally:
        for module, name, table in kept:
            setattr(module, name, table)


def _document(markup: Markup, text: str, extensions: Iterable[str]) -> nodes.document:
    """The doctree of a draft.

    :param text: without its header.
    :param extensions: the additions to Markdown that it may use.
    """
    is_rst = markup is Markup.RST
    settings = {**_SETTINGS, "myst_enable_extensions": sorted(_HARMLESS.intersection(extensions))}
    with docutils_alone():
        try:
            return publish_doctree(text, parser=RstParser() if is_rst else MystParser(), settings_overrides=settings)
        except Exception:
            document = publish_doctree("", settings_overrides=_SETTINGS)
            document += nodes.literal_block(text, text, language="none")
            return document


def _without_header(draft: Draft, text: str) -> str:
    """*text* without its header, which is shown apart, and without front matter, which can configure MyST."""
    span = draft.proposal.header_span
    if span is not None and not span.is_beside:
        text = text[: span.start] + text[span.end :]
    return _without_front_matter(text)


def _without_front_matter(text: str) -> str:
    found = front_matter_end(text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.replace("\r\n", "\n").replace("\r", "\n")[found[1] :] if found else text


def _split(document: nodes.document) -> Iterable[nodes.Node]:
    """The content of a document, its first title left out: the page has one already."""
    children = list(document.children)
    if len(children) == 1 and isinstance(children[0], nodes.section):
        children = list(children[0].children)
    if children and isinstance(children[0], (nodes.title, nodes.section)):
        first = children[0]
        if isinstance(first, nodes.title):
            children = children[1:]
        else:
            children = [child for child in first.children if not isinstance(child, nodes.title)] + children[1:]
    return children


class _Safe:
    """Takes out of a doctree what untrusted text may not do, and shows it as its source.

    :param lines: of the text that was parsed.
    """

    def __init__(
        self, builder: StandaloneHTMLBuilder, page: _Page, branches: _Branches, view: DraftView, lines: list[str]
    ) -> None:
        self._builder = builder
        self._view = view
        self._outdir = Path(builder.outdir)
        self._address = builder.get_target_uri(page.name)
        self._page = page
        self._branches = branches
        self._top = Path(page.draft.top)
        self._lines = lines
        self._slugs: dict[str, str] = {}
        self._drawn = 0

    def clean(self, document: nodes.document) -> None:
        """Change *document* in place."""
        for node in list(document.findall(nodes.system_message)):
            if node["level"] > 1:
                self._replace(node, [self._refused(node)])
            else:
                node.parent.remove(node)
        for raw in list(document.findall(nodes.raw)):
            text = raw.astext()
            self._replace(raw, [] if _COMMENT.fullmatch(text) else [self._literal(raw, text, "html")])
        for math in [*document.findall(nodes.math), *document.findall(nodes.math_block)]:
            # An extension of the project shows it: one runs LaTeX, and in another a formula can hold a link that runs.
            self._replace(math, [self._literal(math, math.astext(), "latex")])
        for element in document.findall(nodes.Element):
            classes: list[str] = element.get("classes", [])
            element["classes"] = [name for name in classes if _CLASSES.match(name)]
        for kind in (nodes.meta, nodes.decoration, nodes.pending, nodes.comment, nodes.substitution_definition):
            for other in list(document.findall(kind)):
                other.parent.remove(other)
        for problem in list(document.findall(nodes.problematic)):
            self._replace(problem, [nodes.literal("", problem.astext())])
        self._slugs = {item["slug"]: item["ids"][0] for item in document.findall(nodes.section) if item.get("slug")}
        for reference in list(document.findall(nodes.reference)):
            self._link(reference)
        for image in list(document.findall(nodes.image)):
            self._image(image)
        for place, section in enumerate(document.findall(nodes.section)):
            # The writer looks for the number of each section by its id.
            section["ids"] = section["ids"] or [f"dep-section-{place}"]

    def _refused(self, message: nodes.system_message) -> nodes.Node:
        """The source of a directive that was refused: docutils repeats it, MyST only its content."""
        text = "\n".join(block.astext() for block in message.findall(nodes.literal_block))
        line = message.get("line", 0)
        opening = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        if fence := _FENCE.match(opening):
            body = self._lines[line:]
            end = next((place for place, row in enumerate(body) if row.strip().startswith(fence[1])), len(body))
            text = "\n".join([opening, *body[: end + 1]])
        text = text.strip("\n") or message.children[0].astext()
        return self._literal(message, text, "none")

    def _literal(self, node: nodes.Element, text: str, language: str) -> nodes.Node:
        """*text* as code, in the place of *node*."""
        is_inline = isinstance(node.parent, nodes.TextElement)
        return nodes.literal("", text) if is_inline else nodes.literal_block(text, text, language=language)

    def _replace(self, node: nodes.Element, others: list[nodes.Node]) -> None:
        if node.parent is not None:
            node.parent.replace(node, others)

    def _link(self, reference: nodes.reference) -> None:
        """Keep a link to the web, to a place of the page, to another page or file of the branch, or only its text."""
        url = reference.get("refuri", "")
        if url.startswith(SCHEME):
            key, _anchor = split_target(url.removeprefix(SCHEME))
            proposal = self._view.find(key)
            if proposal is not None:
                words = reference.astext() if reference.astext() not in ("", url) else proposal.label
                reference.replace_self(link(proposal, words, self._page.name))
                return
        if not reference.children:
            # Without a text of its own, nothing of it would be left.
            reference += nodes.literal("", url)
        if not url or url.startswith("#"):
            if anchor := self._slugs.get(unquote(url[1:])):
                reference["refuri"] = f"#{anchor}"
            return
        if is_relative(url):
            url = self._relative(url)
            reference["refuri"] = url
        if url_problem(url) and not (url and is_relative(url)):
            self._replace(reference, list(reference.children))

    def _relative(self, url: str) -> str:
        """The address of what a relative link leads to; empty when there is nothing."""
        target, _, anchor = url.partition("#")
        inside = self._inside(target)
        if not inside:
            return ""
        page, draft = self._page, self._page.draft
        place = place_of(page.path, page.inside)
        if name := self._branches.page(draft, place.in_project(inside)):
            uri = self._builder.get_relative_uri(page.name, name)
        elif draft.forge is not None and self._branches.holds(draft, inside):
            uri = draft.forge.file(draft.branch.tip, inside)
        else:
            return ""
        return uri + (f"#{quote(anchor, safe='-._~!$&*+,;=:@/?')}" if anchor else "")

    def _inside(self, uri: str) -> str:
        """The path in the repository of the file *uri*, relative to the page; empty when it is outside."""
        path = unquote(uri.partition("?")[0])
        start = "" if path.startswith("/") else posixpath.dirname(self._page.inside)
        path = posixpath.normpath(posixpath.join(start, path.lstrip("/")))
        return "" if path.startswith("../") or path in ("..", ".") or "\0" in path else path

    def _image(self, image: nodes.image) -> None:
        """Copy an image that the branch holds, or put it into the page; any other becomes its description."""
        uri = image.get("uri", "")
        path = uri.partition("?")[0].lower()
        data = self._blob(uri) if is_relative(uri) and path.endswith((*_IMAGES, _SVG)) else b""
        if data and path.endswith(_SVG):
            self._drawn += len(data)
            if self._drawn <= MAX_SVG_BYTES:
                image["uri"] = f"data:image/svg+xml;base64,{base64.b64encode(data).decode()}"
                return
            data = b""
        if not data:
            text = image.get("alt") or uri
            plain: nodes.Node = nodes.literal("", text)
            self._replace(
                image, [plain if isinstance(image.parent, nodes.TextElement) else nodes.paragraph("", "", plain)]
            )
            return
        name = f"{hashlib.blake2b(data, digest_size=8).hexdigest()}{posixpath.splitext(path)[1]}"
        target = self._outdir / "_images" / f"dep-{name}"
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            write_file(target, data)
        image["uri"] = relative_uri(self._address, f"_images/{target.name}")

    def _blob(self, uri: str) -> bytes:
        """The bytes of the file *uri*, relative to the draft's page, on its branch."""
        path = self._inside(uri)
        if not path:
            return b""
        entry = run_or_nothing(self._top, "ls-tree", "-z", "--full-tree", self._page.draft.branch.tip, "--", path)
        meta = entry.partition(b"\t")[0].split()
        if len(meta) != 3 or not meta[0].startswith(b"100"):
            return b""
        try:
            data = read_blobs(self._top, {meta[2].decode()}).get(meta[2].decode(), b"")
        except GitError:
            return b""
        return data if len(data) <= MAX_IMAGE_BYTES else b""
