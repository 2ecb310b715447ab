"""``llms.txt``: the proposals for language models and other programs that read text.

The format is that of https://llmstxt.org: a heading, a quotation that says what it is, and lists of links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

from sphinxext_dep.fields import type_of
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import StatusKind
from sphinxext_dep.publish.deps_json import in_order
from sphinxext_dep.publish.site import LLMS, Site, write_file

SIGNATURE = "<!-- written by sphinxext_dep -->"
"""The last line of the file: one without it is another program's, and is kept."""

_HEADINGS = {
    StatusKind.DECIDED: "Decided",
    StatusKind.OPEN: "Under discussion",
    None: "Without a valid status",
    StatusKind.CLOSED: "Not in force",
}
"""The headings, in order, by the kind of the status."""

_MAX_SUMMARY = 300
"""Characters of a summary."""

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")


def write(site: Site, outdir: Path) -> None:
    """Write the file into *outdir* if it would change."""
    write_file(outdir / LLMS, "\n".join(_lines(site)).encode("utf-8", "replace"))


def _lines(site: Site) -> Iterator[str]:
    schema = site.schema
    yield f"# {_text(site.name)}: proposals"
    yield ""
    yield (
        f"> The {_text(schema.prefix)} proposals of {_text(site.name)}, each with its status and the address of its"
        " source. A status in parentheses before a title means that the proposal is not in force."
    )
    by_kind: dict[StatusKind | None, list[str]] = {kind: [] for kind in _HEADINGS}
    for proposal in in_order(site.judgement.catalog):
        kind = schema.statuses[proposal.status].kind if proposal.status else None
        by_kind[kind].append(_entry(proposal, kind, site))
    for kind, entries in by_kind.items():
        if entries:
            yield ""
            yield f"## {_HEADINGS[kind]}"
            yield ""
            yield from entries
    yield ""
    yield SIGNATURE
    yield ""


def _entry(proposal: Proposal, kind: StatusKind | None, site: Site) -> str:
    catalog = site.judgement.catalog
    status = _text(proposal.status or proposal.status_raw)
    label = ": ".join(filter(None, (_text(catalog.label(proposal)), _text(proposal.title))))
    name = f"({status}) {label}" if kind is StatusKind.CLOSED else label
    address = site.source_of(proposal.path) or site.url_of(proposal.path)
    if address is not None:
        name = f"[{name}]({urljoin(site.base_url, address)})"
    notes = [_state(proposal, status, site), _summary(proposal.summary)]
    return f"- {name}: {' '.join(filter(None, notes))}" if any(notes) else f"- {name}"


def _state(proposal: Proposal, status: str, site: Site) -> str:
    """The status as a sentence, with the proposals that it requires, as in ``Replaced (Replaced By: DEP-0007)``."""
    schema, catalog = site.schema, site.judgement.catalog
    required = schema.statuses[proposal.status].requires if proposal.status else ()
    fields = [schema.fields[key] for key in required if key in schema.fields]
    relations = [
        f"{field.label}: {', '.join(texts)}"
        for field in fields
        if type_of(field).is_relation and (texts := type_of(field).texts(proposal, field, catalog))
    ]
    remark = f" ({_text('; '.join(relations))})" if relations else ""
    return f"{status}{remark}." if status else ""


def _summary(text: str) -> str:
    words = " ".join(text.split())
    return _text(words if len(words) <= _MAX_SUMMARY else f"{words[:_MAX_SUMMARY].rsplit(' ', 1)[0]} …")


def _text(text: str) -> str:
    """*text* on one line as Markdown, without control characters."""
    line = "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
    return _SPECIAL.sub(r"\\\1", line)
