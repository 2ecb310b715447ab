"""What every page shows, and which pages a build must therefore read and write: worked out from the data alone.

Sphinx's own part is in it as well, since the sets are exact: a page is read when its source is newer than the
environment's knowledge of it, written when its source is newer than its output, and with a page that is written goes
every page whose toctree holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tests.rebuild.world import BROKEN, REVIEW_DATE, Draft, Index, Page, Past, Proposal, World

STALE_AFTER = 90
"""Days after which a draft has stalled."""
RECENT = 5
"""Proposals that the dashboard says changed last."""

Shown = tuple[object, ...]


class Oracle:
    """Everything that can be said of one state of the project."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.documents = world.documents
        self.by_path = list(world.by_path())
        self.children = {name: self._children(page) for name, page in world.pages.items()}
        self.around = self._around()

    # --- proposals ----------------------------------------------------------------------------------------------------

    def resolve(self, number: int) -> Proposal | None:
        """The proposal with *number*, of several the first by path."""
        return next((item for item in self.by_path if item.number == number), None)

    def link(self, item: Proposal) -> Shown:
        """What a link to a proposal shows: its place, its label, and on hover title and status."""
        label = item.slug if item.number is None else f"DEP-{item.number:04d}"
        return (item.docname, label, item.title, item.status)

    def errors(self, item: Proposal) -> list[Shown]:
        """What makes a proposal invalid."""
        found: list[Shown] = [("no status",)] if item.status == BROKEN else []
        if item.number is None and item.status == "Approved":
            found.append(("decided without a number",))
        same = [other.docname for other in self.by_path if other.number == item.number and other is not item]
        if item.number is not None and same:
            found.append(("duplicate", *same))
        found += [("unknown", number) for number in item.extends if self.resolve(number) is None]
        return found

    def header(self, item: Proposal) -> Shown:
        """What the header of a proposal shows of other proposals."""
        named = [self.resolve(number) for number in item.extends]
        above = [self.link(other) if other else None for other in named]
        below = [
            self.link(other)
            for other in self.by_path
            if other is not item and item in [self.resolve(number) for number in other.extends]
        ]
        past = self.past(item)
        days = (past.created, past.changed) if past else None
        return (tuple(above), tuple(below), tuple(self.errors(item)), self.people_page, days, self.named(item))

    def named(self, item: Proposal) -> Shown:
        """The lines of the code that name a proposal."""
        return tuple(line for line, number in enumerate(self.world.code, 1) if self.resolve(number) is item)

    def requirements(self) -> Shown:
        """What a table of all requirements shows, and a link to that of the first proposal."""
        rows = [(self.link(item), item.requirement) for item in self.chosen(Index()) if item.requirement]
        first = self.resolve(1)
        return (tuple(rows), (self.link(first), first.requirement, first.summary) if first else None)

    def past(self, item: Proposal) -> Past | None:
        """What git knows of a proposal: nothing while its file's name is not committed."""
        past = self.world.pasts.get(item.slug)
        return past if past is not None and past.docname == item.docname else None

    def stalled(self, item: Proposal) -> str:
        """Since when nothing has happened to a draft, if that is too long."""
        past = self.past(item)
        if past is None or item.status != "Draft" or past.text != item.text:
            return ""
        days = (date.fromisoformat(self.world.today) - date.fromisoformat(past.changed)).days
        return past.changed if days > STALE_AFTER else ""

    def timeline(self) -> Shown:
        """What became of all proposals."""
        found = []
        for item in self.chosen(Index()):
            past = self.past(item)
            statuses = past.statuses if past else ()
            pending = not statuses or statuses[-1][0] != item.status
            found.append((self.link(item), statuses, pending, past.changed if past else ""))
        return tuple(found)

    def changes(self) -> Shown:
        """What the dashboard says changed last."""
        found = []
        for item in self.by_path:
            if past := self.past(item):
                is_new, is_decision = past.changed == past.created, past.statuses[-1][1] == past.changed
                kind = "new" if is_new else "status" if is_decision else ""
                before = past.statuses[-2][0] if kind == "status" else ""
                found.append((past.changed, not kind, (self.link(item), past.changed, kind, before)))
        found.sort(key=lambda entry: entry[1])
        found.sort(key=lambda entry: entry[0], reverse=True)
        return tuple(entry[2] for entry in found[:RECENT])

    def review(self, item: Proposal) -> Shown:
        """What is shown of a review that is not done."""
        return (self.link(item), self.world.today > REVIEW_DATE) if item.status == "Under Review" else ()

    # --- places that others lead to -----------------------------------------------------------------------------------

    @property
    def people_page(self) -> str:
        """The page to which names lead; everybody who is named has an entry there."""
        return min((name for name, page in self.world.pages.items() if page.people), default="")

    @property
    def registry(self) -> str:
        """The page to which numbers lead."""
        complete = [
            (not page.index.toctree, name)
            for name, page in self.world.pages.items()
            if page.index and page.index.format == "table" and not page.index.statuses
        ]
        return min(complete)[1] if complete else ""

    # --- consumers ----------------------------------------------------------------------------------------------------

    def chosen(self, index: Index) -> list[Proposal]:
        """The proposals of an index, in order."""
        found = [item for item in self.by_path if not index.statuses or item.status in index.statuses]
        found.sort(key=lambda item: (item.number is None, item.number or 0, item.slug))
        if index.sort == "-number":
            found.sort(key=lambda item: (item.number is None, -(item.number or 0)))
        elif index.sort == "title":
            found.sort(key=lambda item: item.title.replace("`", "").casefold())
        return found

    def index(self, index: Index) -> Shown:
        """What an index shows."""
        if index.format == "list":
            return tuple(self.link(item) for item in self.chosen(index))
        if index.format == "cards":
            return tuple(self.card(item) for item in self.chosen(index))
        # Rows carry the summary for the script that shows them as cards.
        return tuple(
            (self.link(item), self.authors(item), item.summary, bool(self.errors(item))) for item in self.chosen(index)
        )

    def card(self, item: Proposal | None) -> Shown | None:
        """What a card shows."""
        return (self.link(item), item.summary, self.authors(item), bool(self.errors(item))) if item else None

    def authors(self, item: Proposal) -> Shown:
        """What a list of people shows."""
        return (item.authors, self.people_page)

    def people(self) -> Shown:
        """What the entries of all people show: of a proposal, its authors, and who has what to do with it."""
        shown = tuple((self.link(item), item.authors, self.review(item)) for item in self.by_path)
        # Drafts are there for those who have to review them.
        waiting = [(draft.slug, draft.title, draft.status) for draft in self.waiting if draft.status == "Under Review"]
        return (self.registry, shown, tuple(waiting))

    @property
    def waiting(self) -> list[Draft]:
        """What is not merged, the longest waiting first."""
        return sorted(self.world.drafts.values(), key=lambda draft: (draft.changed, f"pull/{draft.number}"))

    def graph(self) -> Shown:
        """What a graph of all proposals shows: those with relations, and how many have none."""
        edges = {
            (item.docname, other.docname)
            for item in self.by_path
            for number in item.extends
            if (other := self.resolve(number)) is not None and other is not item
        }
        ends = {docname for edge in edges for docname in edge}
        related = [self.link(item) for item in self.chosen(Index()) if item.docname in ends]
        return (tuple(related), tuple(sorted(edges)), len(self.by_path) - len(related))

    def dashboard(self) -> Shown:
        """What the dashboard shows."""
        statuses = sorted(item.status for item in self.by_path)
        attention = []
        for item in self.by_path:
            errors, without = len(self.errors(item)), item.status == "Draft"
            if errors or without:
                attention.append((self.link(item), errors, without, self.stalled(item)))
        reviews = [(self.review(item), self.people_page) for item in self.by_path if self.review(item)]
        unnamed = [self.link(item) for item in self.by_path if item.status == "Approved" and not self.named(item)]
        urgent = any(errors for _link, errors, *_rest in attention) or any(review[0][1] for review in reviews)
        waiting = (self.changes(), self.drafts(), tuple(unnamed), self.people_page if urgent else "")
        return (tuple(statuses), self.registry, tuple(reviews), tuple(attention), *waiting)

    def listed(self) -> Shown:
        """What a list of drafts shows; the script is told which reviews are overdue."""
        late = self.world.today > REVIEW_DATE
        return tuple(
            (draft.slug, draft.title, draft.status, late and draft.status == "Under Review")
            for _number, draft in sorted(self.world.drafts.items())
        )

    def drafts(self) -> Shown:
        """What the dashboard says of drafts."""
        if not self.waiting:
            return ()
        return (self.world.today, self.people_page, tuple(self.waiting))

    # --- navigation ---------------------------------------------------------------------------------------------------

    def _children(self, page: Page) -> list[str]:
        listed = [item.docname for item in self.chosen(page.index)] if page.index and page.index.toctree else []
        return [*listed, *page.toctree]

    @property
    def has_pills(self) -> bool:
        """Whether the navigation shows proposals: then every page loads the style sheet of their pills."""
        return any(isinstance(self.documents[docname], Proposal) for docname in self.around)

    def _around(self) -> dict[str, Shown]:
        order: list[tuple[str, tuple[str, ...]]] = []

        def walk(docname: str, above: tuple[str, ...]) -> None:
            order.append((docname, above))
            for child in self.children.get(docname, ()):
                walk(child, (docname, *above))

        walk("index", ())
        names = [docname for docname, _above in order]
        around: dict[str, Shown] = {}
        for place, (docname, above) in enumerate(order):
            before = names[place - 1] if place else None
            after = names[place + 1] if place + 1 < len(names) else None
            # The root is above everything and named nowhere.
            shown = [(name, self.documents[name].title) if name else None for name in (before, after, *above[:-1])]
            around[docname] = tuple(shown)
        return around

    # --- pages --------------------------------------------------------------------------------------------------------

    def shown(self, docname: str) -> Shown:
        """Everything that the page shows and that is not in its own source."""
        around: Shown = (self.around.get(docname, ()), self.has_pills)
        document = self.documents[docname]
        if isinstance(document, Proposal):
            return (around, self.world.profile, self.header(document))
        if not document.is_consumer:
            return (around,)
        return (
            around,
            self.world.profile,
            self.index(document.index) if document.index else None,
            # The beginning of the summary is in the card at the link.
            tuple((self.link(item), item.summary) if item else None for item in map(self.resolve, document.mentions)),
            tuple(self.card(self.resolve(number)) for number in document.cards),
            self.dashboard() if document.dashboard else None,
            self.world.foreign if document.abroad else None,
            self.people() if document.people else None,
            self.timeline() if document.timeline else None,
            self.graph() if document.graph else None,
            self.listed() if document.waiting else None,
            self.requirements() if document.requirements else None,
        )

    def is_consumer(self, docname: str) -> bool:
        """Whether the page shows proposals; a proposal shows itself."""
        document = self.documents[docname]
        return isinstance(document, Proposal) or document.is_consumer

    def with_parents(self, docnames: set[str]) -> set[str]:
        """*docnames*, and the pages whose toctrees hold one of them."""
        return docnames | {name for name, children in self.children.items() if docnames & set(children)}


@dataclass
class History:
    """What the environment and the output directories know.

    A source's *serial* is another one after each time that its file was written.
    """

    read: dict[str, int] = field(default_factory=dict)
    """docname → the serial that was read."""
    consumers: set[str] = field(default_factory=set)
    """What showed proposals when it was read."""
    abroad: set[str] = field(default_factory=set)
    """What showed another project when it was read."""
    profile: str = ""
    foreign: str = ""
    written: dict[str, dict[str, tuple[int, Shown]]] = field(default_factory=dict)
    """builder → docname → serial and what was shown when the page was written."""

    def to_read(self, oracle: Oracle, serials: dict[str, int]) -> set[str]:
        """The pages that the next build reads."""
        found = {name for name in oracle.documents if self.read.get(name) != serials[name]}
        if self.profile != oracle.world.profile:
            found |= self.consumers & oracle.documents.keys()
        if self.foreign != oracle.world.foreign:
            found |= self.abroad & oracle.documents.keys()
        return found

    def to_write(self, oracle: Oracle, serials: dict[str, int], builder: str) -> set[str]:
        """The pages that the next full build with *builder* writes."""
        output = self.written.get(builder, {})
        found = {name for name in oracle.documents if output.get(name) != (serials[name], oracle.shown(name))}
        return oracle.with_parents(found | self.to_read(oracle, serials))

    def note_read(self, oracle: Oracle, serials: dict[str, int]) -> None:
        """Everything has been read."""
        self.read = dict(serials)
        self.consumers = {name for name in oracle.documents if oracle.is_consumer(name)}
        self.profile = oracle.world.profile
        self.abroad = {name for name, page in oracle.world.pages.items() if page.abroad}
        self.foreign = oracle.world.foreign

    def note_written(self, oracle: Oracle, serials: dict[str, int], builder: str, docnames: set[str]) -> None:
        """The pages of *docnames* have been written, completely."""
        output = self.written.setdefault(builder, {})
        for gone in output.keys() - oracle.documents.keys():
            del output[gone]
        output.update({name: (serials[name], oracle.shown(name)) for name in docnames})

    def note_interrupted(self, builder: str, docnames: set[str], *, environment_lost: bool) -> None:
        """The build died while these pages were being written."""
        for name in docnames:
            self.written.get(builder, {}).pop(name, None)
        if environment_lost:
            # Sphinx throws the environment away when it ends by an error.
            self.read, self.consumers, self.abroad, self.profile, self.foreign = {}, set(), set(), "", ""
