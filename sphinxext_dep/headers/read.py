"""Headers: the spellings a proposal's metadata can have, each read into the same :class:`RawHeader`."""

from __future__ import annotations

from sphinxext_dep.headers.block import HEADER_DIRECTIVE, read_block
from sphinxext_dep.headers.front_matter import read_front_matter
from sphinxext_dep.markup.directive import find_directives
from sphinxext_dep.model.header import HeaderProblem, Part, RawField, RawHeader, Spelling
from sphinxext_dep.model.outline import Outline
from sphinxext_dep.model.schema import Schema, fold
from sphinxext_dep.model.source import Source, Span

__all__ = ["HeaderProblem", "RawField", "RawHeader", "Spelling", "read_header"]


def read_header(source: Source, outline: Outline, schema: Schema) -> RawHeader:
    """Read every spelling that a page has. Never raises: what cannot be read is a :class:`HeaderProblem`."""
    wanted = schema.spellings
    parts = {Spelling.DIRECTIVE: _read_directive(source, outline)}
    if Spelling.BLOCK in wanted:
        parts[Spelling.BLOCK] = read_block(source, outline, schema)
    if schema.other_spellings:
        # Imported here: most projects have none of them.
        from sphinxext_dep.headers.others import read_others

        parts |= read_others(source, outline, schema)
    if source.beside is not None:
        from sphinxext_dep.headers.sidecar import read_sidecar

        parts[Spelling.SIDECAR] = read_sidecar(source.beside, schema)
    if Spelling.FRONT_MATTER in wanted:
        front_matter = read_front_matter(source, schema)
        if front_matter.is_header or any(part.span is not None for part in parts.values()):
            parts[Spelling.FRONT_MATTER] = front_matter.part
        else:
            parts[Spelling.FRONT_MATTER] = Part(problems=front_matter.unreadable)
    spans = {spelling: part.span for spelling, part in parts.items() if part.span is not None}
    return RawHeader(
        fields=tuple(sorted((field for part in parts.values() for field in part.fields), key=_label_start)),
        spans=spans,
        problems=tuple(sorted((problem for part in parts.values() for problem in part.problems), key=_problem_start)),
        heading_style=() if spans else _heading_style(outline, schema),
    )


def _label_start(field: RawField) -> int:
    return field.label_span.start


def _problem_start(problem: HeaderProblem) -> int:
    return problem.span.start


def _read_directive(source: Source, outline: Outline) -> Part:
    """Read the ``dep-header`` directive; a page has one, and it holds options only."""
    found = find_directives(source, outline, (HEADER_DIRECTIVE,))
    if not found:
        return Part()
    directive, *others = found
    problems = list(directive.problems)
    spelt = any(directive.argument_span.start <= p.span.start < directive.argument_span.end for p in problems)
    if directive.argument and not spelt:
        problems.append(
            HeaderProblem(
                directive.argument_span,
                f"`{HEADER_DIRECTIVE}` takes no argument",
                "write each field as an option, such as `:status: Draft`, on a line of its own",
            )
        )
    if directive.body is not None and directive.closed:
        problems.append(
            HeaderProblem(
                _first_line(source, directive.body),
                f"`{HEADER_DIRECTIVE}` holds text that is no option, and options behind it would not be read",
                "write each field as `:key: value` on a line of its own, without blank lines between them",
            )
        )
    problems += (
        HeaderProblem(
            _first_line(source, other.span),
            f"the page has a second `{HEADER_DIRECTIVE}` (the first is in line {directive.line})",
            "keep one, with all fields",
        )
        for other in others
    )
    return Part(directive.options, directive.span, tuple(problems))


def _first_line(source: Source, span: Span) -> Span:
    """The part of *span* on its first line: a diagnostic marks one line."""
    line = source.line_text(span.line)
    return source.span(span.start, min(span.end, span.start + max(1, len(line) - span.column + 1)))


def _heading_style(outline: Outline, schema: Schema) -> tuple[Span, ...]:
    """The headings that are field labels, if they are a header in disguise: a status and at least one more."""
    found = [
        (field, heading.span)
        for heading in outline.headings
        if (field := schema.field_names.get(fold(heading.text.rstrip(":"))))
    ]
    has_status = any(field is schema.status_field for field, _ in found)
    return tuple(span for _, span in found) if has_status and len(found) > 1 else ()
