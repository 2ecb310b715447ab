"""The command ``sphinx-dep``: which commands there are, and nothing that takes time to import."""

from __future__ import annotations

import gc
import io
import os
import sys

from sphinxext_dep.version import __version__

PROGRAM = "sphinx-dep"

COMMANDS = {
    "check": "sphinxext_dep.cli.commands.check",
    "list": "sphinxext_dep.cli.commands.listing",
    "show": "sphinxext_dep.cli.commands.show",
    "query": "sphinxext_dep.cli.commands.listing",
    "triage": "sphinxext_dep.cli.commands.triage",
    "explain": "sphinxext_dep.cli.commands.explain",
    "rules": "sphinxext_dep.cli.commands.explain",
    "new": "sphinxext_dep.cli.commands.new",
    "assign": "sphinxext_dep.cli.commands.assign",
    "status": "sphinxext_dep.cli.commands.status",
    "supersede": "sphinxext_dep.cli.commands.supersede",
    "link": "sphinxext_dep.cli.commands.link",
    "convert": "sphinxext_dep.cli.commands.convert",
    "completion": "sphinxext_dep.cli.commands.completion",
}
"""Command → the module that defines it, as ``command`` (or under its own name, where one module defines several).

A module is imported when its command runs, so that ``--version`` or ``rules`` does not pay for what ``check`` needs.
"""


def main() -> None:
    """Run the command line of this process, and exit.

    ``--version`` alone is answered here: editors and scripts ask for it before anything else, and most of the time that
    it would take is click's, which everything else needs.
    """
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"{PROGRAM} {__version__}\n")
        return
    # Records are never part of a cycle, and the process is short: looking for cycles would be a tenth of its time.
    gc.disable()
    # A stream that was closed before is no object at all; what is written to it is lost, as elsewhere.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, PTH123 - it is for the whole process
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115, PTH123 - as above
    for stream in (sys.stdout, sys.stderr):
        # A file name or a page may hold what the terminal's encoding does not have.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    from sphinxext_dep.cli.group import group

    try:
        group(prog_name=PROGRAM)
    except OSError as error:
        # A working directory that is gone, a disk that is full: no fault of the project, and none of this program.
        what = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"{PROGRAM}: {what}{error.strerror or error}\n")
        # What is left in the stream would fail once more when Python ends.
        os._exit(2)
