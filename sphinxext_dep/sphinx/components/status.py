"""``dep-status``: without an argument a dashboard of all proposals, with numbers or slugs compact cards of those."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgspec
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import docname_join

from sphinxext_dep.check.check import days_between
from sphinxext_dep.history.reading import ProposalHistory
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.proposal import Proposal, State
from sphinxext_dep.model.schema import StatusKind
from sphinxext_dep.rules.attention import stalled
from sphinxext_dep.rules.consistency import claimed_number
from sphinxext_dep.rules.reading import bad_option
from sphinxext_dep.sphinx.build.external import Origin
from sphinxext_dep.sphinx.components.base import DOWNLOAD, DepDirective, keys_in
from sphinxext_dep.sphinx.components.items import (
    CardModel,
    Item,
    PersonItem,
    ProposalLink,
    RegistryLink,
    RegistryTable,
    StatusModel,
    badge,
    caption,
    dated,
    deadline,
    empty_paragraph,
    error_paragraph,
    folded,
    grid,
    inline,
    is_facet,
    link,
    linked,
    missing_proposal,
    registry_link,
    short_series,
    shortened,
)
from sphinxext_dep.sphinx.components.people import REVIEWERS
from sphinxext_dep.sphinx.components.view import Consumer, View, cannot_be_read
from sphinxext_dep.sphinx.html.nodes import Bar, Block, Segment
from sphinxext_dep.sphinx.html.words import _, ngettext, term

PARTS = ("counts", "unmerged", "calendar", "attention", "changed", "unmentioned")
"""The parts of a dashboard; by default all that the project has, in this order."""

Show = Callable[[Any], list[nodes.Node]]

RECENT = 5
"""So many proposals that changed last are shown."""


class CountModel(msgspec.Struct, frozen=True):
    """The number of proposals with one status, and a link to a table of them."""

    status: StatusModel
    count: int
    registry: RegistryLink | None


class CountsModel(msgspec.Struct, frozen=True):
    """The number of proposals, and of each status."""

    total: int
    registry: RegistryLink | None
    statuses: list[CountModel]


class ReviewModel(msgspec.Struct, frozen=True):
    """A review that is not done."""

    proposal: ProposalLink
    due: str
    overdue: bool
    reviewers: list[Item]


class DraftModel(msgspec.Struct, frozen=True):
    """A proposal that is not merged.

    :param branch: a link to its pull request, or the name of its branch.
    :param since: the day of the last commit: the review waits since then.
    :param days: since that day.
    :param begun: the day of the first commit.
    :param people: those whose turn it is.
    """

    proposal: ProposalLink
    branch: list[Item]
    since: str
    days: int
    begun: str
    people: list[Item]
    is_draft: bool

    @property
    def is_in_review(self) -> bool:
        """Whether it waits for reviewers; a draft waits for its authors."""
        return bool(self.people) and not self.is_draft


class NumberModel(msgspec.Struct, frozen=True):
    """A number that several proposals claim.

    :param claims: each proposal, with a link to its pull request or its branch; without one it is merged.
    """

    label: str
    claims: list[tuple[ProposalLink, list[Item]]]


class AttentionModel(msgspec.Struct, frozen=True):
    """A proposal that needs attention, and the reasons."""

    proposal: ProposalLink
    errors: int
    without: list[str]
    overdue: bool
    stalled: str


class ChangeModel(msgspec.Struct, frozen=True):
    """The last change of a proposal.

    :param what: ``new``, ``status`` or ``text``.
    :param before: the status before a change of it, as readers see it; empty when there was none.
    """

    proposal: ProposalLink
    date: str
    what: str
    before: str = ""


class DashboardModel(msgspec.Struct, frozen=True):
    """Everything that the dashboard shows; of parts that were not asked for, nothing.

    :param people: the page that says who has to review what.
    """

    counts: CountsModel | None
    reviews: list[ReviewModel] | None
    attention: list[AttentionModel] | None
    changed: list[ChangeModel] | None
    unreadable: str = ""
    unmerged: list[DraftModel] | None = None
    numbers: list[NumberModel] | None = None
    unmentioned: list[ProposalLink] | None = None
    people: str = ""

    @property
    def needs_somebody(self) -> bool:
        """Whether the lines at the beginning say that somebody has to act."""
        return (
            bool(self.numbers)
            or any(review.overdue for review in self.reviews or ())
            or any(needs.errors for needs in self.attention or ())
            or any(draft.is_in_review for draft in self.unmerged or ())
        )


class Dashboard(Consumer, frozen=True, tag="dashboard"):
    """The status of all proposals, and those that need attention.

    :param origin: another project, whose proposals they are.
    :param show: some of :data:`PARTS`, in the order in which they are shown; empty for all that the project has.
    :param registry: the document whose table the numbers lead to; empty for the table of all proposals.
    """

    origin: Origin | None = None
    show: tuple[str, ...] = ()
    registry: str = ""

    def model(self, view: View) -> DashboardModel:
        """See :meth:`Consumer.model`."""
        source = view.of(self.origin)
        if source is None:
            return DashboardModel(None, None, None, None, cannot_be_read(self.origin))
        view = source
        parts = self.show or _parts(view)
        model = DashboardModel(
            counts=_counts(view, self._table(view)) if "counts" in parts else None,
            reviews=_reviews(view) if "calendar" in parts else None,
            # Overdue reviews are in the calendar already.
            attention=_attention(view, dates="calendar" not in parts) if "attention" in parts else None,
            changed=_changes(view) if "changed" in parts else None,
            unmerged=_drafts(view) if "unmerged" in parts and view.unmerged is not None else None,
            numbers=_numbers(view) if "unmerged" in parts and view.unmerged is not None else None,
            unmentioned=_unmentioned(view) if "unmentioned" in parts else None,
        )
        # The link is shown, and so part of the stamp, where somebody has to do something.
        if view.people is None or not model.needs_somebody:
            return model
        return msgspec.structs.replace(model, people=view.people.docname)

    def _table(self, view: View) -> RegistryTable | None:
        return view.tables.get(self.registry, (None, None))[1] if self.registry else view.registry

    def complain(self, view: View) -> list[Diagnostic]:
        """See :meth:`Consumer.complain`."""
        if not self.registry or self._table(view) is not None:
            return []
        message = f"there is no table of proposals on the page `{self.registry}`"
        return [self.diagnostic(bad_option, message, "name a page with a `dep-index`", view)]

    def render(self, model: DashboardModel) -> list[nodes.Node]:
        """See :meth:`Consumer.render`."""
        if model.unreadable:
            return [error_paragraph(model.unreadable)]
        box = Block(classes=["dep-dashboard"], label=_("Status of all proposals"))
        empty: list[str] = []
        for part in self.show or PARTS:
            if part == "counts":
                box += self._show_counts(model.counts) if model.counts is not None else []
                box += self._show_waiting(model)
                continue
            entries, show, heading, nothing = self._part(part, model)
            if entries:
                box += show(entries)
            elif entries is not None and len(self.show) == 1:
                box += [caption(heading), empty_paragraph(nothing)]
            elif entries is not None:
                empty.append(nothing)
        if empty:
            box += empty_paragraph(" ".join(empty))
        return [box]

    def _part(self, part: str, model: DashboardModel) -> tuple[Sequence[Any] | None, Show, str, str]:
        """The entries of *part*, how they are shown, and the heading and the words where there is none."""
        match part:
            case "unmerged":
                show = partial(self._show_drafts, numbers=model.numbers or [])
                return model.unmerged, show, _("Not merged yet"), _("Everything is merged.")
            case "calendar":
                return model.reviews, self._show_reviews, _("Reviews"), _("No review is due.")
            case "attention":
                return model.attention, self._show_attention, _("Needs attention"), _("Nothing waits.")
            case "changed":
                return model.changed, self._show_changes, _("Recently changed"), _("No change is known.")
        heading, words = _("Decided, not mentioned in code"), _("Code mentions every decision.")
        return model.unmentioned, self._show_unmentioned, heading, words

    def _show_counts(self, counts: CountsModel) -> list[nodes.Node]:
        words = ngettext("%d proposal", "%d proposals", counts.total) % counts.total
        total = registry_link(counts.registry, nodes.inline("", words), self.docname)
        shown: list[nodes.Node] = [nodes.paragraph("", "", nodes.strong("", "", total), classes=["dep-total"])]
        if not counts.total:
            return shown
        bar, listing = Bar(), nodes.bullet_list(classes=["dep-counts"])
        for item in counts.statuses:
            if not item.count:
                # A status that no proposal has is named, and no more.
                none = nodes.inline("", f"{item.status.words} 0", classes=["dep-none"])
                listing += nodes.list_item("", nodes.paragraph("", "", none))
                continue
            label = f"{item.status.words}: {item.count} ({100 * item.count / counts.total:.0f} %)"
            segment = Segment(count=item.count, colour=item.status.colour, label=label)
            bar += registry_link(item.registry, segment, self.docname)
            number = nodes.inline("", str(item.count), classes=["dep-count"])
            content = nodes.inline("", "", badge(item.status), nodes.Text(" "), number)
            listing += nodes.list_item("", nodes.paragraph("", "", registry_link(item.registry, content, self.docname)))
        return [*shown, bar, listing]

    def _show_reviews(self, reviews: list[ReviewModel]) -> list[nodes.Node]:
        items = []
        for review in reviews:
            day = nodes.inline("", "", *deadline(review.due, overdue=review.overdue), classes=["dep-due"])
            what = nodes.inline("", "", *linked(review.proposal, self.docname))
            line = nodes.paragraph("", "", day, nodes.Text(" "), what)
            if review.reviewers:
                line += _aside(short_series(review.reviewers, self.docname))
            items.append(nodes.list_item("", line))
        return [_counted(_("Reviews"), len(items)), *folded(items, ["dep-calendar", "dep-days"])]

    def _show_waiting(self, model: DashboardModel) -> list[nodes.Node]:
        """What needs somebody, in a line each: who sees only the first screen has read the rest of it in short."""
        lines: list[list[nodes.Node]] = []
        if overdue := [review for review in model.reviews or () if review.overdue]:
            count = ngettext("%d review is overdue", "%d reviews are overdue", len(overdue)) % len(overdue)
            words = _("%(reviews)s, the oldest since %(day)s.") % {"reviews": count, "day": overdue[0].due}
            lines.append(dated(words, overdue[0].due))
        if invalid := sum(bool(needs.errors) for needs in model.attention or ()):
            words = ngettext("%d proposal is not valid.", "%d proposals are not valid.", invalid)
            lines.append([nodes.Text(words % invalid)])
        if model.numbers:
            before, _mark, behind = _("Claimed more than once: %s.").partition("%s")
            labels: list[nodes.Node] = []
            for number in model.numbers:
                labels += [
                    *([nodes.Text(", ")] if labels else []),
                    nodes.inline("", number.label, classes=["dep-nowrap"]),
                ]
            lines.append([nodes.Text(before), *labels, nodes.Text(behind)])
        if longest := next((draft for draft in model.unmerged or () if draft.is_in_review), None):
            what = link(longest.proposal, longest.proposal.title, self.docname)
            since = _("since %s") % longest.since
            end = dated(f"), {since}.", longest.since)
            where = [nodes.Text(" ("), *short_series(longest.branch, self.docname), *end]
            lines.append([nodes.Text(_("Not merged, waits longest for review:") + " "), what, *where])
        if lines and model.people not in ("", self.docname):
            lines.append(inline(PersonItem(_("Who has to review what"), "", model.people), self.docname))
        items = (nodes.list_item("", nodes.paragraph("", "", *line)) for line in lines)
        return [nodes.bullet_list("", *items, classes=["dep-waiting"])] if lines else []

    def _show_numbers(self, numbers: list[NumberModel]) -> list[nodes.Node]:
        items = []
        for number in numbers:
            what = nodes.inline()
            for proposal, branch in number.claims:
                where = short_series(branch, self.docname) or [nodes.Text(_("merged"))]
                shown = [link(proposal, proposal.title, self.docname), nodes.Text(" ("), *where, nodes.Text(")")]
                what += [*([nodes.Text(", ")] if what.children else []), *shown]
            label = nodes.inline("", number.label, classes=["dep-due"])
            items.append(nodes.list_item("", nodes.paragraph("", "", label, nodes.Text(" "), what)))
        return (
            [_counted(_("Numbers claimed more than once"), len(items)), *folded(items, ["dep-days"])] if items else []
        )

    def _show_drafts(self, drafts: list[DraftModel], numbers: list[NumberModel]) -> list[nodes.Node]:
        parts = {
            _("Not merged yet, in review"): [draft for draft in drafts if draft.is_in_review],
            _("Not merged yet, not in review"): [draft for draft in drafts if not draft.is_in_review],
        }
        shown = self._show_numbers(numbers)
        for words, chosen in parts.items():
            items = [nodes.list_item("", self._draft(draft)) for draft in chosen]
            shown += [_counted(words, len(items)), *folded(items, ["dep-calendar", "dep-days"])] if items else []
        return shown

    def _draft(self, draft: DraftModel) -> nodes.paragraph:
        day = nodes.inline("", "", *deadline(draft.since, overdue=False), classes=["dep-due"])
        what = nodes.inline("", "", *linked(draft.proposal, self.docname))
        remark: list[nodes.Node] = [*short_series(draft.branch, self.docname), nodes.Text("; ")]
        if draft.is_draft:
            remark.append(nodes.Text(_("marked as a draft") + "; "))
        if draft.people:
            words = ngettext("waits for %d day for", "waits for %d days for", draft.days) % draft.days
            remark += [nodes.Text(f"{words} "), *short_series(draft.people, self.docname)]
        else:
            remark.append(nodes.Text(_("no reviewer is named")))
        remark += dated("; " + _("begun on %s") % draft.begun, draft.begun)
        return nodes.paragraph("", "", day, nodes.Text(" "), what, *_aside(remark))

    def _show_changes(self, changed: list[ChangeModel]) -> list[nodes.Node]:
        listing = nodes.bullet_list(classes=["dep-changed", "dep-days"])
        for change in changed:
            day = nodes.inline("", "", *deadline(change.date, overdue=False), classes=["dep-due"])
            # The words of a change of status name it already.
            alone = change.what == "status"
            shown = (
                [link(change.proposal, change.proposal.text, self.docname)]
                if alone
                else linked(change.proposal, self.docname)
            )
            what = nodes.inline("", "", *shown)
            line = nodes.paragraph("", "", day, nodes.Text(" "), what, *_aside([nodes.Text(_what(change))]))
            listing += nodes.list_item("", line)
        return [caption(_("Recently changed")), listing]

    def _show_unmentioned(self, unmentioned: list[ProposalLink]) -> list[nodes.Node]:
        items = [nodes.list_item("", nodes.paragraph("", "", *linked(item, self.docname))) for item in unmentioned]
        return [_counted(_("Decided, not mentioned in code"), len(items)), *folded(items, ["dep-unmentioned"])]

    def _show_attention(self, attention: list[AttentionModel]) -> list[nodes.Node]:
        items = []
        for needs in attention:
            reasons = []
            if needs.errors:
                reasons.append(ngettext("invalid (%d error)", "invalid (%d errors)", needs.errors) % needs.errors)
            if needs.without:
                reasons.append(_("without %s") % ", ".join(needs.without))
            if needs.overdue:
                reasons.append(_("review date past"))
            if needs.stalled:
                reasons.append(_("nothing happened since %s") % needs.stalled)
            why = dated(": " + "; ".join(reasons), needs.stalled)
            line = nodes.paragraph("", "", *linked(needs.proposal, self.docname), *why)
            items.append(nodes.list_item("", line))
        return [_counted(_("Needs attention"), len(items)), *folded(items, ["dep-attention"])]


def _aside(content: list[nodes.Node]) -> list[nodes.Node]:
    """A remark behind a proposal in a list of days. The dash is hidden where the remark is on a line of its own."""
    dash = nodes.inline("", "– ", classes=["dep-dash"])
    return [nodes.Text(" "), nodes.inline("", "", dash, *content, classes=["dep-aside"])]


def _counted(words: str, count: int) -> nodes.paragraph:
    """A heading with the number of entries below it."""
    heading = caption(words)
    heading += [nodes.Text(" "), nodes.inline("", str(count), classes=["dep-count"])]
    return heading


def _what(change: ChangeModel) -> str:
    match change.what:
        case "new":
            return _("new")
        case "status":
            now = change.proposal.status.words
            return f"{shortened(change.before)} → {now}" if change.before else f"→ {now}"
    return _("changed")


def _parts(view: View) -> tuple[str, ...]:
    """The parts that have something to say in a project: not every process has reviews, nor every project a history."""
    missing = {
        "unmerged": view.unmerged is None,
        "calendar": not view.has_reviews,
        "changed": not view.history.known,
        "unmentioned": view.code is None,
    }
    return tuple(part for part in PARTS if not missing.get(part))


def _changes(view: View) -> list[ChangeModel]:
    """The proposals that changed last, the latest first; of one commit, changes of a status before those of a text."""
    known = [(past, item) for item in view.catalog.proposals if (past := view.history.of(item.path)) is not None]
    order = {"new": 0, "status": 0, "text": 1}

    def rank(entry: tuple[ProposalHistory, Proposal]) -> tuple[int, int]:
        return -entry[0].changed.time, order[_kind(entry[0])]

    # Where a shallow clone ends it is not known when a proposal changed last.
    recent = heapq.nsmallest(RECENT, (entry for entry in known if entry[0].changed.exact), key=rank)
    return [
        ChangeModel(
            proposal=view.link(proposal),
            date=past.changed.date,
            what=_kind(past),
            before=_before(view, past) if _kind(past) == "status" else "",
        )
        for past, proposal in recent
    ]


def _before(view: View, past: ProposalHistory) -> str:
    """The status before the last one, as readers see it."""
    change = past.statuses[-2]
    return view.known_status(change.status).words if change.status in view.schema.statuses else change.raw


def _kind(past: ProposalHistory) -> str:
    """The kind of the last change of a proposal."""
    if past.changed.id == past.created.id:
        return "new"
    return "status" if len(past.statuses) > 1 and past.statuses[-1].commit.id == past.changed.id else "text"


def _counts(view: View, table: RegistryTable | None) -> CountsModel:
    counts = dict.fromkeys(view.schema.statuses, 0)
    unknown = 0
    wrong: dict[str, None] = {}
    for proposal in view.catalog.proposals:
        if proposal.status is None:
            unknown += 1
            wrong[" ".join(proposal.status_raw.split())] = None
        else:
            counts[proposal.status] += 1
    field = view.schema.status_field

    def narrowed(count: int, *words: str) -> RegistryLink | None:
        # The script offers no value that nothing has.
        if not count or table is None or field is None or not is_facet(field):
            return None
        return table.narrowed((field.key, word) for word in words)

    shown = [CountModel(view.known_status(name), count, narrowed(count, name)) for name, count in counts.items()]
    if unknown:
        shown.append(CountModel(StatusModel("", "unknown", "grey"), unknown, narrowed(unknown, *wrong)))
    total = len(view.catalog.proposals)
    return CountsModel(total, table.narrowed(()) if table is not None and total else None, shown)


def _reviews(view: View) -> list[ReviewModel]:
    """The reviews that are not done, by their dates: what is overdue comes first of itself."""
    dated = [(view.due(proposal), proposal) for proposal in view.catalog.proposals]
    return [
        ReviewModel(view.link(proposal), due, view.is_overdue(proposal), view.items(proposal, REVIEWERS))
        for due, proposal in sorted(((due, item) for due, item in dated if due), key=lambda pair: pair[0])
    ]


def _drafts(view: View) -> list[DraftModel]:
    """The proposals that are not merged; the one that waits longest comes first."""
    drafts = view.unmerged
    assert drafts is not None
    found = []
    for name, draft in sorted(drafts.drafts.items(), key=lambda pair: (pair[1].changed, pair[0])):
        proposal = drafts.catalog.by_path[name]
        request = draft.branch.request
        found.append(
            DraftModel(
                proposal=drafts.link(proposal),
                branch=drafts.items(proposal, "ref"),
                since=draft.changed,
                begun=draft.begun,
                days=max(0, days_between(draft.changed, view.today)),
                people=[view.person(person) for person in draft.waits_for],
                is_draft=request is not None and request.is_draft,
            )
        )
    return found


def _numbers(view: View) -> list[NumberModel]:
    """The numbers that drafts claim although another proposal has them, and those of several merged proposals."""
    drafts = view.unmerged
    assert drafts is not None
    merged = view.catalog.by_number
    claims: dict[int, list[tuple[ProposalLink, list[Item]]]] = {
        number: [] for number, proposals in merged.items() if len(proposals) > 1
    }
    for name, draft in drafts.drafts.items():
        claimed = draft.proposal.number
        if claimed is not None and any(item.code == claimed_number.code for item in draft.diagnostics):
            proposal = drafts.catalog.by_path[name]
            claims.setdefault(claimed, []).append((drafts.link(proposal), drafts.items(proposal, "ref")))
    return [
        NumberModel(
            view.schema.label(number),
            [*claims[number], *((view.link(item), []) for item in merged.get(number, ()))],
        )
        for number in sorted(claims, reverse=True)
    ]


def _unmentioned(view: View) -> list[ProposalLink]:
    """The proposals that are in force and that no code names."""
    return [
        view.link(item)
        for item in view.catalog.proposals
        if item.status is not None and view.schema.statuses[item.status].kind is StatusKind.DECIDED
        if not (view.code or {}).get(item.path)
    ]


def _attention(view: View, *, dates: bool) -> list[AttentionModel]:
    """The proposals that need attention; with *dates* also those with a past review date."""
    sponsor = view.schema.fields.get("sponsor")
    idle = {item.path for item in view.attention if item.code == stalled.code}
    found = []
    for proposal in view.catalog.proposals:
        value = proposal.fields.get("sponsor")
        is_undecided = proposal.status is None or view.is_open(proposal)
        is_without = is_undecided and sponsor is not None and (value is None or value.state is not State.GIVEN)
        errors, overdue = len(view.errors(proposal)), dates and view.is_overdue(proposal)
        past = view.history.of(proposal.path) if proposal.path in idle else None
        since = past.changed.date if past is not None else ""
        if errors or is_without or overdue or since:
            without = [term(sponsor.label)] if is_without and sponsor else []
            found.append(AttentionModel(view.link(proposal), errors, without, overdue, since))
    return found


class CardsModel(msgspec.Struct, frozen=True):
    """The cards, in the order asked for, and the keys that name no proposal."""

    cards: list[CardModel]
    unknown: list[str]
    unreadable: str = ""


class Cards(Consumer, frozen=True, tag="cards"):
    """Compact cards of the proposals *keys* (normalised: numbers without zeros, or slugs)."""

    keys: tuple[str, ...]
    origin: Origin | None = None

    def model(self, view: View) -> CardsModel:
        """See :meth:`Consumer.model`."""
        source = view.of(self.origin)
        if source is None:
            return CardsModel([], [], cannot_be_read(self.origin))
        view = source
        found = [(key, view.catalog.resolve(key)) for key in self.keys]
        return CardsModel(
            cards=[view.card(proposal) for _key, proposal in found if proposal is not None],
            unknown=[key for key, proposal in found if proposal is None],
        )

    def render(self, model: CardsModel) -> list[nodes.Node]:
        """See :meth:`Consumer.render`."""
        if model.unreadable:
            return [error_paragraph(model.unreadable)]
        shown: list[nodes.Node] = [grid(model.cards, self.docname)] if model.cards else []
        return [*shown, *map(missing_proposal, model.unknown)]

    def complain(self, view: View) -> list[Diagnostic]:
        """See :meth:`Consumer.complain`."""
        source = view.of(self.origin)
        if source is None:
            return []
        return [self.unknown_proposal(key, source) for key in self.keys if source.catalog.resolve(key) is None]


class DepStatusDirective(DepDirective):
    """``dep-status``: without an argument a dashboard of all proposals, with numbers or slugs cards of those.

    :source: another project, whose proposals are shown: its ``deps.json`` as a file, or its name in
        ``intersphinx_mapping``.
    :show: the parts of the dashboard: some of ``counts``, ``unmerged`` (what is on branches and pull requests),
        ``calendar``, ``attention``, ``changed`` (what git knows) and ``unmentioned``
        (what is decided and no code names), in any order; by default all that the project has.
    :registry: the page with the table that the numbers lead to; by default the one with the table of all proposals.
    """

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """A placeholder."""
        is_dashboard = not self.arguments or not self.arguments[0].strip()
        self.unknown_options(("source", *(("show", "registry") if is_dashboard else ())))
        origin, schema = self.origin()
        if is_dashboard:
            if schema is not None and schema.status_field is None:
                message = "an inventory does not say where proposals stand"
                self.complain("source", message, DOWNLOAD)
            return self.place(Dashboard(self.at, origin, self._parts(), self._registry(origin)))
        prefix = (schema or self.shown.schema).prefix
        keys = keys_in(self.arguments[0], prefix)
        return self.place(Cards(self.at, keys, origin))

    def _registry(self, origin: Origin | None) -> str:
        page = self.given("registry")
        page = next((page.removesuffix(known) for known in self.config.source_suffix if page.endswith(known)), page)
        if page and origin is not None:
            message = "the table on a page of this project does not show another project's numbers"
            self.complain("registry", message, "take the option out", at_key=True)
            return ""
        return docname_join(self.env.docname, page) if page else ""

    def _parts(self) -> tuple[str, ...]:
        parts = dict.fromkeys(word for part in self.given("show").split(",") if (word := part.strip()))
        if "unmerged" in parts and (self.given("source") or self.shown.config.unmerged is None):
            fix = "add a table `[unmerged]` to the configuration"
            self.complain("show", "the configuration does not say which branches to look at", fix)
        if "unmentioned" in parts and (self.given("source") or not self.shown.config.mentions):
            fix = "add a key `mentions` to the configuration"
            self.complain("show", "the configuration does not say where code is that may mention proposals", fix)
        return tuple(
            part for part in parts if self.choice("show", part, PARTS, f"the dashboard has no part `{part}`", "it has")
        )


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("dep-status", DepStatusDirective)
