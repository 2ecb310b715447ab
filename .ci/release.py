"""Build the distributions of a release, check their files, and use them in an empty environment.

Run as ``python .ci/release.py DIRECTORY`` in an environment with ``build``, ``twine`` and ``towncrier``; the
distributions and the environment are made in DIRECTORY. Exits with 1 and a message if something is wrong.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "sphinxext_dep"
#: Files that a packager needs beside the package, to build, test and describe it.
SDIST = ("LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "conf.py", "tests/conftest.py", "docs/index.md")
PAGES = {
    "conf.py": 'extensions = ["myst_parser", "sphinxext_dep"]\n',
    "index.md": "# Site\n\n```{dep-index}\n:toctree:\n```\n",
    "deps/0001-try.md": "# Try\n\n**Status**: Draft\n\n**Authors**: Ada Lovelace\n\n**Category**: Process\n\n"
    "## Summary\n\nTry.\n\n## Motivation\n\nTo see.\n\n## Proposal\n\nTry it.\n\n## Alternate Solutions\n\nNone.\n",
}


class ReleaseError(Exception):
    """A fault for which a release must not be published."""


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run *command* without this checkout on the path, and return what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReleaseError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def one(directory: Path, pattern: str) -> Path:
    """Return the only file in *directory* that matches *pattern*."""
    (file,) = directory.glob(pattern)
    return file


def check_contents(wheel: Path, sdist: Path) -> None:
    """Check that both hold every tracked file of the package, and the wheel nothing else but its metadata."""
    tracked = set(run("git", "ls-files", PACKAGE).split())
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
        metadata = {name.partition(".dist-info/")[2] for name in archive.namelist() if ".dist-info/" in name}
    with tarfile.open(sdist) as archive:
        source = {name.partition("/")[2] for name in archive.getnames()}
    for where, missing in (
        ("wheel", tracked - inside),
        ("wheel", {f"{PACKAGE}/py.typed"} - inside),
        ("wheel's metadata", {"licenses/LICENSE", "entry_points.txt"} - metadata),
        ("sdist", (tracked | set(SDIST)) - source),
    ):
        if missing:
            raise ReleaseError(f"not in the {where}: {', '.join(sorted(missing))}")
    if more := inside - tracked:
        raise ReleaseError(f"in the wheel and not in git: {', '.join(sorted(more))}")
    wanted = {name.removesuffix(".po") + ".mo" for name in tracked if name.endswith(".po")}
    if missing := wanted - inside:
        raise ReleaseError(f"not compiled: {', '.join(sorted(missing))}")


def check_use(wheel: Path, directory: Path) -> None:
    """Check that the wheel, alone in a new environment, can be imported and run, and builds a site."""
    home = directory / "environment"
    venv.create(home, with_pip=True, clear=True)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    run(scripts / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    run(scripts / "python", "-m", "pip", "check")
    version = run(scripts / "python", "-c", f"import {PACKAGE}; print({PACKAGE}.__version__)", cwd=directory).strip()
    if wheel.name.split("-")[1] != version:
        raise ReleaseError(f"{wheel.name} holds version {version}")
    site = directory / "site"
    for name, text in PAGES.items():
        file = site / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    run(scripts / "sphinx-build", "-nW", "-b", "html", site, directory / "html", cwd=directory)
    check_feed(wheel, scripts, site, directory / "followed")
    run(scripts / "sphinx-dep", "--help", cwd=site)
    run(scripts / "sphinx-dep", "check", cwd=site)
    catalogue = json.loads((directory / "html" / "deps.json").read_text(encoding="utf-8"))
    if [entry["title"] for entry in catalogue["proposals"]] != ["Try"]:
        raise ReleaseError(f"the site lists {catalogue['proposals']}")
    for name in run("git", "ls-files", f"{PACKAGE}/static").split():
        if not (directory / "html" / "_static" / Path(name).name).exists():
            raise ReleaseError(f"{name} is not in the site")


def check_feed(wheel: Path, scripts: Path, site: Path, out: Path) -> None:
    """The feed says what is missing; with the extra, feed and calendar are written."""
    build: tuple[str | Path, ...] = (
        scripts / "sphinx-build", "-nW", "-b", "html", "-D", "html_baseurl=https://example.org/", "-D", "dep_feed=1",
        "-D", "dep_calendar=1", site, out,
    )  # fmt: skip
    try:
        run(*build)
    except ReleaseError as error:
        if "sphinxext-dep[feed]" not in str(error):
            raise
    else:
        raise ReleaseError("the feed does not need the extra `feed`")
    run(scripts / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"{wheel}[feed]")
    run(*build)
    for name in ("deps.atom", "deps.ics"):
        if not (out / name).is_file():
            raise ReleaseError(f"{name} was not written")


def main(directory: Path) -> None:
    """Build the distributions and check them."""
    out = directory / "dist"
    # The wheel is built from the sdist, which shows that the sdist holds all that it takes.
    run(sys.executable, "-m", "build", "--outdir", out)
    wheel, sdist = one(out, "*.whl"), one(out, "*.tar.gz")
    run(sys.executable, "-m", "twine", "check", "--strict", wheel, sdist)
    check_contents(wheel, sdist)
    check_use(wheel, directory)
    run(sys.executable, "-m", "towncrier", "build", "--draft", "--version", "0", "--date", "2000-01-01")
    print(f"{wheel.name} and {sdist.name} can be released")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]).resolve())
    except ReleaseError as error:
        sys.exit(str(error))
