"""``dep-graph``: the relations of proposals, drawn where Graphviz is installed, and as a list in any case.

Graphs are SVG inside the page in HTML, and a PDF beside the document in LaTeX. Graphviz is run here and not by
``sphinx.ext.graphviz`` (see ``deps/0018-graph.md``). Only the geometry of its output is used. Links, classes and
words are put in by us, so that nothing in a title can become markup, and colours are those of the page.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Any, ClassVar
from xml.etree import ElementTree

import msgspec
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from sphinxext_dep.history.git import find_program
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.numbers import normalise_key
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.publish.site import write_file
from sphinxext_dep.query.filters import DEFAULT_ORDER, Filter, sort
from sphinxext_dep.sphinx.build.project import explaining
from sphinxext_dep.sphinx.components.base import ChoosingDirective
from sphinxext_dep.sphinx.components.items import (
    ProposalLink,
    StatusModel,
    badge,
    caption,
    empty_paragraph,
    linked,
    missing_proposal,
    shortened,
    tooltip,
)
from sphinxext_dep.sphinx.components.view import Consumer, View
from sphinxext_dep.sphinx.html.nodes import Block, Fold, skip
from sphinxext_dep.sphinx.html.words import _, ngettext, term

MAX_NODES, MAX_EDGES = 300, 600
"""More are not drawn: a reader could not find anything in the picture."""

MANY = 50
"""Of more proposals only the numbers are in the boxes, and a legend beside the drawing says the rest."""

_STROKES = ("solid", "dashed", "dotted")
"""The lines of the relations where only the legend names them; more than three kinds have names on all lines."""


class GraphModel(msgspec.Struct, frozen=True):
    """Everything that a graph shows.

    :param proposals: those that have relations, in order; edges name them by their places.
    :param alone: how many were chosen and have no relations with the others.
    :param drawn: whether Graphviz is there.
    :param unknown: what was asked for, when there is no such proposal.
    :param legend: the statuses of the proposals, where their boxes have no room for the words.
    """

    proposals: list[ProposalLink]
    edges: list[EdgeModel]
    center: int | None
    alone: int
    drawn: bool
    caption: str
    empty: str
    unknown: str
    legend: list[StatusModel]


class Graph(Consumer, frozen=True, tag="graph", kw_only=True):
    """The relations among the proposals that a filter chooses, or around one.

    :param key: the proposal in the middle, normalised; empty for all that the filter chooses.
    :param depth: how many relations away from it a proposal may be.
    """

    is_drawing: ClassVar[bool] = True

    filter: Filter
    key: str = ""
    depth: int = 1
    caption: str = ""
    empty: str = ""

    def model(self, view: View) -> GraphModel:
        """See :meth:`Consumer.model`."""
        middle = view.catalog.resolve(self.key) if self.key else None
        everything = [] if self.key else list(view.catalog.proposals)
        around = self._around(view, middle) if middle is not None else everything
        chosen = [item for item in around if item is middle or self.filter.matches(item, view.context)]
        chosen = sort(chosen, DEFAULT_ORDER, view.schema)
        edges = _edges(view, chosen)
        related = {place for edge in edges for place in (edge.source, edge.target)}
        kept = [place for place, item in enumerate(chosen) if place in related or item is middle]
        places = {old: new for new, old in enumerate(kept)}
        found = {view.status(chosen[place]): None for place in kept} if len(kept) > MANY else {}
        order = [view.known_status(name) for name in view.schema.statuses]
        return GraphModel(
            proposals=[view.link(chosen[place]) for place in kept],
            edges=[EdgeModel(places[edge.source], places[edge.target], edge.label, edge.mutual) for edge in edges],
            center=next((new for new, old in enumerate(kept) if chosen[old] is middle), None),
            alone=len(chosen) - len(kept),
            drawn=view.draws,
            caption=self.caption,
            empty=self.empty,
            unknown=self.key if self.key and middle is None else "",
            legend=sorted(found, key=lambda status: order.index(status) if status in order else len(order)),
        )

    def _around(self, view: View, middle: Proposal) -> list[Proposal]:
        """The proposals that are not farther than *depth* from *middle*."""
        found = {middle.path: middle}
        edge = [middle]
        for _step in range(self.depth):
            next_edge = []
            for proposal in edge:
                for other in _neighbours(view, proposal):
                    if other.path not in found:
                        found[other.path] = other
                        next_edge.append(other)
            if not next_edge:
                break
            edge = next_edge
        return list(found.values())

    def render(self, model: GraphModel) -> list[nodes.Node]:
        """See :meth:`Consumer.render`."""
        box = Block(classes=["dep-graph"], label=model.caption or _("Relations between proposals"))
        if model.unknown:
            box += missing_proposal(model.unknown)
            return [box]
        if model.caption:
            box += caption(model.caption)
        if not model.edges:
            box += empty_paragraph(model.empty or _("No relations."))
            return [box]
        listing: nodes.Element = self._list(model)
        if model.drawn and len(model.proposals) <= MAX_NODES and len(model.edges) <= MAX_EDGES:
            if model.legend:
                box += self._legend(model)
            box += Drawing(proposals=model.proposals, edges=model.edges, center=model.center)
            listing = Fold("", listing, summary=_("The same as a list"))
        elif model.drawn:
            box += empty_paragraph(_("There are too many to be drawn."))
        box += listing
        if model.alone and not self.key:
            words = ngettext("%d proposal has no relations.", "%d proposals have no relations.", model.alone)
            box += empty_paragraph(words % model.alone)
        return [box]

    def _legend(self, model: GraphModel) -> nodes.Element:
        """The statuses by their colours, and the relations by their lines."""
        legend = nodes.paragraph("", "", classes=["dep-legend"])
        for status in model.legend:
            legend += [badge(status), nodes.Text(" ")]
        labels = _labels(model.edges)
        for label, stroke in zip(labels, _STROKES, strict=False):
            if len(labels) <= len(_STROKES):
                legend += nodes.inline("", label, classes=["dep-relation", f"dep-{stroke}"])
                legend += nodes.Text(" ")
        return legend

    def _list(self, model: GraphModel) -> nodes.Element:
        """Each proposal with the relations that it states: every relation once."""
        stated: dict[int, dict[str, list[int]]] = {}
        for edge in model.edges:
            stated.setdefault(edge.source, {}).setdefault(edge.label, []).append(edge.target)
        listing = nodes.bullet_list(classes=["dep-list"])
        for place, shown in enumerate(model.proposals):
            item = nodes.list_item("", nodes.paragraph("", "", *linked(shown, self.docname)))
            below = nodes.bullet_list()
            for label, targets in stated.get(place, {}).items():
                line = nodes.paragraph("", f"{label}: ")
                for number, target in enumerate(targets):
                    line += [nodes.Text(", ")] if number else []
                    line += linked(model.proposals[target], self.docname)
                below += nodes.list_item("", line)
            if len(below):
                item += below
            listing += item
        return listing

    def complain(self, view: View) -> list[Diagnostic]:
        """See :meth:`Consumer.complain`."""
        if not self.key or view.catalog.resolve(self.key) is not None:
            return []
        return [self.unknown_proposal(self.key, view)]


def _neighbours(view: View, proposal: Proposal) -> Iterable[Proposal]:
    for field in view.schema.relation_fields:
        yield from (target for _reference, target in view.catalog.forward(proposal, field.key) if target is not None)
        yield from view.catalog.reverse(proposal, field.key)


def _drawn_as(schema: Schema) -> dict[str, tuple[str, bool, bool]]:
    """Key of a relation → its label, whether it is drawn backwards, whether it has no direction.

    A relation and its inverse are one: *B replaced by A* is drawn as *A replaces B*.
    """
    shapes: dict[str, tuple[str, bool, bool]] = {}
    for field in schema.relation_fields:
        if field.inverse and field.inverse != field.key and field.inverse in shapes:
            label, backwards, mutual = shapes[field.inverse]
            shapes[field.key] = (label, not backwards, mutual)
        else:
            shapes[field.key] = (term(field.label), False, field.inverse == field.key)
    return shapes


def _edges(view: View, chosen: list[Proposal]) -> list[EdgeModel]:
    """Every relation among *chosen* once, in order. A proposal that names itself is an error and no relation."""
    places = {proposal.path: place for place, proposal in enumerate(chosen)}
    shapes = _drawn_as(view.schema)
    found: dict[EdgeModel, None] = {}
    for proposal in chosen:
        for key, (label, backwards, mutual) in shapes.items():
            for _reference, target in view.catalog.forward(proposal, key):
                if target is None or target is proposal or target.path not in places:
                    continue
                ends = (places[proposal.path], places[target.path])
                source, goal = sorted(ends) if mutual else reversed(ends) if backwards else ends
                found[EdgeModel(source, goal, label, mutual)] = None
    return sorted(found, key=lambda edge: (edge.source, edge.target))


logger = logging.getLogger(__name__)

TIMEOUT = 20
"""Seconds after which a graph is not drawn."""

_LINE, _TITLE = 24, 66
"""Characters of a line, and of a title, in a box."""

PAPER = {"grey": "#eceeef", "blue": "#e2edf9", "green": "#e2f0e6", "teal": "#deefee", "purple": "#efe7f8",
          "orange": "#f8ecdf", "red": "#f8e3e3"}  # fmt: skip
EDGE = {"grey": "#7a828e", "blue": "#2f7fd6", "green": "#2f9150", "teal": "#168a88", "purple": "#8a53cc",
         "orange": "#d07a17", "red": "#cf3a3a"}  # fmt: skip
"""For print; on a page colours come from its style sheets."""

_SHAPES = {"open": 'shape=box style="filled,rounded,dashed"', "decided": 'shape=box style="filled,rounded"',
           "closed": 'shape=box style="filled,diagonals"'}  # fmt: skip
"""By the kind of a status: what is known by its colour is known by its shape, too, and the word is in the box."""

_GEOMETRY = {"path": ("d", "stroke-dasharray"), "polygon": ("points",), "polyline": ("points",),
             "ellipse": ("cx", "cy", "rx", "ry"), "text": ("x", "y", "text-anchor", "font-size")}  # fmt: skip

_SVG = "{http://www.w3.org/2000/svg}"


class EdgeModel(msgspec.Struct, frozen=True):
    """A relation.

    :param source: the place of the proposal that it goes out from.
    :param target: the place of the one that it leads to.
    :param mutual: whether it has no direction.
    """

    source: int
    target: int
    label: str
    mutual: bool


class Drawing(nodes.General, nodes.Element):
    """``proposals``, ``edges`` between them, and ``center``: the place of the one that is asked about, or ``None``."""


def command(config: Config) -> list[str]:
    """The command line of Graphviz, with the settings of ``sphinx.ext.graphviz``; empty when it is not installed."""
    found = find_program(getattr(config, "graphviz_dot", "dot"))
    return [found, *getattr(config, "graphviz_dot_args", ())] if found else []


def draws(app: Sphinx) -> bool:
    """True if graphs are drawn in this build."""
    return _has_pictures(app) and bool(command(app.config))


def _has_pictures(app: Sphinx) -> bool:
    return app.builder.format in ("html", "latex") and app.builder.name != "epub"


def report_missing(app: Sphinx, consumers: Mapping[str, Sequence[Consumer]]) -> None:
    """Say once in a build that graphs are lists because there is no Graphviz, when there are any."""
    if _has_pictures(app) and any(item.is_drawing for shown in consumers.values() for item in shown):
        logger.info("dep-graph: Graphviz (`dot`) is not installed; graphs are shown as lists")


def description(proposals: Sequence[ProposalLink], edges: Sequence[EdgeModel], center: int | None) -> str:
    """The graph in Graphviz's language (https://graphviz.org/doc/info/lang.html)."""
    is_compact = len(proposals) > MANY
    labels = _labels(edges)
    strokes = dict(zip(labels, _STROKES, strict=False)) if is_compact and len(labels) <= len(_STROKES) else {}
    lines = [
        'digraph { rankdir=LR bgcolor=transparent nodesep=0.2 ranksep=0.5 charset="utf-8"',
        'node [fontname="Helvetica,Arial,sans-serif" fontsize=11 margin="0.15,0.08"]',
        'edge [fontname="Helvetica,Arial,sans-serif" fontsize=9 color="#7a828e" arrowsize=0.7]',
    ]
    for place, shown in enumerate(proposals):
        words = [*_lines(shown)][: 1 if is_compact else None]
        label = "\\n".join(map(_escaped, words))
        colour = shown.status.colour
        paint = f'fillcolor="{PAPER.get(colour, "white")}" color="{EDGE.get(colour, "black")}"'
        width = 2.5 if place == center else 1
        shape = _SHAPES.get(shown.status.kind, _SHAPES["open"])
        lines.append(f'n{place} [id="n{place}" label="{label}" {shape} {paint} penwidth={width}]')
    for place, edge in enumerate(edges):
        # What has no direction puts nothing in front of anything.
        end = " dir=none constraint=false" if edge.mutual else ""
        known = f"style={strokes[edge.label]}" if edge.label in strokes else f'label="{_escaped(edge.label)}"'
        lines.append(f'n{edge.source} -> n{edge.target} [id="e{place}" {known}{end}]')
    return "\n".join([*lines, "}"]) + "\n"


def _labels(edges: Iterable[EdgeModel]) -> list[str]:
    """The relations that *edges* are, the one that occurs first at first."""
    return list(dict.fromkeys(edge.label for edge in edges))


def _lines(shown: ProposalLink) -> Iterator[str]:
    yield shown.label if len(shown.label) <= _LINE else shortened(shown.label, _LINE)
    if shown.title != shown.label:
        yield from wrap(shortened(shown.title, _TITLE), _LINE)
    yield shortened(shown.status.words, _LINE)


def _escaped(text: str) -> str:
    r"""*text* for a label: a backslash would begin an escape (``\N``), an ampersand an entity of HTML."""
    return _printable(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')


def _printable(text: str) -> str:
    """*text* without control characters, which cannot be in XML, and so in no SVG."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def run(call: list[str], code: str, kind: str) -> bytes | None:
    """The output of Graphviz for *code*; ``None`` when it fails or takes too long: then there is the list."""
    try:
        # What is called is the project's own setting.
        done = subprocess.run(  # noqa: S603
            [*call, f"-T{kind}"],
            input=code.encode("utf-8", "replace"),
            capture_output=True,
            timeout=TIMEOUT,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        logger.info("dep-graph: a graph is not drawn: %s", error)
        return None
    return done.stdout


def picture(answer: bytes, node: Drawing, targets: Sequence[str]) -> str | None:
    """The SVG to be put into a page; ``None`` when *answer* is none.

    :param targets: where the boxes lead, by place.
    """
    try:
        # It comes from Graphviz, which writes no entities of its own.
        root = ElementTree.fromstring(answer)  # noqa: S314
    except ElementTree.ParseError as error:
        logger.info("dep-graph: a graph is not drawn: %s", error)
        return None
    graph = root.find(f"{_SVG}g")
    if graph is None:
        return None
    width, height = (float(root.get(side, "0pt").removesuffix("pt")) * 4 / 3 for side in ("width", "height"))
    view = escape(root.get("viewBox", ""))
    parts = [
        f'<svg class="dep-drawing" width="{width:.0f}" height="{height:.0f}" viewBox="{view}">'
        f'<g transform="{escape(graph.get("transform", ""))}">'
    ]
    for group in graph.findall(f"{_SVG}g"):
        name = group.get("id", "")
        if group.get("class") == "edge":
            parts.append(f'<g class="dep-edge">{"".join(_shapes(group))}</g>')
        elif name[:1] == "n" and name[1:].isdigit():
            place = int(name[1:])
            parts.append(_box(node["proposals"][place], group, targets[place], is_center=place == node["center"]))
    return "".join([*parts, "</g></svg>\n"])


def _box(shown: ProposalLink, group: ElementTree.Element, target: str, *, is_center: bool) -> str:
    classes = ["dep-node", f"dep-{shown.status.colour}", f"dep-kind-{shown.status.kind}"]
    classes += ["dep-center"] if is_center else []
    title = f"<title>{escape(_printable(f'{shown.label}: {tooltip(shown)}'))}</title>"
    inside = f'<g class="{escape(" ".join(classes))}">{title}{"".join(_shapes(group))}</g>'
    return f'<a href="{escape(target)}">{inside}</a>' if target else inside


def _shapes(group: ElementTree.Element) -> Iterator[str]:
    for element in group.iter():
        name = element.tag.removeprefix(_SVG)
        if name in _GEOMETRY:
            attributes = "".join(
                f' {key}="{escape(element.get(key, ""))}"' for key in _GEOMETRY[name] if element.get(key)
            )
            yield f"<{name}{attributes}>{escape(element.text or '') if name == 'text' else ''}</{name}>"


def _visit_html(self: Any, node: Drawing) -> None:
    call = command(self.builder.config)
    if self.builder.name != "epub" and call:
        answer = run(call, description(node["proposals"], node["edges"], node["center"]), "svg")
        here = self.builder.current_docname
        targets = [
            self.builder.get_relative_uri(here, shown.docname) if shown.docname in self.builder.env.all_docs else ""
            for shown in node["proposals"]
        ]
        drawn = picture(answer, node, targets) if answer is not None else None
        if drawn is not None:
            self.body.append(f'<div class="dep-scroll">{drawn}</div>\n')
    raise nodes.SkipNode


def _visit_latex(self: Any, node: Drawing) -> None:
    call = command(self.builder.config)
    code = description(node["proposals"], node["edges"], node["center"])
    answer = run(call, code, "pdf") if call else None
    if answer is not None:
        name = f"dep-graph-{hashlib.blake2b(code.encode(errors='replace'), digest_size=8).hexdigest()}.pdf"
        with explaining():
            write_file(Path(self.builder.outdir) / name, answer)
        self.body.append(f"\n\n\\noindent\\sphinxincludegraphics{{{name}}}\n\n")
    raise nodes.SkipNode


class DepGraphDirective(ChoosingDirective):
    """``dep-graph``: how proposals are related: what replaces, extends, or belongs to what.

    With a number or slug it shows that proposal and those around it; without, all that its filters choose and that have
    relations with each other. It takes the filters of ``dep-index``. Where Graphviz is installed it is drawn; the same
    is below the drawing as a list.

    :depth: with a proposal: how many relations away from it another may be. By default ``1``.
    :filter: an expression of the query language.
    :caption: a caption.
    :empty: what to say when there are no relations.
    """

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """A placeholder."""
        self.choose_from(self.shown.schema)
        argument = self.arguments[0].strip() if self.arguments else ""
        self.unknown_options((*self.filter_options, *(("depth",) if argument else ()), "caption", "empty"))
        graph = Graph(
            self.at,
            filter=self.filter(),
            key=normalise_key(argument, self.schema.prefix) or argument,
            depth=(self.whole_number("depth", "relations", 1) or 1) if argument else 1,
            caption=self.given("caption"),
            empty=self.given("empty"),
        )
        return self.place(graph)


def setup(app: Sphinx) -> None:
    """Register the directive and its drawing."""
    nothing = (skip, None)
    app.add_node(Drawing, html=(_visit_html, None), latex=(_visit_latex, None), text=nothing, man=nothing,
                 texinfo=nothing)  # fmt: skip
    app.add_directive("dep-graph", DepGraphDirective)
