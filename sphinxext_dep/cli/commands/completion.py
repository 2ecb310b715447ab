"""``completion``: what a shell needs to complete commands, options, rules and proposals."""

from __future__ import annotations

import click

from sphinxext_dep.cli.main import PROGRAM

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    r"""Print a completion script for a SHELL; run it where the shell starts.

    \b
    bash: eval "$(sphinx-dep completion bash)"
    zsh:  eval "$(sphinx-dep completion zsh)"
    fish: sphinx-dep completion fish | source
    """
    from click.shell_completion import get_completion_class

    from sphinxext_dep.cli.group import group

    found = get_completion_class(shell)
    assert found is not None
    variable = f"_{PROGRAM}_COMPLETE".replace("-", "_").upper()
    click.echo(found(group, {}, PROGRAM, variable).source())
