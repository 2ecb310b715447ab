"""Proposals that are not merged, in a build: a view of them, and a page for each.

A draft's page is no document of Sphinx: nothing is written into the source directory, no toctree holds it, and Sphinx's
own search does not see it. It is made from git's objects in the event ``html-collect-pages``.

Anyone can open a pull request, so the text is untrusted. docutils reads it by itself, with its own directives and roles
only (:func:`docutils_alone`), without raw output and without access to files. What docutils refuses, and what Sphinx
would have to run, is shown as its source.
"""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Parser as RstParser
from docutils.parsers.rst import directives, roles
from myst_parser.parsers.docutils_ import Parser as MystParser
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from sphinxext_dep.check.unmerged import Draft, Place, Unmerged, list_drafts, read_unmerged
from sphinxext_dep.config.load import UnmergedSettings
from sphinxext_dep.fields.links import is_relative, url_problem
from sphinxext_dep.history.git import GitError, read_blobs, run_or_nothing
from sphinxext_dep.markup.markdown import front_matter_end
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.query import Context
from sphinxext_dep.sphinx.build.project import Project
from sphinxext_dep.sphinx.components.banner import show_alerts, take_banners
from sphinxext_dep.sphinx.components.items import Item, LinkItem, ProposalItem, ProposalLink, TextItem, quoted
from sphinxext_dep.sphinx.components.view import View
from sphinxext_dep.sphinx.html.nodes import Block
from sphinxext_dep.sphinx.html.words import _, term

logger = logging.getLogger(__name__)

DIRECTORY = "unmerged"
"""The directory of the pages of drafts in the output."""

MAX_IMAGE_BYTES = 8 * 1024 * 1024
"""Larger images of a draft are not copied."""

_FENCE = re.compile(r"\s*(`{3,}|~{3,}|:{3,})")
_NOT_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
"""Suffixes of images that are copied. An SVG can hold a script, which runs when somebody opens it by itself."""
_SETTINGS = {
    "raw_enabled": False,
    "file_insertion_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "_disable_config": True,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "smart_quotes": False,
    "myst_heading_anchors": 6,
    "myst_suppress_warnings": ["myst"],
}


class DraftView(View):
    """The proposals that are not merged, as components see them.

    A page of the same path may be on several branches, so that each record has the name of its branch in its path.

    :param home: the view of the merged proposals.
    :param builder: only builders of HTML with a page for each document have pages of drafts.
    """

    def __init__(self, home: View, unmerged: Unmerged, settings: UnmergedSettings, builder: Builder) -> None:
        listing = list_drafts(unmerged, home.schema, settings)
        docnames = {name: page_name(draft) for name, draft in listing.drafts.items()}
        super().__init__(listing.judgement, home.schema, docnames, home.today)
        self.drafts = listing.drafts
        self._key = f"{unmerged.key} {settings.pull_request_url} {settings.branch_url}"
        self.settings = settings
        self._origins_of = listing.origins
        self._builder = builder if isinstance(builder, StandaloneHTMLBuilder) and builder.name != "singlehtml" else None

    @cached_property
    def context(self) -> Context:
        """See :attr:`View.context`."""
        return Context(self.today, self.judgement.invalid, lambda: self.history, self._origins_of)

    @cached_property
    def changing(self) -> dict[str, list[Proposal]]:
        """See :attr:`View.changing`."""
        found: dict[str, list[Proposal]] = {}
        for name, draft in self.drafts.items():
            if draft.changes:
                found.setdefault(draft.changes, []).append(self.catalog.by_path[name])
        return found

    @property
    def digest(self) -> str:
        """Changes whenever a draft could."""
        return self._key

    def branch_url(self, path: str) -> str:
        """See :meth:`View.branch_url`."""
        return self.drafts[path].url(self.settings)

    def link(self, proposal: Proposal) -> ProposalLink:
        """A link to the page of a draft, else to its pull request."""
        if self._builder is not None:
            return super().link(proposal)
        url = self.drafts[proposal.path].url(self.settings)
        return msgspec.structs.replace(super().link(proposal), docname="", url=url)

    def items(self, proposal: Proposal, key: str) -> list[Item]:
        """The cell of a column; behind the title is the branch, so that nobody takes the draft for merged."""
        draft = self.drafts[proposal.path]
        if key == "title":
            return [ProposalItem(self.link(proposal), proposal.title), *self.items(proposal, "ref")]
        if key == "ref":
            url = draft.url(self.settings)
            return [LinkItem(url, draft.branch.name) if url else TextItem(draft.branch.name)]
        return super().items(proposal, key)


def page_name(draft: Draft) -> str:
    """The name of a draft's page in the output: readable, unique, and safe in any file system."""
    readable = _NOT_NAME.sub("-", f"{draft.branch.name}-{posixpath.splitext(draft.proposal.path)[0]}").strip("-.")
    return f"{DIRECTORY}/{readable[:80]}-{hashlib.blake2b(draft.name.encode(), digest_size=3).hexdigest()}"


def read_drafts(app: Sphinx, project: Project, view: View) -> DraftView | None:
    """Read what is not merged; ``None`` when the configuration does not ask for it."""
    settings = project.config.unmerged
    if settings is None:
        return None
    pages = app.env.get_domain("dep").data["pages"]
    unmerged = read_unmerged(
        project.config, pages.values(), project.rules, view.today, Path(app.doctreedir) / "dep-drafts"
    )
    for note in unmerged.notes:
        logger.info("dep: %s", note)
    return DraftView(view, unmerged, settings, app.builder)


# --- pages ------------------------------------------------------------------------------------------------------------


def draft_pages(app: Sphinx, view: DraftView) -> Iterator[tuple[str, dict[str, Any], str]]:
    """``html-collect-pages``: the page of each draft."""
    if not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    drafts = list(view.drafts.items())
    _remove_old(app.builder, view)
    # The builder sets these for each document that it writes; of a build that writes none it has none.
    vars(app.builder).update(secnumbers={}, fignumbers={}, imgpath="", dlpath="")
    wanted: dict[str, set[str]] = {}
    for _path, draft in drafts:
        wanted.setdefault(draft.top, set()).update(blob for blob in (draft.blob, _old_blob(draft)) if blob)
    texts: dict[str, bytes] = {}
    for top, blobs in wanted.items():
        # What a damaged repository has lost is shown as an empty page.
        with contextlib.suppress(GitError):
            texts |= read_blobs(Path(top), blobs)
    for path, draft in drafts:
        text = _without_header(draft, texts.get(draft.blob, b"").decode("utf-8", "replace"))
        document = _document(view.schema.markup_of(draft.proposal.path), text)
        _Safe(app, draft, Path(draft.top), view.docnames[path], text.splitlines()).clean(document)
        remark = _adopt_banners(document, draft, view)
        body = nodes.section("", *_banner(draft, view, path, remark), *_split(document), ids=["dep-draft"])
        if old := texts.get(_old_blob(draft)):
            body += _changes(old.decode("utf-8", "replace"), texts[draft.blob].decode("utf-8", "replace"))
        fragment = app.builder.render_partial(body)["fragment"]
        title = draft.title
        context = {
            "title": title,
            "body": fragment,
            "metatags": '<meta name="robots" content="noindex" />',
            "display_toc": False,
            "dep_draft": True,
        }
        yield view.docnames[path], context, "page.html"


def _remove_old(builder: StandaloneHTMLBuilder, view: DraftView) -> None:
    """Remove the pages of drafts that are merged now, or gone."""
    wanted = {Path(builder.get_outfilename(name)) for name in view.docnames.values()}
    for file in (Path(builder.outdir) / DIRECTORY).rglob("*.html"):
        if file not in wanted:
            with contextlib.suppress(OSError):
                file.unlink()


def _old_blob(draft: Draft) -> str:
    changed = next((file for file in draft.branch.files if file.blob == draft.blob), None)
    return changed.old_blob if changed is not None else ""


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
    url = draft.url(view.settings)
    name = draft.branch.name
    where = _("pull request %s") % draft.branch.pull if draft.branch.pull is not None else _("branch %s") % name
    paragraph = nodes.paragraph("", "", nodes.strong("", _("Not merged")), nodes.Text(": "))
    paragraph += nodes.reference("", where, refuri=url, internal=False) if url else nodes.Text(where)
    paragraph += nodes.Text(_(", last changed on %s") % draft.changed)
    banner = Block("", paragraph, classes=["dep-banner", "dep-unmerged", "dep-orange", "dep-kind-open"])
    places = {
        Place.OTHER: _("The page is not among the proposals."),
        Place.TEMPLATE: _("The page is a template, edited."),
    }
    lines = [places[draft.place]] if draft.place in places else []
    if not draft.has_header:
        lines.append(_("The page has no header."))
    if draft.changes:
        lines.append(_("It changes %s.") % draft.changes)
    if draft.companions:
        lines.append(_("The branch also brings: %s.") % ", ".join(draft.companions))
    if draft.elsewhere:
        lines.append(_("The same page is on: %s.") % ", ".join(draft.elsewhere))
    banner += [nodes.paragraph("", line) for line in lines]
    if remark:
        banner += Block("", *remark, classes=["dep-banner-remark"])
    box = Block("", banner, classes=["dep-header"])
    fields = nodes.field_list(classes=["dep-fields"])
    proposal = view.catalog.by_path[path]
    for field in view.schema.fields.values():
        value = proposal.fields.get(field.key)
        if value is not None and value.raw.strip():
            text = nodes.paragraph("", " ".join(value.raw.split()))
            fields += nodes.field("", nodes.field_name("", term(field.label)), nodes.field_body("", text))
    if len(fields):
        box += Block("", fields, classes=["dep-facts"])
    if draft.diagnostics:
        messages = (quoted(f"{item.code} {item.message}; {item.help}") for item in draft.diagnostics)
        items = nodes.bullet_list("", *(nodes.list_item("", nodes.paragraph("", "", *text)) for text in messages))
        box += Block("", nodes.paragraph("", _("To do before merging")), items)
    return [nodes.title("", draft.title), box]


def _changes(old: str, new: str) -> nodes.section:
    diff = "\n".join(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2))
    code = nodes.literal_block(diff, diff, language="diff", force=True, linenos=False)
    return nodes.section("", nodes.title("", _("Changes")), code, ids=["changes"])


# --- reading untrusted text -------------------------------------------------------------------------------------------


@contextlib.contextmanager
def docutils_alone() -> Iterator[None]:
    """Hide the directives and roles that Sphinx and its extensions have registered.

    docutils keeps one table of them in a process. Some of Sphinx's read files (``literalinclude``, ``download``),
    others run programs, and all expect to be inside a build.
    """
    kept = [(table, dict(table)) for table in (vars(directives)["_directives"], vars(roles)["_roles"])]
    try:
        for table, _content in kept:
            table.clear()
        yield
    finally:
        for table, content in kept:
            table.clear()
            table.update(content)


def _document(markup: Markup, text: str) -> nodes.document:
    """The doctree of a draft.

    :param text: without its header.
    """
    is_rst = markup is Markup.RST
    with docutils_alone():
        try:
            return publish_doctree(text, parser=RstParser() if is_rst else MystParser(), settings_overrides=_SETTINGS)
        except Exception:
            document = publish_doctree("", settings_overrides=_SETTINGS)
            document += nodes.literal_block(text, text, language="none")
            return document


def _without_header(draft: Draft, text: str) -> str:
    """*text* without its header, which is shown apart, and without front matter, which can configure MyST."""
    span = draft.proposal.header_span
    if span is not None and not span.is_beside:
        text = text[: span.start] + text[span.end :]
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

    :param page: the name of the page, for links from it.
    :param lines: of the text that was parsed.
    """

    def __init__(self, app: Sphinx, draft: Draft, top: Path, page: str, lines: list[str]) -> None:
        assert isinstance(app.builder, StandaloneHTMLBuilder)
        self._outdir = Path(app.outdir)
        self._address = app.builder.get_target_uri(page)
        self._draft = draft
        self._top = top
        self._lines = lines

    def clean(self, document: nodes.document) -> None:
        """Change *document* in place."""
        for node in list(document.findall(nodes.system_message)):
            if node["level"] > 1:
                self._replace(node, [self._refused(node)])
            else:
                node.parent.remove(node)
        for raw in list(document.findall(nodes.raw)):
            self._replace(raw, [self._literal(raw, raw.astext(), "html")])
        for kind in (nodes.meta, nodes.decoration, nodes.pending, nodes.comment, nodes.substitution_definition):
            for other in list(document.findall(kind)):
                other.parent.remove(other)
        for problem in list(document.findall(nodes.problematic)):
            self._replace(problem, [nodes.literal("", problem.astext())])
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
        text = text.strip("\n") or message.astext()
        return self._literal(message, text, "none")

    def _literal(self, node: nodes.Element, text: str, language: str) -> nodes.Node:
        """*text* as code, in the place of *node*."""
        is_inline = isinstance(node.parent, nodes.TextElement)
        return nodes.literal("", text) if is_inline else nodes.literal_block(text, text, language=language)

    def _replace(self, node: nodes.Element, others: list[nodes.Node]) -> None:
        if node.parent is not None:
            node.parent.replace(node, others)

    def _link(self, reference: nodes.reference) -> None:
        """Keep a link to the web, to a place of the page, or nothing but its text."""
        url = reference.get("refuri", "")
        if not url or url.startswith("#"):
            return
        if is_relative(url) or url_problem(url):
            self._replace(reference, list(reference.children))

    def _image(self, image: nodes.image) -> None:
        """Copy an image that the branch holds; any other becomes its description."""
        uri = image.get("uri", "")
        data = self._blob(uri) if is_relative(uri) and uri.lower().endswith(_IMAGES) else b""
        if not data:
            text = image.get("alt") or uri
            plain: nodes.Node = nodes.literal("", text)
            self._replace(
                image, [plain if isinstance(image.parent, nodes.TextElement) else nodes.paragraph("", "", plain)]
            )
            return
        name = f"{hashlib.blake2b(data, digest_size=8).hexdigest()}{posixpath.splitext(uri)[1].lower()}"
        target = self._outdir / "_images" / f"dep-{name}"
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        image["uri"] = relative_uri(self._address, f"_images/{target.name}")

    def _blob(self, uri: str) -> bytes:
        """The bytes of the file *uri*, relative to the draft's page, on its branch."""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self._draft_path), uri.partition("?")[0]))
        if path.startswith(("../", "/")):
            return b""
        entry = run_or_nothing(self._top, "ls-tree", "-z", "--full-tree", self._draft.branch.tip, "--", path)
        meta = entry.partition(b"\t")[0].split()
        if len(meta) != 3 or not meta[0].startswith(b"100"):
            return b""
        try:
            data = read_blobs(self._top, {meta[2].decode()}).get(meta[2].decode(), b"")
        except GitError:
            return b""
        return data if len(data) <= MAX_IMAGE_BYTES else b""

    @property
    def _draft_path(self) -> str:
        """The path of the page below the top of the repository."""
        found = next((file.path for file in self._draft.branch.files if file.blob == self._draft.blob), "")
        return found or self._draft.proposal.path
