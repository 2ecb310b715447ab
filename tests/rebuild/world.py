"""A small documentation project as plain data, and its source text: what the state machine edits.

Nothing here asks the extension anything: :mod:`~tests.rebuild.oracle` works out from this data what every page shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.sphinx.project import CONF, proposal

STATUSES = ("Draft", "Approved", "Rejected", "Under Review")
REVIEW_DATE = "2026-12-01"
"""Of all that are under review."""
DAYS = ("2026-01-01", "2026-02-01", "2027-01-01")
"""Days on which the project is built; on the last, all reviews are overdue."""
BROKEN = "Bogus"
"""A word that is no status: a header with it is invalid."""
TITLES = ("Alpha", "Beta", "Gamma", "Delta", "`Code` and more")
PUBLISHED = (Path(__file__).parents[1] / "publish/published/deps-1.1.json").read_text(encoding="utf-8")
"""What another project has published."""
UNMERGED = '\n[unmerged]\nrefs = ["refs/pull/*/head"]\nbase = "refs/heads/main"\nmax-age = 0\n'
AUTHORS = ("Ada Lovelace", "Alan Turing", "Grace Hopper")


@dataclass(frozen=True)
class Proposal:
    """One proposal; *extends* holds numbers below its own, so that there are no cycles.

    :param requirement: the title of its only requirement; empty when it has none.
    """

    slug: str
    number: int | None
    title: str = "Alpha"
    status: str = "Draft"
    authors: str = AUTHORS[0]
    summary: str = "It is short."
    prose: str = "Nothing more."
    extends: tuple[int, ...] = ()
    requirement: str = ""

    @property
    def docname(self) -> str:
        """Its document."""
        return f"deps/{self.slug}" if self.number is None else f"deps/{self.number:04d}-{self.slug}"

    @property
    def text(self) -> str:
        """Its source."""
        fields = {"extends": ", ".join(f"DEP-{number}" for number in self.extends)} if self.extends else {}
        body = f"\n{self.prose}\n"
        if self.requirement:
            body += f"\n## REQ 1 {self.requirement}\n\nIt MUST work.\n"
        return proposal(self.title, self.status, body, self.summary, authors=self.authors, **fields)


@dataclass(frozen=True)
class Index:
    """The options of a ``dep-index``."""

    statuses: tuple[str, ...] = ()
    sort: str = "number"
    format: str = "table"
    toctree: bool = False

    @property
    def text(self) -> str:
        """The directive."""
        lines = ["```{dep-index}", f":sort: {self.sort}", f":format: {self.format}"]
        if self.statuses:
            lines.append(f":status: {', '.join(self.statuses)}")
        if self.toctree:
            lines.append(":toctree:")
        return "\n".join([*lines, "```"])


@dataclass(frozen=True)
class Page:
    """A page that is no proposal.

    :param mentions: numbers of proposals that it refers to with ``dep`` roles.
    :param cards: numbers of proposals whose cards it shows.
    :param dashboard: whether it shows the dashboard.
    :param abroad: whether it shows the proposals of another project.
    :param people: whether it has the entries of all people.
    :param timeline: whether it shows what became of all proposals.
    :param graph: whether it shows how all proposals are related.
    :param waiting: whether it lists the proposals that are not merged.
    :param requirements: whether it has the requirements of all proposals, and a link to that of the first.
    """

    title: str
    index: Index | None = None
    mentions: tuple[int, ...] = ()
    cards: tuple[int, ...] = ()
    dashboard: bool = False
    abroad: bool = False
    people: bool = False
    timeline: bool = False
    graph: bool = False
    waiting: bool = False
    requirements: bool = False
    toctree: tuple[str, ...] = ()

    @property
    def is_consumer(self) -> bool:
        """Whether it shows proposals."""
        shown = (self.index, self.mentions, self.cards, self.dashboard, self.people, self.abroad, self.timeline)
        return any((*shown, self.graph, self.waiting, self.requirements))

    @property
    def text(self) -> str:
        """Its source."""
        parts = [f"# {self.title}"]
        parts += [f"As {{dep}}`{number}` says." for number in self.mentions]
        if self.index:
            parts.append(self.index.text)
        if self.cards:
            parts.append(f"```{{dep-status}} {', '.join(map(str, self.cards))}\n```")
        if self.dashboard:
            parts.append("```{dep-status}\n```")
        if self.abroad:
            parts.append("```{dep-index}\n:source: first.json\n```")
        if self.people:
            parts.append("```{dep-people}\n```")
        if self.timeline:
            parts.append("```{dep-timeline}\n```")
        if self.graph:
            parts.append("```{dep-graph}\n```")
        if self.waiting:
            parts.append("```{dep-index}\n:unmerged: only\n:columns: slug, title, status\n:sort: slug\n```")
        if self.requirements:
            parts.append("```{dep-requirements}\n```\n\nSee {dep}`1#req-1`.")
        if self.toctree:
            parts.append("\n".join(["```{toctree}", ":maxdepth: 1", "", *self.toctree, "```"]))
        return "\n\n".join(parts) + "\n"


@dataclass(frozen=True)
class Past:
    """What git knows of a proposal.

    :param text: what is committed, and *docname* under which name.
    :param statuses: each with the day of its commit.
    """

    docname: str
    text: str
    created: str
    changed: str
    statuses: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Draft:
    """A proposal on a pull request, which is not merged. Its number is that of the pull request.

    :param begun: the day of the first commit, and *changed* that of the last.
    """

    number: int
    title: str
    status: str
    begun: str
    changed: str

    @property
    def slug(self) -> str:
        """It has no number of its own yet."""
        return f"pull{self.number}"

    @property
    def path(self) -> str:
        """Its file on the branch."""
        return f"deps/NNNN-{self.slug}.md"

    @property
    def text(self) -> str:
        """Its source."""
        return proposal(self.title, self.status, f"\nOn {self.slug}.\n", authors=AUTHORS[2])


@dataclass
class World:
    """The whole project."""

    proposals: dict[str, Proposal] = field(default_factory=dict)
    """By slug; a slug never changes, file names do."""
    pages: dict[str, Page] = field(default_factory=dict)
    """By docname; which there are never changes."""
    profile: str = "a"
    """A word in the configuration."""
    foreign: str = "Base"
    """The title of a proposal of another project."""
    today: str = DAYS[0]
    """Not in any file."""
    pasts: dict[str, Past] = field(default_factory=dict)
    """By slug; not in any file either."""
    drafts: dict[int, Draft] = field(default_factory=dict)
    """By the number of the pull request."""
    code: tuple[int, ...] = ()
    """The numbers of proposals that the code names, one a line."""

    @property
    def documents(self) -> dict[str, Proposal | Page]:
        """Everything by docname."""
        return {**self.pages, **{item.docname: item for item in self.proposals.values()}}

    @property
    def files(self) -> dict[str, str]:
        """Every source file."""
        configuration = (
            f'profile-url = "https://{self.profile}.example.org/{{handle}}"\nmentions = ["code.py"]\n{UNMERGED}'
        )
        texts = {f"{docname}.md": document.text for docname, document in self.documents.items()}
        first = PUBLISHED.replace('"title": "Base"', f'"title": "{self.foreign}"')
        code = "".join(f"# DEP-{number}\n" for number in self.code)
        return {"conf.py": CONF, "dep.toml": configuration, "first.json": first, "code.py": code, **texts}

    def by_path(self) -> Iterator[Proposal]:
        """The proposals, sorted by path."""
        return iter(sorted(self.proposals.values(), key=lambda item: f"{item.docname}.md"))

    def commit(self, day: str) -> None:
        """Everything is committed on *day*."""
        pasts = {}
        for slug, item in self.proposals.items():
            past = self.pasts.get(slug)
            if past is None:
                past = Past(item.docname, item.text, day, day, ((item.status, day),))
            elif (past.docname, past.text) != (item.docname, item.text):
                added = () if past.statuses[-1][0] == item.status else ((item.status, day),)
                past = Past(item.docname, item.text, past.created, day, past.statuses + added)
            pasts[slug] = past
        self.pasts = pasts

    def change(self, slug: str, **fields: object) -> None:
        """Give a proposal other values."""
        self.proposals[slug] = replace(self.proposals[slug], **fields)  # type: ignore[arg-type]  # checked by replace

    def change_page(self, docname: str, **fields: object) -> None:
        """Give a page other values."""
        self.pages[docname] = replace(self.pages[docname], **fields)  # type: ignore[arg-type]  # checked by replace


def start() -> World:
    """The project as it is before the first edit."""
    world = World()
    for number, status in enumerate(STATUSES[:3], 1):
        made = Proposal(f"first{number}", number, TITLES[number], status, extends=(1,) if number > 1 else ())
        world.proposals[made.slug] = made
    world.change("first1", requirement="Quick")
    world.proposals["wish"] = Proposal("wish", None, "Wish")
    world.pages = {
        "index": Page(
            "Docs",
            toctree=(
                "deps/index",
                "guide",
                "few",
                "cards",
                "board",
                "people",
                "plain",
                "abroad",
                "past",
                "related",
                "waiting",
                "needs",
            ),
        ),
        "deps/index": Page("All", Index(toctree=True)),
        "guide": Page("Guide", mentions=(1, 2)),
        "few": Page("Few", Index(("Approved",), format="list")),
        "cards": Page("Cards", cards=(3,)),
        "board": Page("Board", dashboard=True),
        "people": Page("People", people=True),
        "plain": Page("Plain"),
        "abroad": Page("Abroad", abroad=True),
        "past": Page("Past", timeline=True),
        "related": Page("Related", graph=True),
        "waiting": Page("Waiting", waiting=True),
        "needs": Page("Needs", requirements=True),
    }
    return world
