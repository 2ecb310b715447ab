"""``dep-header``: the metadata of a proposal, rendered on its own page."""

from __future__ import annotations

import msgspec
from docutils import nodes

from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.values import State
from sphinxext_dep.sphinx.build.consumer import Consumer
from sphinxext_dep.sphinx.components.inline import inline, link, quoted, series, shortened
from sphinxext_dep.sphinx.components.view import (
    DateItem,
    Item,
    ProposalShown,
    ReferenceItem,
    StatusShown,
    TextItem,
    View,
)
from sphinxext_dep.sphinx.html.nodes import Block, Step
from sphinxext_dep.sphinx.html.words import _, term


class FieldShown(msgspec.Struct, frozen=True):
    """One row of the header."""

    label: str
    key: str
    items: list[Item]


class StepShown(msgspec.Struct, frozen=True):
    """One status of the lifecycle strip; *state* is ``done``, ``current`` or ``ahead``."""

    name: str
    colour: str
    state: str
    description: str


class HeaderModel(msgspec.Struct, frozen=True):
    """Everything that the header shows."""

    label: str
    numbered: bool
    status: StatusShown
    successors: list[ProposalShown]
    steps: list[StepShown]
    left_line: bool
    fields: list[FieldShown]
    past: list[tuple[str, str]]
    errors: list[str]


class Header(Consumer, frozen=True, tag="header"):
    """The header of the proposal on the page itself."""

    def model(self, view: View) -> HeaderModel:
        """See :meth:`Consumer.model`."""
        schema = view.schema
        proposal = view.by_docname[self.docname]
        shown: list[FieldShown] = []
        for field in schema.fields.values():
            if field in (schema.status_field, schema.number_field, schema.title_field):
                continue
            if items := view.items(proposal, field.key):
                shown.append(FieldShown(term(field.label), field.key, items))
            if field.inverse_label and (reverse := view.reverse_items(proposal, field)):
                shown.append(FieldShown(term(field.inverse_label), f"{field.key}-inverse", reverse))
        # A field that the schema does not know is reported (DEP103), but what its author wrote is still shown.
        shown += [
            FieldShown(raw.label, "", [TextItem(" ".join(raw.value.split()) or State.UNKNOWN.value)])
            for raw in proposal.extra
        ]
        # A status that demands a relation (Replaced demands Replaced By) is explained by where the relation leads.
        demanded = schema.statuses[proposal.status].requires if proposal.status else ()
        successors = [
            item.proposal
            for field in schema.relation_fields
            if field.key in demanded
            for item in view.items(proposal, field.key)
            if isinstance(item, ReferenceItem)
        ]
        return HeaderModel(
            label=view.label(proposal),
            numbered=proposal.number is not None,
            status=view.status(proposal),
            successors=successors,
            steps=_steps(view, proposal.status),
            left_line=proposal.status is not None and proposal.status not in schema.lifecycle,
            fields=shown,
            past=_past(view, proposal),
            errors=_messages(view, proposal),
        )

    def seen(self, view: View) -> object:
        """The proposals in relation with this one, the errors, which others can cause, where its people are found, and
        what was committed.

        The fields are on the page.

        Every proposal has a header, so that this is asked as often as there are proposals.
        """
        proposal = view.by_docname[self.docname]
        keys = [field.key for field in view.schema.relation_fields]
        stated = [target for key in keys for _reference, target in view.catalog.forward(proposal, key)]
        derived = [(key, view.shown(other)) for key in keys for other in view.catalog.reverse(proposal, key)]
        related = [target and view.shown(target) for target in stated]
        return (related, derived, _messages(view, proposal), _entries(view, proposal), _past(view, proposal))

    def render(self, model: HeaderModel) -> list[nodes.Node]:
        """See :meth:`Consumer.render`."""
        box = Block(classes=["dep-header"], label=_("About this proposal"))
        box += self._banner(model)
        if model.steps:
            box += _strip(model.steps)
        rows = [*model.fields, *(FieldShown(_words_of_past(key), key, [DateItem(day)]) for key, day in model.past)]
        if rows:
            box += self._fields(rows)
        if model.errors:
            box += _errors(model.errors)
        return [box]

    def _banner(self, model: HeaderModel) -> nodes.Node:
        status = model.status
        banner = Block(classes=["dep-banner", f"dep-{status.colour}", f"dep-kind-{status.kind}"])
        line = nodes.paragraph(classes=["dep-banner-line"])
        line += [nodes.inline("", model.label, classes=["dep-number"]), nodes.Text(" ")]
        # A word that is no status could be taken for one if it stood where statuses stand.
        name = (
            status.shown if status.kind != "unknown" else _("No status") if not status.name else _("Not a valid status")
        )
        line += nodes.strong("", name, classes=["dep-status"])
        banner += line
        explanation = nodes.paragraph(classes=["dep-banner-text"])
        words = [_kind_words(status.kind), term(status.description)]
        if status.kind == "unknown" and status.name:
            words.insert(0, _("The page says “%s”.") % shortened(status.name, 60))
        explanation += nodes.Text(" ".join(word for word in words if word))
        if model.successors:
            explanation += nodes.Text(" " + _("Replaced by:") + " ")
            for index, successor in enumerate(model.successors):
                if index:
                    explanation += nodes.Text(", ")
                explanation += link(successor, f"{successor.label} {successor.title}".strip(), self.docname)
            explanation += nodes.Text(".")
        banner += explanation
        return banner

    def _fields(self, fields: list[FieldShown]) -> nodes.Node:
        listing = nodes.field_list(classes=["dep-fields"])
        for field in fields:
            if len(field.items) > 1 and all(isinstance(item, ReferenceItem) for item in field.items):
                # Titles hold commas: each reference gets a line of its own.
                content: nodes.Element = nodes.line_block()
                content += [nodes.line("", "", *inline(item, self.docname)) for item in field.items]
            else:
                content = nodes.paragraph("", "", *series(field.items, self.docname))
            row = nodes.field("", nodes.field_name("", field.label), nodes.field_body("", content))
            row["classes"] += [f"dep-field-{field.key}"] if field.key else []
            listing += row
        return listing


def _entries(view: View, proposal: Proposal) -> list[str]:
    """Where the people of *proposal* are led to; nothing without a people page."""
    page = view.landmarks.people_page
    if not page:
        return []
    keys = (field.key for field in view.schema.people_fields)
    return [page, *(view.landmarks.person(person) for key in keys for person in proposal.people(key))]


def _past(view: View, proposal: Proposal) -> list[tuple[str, str]]:
    """When the file was created and last changed, as far as that is known and the process has no field that says it."""
    past = view.history.of(proposal.path)
    if past is None:
        return []
    days = {"created": past.created, "changed": past.changed}
    return [(key, at.date) for key, at in days.items() if at.exact and key not in view.schema.fields]


def _words_of_past(key: str) -> str:
    return _("Created") if key == "created" else _("Last changed")


def _messages(view: View, proposal: Proposal) -> list[str]:
    return [f"{item.message} ({item.code})" for item in view.errors(proposal)]


def _kind_words(kind: str) -> str:
    """What a reader must know before anything else: whether this is a decision."""
    match kind:
        case "open":
            return _("Not decided yet.")
        case "decided":
            return _("Decided.")
        case "closed":
            return _("Not in force.")
    return _("Where this proposal stands is not known: do not read it as decided.")


def _steps(view: View, status: str | None) -> list[StepShown]:
    """The line of statuses with the proposal's place on it; a status that leaves the line stands behind it."""
    names = [name for name in view.schema.lifecycle if name in view.schema.statuses]
    place = names.index(status) if status in names else -1
    steps = []
    for index, name in enumerate(names):
        shown = view.known_status(name)
        state = "current" if index == place else "done" if index < place else "ahead"
        steps.append(StepShown(name, shown.colour, state, shown.description))
    if status is not None and place < 0:
        shown = view.known_status(status)
        steps.append(StepShown(status, shown.colour, "current", shown.description))
    return steps


def _strip(steps: list[StepShown]) -> nodes.Node:
    strip = nodes.paragraph(classes=["dep-lifecycle"])
    for index, step in enumerate(steps):
        if index:
            # Leaving the line is not one more step on it.
            on_line = step.state != "current" or steps[index - 1].state == "done"
            strip += nodes.inline("", " → " if on_line else " | ", classes=["dep-arrow"])
        word: nodes.Node = nodes.strong("", term(step.name)) if step.state == "current" else nodes.Text(term(step.name))
        classes = ["dep-step", f"dep-{step.state}", *([f"dep-{step.colour}"] if step.state == "current" else [])]
        strip += Step("", "", word, classes=classes, current=step.state == "current")
    return strip


def _errors(errors: list[str]) -> nodes.Node:
    box = Block(classes=["dep-errors"])
    title = _("This proposal is not valid:")
    box += nodes.paragraph("", "", nodes.strong("", title))
    # What rules say is the same here, in the build's log and on the command line: in English.
    box += Block(
        "",
        nodes.bullet_list("", *(nodes.list_item("", nodes.paragraph("", "", *quoted(text))) for text in errors)),
        classes=["dep-messages"],
        lang="en",
    )
    return box
