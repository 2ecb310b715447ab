"""Proposals of another repository in a build: their history, and links to where they come from."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.history.repo import day
from tests.sphinx.project import Built, proposal
from tests.sphinx.test_history import fields
from tests.two_repositories import DOCS_FORGE, FORGE, LINKS, RST, WAYS, Two

FIRST, SECOND = "enhancements/deps/0001-first", "enhancements/deps/0002-second"


@pytest.fixture(params=WAYS)
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Two:
    return Two(tmp_path, request.param)


@pytest.fixture(params=WAYS, scope="module")
def shown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Two, Built]:
    """A project and its pages, for tests that only look at them."""
    two = Two(tmp_path_factory.mktemp("two"), request.param)
    two.update({"deps/0001-first.md": proposal("First", "Under Review", body=LINKS), "deps/0003-third.rst": RST})
    two.edit("dep.toml", "sources", 'spellings = ["field-list", "directive"]\nsources')
    return two, two.build(html_theme_options={}, html_context={"github_user": "org", "github_repo": "docs"})


def links(built: Built, docname: str) -> dict[str, str]:
    page = built.page(docname)
    return {tag.get_text(strip=True): str(tag["href"]) for tag in page.select("a[href]:not(.headerlink)")}


def test_history_is_that_of_the_proposals(shown: tuple[Two, Built]) -> None:
    two, built = shown
    header = fields(built, FIRST)
    if two.way == "copy":
        # The repository of the documentation knows when it was copied, which is another matter.
        assert not {"Created", "Last changed"} & header.keys()
    else:
        assert (header["Created"], header["Last changed"]) == (day(0), day(1))
    assert (built.status, built.warnings) == (0, [])


def test_a_copy_that_is_committed_has_no_history_either(tmp_path: Path) -> None:
    two = Two(tmp_path, "copy")
    two.docs.git("add", "-f", "enhancements")
    two.docs.commit()
    assert not {"Created", "Last changed"} & fields(two.build(), FIRST).keys()


def test_edit_and_history_lead_to_the_repository_of_the_proposals(shown: tuple[Two, Built]) -> None:
    _two, built = shown
    found = links(built, FIRST)
    assert found["Edit"] == f"{FORGE}/edit/main/deps/0001-first.md"
    assert found["History"] == f"{FORGE}/commits/main/deps/0001-first.md"
    assert DOCS_FORGE not in built.text(f"{FIRST}.html")


def test_links_to_files_lead_to_the_forge(shown: tuple[Two, Built]) -> None:
    two, built = shown
    found = links(built, FIRST)
    at = f"{FORGE}/blob/{two.commit}"
    assert found["code"] == f"{at}/src/retry.py"
    assert found["line"] == f"{at}/src/retry.py#L3"
    assert found["def"] == f"{at}/src/retry.py"
    assert found["space"] == f"{at}/src/a%20b.txt"
    assert found["readme"] == f"{at}/README.md"
    assert found["root"] == f"{at}/LICENSE"
    assert found["folder"] == (f"{at}/src" if two.way == "copy" else f"{FORGE}/tree/{two.commit}/src")
    assert found["spaced"] == f"{found['folder']}/c%20d"
    # Pages of the documentation stay pages, wherever they are.
    assert found["other"] == found["abs"] == "0002-second.html"
    assert found["section"] == "0002-second.html#motivation"
    assert found["guide"] == "../../guide.html"
    assert found["anchor"] == "#motivation"
    assert found["web"] == "https://example.org/x"
    if two.way != "copy":
        assert "gone.py" not in str([url for url in found.values() if url.startswith("http")])
    assert not (built.outdir / "_downloads").exists()


def test_every_address_of_a_file_is_one_of_that_commit(shown: tuple[Two, Built]) -> None:
    two, built = shown
    files = set(two.upstream.git("ls-tree", "-r", "--name-only", "HEAD").splitlines())
    lead = f"{FORGE}/blob/{two.commit}/"
    named = {url.removeprefix(lead).partition("#")[0] for url in links(built, FIRST).values() if url.startswith(lead)}
    if two.way != "copy":
        assert {name.replace("%20", " ") for name in named} <= files
    assert len(named) >= 4


def test_restructuredtext(shown: tuple[Two, Built]) -> None:
    two, built = shown
    found = links(built, "enhancements/deps/0003-third")
    assert found["code"] == f"{FORGE}/blob/{two.commit}/src/retry.py#L3"
    assert found["page"] == "0001-first.html"
    assert found["readme"] == f"{FORGE}/blob/{two.commit}/README.md"


@pytest.mark.parametrize("builder", ["html", "dirhtml", "singlehtml", "text", "latex", "epub", "gettext"])
def test_other_builders(two: Two, builder: str) -> None:
    if two.way != "submodule":
        pytest.skip("one way is enough: builders see the same doctree")
    built = two.build(builder, parallel=2)
    assert built.status == 0, built.warnings
    assert not [line for line in built.warnings if "enhancements" in line]


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a_rebuild_after_it_has_moved_is_as_a_clean_build(two: Two, builder: str) -> None:
    two.build(builder)
    assert not two.build(builder).written
    for files in (
        {"src/retry.py": "a = 2\n"},  # only the commit
        {"deps/0002-second.md": proposal("Second", "Under Review")},
        {"deps/0003-third.md": proposal("Third", body=LINKS), "src/gone.py": "x\n"},
        {"deps/0001-first.md": proposal("First again", body=LINKS)},
    ):
        two.update(files)
        built = two.build(builder)
        expected = two.build_clean(builder)
        assert built.files == expected.files
        assert not two.build(builder).written
    # A commit that changes no page rewrites those that name it, and those that show dates.
    two.update({"src/retry.py": "a = 3\n"})
    written = two.build(builder).written
    assert SECOND not in written
    assert (FIRST in written) == (two.way != "copy")
    shutil.rmtree(two.root / "build")


def test_two_processes_are_two_builds_that_link_to_each_other(tmp_path: Path) -> None:
    """Each repository brings its process; see docs/how-to/two-repositories.md."""
    config = 'process = "enhancements/dep.toml"\n'
    toml = '[statuses.Parked]\nkind = "open"\n'
    deps = Two(
        tmp_path / "deps", "submodule", {"dep.toml": toml, "deps/0012-retry.md": proposal("Retry", "Parked")}, config
    )
    site = deps.build(html_baseurl="https://docs.example.org/deps/").outdir
    rfcs = Two(tmp_path / "rfcs", "clone", {"dep.toml": 'prefix = "RFC"\n', "deps/0001-x.md": proposal("X")}, config)
    rfcs.write({"guide.md": "# Guide\n\n{external+deps:dep:ref}`12` {dep}`1`\n\n```{dep-index}\n:source: deps\n```\n"})
    built = rfcs.build(
        extensions=["myst_parser", "sphinx.ext.intersphinx", "sphinxext_dep"],
        intersphinx_mapping={"deps": ("https://docs.example.org/deps", str(site / "objects.inv"))},
    )
    assert (built.status, built.warnings) == (0, [])
    page = built.page("guide")
    addresses = [str(tag["href"]) for tag in page.select("a")]
    assert "https://docs.example.org/deps/enhancements/deps/0012-retry.html" in addresses
    assert "RFC-0001" in page.get_text()
    row = page.select_one("tbody tr")
    assert row is not None
    assert "Parked" in row.get_text()


def test_another_process_is_named_in_the_log(tmp_path: Path) -> None:
    two = Two(tmp_path, "submodule", {"dep.toml": 'prefix = "RFC"\n', "deps/0001-x.md": proposal("X")})
    assert "enhancements/dep.toml is not read" in two.build().log


THEMES: dict[str, dict[str, Any]] = {
    "furo": {"source_repository": DOCS_FORGE, "source_branch": "main", "source_directory": "docs/"},
    "pydata_sphinx_theme": {"use_edit_page_button": True},
    "sphinx_book_theme": {"repository_url": DOCS_FORGE, "use_edit_page_button": True, "use_source_button": True},
}


@pytest.mark.parametrize("theme", THEMES)
def test_buttons_of_themes(tmp_path: Path, theme: str) -> None:
    two = Two(tmp_path, "submodule")
    context = {"github_user": "org", "github_repo": "docs", "github_version": "main", "doc_path": "docs"}
    built = two.build(html_theme=theme, html_theme_options=THEMES[theme], html_context=context)
    whole = built.text(f"{FIRST}.html")
    assert f'href="{FORGE}/edit/main/deps/0001-first.md"' in whole
    assert f"{DOCS_FORGE}/edit" not in whole
    assert f"{DOCS_FORGE}/blob" not in whole
    # The documentation's own pages lead to its own repository.
    assert f"{DOCS_FORGE}/edit/main/" in built.text("guide.html")


def test_a_remote_that_is_on_no_known_forge(tmp_path: Path) -> None:
    two = Two(tmp_path, "submodule")
    two.inside("remote", "set-url", "origin", "https://git.example.org/org/enhancements")
    whole = two.build(html_theme="furo", html_theme_options=THEMES["furo"]).text(f"{FIRST}.html")
    assert DOCS_FORGE not in whole
    assert "/edit/" not in whole
    two.write({"dep.toml": (two.src / "dep.toml").read_text() + '[repositories.enhancements]\nforge = "gitlab"\n'})
    found = links(two.build(html_theme="furo", html_theme_options=THEMES["furo"]), FIRST)
    assert found["Edit"] == "https://git.example.org/org/enhancements/-/edit/main/deps/0001-first.md"
    assert found["code"] == f"https://git.example.org/org/enhancements/-/blob/{two.commit}/src/retry.py"


def test_a_linked_directory(tmp_path: Path) -> None:
    """A clone beside the documentation, and a symbolic link into it."""
    two = Two(tmp_path, "clone")
    two.inner.rename(tmp_path / "beside")
    two.inner.mkdir()
    (two.inner / "deps").symlink_to("../../beside/deps")
    built = two.build()
    found = links(built, FIRST)
    assert found["Edit"] == f"{FORGE}/edit/main/deps/0001-first.md"
    assert found["code"] == f"{FORGE}/blob/{two.commit}/src/retry.py"
    assert found["other"] == "0002-second.html"
    assert fields(built, FIRST)["Created"] == day(0)
