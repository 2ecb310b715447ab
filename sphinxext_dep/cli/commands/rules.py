"""``explain`` and ``rules``: the documentation of the rules."""

from __future__ import annotations

import json

import click

from sphinxext_dep.check.rule import Rule
from sphinxext_dep.cli.checking import complete_codes, find_rule
from sphinxext_dep.cli.output import Group, is_terminal, markdown, print_table
from sphinxext_dep.rules import RULES


@click.command("explain")
@click.argument(
    "rules",
    metavar="CODE...",
    nargs=-1,
    required=True,
    shell_complete=lambda _context, _parameter, incomplete: complete_codes(incomplete),
)
def explain_command(rules: tuple[str, ...]) -> None:
    """Explain rules, named by code or name: what each finds, why it matters, and an example."""
    texts = [_text(find_rule(word)) for word in rules]
    if is_terminal():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown("\n\n".join(texts), hyperlinks=False))
    else:
        click.echo("\n\n".join(texts))


def _text(rule: Rule) -> str:
    return f"# {rule.code} {rule.name}\n\n{rule.facts}\n\n{rule.doc}"


@click.command("rules")
@click.option("--format", "style", type=click.Choice(("table", "json", "markdown")), default="table", show_default=True)
def rules_command(style: str) -> None:
    """List all rules, with the severities of the default process."""
    rows = [
        (rule.code, rule.name, rule.severity.value, "yes" if rule.is_fixable else "", rule.summary)
        for rule in RULES.by_code.values()
    ]
    columns = ("code", "name", "severity", "fixable", "finds")
    if style == "json":
        keys = ("code", "name", "severity", "fixable", "summary")
        objects = [dict(zip(keys, row, strict=True)) | {"fixable": bool(row[3])} for row in rows]
        click.echo(json.dumps(objects, indent=1))
    elif style == "markdown":
        click.echo(markdown(columns, [Group("", rows)]), nl=False)
    else:
        print_table(columns, [Group("", rows)], {"error": "red", "warning": "yellow", "info": "blue"})
