"""Generate documentation projects with any number of proposals; the random numbers are seeded.

One set of proposals is written for four kinds of project, with the same visible text:

``dep``
    for this extension: the header is a field block, the index a ``dep-index``, mentions are ``dep`` roles.
``plain``
    for Sphinx and MyST alone: byte for byte the same header and prose; the index is a static table and a toctree,
    mentions are links. This is the least that it costs to build these pages.
``design``
    the same, with sphinx-design among the extensions, as many projects have it.
``needs``
    for sphinx-needs: the header is a need with the same fields, the index a ``needtable``, mentions are ``need`` roles.

Length follows real proposals: 8 kB of Markdown and 18 headings in the middle, one in ten above 16 kB; lists, tables,
code and links among the prose.

    python bench/generate.py DIRECTORY --kind dep --count 1000
"""

from __future__ import annotations

import argparse
import datetime
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

KINDS = ("dep", "plain", "design", "needs")
STATUSES = ("Draft", "Under Review", "Approved", "Implemented", "Deferred", "Rejected")
WEIGHTS = (12, 13, 20, 40, 6, 9)
CATEGORIES = ("Architecture", "Process", "Guidelines")

_WORDS = """
    request worker router cache token stream client server queue batch model engine prefill decode scheduler memory
    block transfer endpoint planner metric trace event error retry timeout limit health probe replica shard node
    cluster image container build test stage release version schema field value key index table log record policy
    owner review change interface protocol message header payload buffer handle session lease lock state failure
    recovery fallback default option flag file path module package service component registry discovery load latency
    throughput window sample
""".split()  # noqa: SIM905  # a list of words is read more easily without quotes
_VERBS = """
    sends holds reads writes keeps drops moves checks finds starts stops needs gives takes names counts limits
    replaces extends returns rejects accepts delays repeats measures reports
""".split()  # noqa: SIM905  # a list of words is read more easily without quotes
_LINKS = ("the", "a", "every", "one", "this", "that", "its", "another", "no")
_JOINTS = ("when", "because", "so that", "while", "unless", "before", "after", "and", "but")
_FIRST = """
    Ada Alan Grace Edsger Barbara Donald Margaret Tony Frances Niklaus Adele John Radia Ken Lynn Dennis
""".split()  # noqa: SIM905  # as above
_LAST = """
    Lovelace Turing Hopper Dijkstra Liskov Knuth Hamilton Hoare Allen Wirth Goldberg Backus Perlman Conway
""".split()  # noqa: SIM905  # as above

_MENTION = re.compile("\x00(\\d+)\x00")


@dataclass
class Proposal:
    """One proposal, in no spelling yet; mentions in *body* stand as numbers between NUL characters."""

    number: int
    title: str
    status: str
    category: str
    authors: list[str]
    sponsor: str
    reviewers: list[str]
    review_date: str
    body: str
    replaces: list[int] = field(default_factory=list)
    replaced_by: list[int] = field(default_factory=list)
    extends: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        slug = re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")
        return f"{self.number:04d}-{slug}"


def make(count: int) -> list[Proposal]:
    """*count* valid proposals, numbered from 1, with relations among them."""
    chance = random.Random(20_261_122)
    people = [f"{first} {last}" for first in _FIRST for last in _LAST][: 20 + count // 10]
    made = [_proposal(chance, number, count, people) for number in range(1, count + 1)]
    for proposal in made[1:]:
        earlier = made[chance.randrange(proposal.number - 1)]
        roll = chance.random()
        # Only what is decided replaces something, and only a proposal that is not replaced yet can be.
        if roll < 0.08 and proposal.status in ("Approved", "Implemented") and earlier.status != "Replaced":
            earlier.status, earlier.replaced_by = "Replaced", [proposal.number]
            proposal.replaces = [earlier.number]
    for proposal in made[1:]:
        earlier = made[chance.randrange(proposal.number - 1)]
        if chance.random() < 0.3 and earlier.status == "Implemented":
            proposal.extends = [earlier.number]
    return made


def _proposal(chance: random.Random, number: int, count: int, people: list[str]) -> Proposal:
    title = " ".join([chance.choice(_VERBS).capitalize(), *chance.choices(_WORDS, k=chance.randint(2, 6))])
    date = datetime.date(2024, 1, 1) + datetime.timedelta(days=number % 900)
    return Proposal(
        number=number,
        title=title,
        status=chance.choices(STATUSES, WEIGHTS)[0],
        category=chance.choice(CATEGORIES),
        authors=chance.sample(people, chance.choice((1, 1, 1, 2, 3))),
        sponsor=chance.choice(people),
        reviewers=chance.sample(people, chance.randint(1, 4)),
        review_date=date.isoformat(),
        body=_body(chance, count),
    )


def _sentence(chance: random.Random) -> str:
    words = [chance.choice(_LINKS).capitalize(), *chance.choices(_WORDS, k=chance.randint(1, 3)), chance.choice(_VERBS)]
    for _ in range(chance.randint(1, 3)):
        words += [chance.choice(_LINKS), *chance.choices(_WORDS, k=chance.randint(1, 2)), chance.choice(_JOINTS)]
    words += chance.choices(_WORDS, k=2)
    if chance.random() < 0.2:
        words[-1] = f"`{words[-1]}`"
    if chance.random() < 0.1:
        words[2] = f"**{words[2]}**"
    return " ".join(words) + "."


def _block(chance: random.Random, count: int) -> str:
    roll = chance.random()
    if roll < 0.25:
        return "\n".join(f"- {_sentence(chance)}" for _ in range(chance.randint(3, 6)))
    if roll < 0.32:
        rows = [" | ".join(chance.choices(_WORDS, k=3)) for _ in range(chance.randint(3, 7))]
        return "\n".join(["| one | two | three |", "|---|---|---|", *(f"| {row} |" for row in rows)])
    if roll < 0.42:
        lines = [f"{name} = {name}_of({chance.choice(_WORDS)})" for name in chance.choices(_WORDS, k=8)]
        return "\n".join(["```python", *lines, "```"])
    text = " ".join(_sentence(chance) for _ in range(chance.randint(2, 5)))
    if roll < 0.5:
        text += f" See [the discussion](https://example.org/issues/{chance.randint(1, 9999)})."
    elif roll < 0.53:
        text += f" This follows from \x00{chance.randint(1, count)}\x00."
    return text


def _body(chance: random.Random, count: int) -> str:
    length = min(4.0, max(0.3, chance.lognormvariate(0, 0.55)))
    parts: list[str] = []

    def section(level: int, name: str, blocks: float) -> None:
        parts.append(f"{'#' * level} {name}")
        parts.extend(_block(chance, count) for _ in range(max(1, round(blocks * length))))

    section(2, "Summary", 1)
    section(2, "Motivation", 3)
    section(3, "Goals", 1)
    section(3, "Requirements", 1)
    for index in range(max(1, round(3 * length))):
        section(4, f"REQ {index + 1} {' '.join(chance.choices(_WORDS, k=2)).title()}", 0.7)
        parts.append("This MUST hold.")
    section(2, "Proposal", 5)
    section(2, "Implementation Details", 2)
    for _ in range(max(1, round(4 * length))):
        section(3, " ".join(chance.choices(_WORDS, k=3)).capitalize(), 1.5)
    section(2, "Alternate Solutions", 1)
    for index in range(2):
        section(3, f"Alt {index + 1} {' '.join(chance.choices(_WORDS, k=3)).title()}", 1.5)
    section(2, "Background", 1)
    return "\n\n".join(parts)


# --- writing ----------------------------------------------------------------------------------------------------------


def label(number: int) -> str:
    """What a proposal is called."""
    return f"DEP-{number:04d}"


class Writer:
    """Writes the pages of one kind of project."""

    def __init__(self, root: Path, kind: str, proposals: list[Proposal]) -> None:
        self.root, self.kind, self.proposals = root, kind, proposals
        self.names = {proposal.number: proposal.name for proposal in proposals}

    def write(self) -> None:
        """Write the whole project."""
        (self.root / "deps").mkdir(parents=True)
        (self.root / "guide").mkdir()
        (self.root / "conf.py").write_text(_CONF[self.kind], encoding="utf-8")
        toctree = "\n".join(["```{toctree}", ":maxdepth: 1", "", "deps/index", "guide/index", "```"])
        (self.root / "index.md").write_text(f"# Documentation\n\n{toctree}\n", encoding="utf-8")
        self.write_index()
        for proposal in self.proposals:
            self.write_proposal(proposal)
        self._write_guide()

    def path(self, proposal: Proposal) -> Path:
        """The file of *proposal*."""
        return self.root / "deps" / f"{proposal.name}.md"

    def write_proposal(self, proposal: Proposal) -> None:
        """Write one proposal."""
        self.names[proposal.number] = proposal.name
        text = f"# {proposal.title}\n\n{self._header(proposal)}\n\n{self._mentions(proposal.body, '')}\n"
        self.path(proposal).write_text(text, encoding="utf-8")

    def write_index(self) -> None:
        """Write the page that lists all proposals."""
        parts = ["# Proposals"]
        names = "\n".join(proposal.name for proposal in self.proposals)
        toctree = f"```{{toctree}}\n:hidden:\n:maxdepth: 1\n\n{names}\n```"
        if self.kind == "dep":
            parts.append("```{dep-index}\n:toctree:\n```")
        elif self.kind == "needs":
            columns = 'id;title as "Title";status;category;authors'
            parts += [f"```{{needtable}}\n:columns: {columns}\n:style: table\n```", toctree]
        else:
            rows = [
                f"| [{label(item.number)}]({item.name}.md) | [{item.title}]({item.name}.md) | {item.status}"
                f" | {item.category} | {', '.join(item.authors)} |"
                for item in self.proposals
            ]
            head = ["| Number | Title | Status | Category | Authors |", "|---|---|---|---|---|"]
            parts += ["\n".join([*head, *rows]), toctree]
        (self.root / "deps" / "index.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")

    def _write_guide(self) -> None:
        """Developer docs: pages that are no proposals and mention some."""
        chance = random.Random(7)
        count = len(self.proposals)
        names = [f"part-{index:03d}" for index in range(1 + count // 50)]
        for name in names:
            blocks = [_block(chance, count) for _ in range(8)]
            blocks += [f"See \x00{chance.randint(1, count)}\x00." for _ in range(3)]
            text = "\n\n".join([f"# {name.replace('-', ' ').title()}", *blocks]) + "\n"
            (self.root / "guide" / f"{name}.md").write_text(self._mentions(text, "../deps/"), encoding="utf-8")
        listing = "\n".join(names)
        text = f"# Guide\n\n```{{toctree}}\n:maxdepth: 1\n\n{listing}\n```\n"
        (self.root / "guide" / "index.md").write_text(text, encoding="utf-8")

    def _mentions(self, text: str, prefix: str) -> str:
        def mention(match: re.Match[str]) -> str:
            number = int(match[1])
            if self.kind == "dep":
                return f"{{dep}}`{number}`"
            if self.kind == "needs":
                return f"{{need}}`DEP_{number:04d}`"
            return f"[{label(number)}]({prefix}{self.names[number]}.md)"

        return _MENTION.sub(mention, text)

    def _header(self, proposal: Proposal) -> str:
        fields = {
            "Status": proposal.status,
            "Authors": ", ".join(proposal.authors),
            "Category": proposal.category,
            "Replaces": ", ".join(map(label, proposal.replaces)),
            "Replaced By": ", ".join(map(label, proposal.replaced_by)),
            "Sponsor": proposal.sponsor,
            "Required Reviewers": ", ".join(proposal.reviewers),
            "Review Date": proposal.review_date,
            "Pull Request": f"https://example.org/pull/{proposal.number}",
            "Implementation": f"https://example.org/issues/{proposal.number}",
            "Extends": ", ".join(map(label, proposal.extends)),
        }
        given = {name: value for name, value in fields.items() if value}
        if self.kind != "needs":
            return "\n\n".join(f"**{name}**: {value}" for name, value in given.items())
        given = {name.lower().replace(" ", "_"): value.replace("DEP-", "DEP_") for name, value in given.items()}
        options = "\n".join(f":{name}: {value}" for name, value in given.items())
        return f"```{{need}} {proposal.title}\n:id: DEP_{proposal.number:04d}\n{options}\n```"


_THEME = 'html_theme = "basic"\nproject = "Benchmark"\n'
_CONF = {
    "dep": f'extensions = ["myst_parser", "sphinxext_dep"]\n{_THEME}',
    "plain": f'extensions = ["myst_parser"]\n{_THEME}',
    "design": f'extensions = ["myst_parser", "sphinx_design"]\n{_THEME}',
    "needs": (
        f'extensions = ["myst_parser", "sphinx_needs"]\n{_THEME}'
        'needs_id_regex = "^DEP_[0-9]{4,}$"\n'
        'needs_types = [{"directive": "need", "title": "Proposal", "prefix": "", "color": "#fff", "style": "node"}]\n'
        "needs_fields = {name: {'nullable': True} for name in ('authors', 'category', 'sponsor', 'required_reviewers',"
        " 'review_date', 'pull_request', 'implementation')}\n"
        "needs_links = {name: {'incoming': f'is {name}', 'outgoing': name}"
        " for name in ('replaces', 'replaced_by', 'extends')}\n"
        "needs_build_json = False\n"
    ),
}


def main() -> None:
    """Write one project."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--kind", choices=KINDS, default="dep")
    parser.add_argument("--count", type=int, default=100)
    arguments = parser.parse_args()
    Writer(arguments.directory, arguments.kind, make(arguments.count)).write()


if __name__ == "__main__":
    main()
