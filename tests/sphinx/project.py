"""A project in a temporary directory, built as ``sphinx-build`` would, with what each build read and wrote."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from jinja2.bccache import Bucket, BytecodeCache
from sphinx.testing.util import SphinxTestApp

CONF = """
extensions = ["myst_parser", "sphinxext_dep"]
html_theme = "basic"
"""

_COLOURS = re.compile("\x1b\\[[0-9;]*m")
# myst-parser 4.0 names the pages of its own warnings so.
_MYST_4_NAME = re.compile(r"^(?P<page>[^:]+\.md)\.rst(?=:\d)")


class _Templates(BytecodeCache):
    """The templates of themes, compiled once for all builds: Jinja would take a quarter of the time of most tests."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (compiled := self._compiled.get(bucket.key)) is not None:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


_TEMPLATES = _Templates()


@dataclass(frozen=True)
class Built:
    """What one build did.

    :param status: the exit status of ``sphinx-build``.
    :param read: documents that were read.
    :param written: documents that were written.
    :param warnings: the lines of the warning stream, paths relative to the source directory.
    :param log: the status stream.
    """

    status: int
    read: set[str]
    written: set[str]
    warnings: list[str]
    log: str
    outdir: Path
    app: SphinxTestApp

    def text(self, name: str) -> str:
        """The output file *name*."""
        return (self.outdir / name).read_text(encoding="utf-8")

    def page(self, docname: str) -> Tag:
        """The body of the HTML page of *docname*."""
        body = BeautifulSoup(self.text(f"{docname}.html"), "html.parser").select_one('[role="main"]')
        assert body is not None
        return body

    @property
    def deps(self) -> dict[str, Any]:
        """``deps.json``."""
        catalogue: dict[str, Any] = json.loads(self.text("deps.json"))
        return catalogue

    @property
    def files(self) -> dict[str, bytes]:
        """Every output file that shows or tells something, by its path below the output directory."""
        return {
            file.relative_to(self.outdir).as_posix(): file.read_bytes()
            for file in sorted(self.outdir.rglob("*"))
            if file.is_file() and file.suffix in (".html", ".json", ".inv", ".xml", ".tex", ".txt")
        }

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

    def remove(self, name: str) -> None:
        """Delete one file."""
        (self.src / name).unlink()

    def rename(self, old: str, new: str) -> None:
        """Give one file another name."""
        (self.src / old).rename(self.src / new)

    def build(
        self,
        builder: str = "html",
        *,
        parallel: int = 1,
        files: tuple[str, ...] = (),
        force_all: bool = False,
        fresh: bool = False,
        hooks: Mapping[str, Callable[..., object]] | None = None,
        **confoverrides: object,
    ) -> Built:
        """Build once, in a new application on the same doctrees, as a second call of ``sphinx-build`` does.

        :param files: build these source files only.
        :param fresh: forget the doctrees, as ``--fresh-env`` does.
        :param hooks: callbacks for Sphinx's events, called after everybody else's.
        """
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
        if (bridge := getattr(app.builder, "templates", None)) is not None:
            bridge.environment.bytecode_cache = _TEMPLATES
        read: set[str] = set()
        written: set[str] = set()
        app.connect("env-before-read-docs", lambda app, env, docnames: read.update(docnames), priority=999)
        app.connect("doctree-resolved", lambda app, doctree, docname: written.add(docname))
        for event, hook in (hooks or {}).items():
            app.connect(event, hook, priority=1000)
        try:
            app.build(force_all=force_all, filenames=[self.src / name for name in files])
            raw = app.warning.getvalue()
            status = app.status.getvalue()
        finally:
            app.cleanup()
        warnings = [
            _MYST_4_NAME.sub(r"\g<page>", _COLOURS.sub("", line).replace(f"{self.src}{os.sep}", ""))
            for line in raw.splitlines()
            if line.strip()
        ]
        return Built(app.statuscode, read, written, warnings, _COLOURS.sub("", status), Path(app.outdir), app)

    def build_clean(self, builder: str = "html", **confoverrides: Any) -> Built:
        """Build the same sources as if for the first time, elsewhere."""
        other = Project(self.root / "clean")
        shutil.copytree(self.src, other.src, dirs_exist_ok=True)
        try:
            built = other.build(builder, **confoverrides)
            shutil.rmtree(self.root / "cleanly", ignore_errors=True)
            outdir = shutil.copytree(built.outdir, self.root / "cleanly")
        finally:
            shutil.rmtree(other.root)
        return replace(built, outdir=outdir)


def one(tag: Tag, selector: str) -> Tag:
    """The only element below *tag* that *selector* finds."""
    found = tag.select(selector)
    assert len(found) == 1, (selector, found)
    return found[0]


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
    options = "\n".join(f":{key}: {values[key]}" for key in dict.fromkeys((*order, *values)) if key in values)
    return (
        f"# {title}\n\n```{{dep-header}}\n{options}\n```\n\n"
        f"# Summary\n\n{summary}\n\n# Motivation\n\nNetworks fail.\n\n"
        f"# Proposal\n\nRetry three times.\n\n# Alternate Solutions\n\nNone was found.\n{body}"
    )


def to_rst(page: str) -> str:
    """What :func:`proposal` returned, in reStructuredText."""

    def directive(match: re.Match[str]) -> str:
        lines = [re.sub(r'^(:[\w-]+: )"(.*)"$', r"\1\2", line) for line in match[2].splitlines()]
        return "\n   ".join([f".. {match[1]}::", *lines])

    page = re.sub(r"^```\{([\w-]+)\}\n(.*?)\n?```$", directive, page, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^# (.*)$", lambda match: f"{match[1]}\n{'=' * len(match[1])}", page, flags=re.MULTILINE)
