"""What other sites show of a link to a proposal: search engines its description, chats and social media a card.

https://ogp.me/ and the ``description`` of https://html.spec.whatwg.org/multipage/semantics.html#standard-metadata-names
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.sphinx.build.domain import domain_of
from sphinxext_dep.sphinx.components.inline import shortened
from sphinxext_dep.sphinx.components.view import View

MAX_DESCRIPTION = 200
"""Characters; search engines and chats show less, and cut it themselves."""

_OPENGRAPH = "sphinxext.opengraph"
_SILENT = ("epub", "singlehtml")
"""Builders whose pages nobody links to one by one."""


def describe(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """``html-page-context``: give a proposal's page a description and a title, each unless somebody else does.

    What the page says of itself comes first. Where sphinxext-opengraph is at work, it writes all tags of OpenGraph, and
    is told the description as a page would tell it: what it would find by itself is the header.
    """
    view = domain_of(app.env).view
    proposal = view.by_docname.get(pagename)
    if proposal is None or doctree is None or app.builder.name in _SILENT:
        return
    own = dict(context.get("meta") or {})
    present = str(context.get("metatags") or "")
    description = shortened(proposal.summary, MAX_DESCRIPTION)
    tags = []
    if description and not _says(present, "name", "description"):
        tags.append(_tag("name", "description", description))
    if _OPENGRAPH in app.extensions:
        if description:
            context["meta"] = {"og:description": description, **own}
    else:
        graph = {"og:title": _title(view, proposal), "og:type": "article", "og:description": description}
        tags += [
            _tag("property", name, text)
            for name, text in graph.items()
            if text and name not in own and not _says(present, "property", name)
        ]
    context["metatags"] = "\n".join(filter(None, (present.rstrip("\n"), *tags))) + "\n"


def _title(view: View, proposal: Proposal) -> str:
    label = view.label(proposal)
    return f"{label}: {proposal.title}" if proposal.number is not None and proposal.title else proposal.title or label


def _says(tags: str, attribute: str, name: str) -> bool:
    return re.search(rf'\b{attribute}="{re.escape(name)}"', tags) is not None


def _tag(attribute: str, name: str, text: str) -> str:
    return f'<meta {attribute}="{name}" content="{escape(" ".join(text.split()))}" />'
