"""Consumers, and the view that they take their data from: all proposals of a build, checked.

A component never touches a record while rendering. It first makes a *model*, plain data that holds everything it will
show; the page is stale exactly when that data has changed (:mod:`~sphinxext_dep.sphinx.build.rebuild`).
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar, Self

import msgspec
from docutils import nodes
from sphinx import addnodes

from sphinxext_dep.check.check import Judgement, diagnostic
from sphinxext_dep.check.rule import Rule
from sphinxext_dep.check.unmerged import Draft
from sphinxext_dep.fields import TYPES, type_of
from sphinxext_dep.fields.people import profile_of
from sphinxext_dep.fields.version import Versions
from sphinxext_dep.history.reading import UNKNOWN, History
from sphinxext_dep.history.repositories import ProposalRepositories
from sphinxext_dep.model.catalog import Catalog, RelationEntry
from sphinxext_dep.model.diagnostics import Diagnostic, Finding, Severity
from sphinxext_dep.model.messages import closest
from sphinxext_dep.model.proposal import Date, Link, ListedDate, Person, Proposal, State
from sphinxext_dep.model.schema import Field, Schema, StatusKind
from sphinxext_dep.model.source import Span
from sphinxext_dep.publish.published import PublishedError
from sphinxext_dep.query.columns import DERIVED, FALLBACK, Context, Derived, column
from sphinxext_dep.query.people import Groups, identity
from sphinxext_dep.rules.relations import unknown_proposal
from sphinxext_dep.sphinx.build.code import CodeFile
from sphinxext_dep.sphinx.build.external import ExternalProject, Origin, Origins, OtherReferences
from sphinxext_dep.sphinx.build.project import Location
from sphinxext_dep.sphinx.components.items import (
    CardModel,
    DateItem,
    Item,
    LinkItem,
    PersonItem,
    ProposalItem,
    ProposalLink,
    ReferenceItem,
    RegistryTable,
    StatusItem,
    StatusModel,
    TermItem,
    TextItem,
)
from sphinxext_dep.sphinx.html.words import _, term

NO_STATUS = StatusModel(name="", kind="", colour="grey")
"""The status of a proposal that is known from an inventory, which holds number and title only."""


class View:
    """All proposals of a build.

    :param docnames: path → docname of every proposal.
    :param today: ISO date; review dates before it are overdue.
    :param anchors: returns the ids on the page of a document, by every name that they can be linked by.
    :param others: the settings for references to proposals of other projects.
    :param read_history: reads the history of all proposals from git.
    :param attend: finds the proposals that need attention.
    :param origins: reads the proposals of other projects.
    :param hover_cards: whether links to proposals show cards.
    :param draws: whether graphs are drawn: the builder has pictures, and Graphviz is installed.
    :param repositories: where pages come from.
    :param document_at: the document of a file, by its path below the root; empty when there is none.
    :param lead: the text in front of its names where those of all processes meet.
    """

    def __init__(
        self,
        judgement: Judgement,
        schema: Schema,
        docnames: Mapping[str, str],
        today: str,
        *,
        anchors: Callable[[str], Mapping[str, str]] = lambda docname: {},
        others: OtherReferences | None = None,
        read_history: Callable[[], History] = lambda: UNKNOWN,
        attend: Callable[[View], tuple[Diagnostic, ...]] = lambda view: (),
        origins: Origins | None = None,
        hover_cards: bool = False,
        draws: bool = False,
        repositories: ProposalRepositories | None = None,
        document_at: Callable[[str], str] = lambda path: "",
        lead: str = "",
    ) -> None:
        self.judgement = judgement
        self.schema = schema
        self.docnames = docnames
        self.today = today
        self.anchors = anchors
        self.others = others
        self._read_history = read_history
        self._attend = attend
        self._origins = origins
        self.hover_cards = hover_cards
        self.draws = draws
        self.repositories = repositories
        self.document_at = document_at
        self.lead = lead
        self._external: dict[Origin, View | None] = {}
        self.groups = Groups()
        """Who belongs to which group."""
        self.unmerged: View | None = None
        """The proposals that are not merged, when the configuration asks for them."""
        self.drafts: Mapping[str, Draft] = {}
        """Path → draft, in the view of the proposals that are not merged."""
        self.code: Mapping[str, tuple[CodeFile, ...]] | None = None
        """Path of a proposal → the files of code that name it; ``None`` when the configuration does not say where."""
        self.models: dict[Consumer, Any] = {}
        """The models that were made so far."""
        self.pages: dict[Consumer, list[str]] = {}
        """The documents in the toctrees that were asked for so far."""
        self.registry: RegistryTable | None = None
        """The table of all proposals, which numbers lead to."""
        self.tables: Mapping[str, tuple[Consumer, RegistryTable]] = {}
        """For each page with tables, the one that other pages may lead to."""
        self.people: Consumer | None = None
        """The list of people that names lead to."""

    def anchor(self, docname: str, name: str) -> str | None:
        """The id of *name* on the page of *docname*; empty if this build leaves it out, ``None`` without it.

        In labels neither case nor the number of spaces counts, as for docutils.
        """
        known = self.anchors(docname)
        return known.get(name, known.get(nodes.fully_normalize_name(name)))

    @property
    def changing(self) -> Mapping[str, list[Proposal]]:
        """The path of a merged page → the drafts that change it, in the view of the proposals that are not merged."""
        return {}

    def branch_url(self, path: str) -> str:
        """The address of the pull request or branch of a draft; empty when it has none."""
        return ""

    def draft(self, key: str) -> Proposal | None:
        """The proposal that *key* names and that is not merged; ``None`` when another project has one of that name.

        Of several it is the first by branch: a branch that somebody adds must not make a reference fail.
        """
        if self.unmerged is None or (self.others is not None and self.others.owner(f"{self.lead}{key}")):
            return None
        return next(iter(self.unmerged.catalog.candidates(key)), None)

    def person(self, person: Person) -> Item:
        """*person*, with a link to the profile or to the entry in the list of people."""
        return PersonItem(person.name, profile_of(person, self.schema), *self.entry(person), person.note)

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
        """The diagnostics of family 6xx for today: proposals that need attention, sorted by path."""
        return self._attend(self)

    @cached_property
    def _people_ids(self) -> Mapping[str, str]:
        return self.people.ids(self) if self.people is not None else {}

    def entry(self, person: Person) -> tuple[str, str]:
        """The page and the id of the entry of *person* in the list of people; empty strings without an entry."""
        anchor = "" if person.problem else self._people_ids.get(identity(person), "")
        return (self.people.docname, anchor) if self.people is not None and anchor else ("", "")

    def of(self, origin: Origin | None) -> View | None:
        """The view of another project; this one without *origin*, ``None`` when the other one cannot be read."""
        if origin is None:
            return self
        if origin not in self._external:
            assert self._origins is not None
            try:
                self._external[origin] = ExternalView(self, self._origins.read(origin))
            except PublishedError:
                self._external[origin] = None
        return self._external[origin]

    @property
    def note(self) -> str:
        """A note below lists of proposals of which not everything is known; empty when everything is."""
        return ""

    @cached_property
    def context(self) -> Context:
        """The data that filters need beyond the record."""
        return Context(self.today, self.judgement.invalid, lambda: self.history)

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
        """The errors of *proposal*, in order."""
        return self._errors.get(proposal.path, [])

    def label(self, proposal: Proposal) -> str:
        """``DEP-0012``, or the slug while there is no number."""
        return self.catalog.label(proposal)

    def status(self, proposal: Proposal) -> StatusModel:
        """The status of *proposal* as readers see it; one that is not valid is never shown as one that is."""
        if proposal.status is None:
            return StatusModel(name=proposal.status_raw, kind="unknown", colour="grey")
        return self.known_status(proposal.status)

    def known_status(self, name: str) -> StatusModel:
        """The status that the schema calls *name*."""
        status = self.schema.statuses[name]
        return StatusModel(status.name, status.kind.value, status.colour.value, status.description)

    def link(self, proposal: Proposal) -> ProposalLink:
        """A link to *proposal*."""
        return ProposalLink(
            docname=self.docnames[proposal.path],
            label=self.label(proposal),
            title=proposal.title,
            status=self.status(proposal),
        )

    def requirement(self, proposal: Proposal, anchor: str) -> str:
        """Id and title of the requirement of *proposal* that is linked to as *anchor*; empty when there is none."""
        wanted = anchor.lower()
        return next((item.words for item in proposal.requirements if wanted and item.anchor == wanted), "")

    def card(self, proposal: Proposal) -> CardModel:
        """The card of *proposal*."""
        field = self.schema.authors_field
        return CardModel(
            proposal=self.link(proposal),
            summary=proposal.summary,
            people=self.items(proposal, field.key) if field else [],
            people_label=term(field.label) if field else "",
            invalid=bool(self.errors(proposal)),
        )

    def items(self, proposal: Proposal, key: str) -> list[Item]:
        """The cell of a column (:mod:`sphinxext_dep.query.columns`), ready to be shown; empty for an unknown key."""
        if key not in self.schema.fields and key not in DERIVED and key not in FALLBACK:
            return []
        shown = column(key, self.schema)
        if shown.key == "title":
            text = proposal.title or self.label(proposal)
            return [ProposalItem(self.link(proposal), text, bool(self.errors(proposal)))]
        if shown.key == "number":
            return [ProposalItem(self.link(proposal), self.label(proposal))]
        value = proposal.fields.get(key)
        is_stated = value is not None and value.state is State.GIVEN
        if isinstance(shown, Derived) and not (shown.prefers_field and is_stated):
            return [ITEMS[shown.type.name](self, item) for item in shown.items(proposal, self.context)]
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
        return [ReferenceItem(self.link(other)) for other in self.catalog.reverse(proposal, field.key)]

    def is_open(self, proposal: Proposal) -> bool:
        """True if *proposal* has an open status; one without a valid status has none."""
        return proposal.status is not None and self.schema.statuses[proposal.status].kind is StatusKind.OPEN

    @property
    def has_reviews(self) -> bool:
        """True if the process has dates of reviews."""
        return self.schema.review_date is not None

    def due(self, proposal: Proposal) -> str:
        """The review date (ISO 8601) of a proposal that is still open; empty when there is none."""
        field = self.schema.review_date
        return (proposal.date(field.key) or "") if field is not None and self.is_open(proposal) else ""

    def is_overdue(self, proposal: Proposal) -> bool:
        """True if the proposal is still open although its review date is past."""
        return "" < self.due(proposal) < self.today


def _person(view: View, person: Person) -> Item:
    return view.person(person)


_FORGE = re.compile(
    r"https://(?:github|gitlab)\.[\w.-]+/([\w.-]+(?:/[\w.-]+)+?)(?:/-)?/(pull|issues|discussions|merge_requests)/(\d+)/?"
)


def short_address(url: str) -> str:
    """``org/repo#12`` for a pull request or an issue, ``org/repo!12`` for a merge request; else *url* itself."""
    found = _FORGE.fullmatch(url)
    return f"{found[1]}{'!' if found[2] == 'merge_requests' else '#'}{found[3]}" if found else url


def _link(_view: View, found: Link) -> Item:
    text = found.text if found.text not in ("", found.url) else short_address(found.url)
    return TextItem(text, wrong=True) if found.problem else LinkItem(found.url, text)


def _relation(view: View, relation: RelationEntry) -> Item:
    reference, target, is_missing = relation
    if target is None:
        return TextItem(TYPES["references"].text(relation, view.schema), wrong=True)
    return ReferenceItem(view.link(target), reference.note if reference else "", is_missing)


def _plain(_view: View, item: object) -> Item:
    return TextItem(str(item))


def _version(_view: View, item: Versions) -> Item:
    return TextItem(item.text, wrong=bool(item.problem))


def _day(_view: View, item: Date | ListedDate) -> Item:
    if item.iso is None:
        return TextItem(getattr(item, "text", ""), wrong=True)
    return DateItem(item.iso, getattr(item, "url", ""))


ITEMS: dict[str, Callable[[View, Any], Item]] = {
    "text": _plain,
    "title": _plain,
    "number": _plain,
    "status": lambda view, name: StatusItem(view.known_status(name)),
    "category": lambda _view, name: TermItem(name),
    "choice": _plain,
    "people": _person,
    "group": _person,
    "date": _day,
    "links": _link,
    "references": _relation,
    "tags": _plain,
    "version": _version,
}
"""The look of a field's items on a page, by the name of its type: the one thing that pages add to a type."""


def columns_label(schema: Schema, keys: Iterable[str]) -> list[str]:
    """The headings of columns, in the language of the documentation."""
    return [term(column(key, schema).label(schema)) for key in keys]


UNSAID = StatusModel(name="", kind="", colour="grey")
"""The status of a proposal of which the inventory says nothing but number and title."""


class ExternalView(View):
    """All proposals of another project; links lead to its site."""

    def __init__(self, home: View, project: ExternalProject) -> None:
        published = project.published
        # The severity of what is wrong with a component is decided by the project that is built.
        schema = msgspec.structs.replace(published.schema, severities=home.schema.severities)
        super().__init__(
            published.judgement, schema, dict.fromkeys(published.judgement.catalog.by_path, ""), home.today
        )
        self._project = project

    @property
    def note(self) -> str:
        """See :attr:`View.note`."""
        if self._project.whole:
            return ""
        return _("From the inventory of %s, which holds numbers and titles only.") % self._project.name

    def link(self, proposal: Proposal) -> ProposalLink:
        """A link to *proposal* on the other site."""
        return msgspec.structs.replace(super().link(proposal), url=self._project.url_of(proposal.path))

    def status(self, proposal: Proposal) -> StatusModel:
        """See :meth:`View.status`."""
        return super().status(proposal) if self.schema.status_field else NO_STATUS


class Consumer(msgspec.Struct, frozen=True, gc=False):
    """Something on a page that shows proposals. Kept in the environment and in the page's placeholder.

    :param at: its location. Single-file builders resolve it under the name of the root document, so that the builder
        does not know the page.
    """

    at: Location

    is_drawing: ClassVar[bool] = False
    """True if Graphviz draws it, when it is installed."""

    @property
    def docname(self) -> str:
        """The page."""
        return self.at.docname

    @property
    def table_caption(self) -> str:
        """The caption of the table that it shows, which ``numfig`` counts; empty without one."""
        return ""

    @abstractmethod
    def model(self, view: View) -> msgspec.Struct:
        """Everything that will be shown, and nothing else, as plain data."""

    def cached_model(self, view: View) -> Any:
        """The model, made once in a build: for the stamp, and for writing the page."""
        model = view.models.get(self)
        if model is None:
            model = view.models[self] = self.model(view)
        return model

    def view_in(self, views: Mapping[str, View]) -> View:
        """The proposals of the process that it is about, of those of all processes."""
        return views[self.at.process]

    def stamp_data(self, view: View) -> object:
        """The part of the model that can change without the page being read again.

        The rest is in the page's source: Sphinx writes a page whose source has changed in any case.
        """
        return self.cached_model(view)

    @abstractmethod
    def render(self, model: Any) -> list[nodes.Node]:
        """The nodes that show *model*; neutral, so that every builder can write them."""

    @property
    def messages(self) -> list[str]:
        """The words that the author wrote into its options and that readers see: Sphinx translates them."""
        return [words for name in _WRITTEN if (words := getattr(self, name, ""))]

    def translated(self, original: str, words: str) -> Self:
        """The same with *words* in place of *original*."""
        return msgspec.structs.replace(
            self, **{name: words for name in _WRITTEN if getattr(self, name, "") == original}
        )

    def enclose(self, made: list[nodes.Node], content: list[nodes.Node]) -> None:
        """Put *content*, which the page itself has at this place, into the nodes that were *made*."""

    def complain(self, view: View) -> list[Diagnostic]:
        """The diagnostics that need all proposals."""
        return []

    def ids(self, view: View) -> dict[str, str]:
        """The ids of its entries of people, by the person's identity."""
        return {}

    def diagnostic(self, rule: Rule, message: str, fix: str, view: View) -> Diagnostic:
        """A diagnostic at its location."""
        finding = Finding(Span(0, 0, self.at.line, 1), message, fix)
        return self.at.put(diagnostic(rule, finding, self.at.path, None, view.schema))

    def unknown_proposal(self, key: str, view: View) -> Diagnostic:
        """A diagnostic for *key*, which names no proposal of *view*."""
        if key.isdigit():
            label = view.schema.label(int(key))
            numbers = [item.number for item in view.catalog.proposals if item.number is not None]
            # One number is as near as another: naming one would be a guess.
            fix = (
                f"the highest number is {view.schema.label(max(numbers))}"
                if numbers
                else "no proposal has a number yet"
            )
        else:
            label = key
            nearest = closest(key, [item.slug for item in view.catalog.proposals])
            fix = f"did you mean `{nearest}`?" if nearest else "name a proposal by its number or its slug"
        return self.diagnostic(unknown_proposal, f"there is no proposal `{label}`", fix, view)


_WRITTEN = ("caption", "empty")
"""The attributes of components that hold words of the page's author."""


class Translated(nodes.Element, addnodes.translatable):
    """A node that stands for a consumer, whose words are in the catalogs of the page."""

    def preserve_original_messages(self) -> None:
        """Keep the consumer as it was written, for the catalogs."""
        self.attributes.setdefault("original", self.consumer)

    def extract_original_messages(self) -> list[str]:
        """The words that are translated."""
        original: Consumer = self.attributes.get("original", self.consumer)
        return original.messages

    def apply_translated_message(self, original_message: str, translated_message: str) -> None:
        """Put a translation in the place of words."""
        self["consumer"] = self.consumer.translated(original_message, translated_message)

    @property
    def consumer(self) -> Consumer:
        """The consumer to be shown."""
        consumer: Consumer = self["consumer"]
        return consumer


class Placeholder(nodes.General, Translated):
    """The place of a consumer. It stays in the pickled doctree and is expanded whenever its page is written."""


def cannot_be_read(origin: Origin | None) -> str:
    """The text in place of the proposals of *origin*; the reason is in the diagnostic."""
    assert origin is not None
    return _("The proposals of %s cannot be read.") % (origin.project or origin.file)
