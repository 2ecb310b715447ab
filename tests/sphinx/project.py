"""A project in a temporary directory, built as ``sphinx-build`` would, with what each build read and wrote."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sphinx.testing.util import SphinxTestApp

CONF = """
extensions = ["myst_parser", "sphinx_design", "sphinxext_dep"]
html_theme = "basic"
"""


@dataclass(frozen=True)
class Built:
    """What one build did."""

    status: int
    read: set[str]
    written: set[str]
    warnings: list[str]
    outdir: Path
    app: SphinxTestApp

    def text(self, name: str) -> str:
        """The output file *name*."""
        return (self.outdir / name).read_text(encoding="utf-8")

    @property
    def codes(self) -> list[str]:
        """The codes reported, in order."""
        return re.findall(r"\b(DEP\d{3})\b (?!and)", "\n".join(self.warnings))


class Project:
    """A documentation project that tests edit and build."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.src = root / "src"
        self.src.mkdir(parents=True)

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write *files*, by path below the source directory."""
        for name, content in files.items():
            file = self.src / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace *old*, which must be there, by *new* in one file."""
        file = self.src / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def build(
        self,
        builder: str = "html",
        *,
        parallel: int = 1,
        files: tuple[str, ...] = (),
        force_all: bool = False,
        fresh: bool = False,
        outdir: str = "",
        **confoverrides: object,
    ) -> Built:
        """Build once, in a new application on the same doctrees, as a second call of ``sphinx-build`` does."""
        app = SphinxTestApp(
            builder,
            srcdir=self.src,
            builddir=self.root / "build",
            freshenv=fresh,
            confoverrides=confoverrides,
            status=io.StringIO(),
            warning=io.StringIO(),
            parallel=parallel,
        )
        if outdir:
            app.outdir = self.root / "build" / outdir
        read: set[str] = set()
        written: set[str] = set()
        app.connect("env-before-read-docs", lambda app, env, docnames: read.update(docnames), priority=999)
        app.connect("doctree-resolved", lambda app, doctree, docname: written.add(docname))
        try:
            app.build(force_all=force_all, filenames=[self.src / name for name in files])
            raw = app.warning.getvalue()
        finally:
            app.cleanup()
        warnings = [
            re.sub("\x1b\\[[0-9;]*m", "", line).replace(f"{self.src}/", "")
            for line in raw.splitlines()
            if line.strip() and "skipping" not in line
        ]
        return Built(app.statuscode, read, written, warnings, Path(app.outdir), app)


def proposal(
    title: str = "Retry failed requests",
    status: str = "Draft",
    body: str = "",
    summary: str = "Failed requests are sent again.",
    **fields: str,
) -> str:
    """A valid proposal in the directive spelling."""
    values = {"status": status, "authors": "Ada Lovelace", "category": "Architecture"}
    if status not in ("Draft", "Deferred", "Rejected", "Replaced"):
        values |= {
            "sponsor": '"@octo"',
            "required-reviewers": '"@a, @b"',
            "review-date": "2026-12-01",
            "pull-request": "https://example.org/pull/1",
        }
    if status == "Implemented":
        values["implementation"] = "https://example.org/pull/2"
    values |= {key.replace("_", "-"): value for key, value in fields.items()}
    order = ("number", "status", "authors", "category", "replaces", "replaced-by", "sponsor", "required-reviewers",
             "review-date", "pull-request", "implementation", "extends", "related", "tags")  # fmt: skip
    options = "\n".join(f":{key}: {values[key]}" for key in order if key in values)
    return (
        f"# {title}\n\n```{{dep-header}}\n{options}\n```\n\n# Summary\n\n{summary}\n\n# Motivation\n\nNetworks fail.\n\n"
        f"# Proposal\n\nRetry three times.\n\n# Alternate Solutions\n\nNone was found.\n{body}"
    )
