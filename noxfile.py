"""Sessions for development: ``nox --list`` shows them, ``nox -s tests`` runs the whole matrix."""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "docs", "tests"]

# Corners, not the full product: the oldest of everything, the newest that Python 3.11 can have, and the newest of all.
# Sphinx 9.1 and later need Python 3.12; myst-parser 4 stops below Sphinx 9.
CORNERS = [
    nox.param("3.11", "Sphinx~=8.2.0", "myst-parser~=4.0.0", id="3.11-oldest"),
    nox.param("3.11", "Sphinx~=9.0.0", "myst-parser~=5.1.0", id="3.11-middle"),
    nox.param("3.11", "Sphinx", "myst-parser", id="3.11-newest"),
    nox.param("3.12", "Sphinx~=8.2.0", "myst-parser~=4.0.0", id="3.12-oldest"),
    nox.param("3.12", "Sphinx", "myst-parser", id="3.12-newest"),
    nox.param("3.13", "Sphinx~=8.2.0", "myst-parser~=4.0.0", id="3.13-oldest"),
    nox.param("3.13", "Sphinx", "myst-parser", id="3.13-newest"),
]


@nox.session
@nox.parametrize(("python", "sphinx", "myst"), CORNERS)
def tests(session: nox.Session, sphinx: str, myst: str) -> None:
    """The test suite on one corner of the matrix; arguments go to pytest."""
    session.install("-e", ".[test]", sphinx, myst)
    session.run("pytest", "-n", "auto", *session.posargs)


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
