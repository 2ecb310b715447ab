"""Banners in the text of a proposal, as nodes: what a status banner says beside the status, and GitHub's alerts.

The parsers of MyST and docutils read them as they read any text, so that markup and links are theirs. Only then what
:mod:`sphinxext_dep.headers.banner` has found in the text is looked for among the nodes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docutils import nodes

from sphinxext_dep.headers.banner import ALERT, Words, first_words
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Schema

_ALERTS: dict[str, type[nodes.Element]] = {
    "note": nodes.note,
    "tip": nodes.tip,
    "important": nodes.important,
    "warning": nodes.warning,
    "caution": nodes.caution,
}


def take_banners(document: nodes.document, proposal: Proposal, schema: Schema) -> list[nodes.Node]:
    """Take the status banners of *proposal* out of *document*; the rest of what their authors wrote is returned."""
    found: list[nodes.Node] = []
    left = len(proposal.banners)
    in_quotes = schema.markup_of(proposal.path) is Markup.MARKDOWN
    for node in list(_head(document)) if left else ():
        if isinstance(node, nodes.block_quote) and not in_quotes:
            continue
        if left and (words := _words(node, schema)):
            left -= 1
            found += _rest(document, node, words, proposal)
            node.parent.remove(node)
    return found


def show_alerts(document: nodes.document) -> None:
    """Turn the alerts of a Markdown page into admonitions: quotations that begin with a line such as ``[!NOTE]``.

    As on GitHub, one within a list or another quotation is none.
    """
    for quote in list(document.findall(nodes.block_quote)):
        first = quote.next_node(nodes.paragraph, descend=True)
        if not isinstance(quote.parent, (nodes.document, nodes.section)) or first is None or first.parent is not quote:
            continue
        match = ALERT.match(first.astext())
        mark = next((text for text in first.findall(nodes.Text) if text.astext()), None)  # MyST leaves empty texts
        if match is None or mark is None or mark.parent is not first:
            continue  # in bold or in code it is text, on GitHub too
        if not (match[0].endswith("\n") or match.end() == len(first.astext())):
            continue
        if match.end() == len(first.astext()) and len(quote.children) == 1:
            continue  # nothing but the mark: that is text, on GitHub too
        _cut(first, [(0, match.end())])
        if not first.children:
            quote.remove(first)
        alert = _ALERTS[match["kind"].lower()]("", *quote.children, classes=quote["classes"], ids=quote["ids"])
        alert.source, alert.line = quote.source, quote.line
        quote.replace_self(alert)


def _head(document: nodes.document) -> Iterator[nodes.Element]:
    """The nodes above the first section, but for the title."""
    for node in document.children:
        if not isinstance(node, nodes.section):
            yield from (node,) if isinstance(node, nodes.Element) else ()
            continue
        for inner in node.children:
            if isinstance(inner, nodes.section):
                return
            if isinstance(inner, nodes.Element):
                yield inner
        return


def _opening(node: nodes.Element) -> tuple[nodes.Element, int] | None:
    """The text that a banner or an admonition begins with, and how much of it is the mark of an alert."""
    children = [child for child in node.children if isinstance(child, nodes.Element)]
    if not isinstance(node, (nodes.Admonition, nodes.block_quote)) or not children:
        return None
    first = children[0]
    if not isinstance(node, nodes.block_quote):
        return first, 0
    match = ALERT.match(first.astext())
    if match is None:
        return first, 0
    if match.end() == len(first.astext()) and len(children) > 1:
        return children[1], 0
    return first, match.end()


def _words(node: nodes.Element, schema: Schema) -> Words | None:
    """The first words of a status banner; ``None`` if *node* is none."""
    opening = _opening(node)
    if opening is None or not isinstance(opening[0], (nodes.paragraph, nodes.title)):
        return None
    return first_words(opening[0].astext(), schema, opening[1])


def _rest(document: nodes.document, node: nodes.Element, words: Words, proposal: Proposal) -> list[nodes.Node]:
    """The content of a banner without the status, unless it is another one than the header's."""
    opening = _opening(node)
    assert opening is not None
    first, mark = opening
    _cut(first, [(0, words.rest)] if words.status == proposal.status else [(0, mark)])
    content = [child for child in node.children if child is first or not _is_mark(child)]
    if isinstance(first, nodes.title):
        content[0] = nodes.paragraph("", "", *first.children)
    if not content[content.index(first) if first in content else 0].children:
        content.remove(first if first in content else content[0])
    if node["ids"]:
        target = nodes.target("", "", ids=node["ids"], names=node["names"])
        document.ids.update(dict.fromkeys(node["ids"], target))
        content.insert(0, target)
    return content


def _is_mark(node: nodes.Node) -> bool:
    return isinstance(node, nodes.paragraph) and ALERT.fullmatch(node.astext()) is not None


def _cut(node: nodes.Element, ranges: Sequence[tuple[int, int]]) -> None:
    """Remove *ranges* of characters from the text of *node*, and the markup around nothing. Links stay whole."""
    position = 0
    for text in list(node.findall(nodes.Text)):
        start, position = position, position + len(text)
        kept = "".join(
            char for place, char in enumerate(text, start) if not any(first <= place < last for first, last in ranges)
        )
        # MyST leaves empty texts, too.
        if (kept == text and kept) or _in_link(text, node):
            continue
        parent = text.parent
        if kept:
            parent.replace(text, nodes.Text(kept))
            continue
        parent.remove(text)
        while parent is not node and not parent.children:
            parent.parent.remove(parent)
            parent = parent.parent


def _in_link(node: nodes.Node, within: nodes.Element) -> bool:
    above = node.parent
    while above is not within:
        if isinstance(above, nodes.reference) or "reftarget" in above:
            return True
        above = above.parent
    return False
