"""Diagnostics as Sphinx warnings and errors, and the exit status they lead to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from sphinx.application import Sphinx
from sphinx.util import logging

from sphinxext_dep.check.check import diagnostic
from sphinxext_dep.model.diagnostics import Diagnostic, Finding, Severity
from sphinxext_dep.model.suggest import closest
from sphinxext_dep.model.source import Span
from sphinxext_dep.rules import RULES
from sphinxext_dep.sphinx.build.consumer import Consumer
from sphinxext_dep.sphinx.build.project import Project
from sphinxext_dep.sphinx.components.view import View
from sphinxext_dep.sphinx.html.words import _, ngettext

logger = logging.getLogger(__name__)

FAIL_ON = ("error", "warning", "never")
"""Values of ``dep_fail_on``."""


def unknown_proposal(consumer: Consumer, key: str, view: View) -> Diagnostic:
    """DEP402 for something on a page, a role or a directive, that names no proposal."""
    if key.isdigit():
        label = view.schema.label(int(key))
        numbers = [item.number for item in view.catalog.proposals if item.number is not None]
        # One number is as near as another: naming one would be a guess.
        mend = f"the highest number is {view.schema.label(max(numbers))}" if numbers else "no proposal has a number yet"
    else:
        label = key
        nearest = closest(key, [item.slug for item in view.catalog.proposals])
        mend = f"did you mean `{nearest}`?" if nearest else "name a proposal by its number or its slug"
    return consumer_diagnostic(consumer, "DEP402", f"there is no proposal `{label}`", mend, view)


def consumer_diagnostic(consumer: Consumer, code: str, message: str, mend: str, view: View) -> Diagnostic:
    """A diagnostic at the place where *consumer* stands."""
    at = consumer.at
    finding = Finding(Span(0, 0, at.line, 1), message, mend)
    return at.put(diagnostic(RULES.by_code[code], finding, at.path, None, view.schema))


def effective(app: Sphinx, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics that ``suppress_warnings`` leaves."""
    suppressed = set(app.config.suppress_warnings)
    if suppressed & {"dep", "dep.*"}:
        return []
    return [item for item in diagnostics if f"dep.{item.name}" not in suppressed]


def report(app: Sphinx, project: Project, diagnostics: Iterable[Diagnostic]) -> None:
    """Log every diagnostic with its place, so that an editor or a CI log can jump to it."""
    for item in diagnostics:
        mend = f"; {item.help}" if item.help else ""
        message = f"{item.code} {item.message}{mend}"
        location = f"{project.file(item.place)}:{item.line}:{item.column}"
        # Text of a proposal is no format string.
        arguments = {"location": location, "type": "dep", "subtype": item.name}
        match item.severity:
            case Severity.ERROR:
                logger.error("%s", message, **arguments)  # type: ignore[arg-type]  # Sphinx's adapter takes these
            case Severity.WARNING:
                logger.warning("%s", message, **arguments)  # type: ignore[arg-type]  # as above
            case _:
                logger.info("%s: %s", location, message)


def report_attention(found: Sequence[Diagnostic], project: Project) -> None:
    """Say in one line that something waits for somebody; with ``-v`` also what. No build fails by it."""
    for item in found:
        logger.verbose("%s:%s:%s: %s %s", project.file(item.path), item.line, item.column, item.code, item.message)
    if found:
        rules = Counter(f"{item.code} {item.name}" for item in found)
        listed = ", ".join(f"{count} × {rule}" for rule, count in sorted(rules.items()))
        count = len({item.path for item in found})
        words = ngettext("%d proposal waits for somebody", "%d proposals wait for somebody", count) % count
        logger.info("dep: %s (%s)", words, listed)


def conclude(app: Sphinx, diagnostics: list[Diagnostic], proposals: Collection[str]) -> None:
    """Say how many errors there were and set the exit status; called when everything has been written.

    :param proposals: the paths of all proposals; errors elsewhere are those of indexes and references.
    """
    errors = [item for item in diagnostics if item.severity is Severity.ERROR]
    warnings = [item for item in diagnostics if item.severity is Severity.WARNING]
    if errors:
        paths = {item.path for item in errors}
        invalid = len(paths.intersection(proposals))
        others = len(paths) - invalid
        places = []
        if invalid:
            places.append(ngettext("%d proposal", "%d proposals", invalid) % invalid)
        if others:
            places.append(ngettext("%d other page", "%d other pages", others) % others)
        count = ngettext("%d error", "%d errors", len(errors)) % len(errors)
        logger.info(
            "dep: %s", _("{errors} in {places}").format(errors=count, places=_(" and ").join(places)), color="red"
        )
    fail_on = app.config.dep_fail_on
    if (errors and fail_on != "never") or (warnings and fail_on == "warning"):
        app.statuscode = 1
