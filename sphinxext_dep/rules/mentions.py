"""Family 7xx: code, and messages of commits, that name proposals (:mod:`~sphinxext_dep.check.mentions`)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from sphinxext_dep.check.mentions import Name, Names, Verdict
from sphinxext_dep.check.rule import Registry, Rule
from sphinxext_dep.fields import type_of
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.diagnostics import Finding, Severity
from sphinxext_dep.model.messages import listed
from sphinxext_dep.model.numbers import file_number
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Schema, StatusKind

RULES = Registry()

_LABEL = "{label}"


@RULES.reading("DEP701", "unknown-mention")
def unknown_mention(label: str, catalog: Catalog) -> Iterable[Finding]:
    """Mention of a proposal that does not exist.

    ## What it does

    `sphinx-dep mentions` reports a place in code, or in the message of a commit, that names a number which no proposal
    has.

    ## Why

    Whoever follows the reference finds nothing: the number is mistyped, or the proposal was given another one.

    ## Example

    Bad, when there is no number 41:

    ```python
    RETRIES = 3  # DEP-0041
    ```

    Good:

    ```python
    RETRIES = 3  # DEP-0014
    ```
    """
    numbers = [item.number for item in catalog.proposals if item.number is not None]
    help = f"the highest number is {catalog.schema.label(max(numbers))}" if numbers else "no proposal has a number yet"
    yield Finding(None, f"there is no {label}", help)


@RULES.reading("DEP702", "obsolete-mention")
def obsolete_mention(proposal: Proposal, catalog: Catalog) -> Iterable[Finding]:
    """Mention of a proposal that is rejected, withdrawn or replaced.

    ## What it does

    `sphinx-dep mentions` reports a place in code, or in the message of a commit, that names a proposal with a closed
    status which no other follows: such as Rejected, or Replaced. It names the proposal that replaced it. One that is
    Deferred is not reported: it may be taken up again.

    ## Why

    Code that follows a proposal which is no longer in force is out of date, or its comment is.

    ## Example

    Bad, when DEP-0002 is replaced:

    ```python
    RETRIES = 3  # DEP-0002
    ```

    Good:

    ```python
    RETRIES = 3  # DEP-0014
    ```
    """
    schema = catalog.schema
    status = schema.statuses.get(proposal.status or "")
    if status is None or status.kind is not StatusKind.CLOSED or status.next:
        return
    successors = [
        text
        for key in status.requires
        if (field := schema.fields.get(key)) is not None and type_of(field).is_relation
        for text in type_of(field).texts(proposal, field, catalog)
    ]
    words = f"{catalog.label(proposal)} {proposal.title}".rstrip()
    by = f", by {listed(successors, last='and')}" if successors else ""
    help = "name the one that replaced it" if successors else "name a proposal that is in force"
    yield Finding(None, f"{words} is {status.name}{by}", help)


def names_of(catalog: Catalog, root: Path, globs: Sequence[tuple[str, str]] = ()) -> Names:
    """The proposals of *catalog*, with the verdicts of the rules on naming each.

    :param root: the directory that their paths are relative to.
    :param globs: the files that the configuration names.
    """
    schema = catalog.schema
    places = {item.path: index for index, item in enumerate(catalog.proposals)}
    stems = {}
    for item in reversed(catalog.proposals):
        stem = schema.without_suffix(schema.name_of(item.path))
        # A name without a number is also that of other files.
        if file_number(stem, schema.prefix)[1] != stem.lower() or stem.isdigit():
            stems[stem] = places[item.path]
    return Names(
        prefix=schema.prefix,
        root=os.path.realpath(root),
        proposals=[
            Name(
                label=catalog.label(item),
                title=item.title,
                status=item.status or item.status_raw,
                path=item.path,
                is_decided=item.status is not None and schema.statuses[item.status].kind is StatusKind.DECIDED,
                verdict=_verdict(obsolete_mention, obsolete_mention.check(item, catalog), schema, item.status),
            )
            for item in catalog.proposals
        ],
        numbers={number: places[items[0].path] for number, items in catalog.by_number.items()},
        stems=stems,
        suffixes=schema.page_suffixes,
        addresses=[address.partition("://")[2].lower() for address in schema.addresses],
        unknown=_verdict(unknown_mention, unknown_mention.check(_LABEL, catalog), schema, None),
        globs=globs,
    )


def _verdict(rule: Rule, found: Iterable[Finding], schema: Schema, status: str | None) -> Verdict | None:
    severity = rule.severity_on(schema, status)
    finding = next(iter(found), None)
    if finding is None or severity is Severity.OFF:
        return None
    return Verdict(rule.code, rule.name, severity.value, finding.message, finding.help)
