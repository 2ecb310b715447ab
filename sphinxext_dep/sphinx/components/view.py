"""What consumers see: all proposals, judged, with the words in which every component shows one of them.

A component never touches a record while rendering. It first makes a *model*, plain data that holds everything it will
show; the page is stale exactly when that data has changed (:mod:`~sphinxext_dep.sphinx.build.rebuild`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import msgspec

from sphinxext_dep.check.check import Judgement
from sphinxext_dep.fields import TYPES, type_of
from sphinxext_dep.fields.people import profile_of
from sphinxext_dep.history import UNKNOWN, History
from sphinxext_dep.model.catalog import Catalog, RelationEntry
from sphinxext_dep.model.diagnostics import Diagnostic, Severity
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Field, Schema, StatusKind
from sphinxext_dep.model.values import Link, Person, State
from sphinxext_dep.query import Context, column
from sphinxext_dep.query.columns import DERIVED
from sphinxext_dep.sphinx.build.foreign import Origin, Origins
from sphinxext_dep.sphinx.html.places import Places
from sphinxext_dep.sphinx.html.words import _, term


class StatusShown(msgspec.Struct, frozen=True):
    """A status as readers see it.

    :param name: the canonical name, or what was written when that is no status, or empty.
    :param kind: ``open``, ``decided``, ``closed``, or ``unknown``; empty when nobody says where it stands.
    """

    name: str
    kind: str
    colour: str
    description: str = ""

    @property
    def shown(self) -> str:
        """The name as readers see it, in the language of the documentation."""
        return self.name if self.kind == "unknown" else term(self.name)


class ProposalShown(msgspec.Struct, frozen=True):
    """A link to a proposal.

    :param docname: its page; empty when it is one of another project.
    :param url: of the page of another project's proposal, absolute or relative to this site; may be empty.
    """

    docname: str
    label: str
    title: str
    status: StatusShown
    url: str = ""


class TextItem(msgspec.Struct, frozen=True, tag="text"):
    """Plain text; ``wrong`` when a rule objects to it."""

    text: str
    wrong: bool = False


class TermItem(msgspec.Struct, frozen=True, tag="term"):
    """A category: a word of the schema, translated when it is shown."""

    name: str


class PersonItem(msgspec.Struct, frozen=True, tag="person"):
    """A person, linked to their entry on the people page, else to a profile, when there is one.

    :param page: the document of the people page; empty when the person has no entry.
    :param anchor: the id of the entry.
    """

    name: str
    url: str
    page: str = ""
    anchor: str = ""


class DateItem(msgspec.Struct, frozen=True, tag="date"):
    """A date in ISO 8601."""

    iso: str


class LinkItem(msgspec.Struct, frozen=True, tag="link"):
    """A link to elsewhere."""

    url: str
    text: str


class ReferenceItem(msgspec.Struct, frozen=True, tag="reference"):
    """A reference to another proposal; ``derived`` when only the other side states it."""

    proposal: ProposalShown
    note: str = ""
    derived: bool = False


class StatusItem(msgspec.Struct, frozen=True, tag="status"):
    """A status badge."""

    status: StatusShown


class ProposalItem(msgspec.Struct, frozen=True, tag="proposal"):
    """A proposal's label or title, linked to its page.

    :param text: what is linked.
    :param invalid: whether the proposal has errors.
    """

    proposal: ProposalShown
    text: str
    invalid: bool = False


Item = TextItem | TermItem | PersonItem | DateItem | LinkItem | ReferenceItem | StatusItem | ProposalItem


class View:
    """All proposals of a build.

    :param docnames: path → docname of every proposal.
    :param today: ISO date, for what is overdue.
    :param anchors: the ids of the sections of a document.
    :param elsewhere: keys that the inventories of other projects know.
    :param read_history: asks git for the past of all proposals.
    :param attend: says what waits for somebody.
    :param origins: reads the proposals of other projects.
    :param hover_cards: whether links to proposals show cards.
    :param draws: whether graphs are drawn: the builder has pictures, and Graphviz is there.
    :param survey: finds the places that other pages lead to; asked once, and never when nothing has changed.
    """

    def __init__(
        self,
        judgement: Judgement,
        schema: Schema,
        docnames: Mapping[str, str],
        today: str,
        *,
        anchors: Callable[[str], frozenset[str]] = lambda docname: frozenset(),
        elsewhere: frozenset[str] = frozenset(),
        read_history: Callable[[], History] = lambda: UNKNOWN,
        attend: Callable[[View], tuple[Diagnostic, ...]] = lambda view: (),
        origins: Origins | None = None,
        hover_cards: bool = False,
        draws: bool = False,
        survey: Callable[[View], Places] = lambda view: Places(),
    ) -> None:
        self.judgement = judgement
        self.schema = schema
        self.docnames = docnames
        self.today = today
        self.anchors = anchors
        self.elsewhere = elsewhere
        self._read_history = read_history
        self._attend = attend
        self.origins = origins
        self.draws = draws
        self.abroad: dict[Origin, View | None] = {}
        """Other projects, as far as they were asked for."""
        self.hover_cards = hover_cards
        self._survey = survey
        self.models: dict[object, msgspec.Struct] = {}
        """What consumers show, as far as it was asked for."""

    @property
    def catalog(self) -> Catalog:
        """All proposals."""
        return self.judgement.catalog

    @cached_property
    def history(self) -> History:
        """When proposals were created, changed, and given another status; git is asked when something wants to know."""
        return self._read_history()

    @cached_property
    def attention(self) -> tuple[Diagnostic, ...]:
        """What waits for somebody today (family 6xx), sorted by path."""
        return self._attend(self)

    @cached_property
    def landmarks(self) -> Places:
        """The registry and the people page."""
        return self._survey(self)

    @cached_property
    def context(self) -> Context:
        """What filters need beyond the record."""
        return Context(today=self.today, invalid=self.judgement.invalid)

    @cached_property
    def by_docname(self) -> dict[str, Proposal]:
        """The proposal on each page."""
        return {self.docnames[proposal.path]: proposal for proposal in self.catalog.proposals}

    @cached_property
    def _errors(self) -> dict[str, list[Diagnostic]]:
        errors: dict[str, list[Diagnostic]] = {}
        for item in self.judgement.diagnostics:
            if item.severity is Severity.ERROR:
                errors.setdefault(item.path, []).append(item)
        return errors

    def errors(self, proposal: Proposal) -> list[Diagnostic]:
        """What makes *proposal* invalid, in order."""
        return self._errors.get(proposal.path, [])

    def label(self, proposal: Proposal) -> str:
        """``DEP-0012``, or the slug while there is no number."""
        return self.catalog.label(proposal)

    def status(self, proposal: Proposal) -> StatusShown:
        """The status of *proposal* as readers see it; one that is not valid is never shown as one that is."""
        if proposal.status is None:
            return StatusShown(name=proposal.status_raw, kind="unknown", colour="grey")
        return self.known_status(proposal.status)

    def known_status(self, name: str) -> StatusShown:
        """The status that the schema calls *name*."""
        status = self.schema.statuses[name]
        return StatusShown(status.name, status.kind.value, status.colour.value, status.description)

    def shown(self, proposal: Proposal) -> ProposalShown:
        """A link to *proposal*."""
        return ProposalShown(
            docname=self.docnames[proposal.path],
            label=self.label(proposal),
            title=proposal.title,
            status=self.status(proposal),
        )

    def items(self, proposal: Proposal, key: str) -> list[Item]:
        """The cell of a column (:mod:`sphinxext_dep.query.columns`), ready to be shown; empty for an unknown key."""
        if key not in self.schema.fields and key not in DERIVED:
            return []
        shown = column(key, self.schema)
        if shown.key == "title":
            text = proposal.title or self.label(proposal)
            return [ProposalItem(self.shown(proposal), text, bool(self.errors(proposal)))]
        if shown.key == "number":
            return [ProposalItem(self.shown(proposal), self.label(proposal))]
        if shown.key in DERIVED:
            return [TextItem(text) for text in shown.texts(proposal, self.catalog, self.context)]
        return self._field_items(proposal, self.schema.fields[key])

    def _field_items(self, proposal: Proposal, field: Field) -> list[Item]:
        kind = type_of(field)
        value = proposal.fields.get(field.key)
        if items := [ITEMS[kind.name](self, item) for item in kind.displayed(proposal, field, self.catalog)]:
            return [*items, *([TextItem("TBD")] if value is not None and value.more else [])]
        if field is self.schema.status_field:
            status = self.status(proposal)
            return [StatusItem(status)] if status.name else []
        if value is None or not value.raw.strip():
            return []
        if value.state in (State.NONE, State.UNKNOWN):
            return [TextItem(" ".join(value.raw.split()))]
        return [TextItem(value.raw, wrong=not (kind.is_prose and value.state is State.GIVEN))]

    def reverse_items(self, proposal: Proposal, field: Field) -> list[Item]:
        """For a relation without a field for its other side (``extends``): who states it about *proposal*."""
        return [ReferenceItem(self.shown(other), derived=True) for other in self.catalog.reverse(proposal, field.key)]

    def is_open(self, proposal: Proposal) -> bool:
        """Whether the status of *proposal* is an open one; what is no status is not."""
        return proposal.status is not None and self.schema.statuses[proposal.status].kind is StatusKind.OPEN

    @property
    def has_reviews(self) -> bool:
        """Whether the process has dates of reviews."""
        return self.schema.review_date is not None

    def due(self, proposal: Proposal) -> str:
        """The review date (ISO 8601) of a proposal that is still open; empty when there is none."""
        field = self.schema.review_date
        return (proposal.date(field.key) or "") if field is not None and self.is_open(proposal) else ""

    def is_overdue(self, proposal: Proposal) -> bool:
        """Whether the proposal is still open although its review date is past."""
        return "" < self.due(proposal) < self.today


def _person(view: View, person: Person) -> Item:
    anchor = view.landmarks.person(person)
    page = view.landmarks.people_page if anchor else ""
    return PersonItem(person.name, profile_of(person, view.schema), page, anchor)


def _link(_view: View, found: Link) -> Item:
    text = found.text or found.url
    return TextItem(text, wrong=True) if found.problem else LinkItem(found.url, text)


def _relation(view: View, relation: RelationEntry) -> Item:
    reference, target = relation
    if target is None:
        return TextItem(TYPES["references"].text(relation, view.schema), wrong=True)
    return ReferenceItem(view.shown(target), reference.note if reference else "", derived=reference is None)


def _plain(_view: View, item: object) -> Item:
    return TextItem(str(item))


ITEMS: dict[str, Callable[[View, Any], Item]] = {
    "text": _plain,
    "title": _plain,
    "number": _plain,
    "status": lambda view, name: StatusItem(view.known_status(name)),
    "category": lambda _view, name: TermItem(name),
    "choice": _plain,
    "people": _person,
    "date": lambda _view, day: DateItem(day.iso),
    "links": _link,
    "references": _relation,
    "tags": _plain,
}
"""The look of a field's items on a page, by the name of its type: the one thing that pages add to a type."""


def columns_label(schema: Schema, keys: Iterable[str]) -> list[str]:
    """The headings of columns."""
    derived = {
        "number": _("Number"),
        "title": _("Title"),
        "summary": _("Summary"),
        "path": _("Path"),
        "slug": _("Slug"),
    }
    return [term(schema.fields[key].label) if key in schema.fields else derived.get(key, key) for key in keys]
