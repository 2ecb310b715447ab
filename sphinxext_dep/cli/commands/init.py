"""``sphinx-dep init``: a configuration for proposals that are there."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from sphinxext_dep.cli.output import display_path, one_line, to_terminal
from sphinxext_dep.cli.project import Failure, Impossible
from sphinxext_dep.config.find import CONF, NAME, find_config, find_docs
from sphinxext_dep.config.load import shipped_processes
from sphinxext_dep.config.tables import ConfigErrors
from sphinxext_dep.edit.adopt import Adopted, adopt
from sphinxext_dep.edit.adopt.looks import Vocabulary
from sphinxext_dep.edit.adopt.process import COMMON, QUESTION, UNSTATED
from sphinxext_dep.edit.adopt.survey import Nothing, Survey, survey
from sphinxext_dep.model.diagnostics import Diagnostic, Severity
from sphinxext_dep.model.messages import listed, quoted
from sphinxext_dep.model.schema import fold
from sphinxext_dep.model.source import UnreadablePage, read_source
from sphinxext_dep.rules import RULES

_STATUS = re.compile(r"^[^\w\n]*(?P<word>stat(?:us|e))\b[^\w\n]*?[:|]", re.IGNORECASE | re.MULTILINE)
"""A line that begins with the label, in whatever form."""

_LABEL = re.compile(r"^[^\w\n]{0,8}(?P<label>[A-Z][\w() -]{1,30}?)[^\w\n]{0,6}:[ \t*|]{0,6}[^\s:]", re.MULTILINE)
"""A line that begins with a label, in whatever form."""

_BEGINNING = 4_000
"""Characters of a page in which a header is looked for."""


@click.command()
@click.option("--stdout", "to_stdout", is_flag=True, help="Print the file instead, and the report to standard error.")
@click.option("--diff", "as_diff", is_flag=True, help="Print what would be written as a diff, and write nothing.")
def command(*, to_stdout: bool, as_diff: bool) -> None:
    """Write a dep.toml for the proposals that the project has already.

    It looks at the pages below the working directory: where proposals are, how their headers are written, which fields,
    statuses and categories they have, and how dates are written. What it cannot decide is a question in a comment of
    the file. Then it checks the pages with that file, and says how many are read, and what is not understood. No page
    is changed, and nothing is overwritten.
    """
    root = Path.cwd()
    file = root / NAME
    _refuse_place(root, is_dry=to_stdout or as_diff)
    found = survey(root, Vocabulary(shipped_processes(RULES.codes)))
    if isinstance(found, Nothing):
        unread = "; ".join(
            f"{len(paths)} pages with a number in their name end in {suffix}, which is not read: {one_line(paths[0])}"
            for suffix, paths in found.unread.items()
        )
        raise Impossible(
            f"no page below {root} looks like a proposal",
            unread or "with -C name the directory that holds them; a project without any needs no configuration",
        )
    try:
        adopted = adopt(found, RULES)
    except ConfigErrors as errors:
        problem = "; ".join(str(error) for error in errors.errors[:3])
        raise Impossible(
            f"the configuration for these pages does not load: {problem}", "write it by hand, and please report this"
        ) from None
    if to_stdout:
        click.echo(to_terminal(adopted.text), nl=False)
    elif as_diff:
        click.echo(_diff(file, adopted.text), nl=False)
    else:
        _write(file, adopted.text)
        click.echo(f"wrote {display_path(file)}")
    click.echo("\n".join(_report(found, adopted)), err=to_stdout or as_diff)


def _refuse_place(root: Path, *, is_dry: bool) -> None:
    """Refuse to write where there is a configuration already, or where a build would not find it.

    :raises Impossible: then.
    """
    docs = find_docs(root)
    if docs != root.resolve() and docs in root.resolve().parents and (docs / CONF).is_file():
        raise Impossible(
            f"a build of {display_path(docs)} would not look for {NAME} here", f"start in {display_path(docs)} or above"
        )
    existing = find_config(root)
    if existing is not None and not is_dry:
        raise Impossible(
            f"there is {display_path(existing)} already, and init overwrites nothing",
            "remove it first, or look at the proposal of init with --stdout or --diff",
        )


def _write(file: Path, text: str) -> None:
    """Make *file*.

    :raises Failure: when it cannot be made, or appeared in the meantime.
    """
    try:
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except OSError as error:
        raise Failure(f"{display_path(file)} cannot be written: {error.strerror or error}") from None


def _diff(file: Path, text: str) -> str:
    """A unified diff, from what is there, that ``git apply`` takes."""
    name = display_path(file)
    before = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    if before == text:
        return ""
    head = f"diff --git a/{name} b/{name}\n" + ("" if before else "new file mode 100644\n")
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        text.splitlines(keepends=True),
        f"a/{name}" if before else "/dev/null",
        f"b/{name}",
    )
    return to_terminal(
        head + "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    )


def _report(found: Survey, adopted: Adopted) -> list[str]:
    """The report: proposals that were found, how much of it is read, and what is not."""
    config, checked, unread = adopted.config, adopted.checked, adopted.unread
    schema = config.schema
    forms = [f"a {name} ({count})" for name, count in found.spellings.items()]
    lines = [
        f"Proposals: {len(checked)} in {listed(schema.sources, last='and')}, called as {schema.label(12)}.",
        f"Headers of {len(found.looks)} pages that were looked at: {listed(forms, last='and') or 'none'}.",
    ]
    if adopted.example:
        lines.append(f"They follow a process that is known: {adopted.example}.")
    lines.append(f"Read: {len(checked) - len(unread)} of {len(checked)} pages.")
    unstated = [page.proposal.path for page in checked if page.proposal.status == UNSTATED]
    if hints := list(_status_lines(config.root, dict.fromkeys((*unread, *unstated)))):
        have = "page has" if len(hints) == 1 else "pages have"
        lines.append(f"{len(hints)} {have} a status in a form that is not read, such as")
        lines.append(f"    {hints[0]}")
    lines += _unread_labels(found, adopted)
    kinds = defaultdict(list)
    for item in adopted.diagnostics:
        if item.severity is not Severity.INFO:
            kinds[item.code].append(item)
    if kinds or found.unread:
        lines.append("Not understood, or wrong:")
    for items in sorted(kinds.values(), key=lambda items: (items[0].severity is not Severity.ERROR, -len(items))):
        lines += _kind(items, config.root)
    for suffix, paths in found.unread.items():
        lines.append(f"  {len(paths)} page{'s' * (len(paths) > 1)} with the suffix {suffix}, which is not read")
        lines.append(f"    {one_line(paths[0])}")
    if adopted.questions:
        count = "one question" if adopted.questions == 1 else f"{adopted.questions} questions"
        lines.append(f"What the pages do not say: {count}, in lines with `{QUESTION}` of {NAME}.")
    if found.cut:
        lines.append("Of large directories only some pages were looked at for the words of the process.")
    docs = find_docs(config.root)
    outside = [page.proposal.path for page in checked if not _is_built(config.root, page.proposal.path)]
    if (docs / CONF).is_file() and outside:
        lines.append(
            f"Sphinx does not see {len(outside)} of them: {CONF} is in {display_path(docs)}, and they are not below it."
        )
    return lines


def _unread_labels(found: Survey, adopted: Adopted) -> Iterator[str]:
    """For each label of people or days with which lines of many pages begin that are not read: how many, and one."""
    known, config = found.vocabulary.fields, adopted.config
    places: dict[str, list[str]] = defaultdict(list)
    for look in found.looks:
        source, seen = look.source, set()
        for match in _LABEL.finditer(source.text, 0, _BEGINNING):
            label = fold(match["label"])
            is_one = label in known and known[label].type in ("people", "date")
            if is_one and label not in config.schema.field_names and label not in seen:
                seen.add(label)
                line = source.line_of(match.start("label"))
                place = display_path(config.root / look.path)
                places[label].append(one_line(f"{place}:{line}: {quoted(source.line_text(line))}"))
    for lines in places.values():
        if len(lines) > max(2, COMMON * len(found.looks)):
            yield f"{len(lines)} pages have a line in a form or at a place that is not read, such as"
            yield f"    {lines[0]}"


def _status_lines(root: Path, paths: Iterable[str]) -> Iterator[str]:
    """For each page with a line that begins with the label *Status*: its place and its text."""
    for path in paths:
        try:
            source = read_source(root / path, path)
        except UnreadablePage:
            continue
        if found := _STATUS.search(source.text):
            line = source.line_of(found.start("word"))
            yield one_line(f"{display_path(root / path)}:{line}: {quoted(source.line_text(line))}")


def _is_built(root: Path, path: str) -> bool:
    """True if a directory above the page holds a ``conf.py``."""
    return any((root / above / CONF).is_file() for above in Path(path).parents)


def _kind(items: list[Diagnostic], root: Path) -> list[str]:
    """A rule, how many pages break it, and the first of them."""
    first = items[0]
    pages = len({item.path for item in items})
    place = display_path(root / first.place)
    return [
        f"  {first.severity} {first.code} {first.name}: {pages} page{'s' * (pages > 1)}",
        f"    {one_line(place)}:{first.line}: {first.message}",
    ]
