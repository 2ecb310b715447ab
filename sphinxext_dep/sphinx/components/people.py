"""``dep-people``: everybody whom proposals name, with what each of them has to do with which proposal."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from docutils import nodes
from sphinx.application import Sphinx

from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.query.filters import DEFAULT_ORDER, Filter, all_of, sort
from sphinxext_dep.query.people import Entry, naming, people_index
from sphinxext_dep.sphinx.components.base import ChoosingDirective
from sphinxext_dep.sphinx.components.items import (
    AT_ONCE,
    PersonItem,
    ProposalLink,
    RegistryLink,
    dated,
    deadline,
    empty_paragraph,
    inline,
    is_facet,
    linked,
    registry_link,
)
from sphinxext_dep.sphinx.components.view import Consumer, View
from sphinxext_dep.sphinx.html.nodes import Block
from sphinxext_dep.sphinx.html.words import _, term

REVIEWERS = "required-reviewers"
"""The key of the field that names those who have to review."""

_PREFIX = "person"
_KINDS = {"open": 0, "unknown": 0, "decided": 1, "closed": 2}


class DutyModel(msgspec.Struct, frozen=True):
    """A proposal in the entry of a person.

    :param due: the review date, of a review that is not done.
    :param branch: of a draft: its branch, for two may have the same title.
    :param since: of a draft: the day of its last commit.
    """

    proposal: ProposalLink
    due: str = ""
    overdue: bool = False
    branch: str = ""
    since: str = ""


class RoleModel(msgspec.Struct, frozen=True):
    """The proposals that name a person in one field.

    :param field: the key of the field.
    :param waiting: whether this is what waits for the person.
    :param unmerged: whether the proposals are not merged.
    :param group: the group for which they wait, when the person is a member of it.
    """

    field: str
    label: str
    waiting: bool
    duties: list[DutyModel]
    registry: RegistryLink | None
    unmerged: bool = False
    group: str = ""


class EntryModel(msgspec.Struct, frozen=True):
    """One person or group; ``handle`` is empty when it is the name.

    :param members: of a group: the handles of those who belong to it.
    """

    anchor: str
    name: str
    handle: str
    url: str
    roles: list[RoleModel]
    members: list[str]


class PeopleModel(msgspec.Struct, frozen=True):
    """Everything that the entries show."""

    entries: list[EntryModel]
    empty: str


class People(Consumer, frozen=True, tag="people", kw_only=True):
    """The people of the proposals that *filter* chooses."""

    filter: Filter
    empty: str = ""

    def entries(self, view: View) -> dict[str, Entry]:
        """The entries, by the person's identity."""
        chosen = [item for item in view.catalog.proposals if self.filter.matches(item, view.context)]
        return people_index([*sort(chosen, DEFAULT_ORDER, view.schema), *self._drafts(view)], view.schema)

    def _drafts(self, view: View) -> list[Proposal]:
        """The drafts that wait for reviews, the longest waiting first; each names only those who have to review it."""
        drafts = view.unmerged
        if drafts is None or REVIEWERS not in view.schema.fields:
            return []
        chosen = []
        for name, draft in sorted(drafts.drafts.items(), key=lambda pair: (pair[1].changed, pair[0])):
            proposal = drafts.catalog.by_path[name]
            request = draft.branch.request
            # While a pull request is marked as a draft, it waits for its authors.
            if self.filter.matches(proposal, drafts.context) and not (request is not None and request.is_draft):
                chosen.append(naming(proposal, REVIEWERS, draft.waits_for))
        return chosen

    def ids(self, view: View) -> dict[str, str]:
        """The id of each entry. It depends on other entries only where two would have the same."""
        return _ids(self.entries(view))

    def model(self, view: View) -> PeopleModel:
        """See :meth:`Consumer.model`."""
        entries = self.entries(view)
        ids = _ids(entries)
        known: dict[str, ProposalLink] = {}

        def shown(proposal: Proposal) -> ProposalLink:
            # A proposal is in the entries of all its people.
            if proposal.path not in known:
                known[proposal.path] = _home(view, proposal).link(proposal)
            return known[proposal.path]

        def entry_shown(entry: Entry) -> EntryModel:
            roles = []
            waiting_drafts = [item for item in entry.proposals.get(REVIEWERS, ()) if _is_draft(view, item)]
            if waiting_drafts and view.unmerged is not None:
                duties = [
                    DutyModel(shown(item), branch=draft.branch.name, since=draft.changed)
                    for item, draft in ((item, view.unmerged.drafts[item.path]) for item in waiting_drafts)
                ]
                roles.append(RoleModel(REVIEWERS, term(view.schema.fields[REVIEWERS].label), True, duties, None, True))
            for key, waiting, members in _roles(view, entry):
                label = term(view.schema.fields[key].label)
                duties = [_duty(view, item, shown(item), waiting=waiting) for item in members]
                roles.append(RoleModel(key, label, waiting, duties, _registry(view, entry, key, duties)))
            own = _waiting(view, entry)
            place = sum(role.waiting for role in roles)
            for group in view.groups.of(entry.key):
                theirs = _waiting(view, entries[group]) if group in entries else ()
                duties = [_duty(view, item, shown(item), waiting=True) for item in theirs if item not in own]
                if duties:
                    name = entries[group].display_name
                    roles.insert(place, RoleModel(REVIEWERS, name, True, duties, None, group=name))
                    place += 1
            handle = f"@{entry.handle}" if entry.handle and entry.name else ""
            belonging = [f"@{member}" for member in view.groups.members.get(entry.key, ())]
            return EntryModel(ids[entry.key], entry.display_name, handle, entry.url, roles, belonging)

        return PeopleModel([entry_shown(entry) for entry in entries.values()], self.empty)

    def render(self, model: PeopleModel) -> list[nodes.Node]:
        """See :meth:`Consumer.render`."""
        box = Block(classes=["dep-people-page"])
        if not model.entries:
            box += empty_paragraph(model.empty or _("Nobody is named."))
            return [box]
        box += self._overview(model)
        listing = nodes.definition_list(classes=["dep-roster", "simple"])
        for entry in model.entries:
            definition = nodes.definition()
            if entry.members:
                names = ", ".join(entry.members)
                definition += nodes.paragraph("", _("Members: %s") % names, classes=["dep-members"])
            for role in entry.roles:
                definition += self._role(role)
            listing += nodes.definition_list_item("", _term(entry), definition)
        box += listing
        return [box]

    def _overview(self, model: PeopleModel) -> list[nodes.Node]:
        """Those who have something to review, each with a link to their entry: few entries need none."""
        shown: list[nodes.Node] = []
        for entry in model.entries:
            if count := sum(len(role.duties) for role in entry.roles if role.waiting):
                name = PersonItem(entry.name, "", self.docname, entry.anchor)
                shown += [nodes.Text(", " if shown else " "), *inline(name, self.docname), nodes.Text(f" ({count})")]
        if len(model.entries) <= AT_ONCE or not shown:
            return []
        return [nodes.paragraph("", "", nodes.strong("", _("Who has something to review:")), *shown)]

    def _role(self, role: RoleModel) -> list[nodes.Node]:
        label = nodes.inline("", f"{_label(role)} ", nodes.inline("", str(len(role.duties)), classes=["dep-count"]))
        head = nodes.paragraph("", "", registry_link(role.registry, label, self.docname), classes=["dep-role"])
        listing = nodes.bullet_list(classes=["dep-duties", *(["dep-waiting"] if role.waiting else [])])
        for duty in role.duties:
            line = nodes.paragraph("", "", *linked(duty.proposal, self.docname))
            if duty.due:
                line += [nodes.Text(" "), *deadline(duty.due, overdue=duty.overdue)]
            if duty.branch:
                since = _("since %s") % duty.since
                where = dated(f"{duty.branch}, {since}", duty.since)
                line += [nodes.Text(" "), nodes.inline("", "", *where, classes=["dep-aside"])]
            listing += nodes.list_item("", line)
        return [head, listing]


def _ids(entries: Iterable[str]) -> dict[str, str]:
    plain = {key: nodes.make_id(f"{_PREFIX}-{key}") for key in entries}
    claims = Counter(plain.values())
    # Of a name in another script nothing may be left.
    return {
        key: anchor if claims[anchor] == 1 and anchor != _PREFIX else f"{anchor}-{_digest(key)}"
        for key, anchor in plain.items()
    }


def _digest(key: str) -> str:
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=4).hexdigest()


def _roles(view: View, entry: Entry) -> list[tuple[str, bool, list[Proposal]]]:
    """The fields that name the person: first what waits for a review, then in the schema's order; open ones first."""
    found: list[tuple[str, bool, list[Proposal]]] = []
    for field in view.schema.fields.values():
        members = [item for item in entry.proposals.get(field.key, ()) if not _is_draft(view, item)]
        if not members:
            continue
        if field.key == REVIEWERS:
            if waiting := _waiting(view, entry):
                found.insert(0, (field.key, True, waiting))
            members = [item for item in members if not view.is_open(item)]
        if members:
            found.append((field.key, False, sorted(members, key=lambda item: _KINDS[view.status(item).kind])))
    return found


def _waiting(view: View, entry: Entry) -> list[Proposal]:
    """The proposals that wait for a review; what has no date can wait longest."""
    members = (item for item in entry.proposals.get(REVIEWERS, ()) if not _is_draft(view, item) and view.is_open(item))
    return sorted(members, key=lambda item: view.due(item) or "~")


def _is_draft(view: View, proposal: Proposal) -> bool:
    return view.unmerged is not None and proposal.path in view.unmerged.drafts


def _home(view: View, proposal: Proposal) -> View:
    """The view that *proposal* is in."""
    return view.unmerged if view.unmerged is not None and _is_draft(view, proposal) else view


def _duty(view: View, proposal: Proposal, shown: ProposalLink, *, waiting: bool) -> DutyModel:
    return DutyModel(shown, view.due(proposal), view.is_overdue(proposal)) if waiting else DutyModel(shown)


def _registry(view: View, entry: Entry, key: str, duties: list[DutyModel]) -> RegistryLink | None:
    """The table of just these proposals."""
    place, status = view.registry, view.schema.status_field
    if place is None or not is_facet(view.schema.fields[key]):
        return None
    chosen = [(key, name) for name in entry.names[key]]
    if key == REVIEWERS and status is not None:
        if not is_facet(status):
            return None
        names = {" ".join(duty.proposal.status.name.split()): None for duty in duties}
        chosen += [(status.key, name) for name in names]
    return place.narrowed(chosen)


def _label(role: RoleModel) -> str:
    if role.unmerged:
        return _("To review, not merged")
    if role.group:
        return _("To review, with %s") % role.group
    match role.field:
        case "authors":
            return _("Author of")
        case "sponsor":
            return _("Sponsor of")
        case key if key == REVIEWERS:
            return _("To review") if role.waiting else _("Reviewer of")
    return role.label


def _term(entry: EntryModel) -> nodes.term:
    def profile(text: str) -> nodes.Node:
        return nodes.reference("", text, refuri=entry.url, internal=False) if entry.url else nodes.Text(text)

    term = nodes.term(ids=[entry.anchor])
    term += nodes.strong("", "", profile(entry.name)) if not entry.handle else nodes.strong("", entry.name)
    if entry.handle:
        term += [nodes.Text(" "), nodes.inline("", "", profile(entry.handle), classes=["dep-handle"])]
    return term


class DepPeopleDirective(ChoosingDirective):
    """``dep-people``: everybody whom proposals name, with what they have to review, and what they author and sponsor.

    :status: only people of proposals with one of these statuses; so with all filters that ``dep-index`` has.
    :filter: an expression of the query language.
    :empty: the text when the list is empty.
    """

    def run(self) -> list[nodes.Node]:
        """A placeholder."""
        self.choose_from(self.shown.schema)
        self.unknown_options((*self.filter_options, "empty"))
        return self.place(People(self.at, filter=self.filter(), empty=self.given("empty")))


def find_people(consumers: Mapping[str, Sequence[Consumer]], process: str) -> People | None:
    """The list of people of *process* that names lead to: that of all people, or the first by document."""
    listed = (item for shown in consumers.values() for item in shown if isinstance(item, People))
    found = (item for item in listed if item.at.process == process)
    return min(found, key=lambda item: (item.filter != all_of(()), item.docname, item.at.line), default=None)


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("dep-people", DepPeopleDirective)
