"""``triage``: what needs a person this week, as Markdown for a meeting's notes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import click

from sphinxext_dep.check.check import STALE_AFTER, Judgement, Moment, days_between, find_attention, today
from sphinxext_dep.check.unmerged import Listing
from sphinxext_dep.cli.output import escaped, one_line
from sphinxext_dep.cli.project import note, open_config, read_history
from sphinxext_dep.cli.revisions import judge_with_drafts
from sphinxext_dep.fields.people import person_key, person_text
from sphinxext_dep.history.reading import last_activity
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.config import Config
from sphinxext_dep.model.diagnostics import Severity
from sphinxext_dep.model.proposal import Person, Proposal
from sphinxext_dep.model.schema import StatusKind
from sphinxext_dep.query.people import read_groups
from sphinxext_dep.rules import RULES
from sphinxext_dep.rules.attention import review_overdue

VERSION = 1
"""Of the JSON; within one version keys are added, never removed, and never given another meaning."""

INVALID, REVIEW, UNMERGED = "invalid", "review", "unmerged"

HEADINGS = {
    UNMERGED: "Not merged yet",
    REVIEW: "Under review",
    **{rule.code: rule.heading for rule in RULES.of_scope("attention")},
    INVALID: "Invalid",
}
"""The parts of the list, in this order; by the code of a rule where a rule finds them."""

WAITS_FOR = {
    UNMERGED: (),
    REVIEW: ("required-reviewers",),
    **{rule.code: rule.waits_for for rule in RULES.of_scope("attention")},
    INVALID: ("authors",),
}
"""Whose turn it is: the fields that name them."""


class Item(NamedTuple):
    """One proposal that waits for somebody.

    :param kind: a key of :data:`HEADINGS`.
    :param reviewers: of a proposal that is not merged.
    """

    kind: str
    proposal: Proposal
    message: str
    reviewers: tuple[Person, ...] = ()

    @property
    def people(self) -> list[Person]:
        """Whose turn it is."""
        named = (*self.reviewers, *(person for key in WAITS_FOR[self.kind] for person in self.proposal.people(key)))
        return list({person_key(person.handle or person.name): person for person in named}.values())


@click.command()
@click.option(
    "--for",
    "person",
    metavar="@HANDLE",
    help="Only what waits for this person or group, and, where CODEOWNERS "
    "says to which groups the person belongs, for these. Reviews not due yet are included.",
)
@click.option(
    "--stale",
    type=click.IntRange(min=0),
    default=STALE_AFTER,
    show_default=True,
    metavar="DAYS",
    help="A draft without a commit for so many days has stalled.",
)
@click.option("--unmerged", is_flag=True, help="Also what is on branches and pull requests, longest waiting first.")
@click.option("--format", "style", type=click.Choice(("markdown", "json")), default="markdown", show_default=True)
def command(person: str | None, stale: int, style: str, *, unmerged: bool) -> None:
    """List what needs a person this week.

    Reviews that are overdue, or have no date or reviewers; drafts that nobody works on (as git knows), proposals
    without a sponsor or a number, and invalid ones. With --for, only what waits for one person, and their open reviews.
    """
    config = open_config()
    judgement, drafts = judge_with_drafts(config, unmerged=unmerged)
    moment = Moment(judgement.catalog, today(), _active(config, judgement.catalog), stale)
    items = [*_unmerged(drafts, moment.today), *_items(judgement, moment, reviews=person is not None)]
    if person is not None:
        keys = {person_key(person), *read_groups(config.root).of(person)}
        items = [item for item in items if any(not keys.isdisjoint(_names(found)) for found in item.people)]
    if style == "json":
        click.echo(_json(items, moment, person))
    else:
        click.echo("\n".join(_markdown(items, moment, person)))


def _unmerged(drafts: Listing, day: str) -> Iterator[Item]:
    """Proposals that are not merged; the longest waiting first.

    :param day: today (ISO 8601).
    """
    for proposal in sorted(drafts.proposals, key=lambda item: (drafts.drafts[item.path].changed, item.path)):
        draft = drafts.drafts[proposal.path]
        age = max(0, days_between(draft.changed, day))
        message = f"on {draft.branch.name}, last changed on {draft.changed} ({age} days ago)"
        yield Item(UNMERGED, proposal, message, draft.waits_for)


def _items(judgement: Judgement, moment: Moment, *, reviews: bool) -> Iterator[Item]:
    """Everything that waits, by heading and path.

    :param reviews: whether reviews that are not due yet are included.
    """
    catalog = judgement.catalog
    found = find_attention(moment, RULES)
    if reviews:
        overdue = {item.path for item in found if item.code == review_overdue.code}
        for proposal in catalog.proposals:
            if proposal.path not in overdue and _is_under_review(proposal, catalog):
                date = proposal.date("review-date")
                yield Item(REVIEW, proposal, f"the review is due on {date}" if date else "the review has no date")
    for code in HEADINGS:
        for item in found:
            if item.code == code:
                yield Item(code, catalog.by_path[item.path], item.message)
    errors: dict[str, list[str]] = {}
    for item in judgement.diagnostics:
        if item.severity is Severity.ERROR and item.path in catalog.by_path:
            errors.setdefault(item.path, []).append(f"{item.code} {item.message}")
    for path, messages in errors.items():
        more = f", and {len(messages) - 1} more" if len(messages) > 1 else ""
        yield Item(INVALID, catalog.by_path[path], f"{messages[0]}{more}")


def _is_under_review(proposal: Proposal, catalog: Catalog) -> bool:
    """Whether the status is an open one behind the first of the lifecycle."""
    schema = catalog.schema
    status = schema.statuses.get(proposal.status or "")
    return status is not None and status.kind is StatusKind.OPEN and status.name in schema.lifecycle[1:]


def _active(config: Config, catalog: Catalog) -> dict[str, str]:
    """Path → the day of the last commit; empty, and said so, where git does not know."""
    history = read_history(config, catalog)
    if not history.known:
        reason = "" if history.notes else ": the project is in no git repository"
        note(f"what has stalled is not known{reason}")
    return last_activity(history, config.root, catalog)


def _names(person: Person) -> set[str]:
    return {person_key(name) for name in (person.name, person.handle) if name}


def _markdown(items: Sequence[Item], moment: Moment, person: str | None) -> Iterator[str]:
    catalog = moment.catalog
    yield f"# Triage {moment.today}{f' for {escaped(one_line(person))}' if person else ''}"
    for kind, name in HEADINGS.items():
        members = [item for item in items if item.kind == kind]
        if members:
            yield f"\n## {name} ({len(members)})\n"
            yield from (_line(item, catalog) for item in members)
    if not items:
        yield "\nNothing waits."


def _line(item: Item, catalog: Catalog) -> str:
    proposal = item.proposal
    label, title = (escaped(one_line(text)) for text in (catalog.label(proposal), proposal.title))
    people = _listed(person_text(person) for person in item.people)
    # A message is Markdown already: what it quotes stands in backticks.
    return f"- **{label}** {title}: {one_line(item.message)}" + (f" – waits for {people}" if people else "")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(escaped(one_line(name)) for name in names)


def _json(items: Sequence[Item], moment: Moment, person: str | None) -> str:
    told: list[dict[str, Any]] = [
        {
            "kind": item.kind,
            "label": moment.catalog.label(item.proposal),
            "title": item.proposal.title or None,
            "path": item.proposal.path,
            "message": item.message,
            "waits_for": [{"name": found.name, "handle": found.handle} for found in item.people],
        }
        for item in items
    ]
    document = {"version": VERSION, "today": moment.today, "for": person, "items": told}
    return json.dumps(document, indent=1)
