"""Family 2xx, continued: what a proposal is known by, its number and its title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

from sphinxext_dep.check.rule import Registry
from sphinxext_dep.model.diagnostics import Finding
from sphinxext_dep.model.messages import listed, quoted
from sphinxext_dep.model.numbers import numbered_name, title_number
from sphinxext_dep.model.proposal import FieldValue, Page
from sphinxext_dep.model.schema import Layout, Schema, StatusKind, fold
from sphinxext_dep.rules.values import given, line_of

RULES = Registry()


@RULES.page("DEP207", "bad-number")
def bad_number(page: Page) -> Iterable[Finding]:
    """Number that is none, or a decided proposal without one.

    ## What it does

    Reports a number that is not a whole number from 0 up, and a decided proposal that has no number. An open one needs
    none yet.

    ## Why

    What was decided is referred to by its number, for years. The title may change and the file may move.

    ## Example

    Bad:

    ```md
    **Number**: twelve
    ```

    Good:

    ```md
    **Number**: 3
    ```
    """
    proposal, schema = page.proposal, page.schema
    for field, value in given(page, "number"):
        if value.value is None:
            line = line_of(page, field, value, "12")
            help = f"write a whole number, as in `{line}`, or leave the field out until there is one"
            yield Finding(value.span, f"{quoted(value.raw)} is not a number", help)
            return
    status = schema.statuses.get(proposal.status or "")
    if proposal.number is None and status is not None and status.kind is StatusKind.DECIDED:
        yield Finding(
            proposal.title_span or proposal.header_span,
            f"the proposal is `{status.name}` but has no number",
            f"rename the {_named_thing(schema)} to `{_renamed(page, 'NNNN')}`, with the next free number for `NNNN`",
        )


def _named_thing(schema: Schema) -> str:
    return "file" if schema.layout is Layout.FILES else "directory"


def _in_words(where: str, schema: Schema) -> str:
    return (
        f"name of the {_named_thing(schema)}" if where == "file name" and schema.layout is not Layout.FILES else where
    )


def _renamed(page: Page, number: str, *, whole: bool = False) -> str:
    """The name of the file of *page*, or of its directory, with *number*.

    :param whole: with the path to it.
    """
    place = PurePosixPath(page.source.path)
    if page.schema.layout is not Layout.FILES:
        place = place.parent
    name = numbered_name(place.name, number, page.schema.prefix)
    return str(place.with_name(name)) if whole else name


@RULES.page("DEP208", "number-mismatch")
def number_mismatch(page: Page) -> Iterable[Finding]:
    """Different numbers in the field, the file name and the title.

    ## What it does

    Reports a proposal whose number differs between the `number` field, the name of its file and its title. The field
    counts first, then the file's name.

    ## Why

    One of them is wrong, and every reference to the proposal may be, too.

    ## Example

    Bad, in `deps/0003-retry.md`:

    ```md
    **Number**: 4
    ```

    Good, in `deps/0003-retry.md`:

    ```md
    **Number**: 3
    ```
    """
    proposal = page.proposal
    if len({number for _, number, _ in proposal.numbers}) < 2:
        return
    # The file's name has no place in the page.
    spans = {where: span for where, _, span in proposal.numbers if where != "file name"}
    claims = listed(
        (
            f"{number} in the {_in_words(where, page.schema)}"
            f"{f' (line {spans[where].line})' if where in spans and len(spans) > 1 else ''}"
            for where, number, _ in proposal.numbers
        ),
        last="and",
    )
    places = {where: number for where, number, _ in proposal.numbers}
    counts = Counter(places.values())
    # Of three, two may agree: then it is the third that is reported.
    odd = next((where for where in spans if counts[places[where]] == 1 < len(places)), next(iter(spans)))
    names: tuple[str, ...] = ()
    if len(places) > 2 and len(counts) == 2 and counts[places[odd]] == 1 and odd != "title":
        help = f"write {places['title']} in the {odd}"
    elif places.get("file name", proposal.number) != proposal.number:
        name = _renamed(page, f"{proposal.number:04d}", whole=True)
        help = f"rename the {_named_thing(page.schema)} to `{name}`, or correct the {proposal.numbers[0][0]}"
        names = (name,)
    else:
        help = f"write {proposal.number} in the title, or leave the number out of it"
    yield Finding(spans[odd], f"the number is {claims}", help, names=names)


def _other_title(page: Page) -> FieldValue | None:
    """The field that states another title than the heading does."""
    field, proposal = page.schema.title_field, page.proposal
    value = proposal.fields.get(field.key) if field else None
    if (
        value is None
        or not isinstance(value.value, str)
        or value.span == proposal.title_span
        or page.schema.title_from_field
    ):
        return None
    _, text, _ = title_number(value.value, page.schema.prefix)
    return value if fold(text) != fold(proposal.title) else None


def _is_required(page: Page) -> bool:
    """Whether the title is a field that the proposal's status requires."""
    field, status = page.schema.title_field, page.schema.statuses.get(page.proposal.status or "")
    return field is not None and status is not None and field.key in status.requires


@RULES.page("DEP209", "bad-title")
def bad_title(page: Page) -> Iterable[Finding]:
    """Title that is missing, empty, too long or the template's.

    ## What it does

    Reports a title that is missing, empty, longer than the configuration allows, or still the template's; and where the
    header states the title as well, one that differs from the heading.

    ## Why

    The title is all that a table, a tooltip or a search result shows.

    ## Example

    Bad:

    ```md
    # <Title>
    ```

    Good:

    ```md
    # Retry failed requests
    ```
    """
    proposal, limit = page.proposal, page.schema.title_max_length
    span = proposal.title_span
    help = "write what is proposed in a few words, such as `# Retry failed requests`"
    if span is None and (proposal.title or _is_required(page)):
        return  # It is made of the file's name; or DEP102 says that its field is missing.
    if span is None:
        yield Finding(None, "the page has no title", help)
        return
    written = page.source.written(span).replace("\\", "")
    if fold(proposal.title or written) in ("<title>", "[title]"):
        yield Finding(span, "the title is still the template's", help)
    elif not proposal.title:
        yield Finding(span, "the title is empty", help)
    elif stated := _other_title(page):
        message = f"the heading says {quoted(proposal.title)}, but `{stated.label}` is {quoted(stated.raw)}"
        yield Finding(span, message, "make them the same")
    elif len(proposal.title) > limit:
        message = f"the title is too long: {len(proposal.title):,} characters, and {limit} is the limit"
        yield Finding(span, message, "shorten it; the Summary can say the rest")
