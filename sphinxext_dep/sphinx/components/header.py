"""``dep-header``: the metadata of a proposal, rendered on its own page, and what else is done to the page."""

from __future__ import annotations

from pathlib import Path

import msgspec
from docutils import nodes
from docutils.parsers.rst.states import RSTState
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from sphinxext_dep.check.check import diagnostic
from sphinxext_dep.markup import read_outline
from sphinxext_dep.markup.directive import find_directives
from sphinxext_dep.model.diagnostics import Diagnostic, Finding
from sphinxext_dep.model.files import Markup, is_set_aside
from sphinxext_dep.model.messages import quoted as quote
from sphinxext_dep.model.proposal import Proposal, State
from sphinxext_dep.model.schema import fold
from sphinxext_dep.model.source import Source, Span, UnreadablePage
from sphinxext_dep.rules import reading as rules
from sphinxext_dep.rules.reading import HiddenBy
from sphinxext_dep.sphinx.build.code import CodeFile
from sphinxext_dep.sphinx.build.domain import domain_of
from sphinxext_dep.sphinx.build.project import Location, Project, of_directive
from sphinxext_dep.sphinx.build.reading import MARK, noted_place
from sphinxext_dep.sphinx.components.banner import show_alerts, take_banners
from sphinxext_dep.sphinx.components.base import DepDirective
from sphinxext_dep.sphinx.components.items import (
    DateItem,
    Item,
    PersonItem,
    ProposalItem,
    ProposalLink,
    ReferenceItem,
    StatusModel,
    TermItem,
    TextItem,
    folded,
    inline,
    link,
    quoted,
    series,
    shortened,
)
from sphinxext_dep.sphinx.components.role import LINKS, adopt_links, prose_references
from sphinxext_dep.sphinx.components.source import edit_and_history, mark_file_links
from sphinxext_dep.sphinx.components.view import Consumer, Placeholder, View
from sphinxext_dep.sphinx.html.nodes import Actions, Block, Fold, Step, every
from sphinxext_dep.sphinx.html.words import _, term

logger = logging.getLogger(__name__)


class FieldModel(msgspec.Struct, frozen=True):
    """One row of the header."""

    label: str
    key: str
    items: list[Item]


class StepModel(msgspec.Struct, frozen=True):
    """One status of the lifecycle strip; *state* is ``done``, ``current`` or ``ahead``."""

    name: str
    colour: str
    state: str
    description: str


class HeaderModel(msgspec.Struct, frozen=True):
    """Everything that the header shows.

    :param absent: the labels of fields that say that there is none (``N/A``).
    :param unknown: the labels of fields whose value is not known yet (``TBD``).
    :param errors: message and help of each.
    :param code: the files that name the proposal.
    :param repository: where the page is edited, and its history; ``None`` when the theme's settings say it.
    """

    label: str
    numbered: bool
    status: StatusModel
    successors: list[ProposalLink]
    steps: list[StepModel]
    left_line: bool
    fields: list[FieldModel]
    dates: list[tuple[str, str]]
    absent: list[str]
    unknown: list[str]
    errors: list[tuple[str, str]]
    code: list[CodeFile]
    repository: tuple[str, str] | None


class Header(Consumer, frozen=True, tag="header"):
    """The header of the proposal on the page itself."""

    def model(self, view: View) -> HeaderModel:
        """See :meth:`Consumer.model`."""
        schema = view.schema
        proposal = view.by_docname[self.docname]
        shown: list[FieldModel] = []
        empty: dict[State, list[str]] = {State.NONE: [], State.UNKNOWN: []}
        for field in schema.fields.values():
            if field in (schema.status_field, schema.number_field, schema.title_field):
                continue
            items = view.items(proposal, field.key)
            state = value.state if (value := proposal.fields.get(field.key)) is not None else State.GIVEN
            if state in empty and all(isinstance(item, TextItem) for item in items):
                empty[state].append(term(field.label))
            elif items:
                shown.append(FieldModel(term(field.label), field.key, items))
            if field.inverse_label and (reverse := view.reverse_items(proposal, field)):
                shown.append(FieldModel(term(field.inverse_label), f"{field.key}-inverse", reverse))
        # A field that the schema does not know is reported (DEP103), but what its author wrote is still shown.
        shown += [
            FieldModel(raw.label, "", [TextItem(" ".join(raw.value.split()) or State.UNKNOWN.value)])
            for raw in proposal.extra
        ]
        if changing := _changing(view, proposal):
            shown.append(FieldModel(_("Changed by, not merged yet"), "changed-by", changing))
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
            dates=_dates(view, proposal),
            absent=empty[State.NONE],
            unknown=empty[State.UNKNOWN],
            errors=_messages(view, proposal),
            code=_code(view, proposal),
            repository=_repository(view, proposal),
        )

    def stamp_data(self, view: View) -> object:
        """The proposals in relation with this one, the errors, which others can cause, where its people are found, what
        was committed here and on branches, and the code that names it.

        The fields are on the page.

        Every proposal has a header, so that this is asked as often as there are proposals.
        """
        proposal = view.by_docname[self.docname]
        keys = [field.key for field in view.schema.relation_fields]
        stated = [target for key in keys for _reference, target in view.catalog.forward(proposal, key)]
        derived = [(key, view.link(other)) for key in keys for other in view.catalog.reverse(proposal, key)]
        related = [target and view.link(target) for target in stated]
        return (
            related,
            derived,
            _messages(view, proposal),
            _entries(view, proposal),
            _dates(view, proposal),
            _changing(view, proposal),
            _code(view, proposal),
            _repository(view, proposal),
        )

    def render(self, model: HeaderModel) -> list[nodes.Node]:
        """See :meth:`Consumer.render`."""
        box = Block(classes=["dep-header"], label=_("About this proposal"))
        box += self._banner(model)
        if model.errors:
            box += _errors(model.errors)
        # A phone shows the first people, the category and the review date until a reader asks for the rest.
        facts = Fold(classes=["dep-facts"], summary=_gist(model.fields) or _("Details"))
        if model.steps:
            facts += _strip(model.steps)
        past = [FieldModel(_date_label(key), key, [DateItem(day)]) for key, day in model.dates]
        # Dates stand together; relations, which need the whole width, are last. Else it is the order of the schema.
        rows = sorted([*model.fields, *past], key=lambda field: (_is_relation(field), _is_date(field)))
        if rows or model.code:
            facts += self._fields(rows, model.code)
        footer = Block(classes=["dep-footer"])
        for words, labels in ((_("None: %s"), model.absent), (_("Not known yet: %s"), model.unknown)):
            if labels:
                footer += nodes.paragraph("", words % ", ".join(labels))
        footer += Actions(docname=self.docname, label=model.label, pages=model.repository)
        facts += footer
        box += facts
        return [box]

    def enclose(self, made: list[nodes.Node], content: list[nodes.Node]) -> None:
        """See :meth:`Consumer.enclose`: the rest of a status banner in the page is in ours."""
        banner = next(box for node in made for box in node.findall(Block) if "dep-banner" in box["classes"])
        banner += Block("", *content, classes=["dep-banner-remark"])

    def _banner(self, model: HeaderModel) -> nodes.Node:
        status = model.status
        banner = Block(classes=["dep-banner", f"dep-{status.colour}", f"dep-kind-{status.kind}"])
        line = nodes.paragraph(classes=["dep-banner-line"])
        line += [nodes.inline("", model.label, classes=["dep-number"]), nodes.Text(" ")]
        line += nodes.strong("", status.words, classes=["dep-status"])
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

    def _fields(self, fields: list[FieldModel], code: list[CodeFile]) -> nodes.Node:
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
            row["classes"] += ["dep-row"] if _is_relation(field) else []
            listing += row
        if code:
            listing += _code_row(code)
        return listing


def _is_relation(field: FieldModel) -> bool:
    """True if the field needs the whole width: it names other proposals, with their titles."""
    return any(isinstance(item, ReferenceItem) for item in field.items)


def _is_date(field: FieldModel) -> bool:
    return len(field.items) == 1 and isinstance(field.items[0], DateItem)


def _gist(fields: list[FieldModel]) -> str:
    """The first person, the category and the first date, on one line."""
    found: dict[type, str] = {}
    for field in fields:
        match field.items[0]:
            case PersonItem(name):
                more = f" +{len(field.items) - 1}" if len(field.items) > 1 else ""
                found.setdefault(PersonItem, name + more)
            case TermItem(name):
                found.setdefault(TermItem, term(name))
            case DateItem(iso, _url):
                found.setdefault(DateItem, f"{field.label} {iso}")
    return " · ".join(found.values())


def _entries(view: View, proposal: Proposal) -> list[tuple[str, str]]:
    """The pages and ids of the entries of the people of *proposal*."""
    keys = (field.key for field in view.schema.people_fields)
    return [view.entry(person) for key in keys for person in proposal.people(key)]


def _changing(view: View, proposal: Proposal) -> list[Item]:
    """The branches that change the page of *proposal*."""
    drafts = view.unmerged
    if drafts is None:
        return []
    found = drafts.changing.get(proposal.path, ())
    return [ProposalItem(drafts.link(item), drafts.drafts[item.path].branch.name) for item in found]


def _repository(view: View, proposal: Proposal) -> tuple[str, str] | None:
    repositories = view.repositories
    return None if repositories is None else edit_and_history(repositories.of(proposal.path), proposal.path)


def _dates(view: View, proposal: Proposal) -> list[tuple[str, str]]:
    """The days on which the file was created and last changed, if known and if the process has no field for it."""
    past = view.history.of(proposal.path)
    if past is None:
        return []
    days = {"created": past.created, "changed": past.changed}
    return [(key, at.date) for key, at in days.items() if at.exact and key not in view.schema.fields]


def _code(view: View, proposal: Proposal) -> list[CodeFile]:
    """The files that name *proposal*."""
    return list((view.code or {}).get(proposal.path, ()))


def _code_row(files: list[CodeFile]) -> nodes.field:
    """The row *Mentioned in*; when there are many files, a part of them is folded."""
    items = [nodes.list_item("", nodes.paragraph("", "", *_places(file))) for file in files]
    body = nodes.field_body("", *folded(items, ["dep-code"]))
    row = nodes.field("", nodes.field_name("", _("Mentioned in")), body)
    row["classes"] += ["dep-field-code", "dep-row"]
    return row


def _places(file: CodeFile) -> list[nodes.Node]:
    """``src/retry.py:12, 40``: each line with a link, if there is one."""
    shown: list[nodes.Node] = []
    for line in file.lines:
        text = str(line) if shown else f"{file.path}:{line}"
        words = nodes.literal("", text)
        url = file.address(line)
        title = f"{file.path}:{line}"
        link = nodes.reference("", "", words, refuri=url, internal=False, reftitle=title) if url else words
        shown += [nodes.Text(", "), link] if shown else [link]
    return shown


def _date_label(key: str) -> str:
    return _("Created") if key == "created" else _("Last changed")


def _messages(view: View, proposal: Proposal) -> list[tuple[str, str]]:
    return [(f"{item.message} ({item.code})", item.help) for item in view.errors(proposal)]


def _sentence(help: str) -> str:
    return f"{help[0].upper()}{help[1:]}{'' if help[-1] in '.?!' else '.'}"


def _kind_words(kind: str) -> str:
    """The first thing that a reader must know: if this is a decision."""
    match kind:
        case "open":
            return _("Not decided yet.")
        case "decided":
            return _("Decided.")
        case "closed":
            return _("Not in force.")
    return _("Where this proposal stands is not known: do not read it as decided.")


def _steps(view: View, status: str | None) -> list[StepModel]:
    """The line of statuses with the proposal's place on it; a status outside the line is put behind it."""
    names = [name for name in view.schema.lifecycle if name in view.schema.statuses]
    place = names.index(status) if status in names else -1
    steps = []
    for index, name in enumerate(names):
        shown = view.known_status(name)
        state = "current" if index == place else "done" if index < place else "ahead"
        steps.append(StepModel(name, shown.colour, state, shown.description))
    if status is not None and place < 0:
        shown = view.known_status(status)
        steps.append(StepModel(status, shown.colour, "current", shown.description))
    return steps


def _strip(steps: list[StepModel]) -> nodes.Node:
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


def _errors(errors: list[tuple[str, str]]) -> nodes.Node:
    box = Block(classes=["dep-errors"])
    listing = nodes.bullet_list()
    for message, help in errors:
        line = nodes.paragraph("", "", *quoted(message))
        if help:
            line += [
                nodes.Text(" "),
                nodes.inline("", "", *quoted(_sentence(help)), classes=["dep-help"]),
            ]
        listing += nodes.list_item("", line)
    title = _("This proposal is not valid:")
    box += nodes.paragraph("", "", nodes.strong("", title))
    # What rules say is the same here, in the build's log and on the command line: in English.
    box += Block("", listing, classes=["dep-messages"], lang="en")
    return box


def hidden_header(reason: HiddenBy, path: str, line: int, project: Project) -> Diagnostic:
    """A diagnostic at *line* of the page *path*."""
    rule = rules.hidden_header
    span = Span(0, 0, line, 1)
    finding: Finding = next(iter(rule.check(reason, span)))
    return diagnostic(rule, finding, path, None, project.schema)


def why_hidden(directive: SphinxDirective, path: str, project: Project) -> Diagnostic | None:
    """A diagnostic for a *directive* that the build runs and the text reader does not see.

    ``None`` for one that it sees, and on a page that it cannot read at all, which is reported as that.

    :param path: the page as diagnostics name it.
    """
    env = directive.env
    at = of_directive(directive, project, project.name)
    source = _source(project, path)
    if at.file:
        reason = HiddenBy.INCLUDE if project.is_source(env, env.docname) else HiddenBy.OUTSIDE
        return hidden_header(reason, path, _line_of_include(source, Path(at.file).name), project)
    line = at.line
    if not project.is_source(env, env.docname):
        known = path.endswith(project.schema.page_suffixes)
        return hidden_header(HiddenBy.OUTSIDE if known else HiddenBy.SUFFIX, path, line, project)
    if source is None or MARK in directive.arguments:
        return None
    if not source.is_rst and isinstance(directive.state, RSTState):
        return hidden_header(HiddenBy.EVAL_RST, path, line, project)
    if directive.name not in source.line_text(line) and "{{" in source.text:
        # MyST counts from the line behind the substitution.
        line = line - 1 if "{{" in source.line_text(line - 1) else line
        return hidden_header(HiddenBy.SUBSTITUTION, path, line, project)
    return hidden_header(HiddenBy.NESTED, path, line, project)


def _source(project: Project, path: str) -> Source | None:
    try:
        return project.schema.read_source(project.file(path), path)
    except UnreadablePage:
        return None


def _line_of_include(source: Source | None, name: str) -> int:
    """The line of the page that includes the file *name*; the first when that is not plain to see."""
    if source is None:
        return 1
    includes = find_directives(source, read_outline(source), ("include",))
    return next((found.line for found in includes if Path(found.argument.strip()).name == name), 1)


class DepHeaderDirective(DepDirective):
    """``dep-header``: the metadata of the page, which the engine has read from its text, and where it is shown."""

    has_content = True
    optional_arguments = 1
    takes_process = False

    def run(self) -> list[nodes.Node]:
        """A placeholder; the options were read, judged and blanked before the parser saw the page."""
        docname = self.env.docname
        if is_set_aside(self.path, self.project.schema):
            # A template shows how a header is written; it is not meant to be one.
            return []
        hidden = why_hidden(self, self.path, self.project)
        if hidden is None:
            return self.place(Header(self.at))
        checked = self.dep.data["pages"].get(docname)
        # A second one below the first was seen, and is reported as what it is.
        if checked is None or not any(
            item.code == rules.malformed_header.code and item.line == hidden.line for item in checked.diagnostics
        ):
            self.dep.add_diagnostic(docname, hidden)
        return []


def _is_header(node: nodes.Element) -> bool:
    return isinstance(node, Placeholder) and isinstance(node.consumer, Header)


class ProposalTitle(SphinxTransform):
    """Gives a proposal's page a heading where only its header has the title."""

    # Before the nodes with the words of the page are noted, and translated.
    default_priority = 14

    def apply(self, **kwargs: object) -> None:
        """Change the doctree in place."""
        if checked := domain_of(self.env).data["pages"].get(self.env.docname):
            self._add_title(checked.proposal)

    def _add_title(self, proposal: Proposal) -> None:
        """Put the page into a section with the title that its header states, where it has no heading for it.

        MyST may have made a heading of the title in the front matter (``myst_title_to_header``).
        """
        title = proposal.title_elsewhere
        first_section = next((node for node in self.document.children if isinstance(node, nodes.section)), None)
        if first_section is not None and (first_section.line or 0) <= noted_place(self.env).behind:
            made = first_section[0].astext()
            if not title and fold(made) != fold(proposal.title):
                logger.warning(
                    "the page is called %s by its front matter, and %s by its heading: make them the same, leave one "
                    "out, or set `title-from-field` in the configuration of proposals",
                    quote(made), quote(proposal.title), location=self.env.docname, type="dep", subtype="two-titles",
                )  # fmt: skip
            return
        if not title:
            return
        heading = nodes.title(title, title)
        # Without a place it would not be in the catalogs for translators.
        heading.source, heading.line = str(self.env.doc2path(self.env.docname)), max(noted_place(self.env).behind, 1)
        section = nodes.section("", heading, names=[nodes.fully_normalize_name(title)])
        # Front matter has become a list of fields, which Sphinx takes for the page's metadata where it comes first.
        first = self.document.children[:1] if isinstance(self.document.next_node(), nodes.field_list) else []
        section.extend(self.document.children[len(first) :])
        self.document.children = first
        self.document += section
        self.document.note_implicit_target(section, section)


class ProposalPage(SphinxTransform):
    """Gives a proposal's page one root section and its header, and notes which proposals any page refers to."""

    # After the parser, before docutils resolves local contents and ids (Contents is at 720).
    default_priority = 205

    def apply(self, **kwargs: object) -> None:
        """Change the doctree in place."""
        docname = self.env.docname
        domain = domain_of(self.env)
        project = domain.project_of(docname)
        # Once over the page, which has thousands of nodes, and not once for each kind.
        found: list[nodes.Element] = every(self.document, (*LINKS, addnodes.download_reference, Placeholder))
        references = adopt_links(found, self.env)
        for node in found:
            if isinstance(node, Placeholder) and (original := node.get("original", node.consumer)) is not node.consumer:
                domain.replace_consumer(docname, original, node.consumer)
        if checked := domain.data["pages"].get(docname):
            self._nest()
            remark = take_banners(self.document, checked.proposal, project.schema)
            if project.schema.markup_of(checked.proposal.path) is Markup.MARKDOWN:
                show_alerts(self.document)
            placeholder = next((node for node in found if _is_header(node)), None)
            if placeholder is None:
                place = noted_place(self.env)
                if place.line:
                    reason = HiddenBy.COLON_FENCE if place.colons else HiddenBy.NOT_RUN
                    item = hidden_header(reason, checked.proposal.path, place.line, project)
                    domain.add_diagnostic(docname, item)
                header = Header(Location(docname, checked.proposal.path, process=project.name))
                placeholder = Placeholder(consumer=header)
                self._insert(placeholder)
                domain.add_consumers(docname, header)
            placeholder += remark
            at = Location(docname, checked.proposal.path, process=project.name)
            if links := mark_file_links(found, at, self.env, project):
                domain.add_consumers(docname, *links)
        if shown := prose_references(references, self.env, domain.projects):
            domain.add_consumers(docname, *shown)

    def _nest(self) -> None:
        """Later top-level sections become children of the first: the navigation shows one entry per proposal."""
        first = next((node for node in self.document.children if isinstance(node, nodes.section)), None)
        if first is None:
            return
        place = self.document.index(first) + 1
        later = self.document.children[place:]
        del self.document.children[place:]
        first.extend(later)
        # The title is metadata: it goes into tables, tooltips and other pages' navigation, where markup of its own must
        # not act. The record's title has none either.
        title = first.next_node(nodes.title)
        for raw in list(title.findall(nodes.raw)) if title is not None else ():
            raw.parent.remove(raw)

    def _insert(self, placeholder: Placeholder) -> None:
        """Put the header just below the title, or at the top of a page that has none."""
        section = next((node for node in self.document.children if isinstance(node, nodes.section)), None)
        parent: nodes.Element = section if section is not None else self.document
        index = parent.first_child_matching_class(nodes.title)
        parent.insert(0 if index is None else index + 1, placeholder)


def setup(app: Sphinx) -> None:
    """Register the directive, and the transform of proposals' pages."""
    app.add_directive("dep-header", DepHeaderDirective)
    app.add_transform(ProposalTitle)
    app.add_transform(ProposalPage)
