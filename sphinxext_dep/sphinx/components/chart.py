"""A chart of time: bars on a line for each proposal, drawn as SVG in HTML and left out elsewhere.

Places along the line are percentages and everything else is in pixels, so that it fills whatever width there is and its
words keep their size. It has no inline style and no script. All that it shows stands in a table beside it, too.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from docutils import nodes
from sphinx.application import Sphinx

from sphinxext_dep.sphinx.html.nodes import pass_by, skip

DAY = 86_400
_AXIS, _LABEL, _BAR, _GAP = 22, 18, 20, 8
"""Heights in pixels: the dates on top, the label of a line, its bars, what is below them."""
_SCALE = 85.0
"""Per cent of the width that the dates take; in what is left the last bars go on."""
_LEAST = 0.8
"""Per cent of the width that a bar has at least: what lasted a minute is still seen."""
_END = 253_402_300_799
"""The last second that has a date: of the year 9999."""
_TICKS = 6
"""Dates on the axis, at most: more would run into each other on a phone."""


class BarShown(msgspec.Struct, frozen=True):
    """A status over time.

    :param start: seconds since 1970.
    :param words: all that is known of it, for whoever points at it.
    """

    start: int
    name: str
    colour: str
    kind: str
    words: str


class LineShown(msgspec.Struct, frozen=True):
    """One proposal; *label* is empty when there is only one."""

    label: str
    bars: list[BarShown]


class Chart(nodes.General, nodes.Element):
    """``lines``: a list of :class:`LineShown`; ``end``: the last date, seconds since 1970; ``label``: its name."""


def draw(lines: Sequence[LineShown], end: int, label: str, escape: Any) -> Iterator[str]:
    """The parts of the SVG.

    :param escape: makes text fit for an attribute, and so for anything else.
    """
    start = min(bar.start for line in lines for bar in line.bars)
    span = max(end - start, 1)

    def place(time: int) -> float:
        return _SCALE * min(max(time - start, 0), span) / span

    step = _LABEL + _BAR + _GAP if lines[0].label else _BAR + _GAP
    height = _AXIS + step * len(lines)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="dep-timeline-chart" role="img" width="100%" '
        f'height="{height}" aria-label="{escape(label)}" focusable="false">'
    )
    for time, words in ticks(start, start + span):
        x = place(time)
        anchor = "start" if x < 8 else "end" if x > 88 else "middle"
        yield f'<line class="dep-tick" x1="{x:.2f}%" x2="{x:.2f}%" y1="{_AXIS - 4}" y2="{height}"/>'
        yield f'<text class="dep-axis" x="{x:.2f}%" y="13" text-anchor="{anchor}">{escape(words)}</text>'
    for number, line in enumerate(lines):
        y = _AXIS + step * number
        if line.label:
            yield f'<text class="dep-line-label" x="0" y="{y + 13}">{escape(line.label)}</text>'
            y += _LABEL
        latest = start
        starts = []
        for bar in line.bars:
            # A clock that was wrong does not make a bar run backwards.
            latest = max(latest, bar.start)
            starts.append(place(latest))
        for bar, x, until in zip(line.bars, starts, [*starts[1:], 100.0], strict=True):
            width = min(max(until - x, _LEAST), 100 - x)
            # A drawing of its own: what does not fit into the bar is cut off at its end.
            yield f'<svg class="dep-span dep-{escape(bar.colour)}" x="{x:.2f}%" y="{y}" width="{width:.2f}%" '
            yield f'height="{_BAR}"><title>{escape(bar.words)}</title>'
            yield f'<rect class="dep-span-{escape(bar.kind)}" width="100%" height="{_BAR}"/>'
            yield f'<rect class="dep-span-edge" width="3" height="{_BAR}"/>'
            yield f'<text x="8" y="14">{escape(bar.name)}</text></svg>'
    yield "</svg>\n"


def ticks(start: int, end: int) -> list[tuple[int, str]]:
    """Round dates between *start* and *end* (seconds since 1970), in words as short as they can be."""
    first = datetime.datetime.fromtimestamp(start, datetime.UTC).date()
    # What lies behind the last date that there is, by the second that a line has at least, has none.
    last = datetime.datetime.fromtimestamp(min(end, _END), datetime.UTC).date()
    days = (last - first).days
    for months in (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000):
        if days / 30.4 / months <= _TICKS - 1 and days > 62:
            return [_tick(date, "%Y" if months >= 12 else "%Y-%m") for date in _months(first, last, months)]
    width = max(1, -(-days // (_TICKS - 1)))
    found = [first + datetime.timedelta(days=width * number) for number in range(days // width + 1)]
    return [_tick(date, "%Y-%m-%d") for date in found]


def _months(first: datetime.date, last: datetime.date, step: int) -> Iterator[datetime.date]:
    """The first days of every *step*-th month, counted from a January."""
    month = -(-(first.year * 12 + first.month - 1 + (first.day > 1)) // step) * step
    while (date := datetime.date(month // 12, month % 12 + 1, 1)) <= last:
        yield date
        month += step
        if month // 12 > datetime.MAXYEAR:
            return


def _tick(date: datetime.date, form: str) -> tuple[int, str]:
    return int(datetime.datetime.combine(date, datetime.time(), datetime.UTC).timestamp()), date.strftime(form)


def _visit_chart(self: Any, node: Chart) -> None:
    if self.builder.name == "epub":
        # A page of a book with a picture in it has to be declared, which Sphinx does not; the table says the same.
        raise nodes.SkipNode
    self.body.append("".join(draw(node["lines"], node["end"], node["label"], self.attval)))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the node with every builder's writer."""
    others: dict[str, Any] = dict.fromkeys(("latex", "text", "man", "texinfo"), (skip, None))
    app.add_node(Chart, html=(_visit_chart, None), **others)
    folded: dict[str, Any] = dict.fromkeys(others, (pass_by, pass_by))
    app.add_node(Fold, html=(_visit_fold, _depart_fold), **folded)


class Fold(nodes.General, nodes.Element):
    """Content that is folded away in HTML until a reader asks for ``summary``; elsewhere it is just there."""


def _visit_fold(self: Any, node: Fold) -> None:
    if self.builder.name == "epub":
        return
    self.body.append(self.starttag(node, "details") + f"<summary>{self.attval(node['summary'])}</summary>\n")


def _depart_fold(self: Any, node: Fold) -> None:
    if self.builder.name != "epub":
        self.body.append("</details>\n")
