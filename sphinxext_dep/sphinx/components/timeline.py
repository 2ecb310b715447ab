"""``dep-timeline``: the statuses that proposals went through, as a chart and as the table that it is made from."""

from __future__ import annotations

import msgspec
from docutils import nodes

from sphinxext_dep.history import ProposalHistory, StatusChange
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.query import DEFAULT_ORDER, Filter, SortKey, sort
from sphinxext_dep.sphinx.build.consumer import Consumer
from sphinxext_dep.sphinx.build.report import unknown_proposal
from sphinxext_dep.sphinx.components.chart import BarShown, Chart, Fold, LineShown
from sphinxext_dep.sphinx.components.inline import badge, link, shortened
from sphinxext_dep.sphinx.components.view import ProposalShown, StatusShown, View
from sphinxext_dep.sphinx.html.nodes import Block, Time
from sphinxext_dep.sphinx.html.words import _, ngettext

_LABEL_LENGTH = 48
"""Characters of a label in the chart; more does not fit on a phone. The table has all of it."""


class ChangeShown(msgspec.Struct, frozen=True):
    """A status and when it was given.

    :param time: seconds since 1970; ``None`` when it is not committed yet.
    :param day: of *time*, in ISO 8601; empty likewise.
    :param until: the day of the next status; empty when there is none.
    :param exact: false where it is only known that it was so by then.
    """

    status: StatusShown
    time: int | None
    day: str
    until: str
    exact: bool


class StoryShown(msgspec.Struct, frozen=True):
    """What became of one proposal."""

    proposal: ProposalShown
    changes: list[ChangeShown]
    last: int


class TimelineModel(msgspec.Struct, frozen=True):
    """Everything that a timeline shows.

    :param alone: whether it is about one proposal, so that its name need not be said.
    :param unknown: keys that name no proposal.
    """

    stories: list[StoryShown]
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
        return (chosen if self.keys else sort(chosen, self.order, view.schema))[: self.limit]

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
            words = _("There is no proposal %s.") % key
            box += nodes.paragraph("", "", nodes.inline("", words, classes=["dep-wrong"]))
        if not model.stories:
            if not model.unknown:
                box += nodes.paragraph("", model.empty or _("No proposals."), classes=["dep-empty"])
            return [box]
        if model.caption:
            box += nodes.paragraph("", "", nodes.strong("", model.caption), classes=["dep-caption"])
        if not model.known:
            box += nodes.paragraph("", _("What happened when is not known here."), classes=["dep-empty"])
            return [box]
        dated = [story for story in model.stories if any(change.time is not None for change in story.changes)]
        if dated:
            end = max(story.last for story in dated)
            box += Chart(lines=[_line(story, model.alone) for story in dated], end=end, label=_spoken(dated))
        table = self._table(model)
        box += table if model.alone else Fold("", table, summary=_("The same as a table"))
        return [box]

    def _table(self, model: TimelineModel) -> nodes.Node:
        labels = [_("Status"), _("From"), _("Until")]
        if not model.alone:
            labels.insert(0, _("Proposal"))
        table = nodes.table(classes=["dep-table", "colwidths-auto"])
        group = nodes.tgroup("", *(nodes.colspec(colwidth=100 // len(labels)) for _label in labels), cols=len(labels))
        head = nodes.row("", *(nodes.entry("", nodes.paragraph("", label)) for label in labels))
        rows = nodes.tbody()
        for story in model.stories:
            for change in story.changes:
                cells: list[list[nodes.Node]] = [[badge(change.status)], _from(change), _day(change.until)]
                if not model.alone:
                    shown = story.proposal
                    words = f"{shown.label} {shown.title}" if shown.title else shown.label
                    cells.insert(0, [link(shown, words, self.docname)])
                rows += nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells))
        group += [nodes.thead("", head), rows]
        table += group
        scroll = Block(classes=["dep-scroll"])
        scroll += table
        return scroll

    def complain(self, view: View) -> list[Diagnostic]:
        """See :meth:`Consumer.complain`."""
        return [unknown_proposal(self, key, view) for key in self.keys if view.catalog.resolve(key) is None]


def _story(view: View, proposal: Proposal) -> StoryShown:
    past = view.history.of(proposal.path)
    found = list(past.statuses) if past is not None else []
    changes = [
        ChangeShown(
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
        # The page says what nobody has committed yet, or what stands in the file is not all there is.
        changes.append(ChangeShown(now, None, "", "", exact=True))
    return StoryShown(view.shown(proposal), changes, _last(past))


def _last(past: ProposalHistory | None) -> int:
    return past.changed.time if past is not None else 0


def _status(view: View, change: StatusChange) -> StatusShown:
    """A status as it was: one that the process has no more is shown as it was written."""
    if change.status is not None and change.status in view.schema.statuses:
        return view.known_status(change.status)
    return StatusShown(name=change.raw, kind="unknown", colour="grey")


def _line(story: StoryShown, alone: bool) -> LineShown:
    shown = story.proposal
    words = f"{shown.label} {shown.title}" if shown.title else shown.label
    bars = [
        BarShown(change.time, name, change.status.colour, change.status.kind, _words(change, name))
        for change in story.changes
        if change.time is not None
        for name in [shortened(change.status.shown) or _("no status")]
    ]
    return LineShown("" if alone else shortened(words, _LABEL_LENGTH), bars)


def _words(change: ChangeShown, name: str) -> str:
    if not change.exact:
        return _("%(status)s: %(day)s or earlier") % {"status": name, "day": change.day}
    if change.until:
        return _("%(status)s: %(day)s to %(until)s") % {"status": name, "day": change.day, "until": change.until}
    return _("%(status)s: since %(day)s") % {"status": name, "day": change.day}


def _spoken(stories: list[StoryShown]) -> str:
    """What the chart is called for those who do not see it: for one proposal all of it, else where to read it."""
    if len(stories) == 1:
        changes = [change for change in stories[0].changes if change.time is not None]
        told = [_words(change, shortened(change.status.shown) or _("no status")) for change in changes]
        return _("Timeline. %s") % "; ".join(told)
    count = ngettext("%d proposal", "%d proposals", len(stories)) % len(stories)
    return _("Timeline of %s; the table below says the same") % count


def _from(change: ChangeShown) -> list[nodes.Node]:
    if change.time is None:
        return [nodes.Text(_("not committed yet"))]
    if change.exact:
        return _day(change.day)
    before, _sign, after = (_("%s or earlier")).partition("%s")
    return [nodes.Text(before), *_day(change.day), nodes.Text(after)]


def _day(day: str) -> list[nodes.Node]:
    return [Time("", day, iso=day)] if day else [nodes.Text("–")]
