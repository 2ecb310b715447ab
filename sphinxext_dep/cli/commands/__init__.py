"""The commands of sphinx-dep: a module for each, their table, and the group that imports each when it runs."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

import click

from sphinxext_dep.cli import PROGRAM
from sphinxext_dep.cli.output import lines
from sphinxext_dep.version import __version__

COMMANDS = {
    "check": "sphinxext_dep.cli.commands.check:command",
    "list": "sphinxext_dep.cli.commands.listing:list_command",
    "show": "sphinxext_dep.cli.commands.listing:show_command",
    "query": "sphinxext_dep.cli.commands.listing:query_command",
    "triage": "sphinxext_dep.cli.commands.triage:command",
    "graph": "sphinxext_dep.cli.commands.graph:command",
    "requirements": "sphinxext_dep.cli.commands.requirements:command",
    "mentions": "sphinxext_dep.cli.commands.mentions:mentions_command",
    "check-message": "sphinxext_dep.cli.commands.mentions:message_command",
    "explain": "sphinxext_dep.cli.commands.rules:explain_command",
    "rules": "sphinxext_dep.cli.commands.rules:rules_command",
    "init": "sphinxext_dep.cli.commands.init:command",
    "new": "sphinxext_dep.cli.commands.new:command",
    "assign": "sphinxext_dep.cli.commands.assign:command",
    "status": "sphinxext_dep.cli.commands.change:status_command",
    "supersede": "sphinxext_dep.cli.commands.change:supersede_command",
    "link": "sphinxext_dep.cli.commands.change:link_command",
    "embed": "sphinxext_dep.cli.commands.embed:command",
    "convert": "sphinxext_dep.cli.commands.change:convert_command",
    "completion": "sphinxext_dep.cli.commands:completion",
}
"""Command → the module that defines it, and its name there; commands that only read come first."""

SHELLS = ("bash", "zsh", "fish")


class LazyGroup(click.Group):
    """A group that imports the module of a command when the command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called *cmd_name*, or ``None``."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """As click does; the message of an error can hold words of the user and of pages."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            error.message = lines(error.message)  # type: ignore[misc]  # final for subclasses; click shows it as it is
            raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a did-you-mean."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from sphinxext_dep.model.messages import closest

            near = closest(args[0], COMMANDS)
            help = f"did you mean '{near}'?" if near else f"see {ctx.command_path} --help"
            ctx.fail(f"there is no command '{args[0]}'; {help}")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.option(
    "-C",
    "--directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Work as if started in this directory.",
)
def group(directory: Path | None) -> None:
    """Check, list and edit enhancement proposals, with the same rules as the documentation build."""
    if directory is not None:
        os.chdir(directory)


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    r"""Print a completion script for a SHELL; run it where the shell starts.

    \b
    bash: eval "$(sphinx-dep completion bash)"
    zsh:  eval "$(sphinx-dep completion zsh)"
    fish: sphinx-dep completion fish | source
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    variable = f"_{PROGRAM}_COMPLETE".replace("-", "_").upper()
    click.echo(found(group, {}, PROGRAM, variable).source())
