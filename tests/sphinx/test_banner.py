"""Status banners and alerts on pages: one banner, with what the author's says beside the status."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import myst_parser.config.main
import pytest

from tests.sphinx.project import CONF, Project

MYST_EXTENSIONS = inspect.getsource(myst_parser.config.main.check_extensions)
"""Which extensions this MyST knows."""

MakeProject = Callable[..., Project]

BLOCK = "**Status**: Approved\n\n**Authors**: @octo\n\n**Category**: Process\n"
REST = """
## Summary

Failed requests are sent again.

## Motivation

Networks fail.

## Proposal

Retry three times.

## Alternate Solutions

N/A
"""

FORMS = {
    "alert": "> [!NOTE]\n> **Status**: Accepted — not in a release, see [the *plan*](https://example.org/p).\n",
    "all bold": "> [!NOTE]\n> **Status: Accepted** — not in a release, see [the *plan*](https://example.org/p).\n",
    "colon inside": "> [!NOTE]\n> **Status:** Accepted; not in a release, see [the *plan*](https://example.org/p).\n",
    "bold value": "> [!note]\n> Status: **Accepted**, not in a release, see [the *plan*](https://example.org/p).\n",
    "symbol": "> [!TIP]\n> Status: \U0001f7e2 `Accepted`. not in a release, see [the *plan*](https://example.org/p).\n",
    "same line": "> [!IMPORTANT] Status: Accepted: not in a release, see [the *plan*](https://example.org/p).\n",
    "two paragraphs": "> [!IMPORTANT]\n>\n> Status: Accepted\n>\n> not in a release, see [the *plan*](https://example.org/p).\n",
    "lazy": "> [!NOTE]\n> **Status**: Accepted —\nnot in a release, see [the *plan*](https://example.org/p).\n",
    "quote": "> **Status: Accepted** — not in a release, see [the *plan*](https://example.org/p).\n",
    "quote, blank line": ">\n> _Status_: Accepted\n>\n> not in a release, see [the *plan*](https://example.org/p).\n",
    "fence": "```{note}\n:class: wide\n\n**Status**: Accepted — not in a release, see [the *plan*](https://example.org/p).\n```\n",
    "fence, one line": "```{tip} Status: Accepted — not in a release, see [the *plan*](https://example.org/p).\n```\n",
    "colons": ":::{warning}\n**Status: Accepted** — not in a release, see [the *plan*](https://example.org/p).\n:::\n",
    "titled": "```{admonition} Status: Accepted\nnot in a release, see [the *plan*](https://example.org/p).\n```\n",
}


RST = {
    "block": ".. note::\n\n   **Status: Accepted** — not in a release, see `the plan <https://example.org/p>`_.\n",
    "one line": ".. tip:: Status: Accepted: not in a release, see `the plan <https://example.org/p>`_.\n",
    "titled": ".. admonition:: Status: ``Accepted``\n\n   not in a release, see `the plan <https://example.org/p>`_.\n",
}
SETTINGS = {"dep.toml": '[rules]\nmissing-field = "off"\n'}


def rst(text: str) -> str:
    """Markdown's headings as those of reST."""
    lines = []
    for line in text.split("\n"):
        title = line.lstrip("#").strip()
        lines += [title, ("=" if line.startswith("# ") else "-") * len(title)] if line.startswith("#") else [line]
    return "\n".join(lines)


def put(banner: str, place: str) -> str:
    status, rest = BLOCK.split("\n\n", 1)
    return {
        "above the title": f"{banner}\n# Retry\n\n{BLOCK}{REST}",
        "below the title": f"# Retry\n\n{banner}\n{BLOCK}{REST}",
        "below the header": f"# Retry\n\n{BLOCK}\n{banner}{REST}",
        "within the header": f"# Retry\n\n{status}\n\n{banner}\n{rest}{REST}",
    }[place]


@pytest.mark.parametrize("extensions", [(), ("colon_fence", "alert")])
@pytest.mark.parametrize("place", ["above the title", "below the title", "below the header", "within the header"])
def test_the_page_has_one_banner(make_project: MakeProject, place: str, extensions: tuple[str, ...]) -> None:
    """Wherever the banner is and however it is written: the header is read, and the sentence is in our banner."""
    if "alert" in extensions and "alert" not in MYST_EXTENSIONS:
        extensions = ("colon_fence",)
    names = [*FORMS, *(f"rst {name}" for name in RST)]
    texts = [*(put(form, place) for form in FORMS.values()), *(rst(put(form, place)) for form in RST.values())]
    files = {
        f"deps/{number:04d}-x{'.rst' if name.startswith('rst') else '.md'}": text
        for number, (name, text) in enumerate(zip(names, texts, strict=True), 1)
    }
    built = make_project(SETTINGS | files, f"{CONF}\nmyst_enable_extensions = {extensions!r}\n").build()
    assert built.warnings == []
    for number, name in enumerate(names, 1):
        page = built.page(f"deps/{number:04d}-x")
        (ours,) = page.select(".dep-banner")
        assert not page.select(".admonition, blockquote"), name
        (remark,) = ours.select(".dep-banner-remark")
        assert " ".join(remark.get_text().split()) == "not in a release, see the plan.", name
        (link,) = remark.select("a")
        assert link["href"] == "https://example.org/p"
        assert len(link.select("em")) == (0 if name.startswith("rst") else 1)
        assert "Accepted" not in page.get_text()
        assert "[!" not in page.get_text()
    assert [len(proposal["authors"]) for proposal in built.deps["proposals"]] == [1] * len(names)


def test_a_banner_without_more_leaves_nothing(make_project: MakeProject) -> None:
    built = make_project(
        SETTINGS | {"deps/0001-x.md": put("> [!NOTE]\n> **Status**: Approved\n", "below the title")}
    ).build()
    page = built.page("deps/0001-x")
    assert not page.select(".dep-banner-remark, blockquote, .admonition")


def test_every_part_of_a_banner_is_kept(make_project: MakeProject) -> None:
    """Paragraphs, lists, roles, images; a link around the status; the id of an admonition, and a label above it."""
    banner = (
        "(above)=\n```{note}\n:name: here\n\n**Status**: [Accepted](https://example.org/s), with {dep}`2`.\n\n"
        "- one\n- ![picture](x.png)\n```\n\n> [!TIP]\n> Status: Approved. Second.\n"
    )
    files = {
        "deps/0001-x.md": put(banner, "below the title") + "\n[here](#here), [above](#above)\n",
        "deps/0002-y.md": put("", "below the title").replace("# Retry", "# Other"),
        "deps/x.png": b"",
    }
    built = make_project(SETTINGS | files).build()
    assert built.warnings == []
    (remark,) = built.page("deps/0001-x").select(".dep-banner-remark")
    assert [link["href"] for link in remark.select("a")] == ["https://example.org/s", "0002-y.html"]
    assert len(remark.select("li")) == 2
    assert remark.select_one("img") is not None
    assert "Second." in remark.get_text()
    page = built.page("deps/0001-x")
    assert page.select_one('[id="here"]') is not None
    assert page.select_one('[id="above"]') is not None


def test_what_disagrees_is_shown_as_it_is(make_project: MakeProject) -> None:
    """The page is invalid; what the author wrote is all there, the status included."""
    banner = "> [!NOTE]\n> **Status**: Rejected — alas.\n"
    project = make_project(SETTINGS | {"deps/0001-x.md": put(banner, "below the title")})
    built = project.build()
    assert built.status == 1
    (line,) = (line for line in built.warnings if "DEP111" in line)
    assert line.startswith(
        "deps/0001-x.md:4:15: ERROR: DEP111 the banner says `Rejected`, but `Status` is `Approved` (line 6)"
    )
    (remark,) = built.page("deps/0001-x").select(".dep-banner-remark")
    assert remark.get_text().strip() == "Status: Rejected — alas."
    project.write({"deps/0001-x.md": put(banner.replace("Rejected", "Approved"), "below the title")})
    built = project.build()
    assert built.status == 0
    (remark,) = built.page("deps/0001-x").select(".dep-banner-remark")
    assert remark.get_text().strip() == "alas."


ALERTS = (
    "> [!NOTE]\n> A [link](https://example.org), and\n>\n> - an item\n\n> [!tip]\n>\n> Two\n\n> [!IMPORTANT]\nlazy\n\n"
    "> [!WARNING]\n> w\n\n> [!CAUTION]\n> c\n\n> [!NOTE]\n\n> [!OTHER]\n> text\n\n> [!NOTE] same line\n\n"
    "- item\n\n  > [!NOTE]\n  > nested\n\n> quoted\n\n```md\n> [!NOTE]\n> code\n```\n\n> **[!NOTE]**\n> bold\n"
)


def test_alerts_are_admonitions_in_proposals_only(make_project: MakeProject) -> None:
    """As GitHub shows them: on a line of its own, with something below it, and not in a list."""
    text = put("", "below the title").replace("## Motivation\n", f"## Motivation\n\n{ALERTS}")
    files = SETTINGS | {"deps/0001-x.md": text, "other.md": f"---\norphan: true\n---\n# Other\n\n{ALERTS}"}
    built = make_project(files).build()
    assert built.warnings == []
    page = built.page("deps/0001-x")
    kinds = [" ".join(box["class"]) for box in page.select(".admonition")]
    assert kinds == [f"admonition {kind}" for kind in ("note", "tip", "important", "warning", "caution")]
    first, second, third = page.select(".admonition")[:3]
    assert first.select_one("a") is not None
    assert first.select_one("li") is not None
    assert second.get_text().split() == ["Tip", "Two"]
    assert third.get_text().split() == ["Important", "lazy"]
    assert [" ".join(quote.get_text().split()) for quote in page.select("blockquote")] == [
        "[!NOTE]", "[!OTHER] text", "[!NOTE] same line", "[!NOTE] nested", "quoted",
        "[!NOTE] bold",
    ]  # fmt: skip
    assert not built.page("other").select(".admonition")
    assert len(built.page("other").select("blockquote")) == 11


@pytest.mark.parametrize("builder", ["dirhtml", "singlehtml", "latex", "epub", "text", "man", "xml", "gettext"])
def test_every_builder_writes_it(make_project: MakeProject, builder: str) -> None:
    banner = "> [!NOTE]\n> **Status**: Approved — not in a release, see {dep}`1`.\n"
    text = put(banner, "below the title").replace("## Motivation\n", "## Motivation\n\n> [!TIP]\n> Try it.\n")
    built = make_project(SETTINGS | {"deps/0001-x.md": text}, f'{CONF}\ncopyright = "us"\nversion = "1"\n').build(
        builder=builder
    )
    assert [line for line in built.warnings if "epub_" not in line] == []
    text = "".join(
        file.read_text(encoding="utf-8", errors="replace")
        for file in built.outdir.rglob("*")
        if file.suffix in SUFFIXES
    )
    assert "not in a release" in text
    assert "Try it." in text


SUFFIXES = (".html", ".tex", ".xhtml", ".txt", ".1", ".xml", ".pot")
