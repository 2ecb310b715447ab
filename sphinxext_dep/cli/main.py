"""The program ``sphinx-dep``: its streams and exit code, and ``--version``, which needs no import that takes time."""

from __future__ import annotations

import gc
import io
import os
import sys

from sphinxext_dep.cli import PROGRAM
from sphinxext_dep.version import __version__


def main() -> None:
    """Run the command line of this process, and exit.

    ``--version`` alone is answered here: editors and scripts ask for it before anything else, and most of the time that
    it would take is click's. So is ``mentions`` when the names of the proposals are in the cache.
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
    try:
        if sys.argv[1:2] == ["mentions"]:
            from sphinxext_dep.cli.mentions import run_at_once

            if (code := run_at_once(sys.argv[2:])) is not None:
                sys.exit(code)
        from sphinxext_dep.cli.commands import group

        group(prog_name=PROGRAM)
    except OSError as error:
        # A working directory that is gone, a disk that is full: no fault of the project, and none of this program.
        name = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"{PROGRAM}: {name}{error.strerror or error}\n")
        # What is left in the stream would fail once more when Python ends.
        os._exit(2)
