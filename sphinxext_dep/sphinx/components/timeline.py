"""``dep-timeline``: the statuses that proposals went through, as a chart and as the table that it is made from.

The chart is SVG in HTML and left out elsewhere. Positions along the time axis are percentages and everything else is in
pixels, so that it fills any width and its words keep their size. It has no inline style and no script.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from docutils import nodes
from sphinx.application import Sphinx

from sphinxext_dep.history.reading import ProposalHistory, StatusChange
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.query.filters import DEFAULT_ORDER, Filter, SortKey, sort
from sphinxext_dep.sphinx.components.base import ChoosingDirective, keys_in
from sphinxext_dep.sphinx.components.items import (
    ProposalLink,
    StatusModel,
    badge,
    caption,
    empty_paragraph,
    link,
    missing_proposal,
    shortened,
)
from sphinxext_dep.sphinx.components.view import Consumer, View
from sphinxext_dep.sphinx.html.nodes import Block, Fold, Time, skip
from sphinxext_dep.sphinx.html.words import _, ngettext


class ChangeModel(msgspec.Struct, frozen=True):
    """A status and when it was given.

    :param time: seconds since 1970; ``None`` when it is not committed yet.
    :param day: of *time*, in ISO 8601; empty likewise.
    :param until: the day of the next status; empty when there is none.
    :param exact: false where it is only known that it was so by then.
    """

    status: StatusModel
    time: int | None
    day: str
    until: str
    exact: bool


class StoryModel(msgspec.Struct, frozen=True):
    """The statuses of one proposal over time."""

    proposal: ProposalLink
    changes: list[ChangeModel]
    last: int


class TimelineModel(msgspec.Struct, frozen=True):
    """Everything that a timeline shows.

    :param alone: whether it is about one proposal, so that its name need not be said.
    :param unknown: keys that name no proposal.
    """

    stories: list[StoryModel]
    alone: bool
    known: bool
    caption: str
    empty: str
    unknown: list[str]


class Timeline(Consumer, frozen=True, tag="timeline", kw_only=True):
    """The timeline of the proposals *keys*, of the page's own, or of those that a filter chooses.

    :param own: whether the proposal on the page is meant.
    """

    filter: Filter
    keys: tuple[str, ...] = ()
    own: bool = False
    order: tuple[SortKey, ...] = DEFAULT_ORDER
    limit: int | None = None
    caption: str = ""
    empty: str = ""

    def select(self, view: View) -> list[Proposal]:
        """The proposals it shows, in order."""
        if self._is_own(view):
            return [view.by_docname[self.docname]]
        named = [proposal for key in self.keys if (proposal := view.catalog.resolve(key)) is not None]
        everything = {item.path: item for item in named}.values() if self.keys else view.catalog.proposals
        chosen = [item for item in everything if self.filter.matches(item, view.context)]
        return (chosen if self.keys else sort(chosen, self.order, view.schema, view.context))[: self.limit]

    def _is_own(self, view: View) -> bool:
        return self.own and self.docname in view.by_docname

    def model(self, view: View) -> TimelineModel:
        """See :meth:`Consumer.model`."""
        chosen = self.select(view)
        return TimelineModel(
            stories=[_story(view, proposal) for proposal in chosen],
            alone=self._is_own(view) or (len(chosen) == 1 and len(self.keys) == 1),
            known=view.history.known,
            caption=self.caption,
            empty=self.empty,
            unknown=[key for key in self.keys if view.catalog.resolve(key) is None],
        )

    def render(self, model: TimelineModel) -> list[nodes.Node]:
        """See :meth:`Consumer.render`."""
        box = Block(classes=["dep-timeline"], label=model.caption or _("History of statuses"))
        for key in model.unknown:
            box += missing_proposal(key)
        if not model.stories:
            if not model.unknown:
                box += empty_paragraph(model.empty or _("No proposals."))
            return [box]
        if model.caption:
            box += caption(model.caption)
        if not model.known:
            box += empty_paragraph(_("What happened when is not known here."))
            return [box]
        dated = [story for story in model.stories if any(change.time is not None for change in story.changes)]
        if dated:
            end = max(story.last for story in dated)
            box += Chart(lines=[_line(story, model.alone) for story in dated], end=end, label=_spoken(dated))
        table = self._table(model)
        box += table if model.alone else Fold("", table, summary=_("The same as a table"))
        return [box]

    def _table(self, model: TimelineModel) -> nodes.Node:
        labels = [_("Status"), _("From"), _("Until"), _("Duration")]
        if not model.alone:
            labels.insert(0, _("Proposal"))
        table = nodes.table(classes=["dep-table", "colwidths-auto"])
        group = nodes.tgroup("", *(nodes.colspec(colwidth=100 // len(labels)) for _label in labels), cols=len(labels))
        head = nodes.row("", *(nodes.entry("", nodes.paragraph("", label)) for label in labels))
        rows = nodes.tbody()
        for story in model.stories:
            for change in story.changes:
                duration = nodes.Text(_duration(change) or "–")
                cells: list[list[nodes.Node]] = [[_badge(change.status)], _from(change), _day(change.until), [duration]]
                if not model.alone:
                    cells.insert(0, [link(story.proposal, story.proposal.text, self.docname)])
                rows += nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells))
        group += [nodes.thead("", head), rows]
        table += group
        scroll = Block(classes=["dep-scroll"])
        scroll += table
        return scroll

    def complain(self, view: View) -> list[Diagnostic]:
        """See :meth:`Consumer.complain`."""
        return [self.unknown_proposal(key, view) for key in self.keys if view.catalog.resolve(key) is None]


def _story(view: View, proposal: Proposal) -> StoryModel:
    past = view.history.of(proposal.path)
    found = list(past.statuses) if past is not None else []
    changes = [
        ChangeModel(
            status=_status(view, change),
            time=change.commit.time,
            day=change.date,
            until=found[number + 1].date if number + 1 < len(found) else "",
            exact=change.commit.exact,
        )
        for number, change in enumerate(found)
    ]
    now = view.status(proposal)
    if not changes or changes[-1].status.name != now.name:
        # The status on the page is not committed yet, or the history is not complete.
        changes.append(ChangeModel(now, None, "", "", exact=True))
    if now.kind == "unknown":
        # Only of the past is it shown as it was written: the process may have had it then.
        changes[-1] = msgspec.structs.replace(changes[-1], status=msgspec.structs.replace(now, name=""))
    return StoryModel(view.link(proposal), changes, _last(past))


def _last(past: ProposalHistory | None) -> int:
    return past.changed.time if past is not None else 0


def _status(view: View, change: StatusChange) -> StatusModel:
    """A status as it was: one that the process has no more is shown as it was written."""
    if change.status is not None and change.status in view.schema.statuses:
        return view.known_status(change.status)
    return StatusModel(name=change.raw, kind="unknown", colour="grey")


def _line(story: StoryModel, alone: bool) -> LineModel:
    bars = [
        BarModel(change.time, name, change.status.colour, change.status.kind, _words(change, name))
        for change in story.changes
        if change.time is not None
        for name in [_name(change.status)]
    ]
    if alone:
        return LineModel("", bars)
    return LineModel(story.proposal.text, bars, story.proposal.docname)


def _words(change: ChangeModel, name: str) -> str:
    if not change.exact:
        return _("%(status)s: %(day)s or earlier") % {"status": name, "day": change.day}
    if change.until:
        words = _("%(status)s: %(day)s to %(until)s (%(duration)s)")
        return words % {"status": name, "day": change.day, "until": change.until, "duration": _duration(change)}
    return _("%(status)s: since %(day)s") % {"status": name, "day": change.day}


def _name(status: StatusModel) -> str:
    """The status as it was written: the process may have had it then."""
    return shortened(status.text) or status.words


def _badge(status: StatusModel) -> nodes.inline:
    shown = badge(status)
    return nodes.inline("", _name(status), classes=shown["classes"])


def _duration(change: ChangeModel) -> str:
    """The time in the status, once it is over."""
    if not (change.day and change.until and change.exact):
        return ""
    days = (datetime.date.fromisoformat(change.until) - datetime.date.fromisoformat(change.day)).days
    return ngettext("%d day", "%d days", days) % days


def _spoken(stories: list[StoryModel]) -> str:
    """The name of the chart for those who do not see it: for one proposal all of it, else where to read it."""
    if len(stories) == 1:
        changes = [change for change in stories[0].changes if change.time is not None]
        told = [_words(change, _name(change.status)) for change in changes]
        return _("Timeline. %s") % "; ".join(told)
    count = ngettext("%d proposal", "%d proposals", len(stories)) % len(stories)
    return _("Timeline of %s; the table below says the same") % count


def _from(change: ChangeModel) -> list[nodes.Node]:
    if change.time is None:
        return [nodes.Text(_("not committed yet"))]
    if change.exact:
        return _day(change.day)
    before, _sign, after = (_("%s or earlier")).partition("%s")
    return [nodes.Text(before), *_day(change.day), nodes.Text(after)]


def _day(day: str) -> list[nodes.Node]:
    return [Time("", day, iso=day)] if day else [nodes.Text("–")]


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


class BarModel(msgspec.Struct, frozen=True):
    """A status over time.

    :param start: seconds since 1970.
    :param words: all that is known of it, for whoever points at it.
    """

    start: int
    name: str
    colour: str
    kind: str
    words: str


class LineModel(msgspec.Struct, frozen=True):
    """One proposal; *label* is empty when there is only one. *docname* is its page."""

    label: str
    bars: list[BarModel]
    docname: str = ""


class Chart(nodes.General, nodes.Element):
    """``lines``: a list of :class:`LineModel`; ``end``: the last date, seconds since 1970; ``label``: its name."""


def draw(
    lines: Sequence[LineModel], end: int, label: str, escape: Any, url_of: Callable[[str], str] = lambda docname: ""
) -> Iterator[str]:
    """The parts of the SVG.

    Words are HTML in it: a style sheet cuts a label where the line ends, and leaves out one that its bar cannot hold.

    :param escape: makes text fit for an attribute, and so for anything else.
    :param url_of: the address of a page.
    """
    start = min(bar.start for line in lines for bar in line.bars)
    span = max(end - start, 1)

    def place(time: int) -> float:
        return _SCALE * min(max(time - start, 0), span) / span

    step = _LABEL + _BAR + _GAP if lines[0].label else _BAR + _GAP
    height = _AXIS + step * len(lines)
    # What is in a picture cannot be reached by assistive technology, and these lines hold links.
    role = "group" if lines[0].label else "img"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="dep-timeline-chart" role="{role}" width="100%" '
        f'height="{height}" aria-label="{escape(label)}" focusable="false">'
    )
    for time, words in ticks(start, start + span):
        x = place(time)
        anchor = "start" if x < 8 else "end" if x > 88 else "middle"
        yield f'<line class="dep-tick" x1="{x:.2f}%" x2="{x:.2f}%" y1="{_AXIS - 4}" y2="{height}"/>'
        yield f'<text class="dep-axis" x="{x:.2f}%" y="13" text-anchor="{anchor}">{escape(words)}</text>'
    yield f'<line class="dep-now" x1="100%" x2="100%" y1="{_AXIS - 4}" y2="{height}"/>'
    today = escape(_("today"))
    yield f'<text class="dep-axis" x="100%" y="13" text-anchor="end">{today}</text>'
    for number, line in enumerate(lines):
        y = _AXIS + step * number
        if line.label:
            url, words = url_of(line.docname), escape(line.label)
            words = f'<a href="{escape(url)}">{words}</a>' if url else words
            yield f'<foreignObject x="0" y="{y}" width="100%" height="{_LABEL}">'
            yield f'<div class="dep-line-label"><span>{words}</span></div></foreignObject>'
            y += _LABEL
        latest = start
        starts = []
        for bar in line.bars:
            # A clock that was wrong does not make a bar run backwards.
            latest = max(latest, bar.start)
            starts.append(place(latest))
        for bar, x, until in zip(line.bars, starts, [*starts[1:], 100.0], strict=True):
            width = min(max(until - x, _LEAST), 100 - x)
            yield f'<svg class="dep-span dep-{escape(bar.colour)}" x="{x:.2f}%" y="{y}" width="{width:.2f}%" '
            yield f'height="{_BAR}"><title>{escape(bar.words)}</title>'
            yield f'<rect class="dep-span-{escape(bar.kind)}" width="100%" height="{_BAR}"/>'
            yield f'<rect class="dep-span-edge" width="3" height="{_BAR}"/>'
            yield f'<foreignObject width="100%" height="{_BAR}"><div class="dep-span-label">'
            yield f"<i></i><span>{escape(bar.name)}</span></div></foreignObject></svg>"
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
        # A page of a book with a picture in it has to be declared, which Sphinx does not do; the table has it all.
        raise nodes.SkipNode

    def url_of(docname: str) -> str:
        return self.builder.get_relative_uri(self.builder.current_docname, docname) if docname else ""

    self.body.append("".join(draw(node["lines"], node["end"], node["label"], self.attval, url_of)))
    raise nodes.SkipNode


class DepTimelineDirective(ChoosingDirective):
    """``dep-timeline``: the statuses that proposals went through, and when.

    With numbers or slugs of those; with a filter, an order or a limit, of what they choose; with neither of the
    proposal on the page, and on any other page of all. It takes the filters of ``dep-index``.

    :sort: fields, separated by commas; ``-`` before one sorts it descending. By default ``number``.
    :limit: how many proposals at most.
    :caption: a caption.
    :empty: what to say when there are none.
    """

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """A placeholder."""
        self.choose_from(self.shown.schema)
        choosing = (*self.filter_options, "sort", "limit")
        self.unknown_options((*choosing, "caption", "empty"))
        keys = keys_in(self.arguments[0], self.schema.prefix) if self.arguments else ()
        timeline = Timeline(
            self.at,
            keys=keys,
            own=not keys and not any(option in self.options for option in choosing),
            filter=self.filter(),
            order=self.order(),
            limit=self.limit(),
            caption=self.given("caption"),
            empty=self.given("empty"),
        )
        return self.place(timeline)


def setup(app: Sphinx) -> None:
    """Register the directive and its chart."""
    others: dict[str, Any] = dict.fromkeys(("latex", "text", "man", "texinfo"), (skip, None))
    app.add_node(Chart, html=(_visit_chart, None), **others)
    app.add_directive("dep-timeline", DepTimelineDirective)
