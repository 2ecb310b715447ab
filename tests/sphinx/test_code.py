"""*Mentioned in* on a proposal's page, and the decisions that no code mentions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.history.repo import Repo
from tests.sphinx.project import Built, Project, one, proposal

PAGES = {
    "deps/0001-retry.md": proposal("Retry", "Approved"),
    "deps/0002-queue.md": proposal("Queue", "Approved"),
    "deps/0003-idea.md": proposal("Idea"),
    "dashboard.md": "# Dashboard\n\n```{dep-status}\n```\n",
    "index.md": "# Docs\n\n```{toctree}\ndashboard\ndeps/0001-retry\ndeps/0002-queue\ndeps/0003-idea\n```\n",
    "dep.toml": 'mentions = ["../code/**"]\n',
}
DOCNAMES = {page.rpartition(".")[0] for page in PAGES if page.endswith(".md")}
MakeProject = Callable[..., Project]


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    made = make_project(PAGES)
    write(made, {"a.py": "one\n# DEP-1\n# DEP-1, DEP-3\n", "b.c": "/* DEP-0001 */\n"})
    return made


def write(project: Project, files: dict[str, str | bytes]) -> None:
    project.write({f"../code/{name}": content for name, content in files.items()})


def mentioned(built: Built, page: str) -> list[tuple[str, str | None]]:
    """Text and address of every place on the page of a proposal."""
    row = built.page(page).select(".dep-field-code")
    places = row[0].find_next_sibling("dd") or row[0] if row else None
    found = []
    for item in places.select("code") if places else ():
        link = item.find_parent("a")
        found.append((item.get_text(), str(link["href"]) if link else None))
    return found


def unmentioned(built: Built) -> list[str]:
    box = built.page("dashboard").select(".dep-unmentioned")
    return [item.get_text(" ", strip=True) for item in box[0].select("li")] if box else []


def test_places_without_a_repository(project: Project) -> None:
    built = project.build()
    assert built.warnings == []
    assert mentioned(built, "deps/0001-retry") == [
        ("../code/a.py:2", None),
        ("3", None),
        ("../code/b.c:1", None),
    ]
    assert mentioned(built, "deps/0003-idea") == [("../code/a.py:3", None)]
    assert mentioned(built, "deps/0002-queue") == []
    assert unmentioned(built) == ["DEP-0002 Queue Approved"]


def test_links_lead_to_the_last_commit_that_changed_the_file(project: Project) -> None:
    repo = Repo(project.root)
    repo.git("remote", "add", "origin", "git@github.com:org/repo.git")
    first = repo.commit()
    second = repo.commit({"code/b.c": "\n/* DEP-0001 */\n"})
    repo.commit({"other.txt": ""})
    (project.root / "build").mkdir(exist_ok=True)
    base = "https://github.com/org/repo/blob"
    built = project.build()
    assert mentioned(built, "deps/0001-retry") == [
        ("code/a.py:2", f"{base}/{first}/code/a.py#L2"),
        ("3", f"{base}/{first}/code/a.py#L3"),
        ("code/b.c:2", f"{base}/{second}/code/b.c#L2"),
    ]
    write(project, {"a.py": "# DEP-1\n", "new #%é.py": "# DEP-1"})
    places = dict(mentioned(project.build(), "deps/0001-retry"))
    assert places == {"code/a.py:1": None, "code/b.c:2": f"{base}/{second}/code/b.c#L2", "code/new #%é.py:1": None}
    third = repo.commit()
    places = dict(mentioned(project.build(), "deps/0001-retry"))
    assert places["code/new #%é.py:1"] == f"{base}/{third}/code/new%20%23%25%C3%A9.py#L1"


@pytest.mark.parametrize(
    ("remote", "toml", "address"),
    [
        ("https://gitlab.org.example/a/b", "", "https://gitlab.org.example/a/b/-/blob/{}/code/b.c#L1"),
        ("ssh://git@codeberg.org/a/b.git", "", "https://codeberg.org/a/b/src/commit/{}/code/b.c#L1"),
        ("https://bitbucket.org/a/b", "", "https://bitbucket.org/a/b/src/{}/code/b.c#lines-1"),
        ("https://forge.example.org/a/b", "", None),
        ("https://forge.example.org/a/b", 'source-url = "https://x.org/{path}?h={commit}#n{line}"\n',
         "https://x.org/code/b.c?h={}#n1"),
    ],
)  # fmt: skip
def test_the_address_is_that_of_the_forge(project: Project, remote: str, toml: str, address: str | None) -> None:
    repo = Repo(project.root)
    repo.git("remote", "add", "origin", remote)
    project.write({"dep.toml": PAGES["dep.toml"] + toml})
    commit = repo.commit()
    found = dict(mentioned(project.build(), "deps/0001-retry"))["code/b.c:1"]
    assert found == (address.format(commit) if address else None)


@pytest.mark.parametrize("in_git", [False, True])
def test_a_changed_file_makes_stale_what_it_concerns(project: Project, in_git: bool) -> None:
    repo = Repo(project.root) if in_git else None

    def changed(files: dict[str, str | bytes], *, remove: str = "") -> set[str]:
        write(project, files)
        if remove:
            (project.root / "code" / remove).unlink()
        if repo:
            repo.commit()
        # Sphinx itself writes the pages whose toctree holds a page that is written.
        return project.build().written - {"index"}

    if repo:
        repo.write({".gitignore": "build\n"})
        repo.git("remote", "add", "origin", "https://github.com/org/repo")
    assert changed({}) == DOCNAMES - {"index"}
    assert changed({}) == set()
    assert changed({"c.py": "nothing\n"}) == set()
    assert changed({"b.c": "\n\n/* DEP-0001 */\n"}) == {"deps/0001-retry"}
    assert changed({"c.py": "# DEP-3\n"}) == {"deps/0003-idea"}
    assert changed({"c.py": "# DEP-2\n"}) == {"deps/0003-idea", "deps/0002-queue", "dashboard"}
    assert changed({}, remove="c.py") == {"deps/0002-queue", "dashboard"}
    assert changed({"d.py": "# DEP-2\n"}) == {"deps/0002-queue", "dashboard"}
    assert changed({}) == set()


def test_a_build_is_the_same_as_a_clean_one(project: Project, tmp_path: Path) -> None:
    repo = Repo(project.root)
    repo.write({".gitignore": "build\n"})
    repo.git("remote", "add", "origin", "https://github.com/org/repo")
    repo.commit()
    project.build()
    repo.commit({"code/a.py": "# DEP-2\n"})
    repo.commit({"code/b.c": "\n/* DEP-1 */\n"})
    repo.commit({"code/b.c": "/* DEP-0001 */\n"})
    later = project.build()
    files = {name: data for name, data in later.files.items() if name.startswith("deps/")}
    clean = project.build(fresh=True, force_all=True)
    assert {name: data for name, data in clean.files.items() if name.startswith("deps/")} == files


def test_what_is_merged_leads_to_the_text_that_is_there(project: Project) -> None:
    repo = Repo(project.root)
    repo.git("remote", "add", "origin", "https://github.com/org/repo")
    repo.commit()
    repo.git("checkout", "-q", "-b", "side")
    side = repo.commit({"code/b.c": "\n/* DEP-0001 */\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"code/z.c": "/* DEP-0002 */\n"})
    repo.merge("side")
    place = dict(mentioned(project.build(), "deps/0001-retry"))["code/b.c:2"]
    assert place == f"https://github.com/org/repo/blob/{side}/code/b.c#L2"


@pytest.mark.parametrize("builder", ["singlehtml", "latex", "text", "epub", "man", "gettext", "dirhtml"])
def test_every_builder(project: Project, builder: str) -> None:
    built = project.build(builder)
    assert [line for line in built.warnings if "dep" in line and "epub" not in line] == []
    if builder == "text":
        assert '"../code/a.py:2", "3"' in built.text("deps/0001-retry.txt")


def test_many_files_are_folded(project: Project) -> None:
    write(project, {f"f{number:02}.py": "# DEP-2\n" for number in range(20)})
    page = project.build().page("deps/0002-queue")
    assert len(one(page, ".dep-field-code + dd details").select("li")) == 13


def test_names_of_files_are_text(project: Project) -> None:
    write(project, {"<b>\x1b[31m*x*.py": "# DEP-2"})
    assert mentioned(project.build(), "deps/0002-queue")[0][0] == "../code/<b>\N{REPLACEMENT CHARACTER}[31m*x*.py:1"


def test_what_cannot_be_searched_is_said(project: Project) -> None:
    project.write({"dep.toml": 'mentions = ["../gone/*.py"]\n'})
    built = project.build()
    assert [line for line in built.warnings if "`mentions` of the configuration names" in line]
    assert project.build(suppress_warnings=["dep.mentions"]).warnings == []


def test_nothing_is_shown_without_the_key(project: Project) -> None:
    project.write({"dep.toml": "", "dashboard.md": "# Dashboard\n\n```{dep-status}\n:show: unmentioned\n```\n"})
    built = project.build()
    assert mentioned(built, "deps/0001-retry") == []
    assert "the configuration does not say where code is" in "\n".join(built.warnings)
