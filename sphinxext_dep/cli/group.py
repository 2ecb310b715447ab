"""The group of all commands: each is imported when it is asked for."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import click

from sphinxext_dep.cli.main import COMMANDS
from sphinxext_dep.version import __version__


class LazyGroup(click.Group):
    """A group whose commands are in the modules of :data:`~sphinxext_dep.cli.main.COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, those that read before those that write."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called *cmd_name*, or ``None``."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name])
        command = getattr(module, f"{cmd_name}_command", None) or module.command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a did-you-mean."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from sphinxext_dep.model.suggest import closest

            near = closest(args[0], COMMANDS)
            mend = f"did you mean '{near}'?" if near else f"see {ctx.command_path} --help"
            ctx.fail(f"there is no command '{args[0]}'; {mend}")
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
    """Check, list and edit enhancement proposals, with the same judgement as the documentation build."""
    if directory is not None:
        os.chdir(directory)
