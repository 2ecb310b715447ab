"""The group of all commands: each is imported when it is asked for."""

from __future__ import annotations

import importlib

import click

from sphinxext_dep.version import __version__
from sphinxext_dep.cli.main import COMMANDS, PROGRAM


class LazyGroup(click.Group):
    """A group whose commands are the modules in :data:`~sphinxext_dep.cli.main.COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, those that read before those that write."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called *cmd_name*, or ``None``."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name])
        command = getattr(module, f"{cmd_name}_command", None) or module.command
        assert isinstance(command, click.Command)  # noqa: S101 - a module of this package that defines none is a bug
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def group() -> None:
    """Check, list and edit enhancement proposals, with the same judgement as the documentation build."""
