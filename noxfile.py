"""Sessions for development: ``nox --list`` shows them, ``nox -s tests`` runs the whole matrix."""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "docs", "tests", "lowest", "release"]

# Not every combination: on each Python the oldest, a middle and the newest versions that go together. myst-parser 4
# needs Sphinx below 9. Sphinx 9.1 needs Python 3.12 and 9.2 Python 3.13, so that the newest differs on each Python.
PYTHONS = ["3.11", "3.12", "3.13"]
RELEASES = {
    "oldest": ("Sphinx~=8.2.0", "myst-parser~=4.0.0"),
    "middle": ("Sphinx~=9.0.0", "myst-parser~=5.1.0"),
    "newest": ("Sphinx", "myst-parser"),
}
COMBINATIONS = [
    nox.param(python, *requirements, id=f"{python}-{age}")
    for python in PYTHONS
    for age, requirements in RELEASES.items()
]


@nox.session
@nox.parametrize(("python", "sphinx", "myst"), COMBINATIONS)
def tests(session: nox.Session, sphinx: str, myst: str) -> None:
    """Run the test suite on one combination of versions; arguments go to pytest."""
    session.install("-e", ".[test]", sphinx, myst)
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session(python="3.11", venv_backend="uv")
def lowest(session: nox.Session) -> None:
    """Run the test suite with the lowest version of every dependency that ``pyproject.toml`` allows."""
    session.install("--resolution", "lowest-direct", "-e", ".[test]")
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Build the distributions of a release, check their files, and use them in an empty environment."""
    session.install("build", "towncrier", "twine")
    session.run("python", ".ci/release.py", session.create_tmp())


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the test suite with branch coverage."""
    session.install("-e", ".[test]", "pytest-cov")
    session.run("pytest", "-n", "auto", "--cov", "--cov-report=term", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build this project's site, with every warning an error; arguments go to sphinx-build."""
    session.install("-e", ".[docs]")
    session.run("sphinx-build", "-nW", "--keep-going", "-b", "html", ".", "build/html", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types and the direction of imports."""
    session.install("-e", ".[dev]")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("lint-imports")
