"""Sessions for development: ``nox --list`` shows them, ``nox -s tests`` runs the whole matrix."""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "docs", "tests", "lowest", "release"]

# Corners, not the full product: on each Python the oldest, the middle and the newest that go together. myst-parser 4
# stops below Sphinx 9. Sphinx 9.1 needs Python 3.12 and 9.2 Python 3.13, so that the newest is another on each.
PYTHONS = ["3.11", "3.12", "3.13"]
RELEASES = {
    "oldest": ("Sphinx~=8.2.0", "myst-parser~=4.0.0"),
    "middle": ("Sphinx~=9.0.0", "myst-parser~=5.1.0"),
    "newest": ("Sphinx", "myst-parser"),
}
CORNERS = [
    nox.param(python, *requirements, id=f"{python}-{age}")
    for python in PYTHONS
    for age, requirements in RELEASES.items()
]


@nox.session
@nox.parametrize(("python", "sphinx", "myst"), CORNERS)
def tests(session: nox.Session, sphinx: str, myst: str) -> None:
    """The test suite on one corner of the matrix; arguments go to pytest."""
    session.install("-e", ".[test]", sphinx, myst)
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session(python="3.11", venv_backend="uv")
def lowest(session: nox.Session) -> None:
    """The test suite with the lowest version of everything that ``pyproject.toml`` names: its bounds are no guesses."""
    session.install("--resolution", "lowest-direct", "-e", ".[test]")
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """What a release would publish is built, looked into, and used where nothing else is installed."""
    session.install("build", "towncrier", "twine")
    session.run("python", ".ci/release.py", session.create_tmp())


@nox.session
def coverage(session: nox.Session) -> None:
    """The test suite with branch coverage."""
    session.install("-e", ".[test]", "pytest-cov")
    session.run("pytest", "-n", "auto", "--cov", "--cov-report=term", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """This project's site, with every warning an error; arguments go to sphinx-build."""
    session.install("-e", ".[docs]")
    session.run("sphinx-build", "-nW", "--keep-going", "-b", "html", ".", "build/html", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, types and the direction of imports."""
    session.install("-e", ".[dev]")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("lint-imports")
