"""Titles and summaries in the words that readers of the pages see: from the parsed pages, not from their text.

Substitutions, roles, quotation marks and translations are what docutils, MyST, Sphinx and the project's extensions made
of them. References are resolved when all pages are known. The record of a page that is kept for programs
(``Proposal.original``) is not translated.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import msgspec
from docutils import nodes
from msgspec.structs import replace
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.ext.ifconfig import ifconfig
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import ReferencesResolver
from sphinx.util import logging
from sphinx.util.docutils import new_document

from sphinxext_dep.check.check import Checked
from sphinxext_dep.headers.page import bare_title
from sphinxext_dep.headers.requirements import requirement_anchor, requirement_title
from sphinxext_dep.markup.plain import html_text, shortened
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Schema, section_key
from sphinxext_dep.sphinx.build.domain import Conditions, conditions, domain_of
from sphinxext_dep.sphinx.build.reading import noted_place
from sphinxext_dep.sphinx.html.nodes import MENTION_STATUS, every

_KEY = "sphinxext_dep.words"
_DEEPEST = 2
"""The level of sections in which a proposal's sections are: beside its title, or directly below it."""


class Words(msgspec.Struct, frozen=True):
    """The title of a page, or a paragraph. Kept in the environment.

    :param content: its words, or its node, if there are references in it.
    :param conditions: those on which it is shown.
    """

    content: Any
    conditions: Conditions = ()
    is_translated: bool = False


class PageWords(msgspec.Struct, frozen=True):
    """The words that a proposal's page shows.

    :param title: ``None`` when the page has no heading for it: it is that of the header, which no parser sees.
    :param summary: the paragraphs of the opening section, up to the first that every build has; ``None`` when the page
        does not have that section.
    :param requirements: the headings of requirements, by their anchors.
    """

    title: Words | None
    summary: tuple[Words, ...] | None
    requirements: dict[str, Words] = {}

    @property
    def has_references(self) -> bool:
        """Whether any of the words depend on other pages."""
        parts = (self.title, *(self.summary or ()), *self.requirements.values())
        return any(part is not None and not isinstance(part.content, str) for part in parts)


class NoteNodes(SphinxTransform):
    """Notes which nodes of a proposal's page are its title and its summary, while headings have their own language."""

    # Before translations, at 20.
    default_priority = 15

    def apply(self, **kwargs: object) -> None:
        """Change nothing."""
        domain = domain_of(self.env)
        checked = domain.data["pages"].get(self.env.docname)
        if checked is None or _KEY in self.env.temp_data:
            return
        proposal = checked.proposal
        sections = [node for node in every(self.document, nodes.section) if node.next_node(nodes.title) is not None]
        title = None
        # MyST may have made the first heading of the title in the front matter; with two, the record has the other.
        is_made = bool(sections) and (sections[0].line or 0) <= noted_place(self.env).behind
        if sections and is_made != proposal.has_heading:
            title = sections.pop(0).next_node(nodes.title)
        schema = domain.project_of(self.env.docname).schema
        opening = next((section for section in sections if _opens(section, schema)), None)
        paragraphs = None if opening is None else list(_paragraphs(opening))
        headings = [section[0] for section in sections if proposal.requirements]
        requirements = {requirement_anchor(heading.astext(), schema): heading for heading in headings}
        self.env.temp_data[_KEY] = (title, paragraphs, requirements)


def _opens(section: nodes.section, schema: Schema) -> bool:
    """Whether *section* is the one that says what is proposed."""
    level, above = 1, section.parent
    while isinstance(above, nodes.section):
        level, above = level + 1, above.parent
    heading = section.next_node(nodes.title)
    definition = schema.section_names.get(section_key(heading.astext())) if heading is not None else None
    return level <= _DEEPEST and definition is not None and definition.name == schema.opening_section


def _paragraphs(parent: nodes.Element) -> Iterator[nodes.paragraph]:
    for child in parent.children:
        if isinstance(child, nodes.paragraph):
            yield child
        elif isinstance(child, (nodes.section, addnodes.only, ifconfig)):
            yield from _paragraphs(child)


def note_words(app: Sphinx, doctree: nodes.document) -> None:
    """``doctree-read``: keep the words of the nodes that were noted, translated and with substitutions replaced."""
    noted = app.env.temp_data.pop(_KEY, None)
    if noted is None:
        return
    title, paragraphs, requirements = noted
    summary = None
    if paragraphs is not None:
        kept: list[Words] = []
        for paragraph in paragraphs:
            words = _words(paragraph)
            if plain(paragraph).strip():
                kept.append(words)
                if not words.conditions:
                    break
        summary = tuple(kept)
    headings = {anchor: _words(heading) for anchor, heading in requirements.items() if anchor}
    shown = PageWords(None if title is None else _words(title), summary, headings)
    domain_of(app.env).data["words"][app.env.docname] = shown


def _words(node: nodes.Element) -> Words:
    content: Any = " ".join(plain(node).split())
    if every(node, addnodes.pending_xref):
        content = node.deepcopy()
        for part in every(content, nodes.Node):
            # The page must not be kept with it.
            part.document = None  # type: ignore[assignment]  # docutils does so itself for nodes without a document
    return Words(content, conditions(node), bool(node.get("translated")))


def plain(node: nodes.Element) -> str:
    """The words that readers see of *node*."""
    text = ""
    for child in node.children:
        if isinstance(child, nodes.Text):
            text += child.astext()
        elif isinstance(child, nodes.raw):
            text += html_text(child.astext())
        elif isinstance(child, nodes.image):
            text += child.get("alt", "")
        elif _is_mark(child):
            text = text.rstrip()
        elif isinstance(child, nodes.citation_reference):
            text += f"[{child.astext()}]"
        elif isinstance(child, nodes.Element) and not _is_silent(child):
            text += plain(child)
    return text


def _is_silent(node: nodes.Element) -> bool:
    """Whether *node* has no words: a comment, an entry of the index or a message. A target may be around some."""
    silent = (nodes.Invisible, addnodes.index, nodes.system_message)
    return isinstance(node, silent) and not isinstance(node, nodes.target)


def _is_mark(node: nodes.Node) -> bool:
    """Whether *node* is a mark behind words: of a note at the end of the page, or the status behind a reference."""
    is_status = isinstance(node, nodes.Element) and MENTION_STATUS in node["classes"]
    return is_status or isinstance(node, nodes.footnote_reference)


def as_shown(app: Sphinx, pages: dict[str, Checked], *, resolve: bool = False) -> dict[str, Checked]:
    """*pages*, by document, with the titles and summaries that readers see; the same object where all have them.

    :param resolve: whether to resolve references, which needs a view of all proposals; other words are left alone.
    """
    domain = domain_of(app.env)
    changed = {}
    for docname, words in domain.data["words"].items():
        checked = pages.get(docname)
        if checked is not None and (words.has_references or not resolve):
            proposal = _shown(app, docname, words, checked.proposal, resolve=resolve)
            if proposal != checked.proposal:
                changed[docname] = replace(checked, proposal=proposal)
    return pages | changed if changed else pages


def _shown(app: Sphinx, docname: str, words: PageWords, proposal: Proposal, *, resolve: bool) -> Proposal:
    domain = domain_of(app.env)
    schema = domain.project_of(docname).schema
    title, summary, is_translated = proposal.title, proposal.summary, False
    if words.title is not None:
        text = bare_title(_text(app, docname, words.title, resolve=resolve), proposal.path, schema)
        title, is_translated = text or title, words.title.is_translated
    if words.summary is not None:
        first = next((item for item in words.summary if domain.is_shown(item.conditions)), None)
        summary = shortened(_text(app, docname, first, resolve=resolve)) if first is not None else ""
        is_translated |= first is not None and first.is_translated
    requirements = tuple(
        replace(item, title=requirement_title(_text(app, docname, heading, resolve=resolve), schema))
        if item.has_heading and (heading := words.requirements.get(item.anchor))
        else item
        for item in proposal.requirements
    )
    is_translated |= any(heading.is_translated for heading in words.requirements.values())
    original = proposal if is_translated and not resolve else proposal.original
    return replace(proposal, title=title, summary=summary, original=original, requirements=requirements)


def _text(app: Sphinx, docname: str, words: Words, *, resolve: bool) -> str:
    if isinstance(words.content, str):
        return words.content
    node = words.content
    if resolve:
        node = _resolved(app, docname, node)
    return " ".join(plain(node).split())


def _resolved(app: Sphinx, docname: str, node: nodes.Element) -> nodes.Element:
    """*node* with its references as this builder resolves them, in a document of its own."""
    env = app.env
    document = new_document("")
    document.settings.env = env
    document += node.deepcopy()
    for reference in every(document, addnodes.pending_xref):
        if reference["reftype"] == "numref":
            # Sphinx counts figures later.
            reference.replace_self(reference.children)
    resolvers = [each for each in app.registry.get_post_transforms() if issubclass(each, ReferencesResolver)]
    # Whatever cannot be resolved is reported when the page is written.
    with _reading(env, docname), logging.suppress_logging():
        for resolver in sorted(resolvers, key=lambda each: each.default_priority):
            resolver(document).apply()
    return document


@contextlib.contextmanager
def _reading(env: BuildEnvironment, docname: str) -> Iterator[None]:
    before = env.current_document.docname
    env.current_document.docname = docname
    try:
        yield
    finally:
        env.current_document.docname = before


def setup(app: Sphinx) -> None:
    """Register the transform, and the event that follows it."""
    app.add_transform(NoteNodes)
    app.connect("doctree-read", note_words)
