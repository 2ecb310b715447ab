"""``sphinx-dep new``"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.model.numbers import digits_of, file_lead, numbered_name, slug_of
from tests.cli.tree import DECIDED, DRAFT, Tree, page
from tests.examples import example_files

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "dynamo"
HEADER = """
```{dep-header}
:status: Draft
:authors: "@octo"
:category: Process
:replaces: N/A
:replaced-by: N/A
:sponsor: TBD
:required-reviewers: TBD
:review-date: TBD
:pull-request: TBD
:implementation: TBD
```
"""


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Git knows nobody, wherever the tests run."""
    home = tmp_path_factory.mktemp("home")
    for key in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(key, str(home / "gitconfig"))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path, {})


def test_a_file_is_named_as_it_is_seen_from_here(tmp_path: Path) -> None:
    """The documentation is in a directory of its own, the command is started beside it."""
    tree = Tree(tmp_path, {"docs/deps/0001-one.md": page("One")})
    (tmp_path / "conf.py").rename(tmp_path / "docs/conf.py")
    assert tree.ok("new", "Two", "--author", "@octo").splitlines()[-1] == "created docs/deps/0000-two.md"
    assert "docs/deps/0000-two.md has this name already" in tree.fails("new", "Two", "--author", "@octo", code=2)
    assert tree.ok("assign", "two").splitlines()[-1] == "docs/deps/0000-two.md is now docs/deps/0002-two.md"
    assert tree.ok("status", "1", "Rejected").splitlines()[-1] == "changed docs/deps/0001-one.md"


def test_the_limited_template(tree: Tree) -> None:
    assert tree.ok("new", "Stream errors", "--author", "@octo", "--category", "Process") == (
        "created deps/0000-stream-errors.md\n"
    )
    text = tree.text("deps/0000-stream-errors.md")
    assert text.startswith(
        f"# Stream errors\n{HEADER}\n## Summary\n\nWhat is proposed, in one paragraph.\n\n## Motivation"
    )
    assert "\n### Goals\n" in text
    assert "\n#### Non Goals\n" in text
    assert "Background" not in text
    proposal = tree.proposal("deps/0000-stream-errors.md")
    assert (proposal.title, proposal.status, proposal.number) == ("Stream errors", "Draft", None)
    # Nothing is wrong with it, but that it is still to be written.
    assert set(tree.codes) == {"DEP304"}
    assert {item.severity for item in tree.diagnostics} == {"info"}


@pytest.mark.parametrize("suffix", [".md", ".rst"])
@pytest.mark.parametrize("spelling", ["directive", "block", "front-matter"])
@pytest.mark.parametrize("template", ["limited", "complete"])
def test_valid_in_every_form(tree: Tree, template: str, spelling: str, suffix: str) -> None:
    options = ("--template", template, "--spelling", spelling, "--suffix", suffix)
    if (spelling, suffix) == ("front-matter", ".rst"):
        tree.fails("new", "A title", "--author", "Ada", *options)
        return
    tree.ok("new", "A title", "--author", "Ada", *options)
    (proposal,) = tree.workspace.catalog.proposals
    assert proposal.spellings == (spelling.replace("-", " "),)
    assert tree.run("check").exit_code == 0
    assert set(tree.codes) == {"DEP304"}
    chosen = [section for section in DEFAULT.sections.values() if template == "complete" or section.limited]
    assert tree.codes.count("DEP304") == len(chosen)


def test_without_a_terminal_the_first_category_is_taken_and_said(tree: Tree) -> None:
    assert "note: category: Architecture, the first of" in tree.ok("new", "A title", "--author", "Ada")


def test_on_a_terminal_it_is_asked_for(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sphinxext_dep.cli.commands.new.on_terminal", lambda: True)
    said = tree.ok("new", "A title", input="@octo\nGuidelines\n")
    assert "Authors (Who wrote it):" in said
    proposal = tree.proposal("deps/0000-a-title.md")
    assert (proposal.category, [person.handle for person in proposal.people("authors")]) == ("Guidelines", ["octo"])


def test_the_author_is_whom_git_knows(tree: Tree) -> None:
    assert "a new proposal needs `Authors`" in tree.fails("new", "A title")
    config = Path(os.environ["GIT_CONFIG_GLOBAL"])
    config.write_text("[user]\nname = Ada Lovelace\n", encoding="utf-8")
    tree.ok("new", "A title")
    assert ":authors: Ada Lovelace\n" in tree.text("deps/0000-a-title.md")
    config.write_text("[user]\nname = Ada Lovelace\n[github]\nuser = ada\n", encoding="utf-8")
    tree.ok("new", "Another")
    assert ':authors: "@ada"\n' in tree.text("deps/0000-another.md")


def test_it_goes_where_others_are(tree: Tree) -> None:
    tree.write({"deps/2026/dep-0001-one.rst": "One\n===\n\n.. dep-header::\n   :status: Draft\n"})
    tree.ok("new", "Größe & Gewicht", "--author", "Ada")
    assert "deps/2026/dep-0000-grosse-gewicht.rst" in tree.files
    tree.ok("new", "Two", "--author", "Ada", "--directory", str(tree.root / "deps"), "--suffix", ".md", "--number", "7")
    assert tree.proposal("deps/dep-0007-two.md").number == 7


@pytest.mark.parametrize(
    "title",
    ["Use *args and <T>", "`code` & [x](y)", "# no", "a_b_c", "1. first", 'say "no": #1', "RFC 2119 words", "\\n", "*"],
)
@pytest.mark.parametrize("suffix", [".md", ".rst"])
def test_titles_are_written_so_that_they_are_read(tree: Tree, title: str, suffix: str) -> None:
    result = tree.run("new", title, "--author", "Ada", "--suffix", suffix)
    if result.exit_code == 0:
        (proposal,) = tree.workspace.catalog.proposals
        assert proposal.title == title
    else:
        assert list(tree.files) == ["conf.py"]
        assert "cannot be written so that it is read" in result.output or "no letters" in result.output


TEMPLATE = """# <Title>

**Status**: Draft | Under Review | Approved

**Authors**: [Name/Team] <!-- who -->

**Category**: Architecture | Process | Guidelines

**Replaces**: [Link of previous proposal if applicable]

**Sponsor**: [Name of code owner]

# Summary

**\\[Required\\]**

# Motivation

# Proposal

# Alternate Solutions
"""


def test_a_template_of_the_project(tree: Tree) -> None:
    tree.write(
        {
            "dep.toml": 'templates = ["deps/NNNN-limited-template.md", "deps/template-rfc.md"]\n',
            "deps/NNNN-limited-template.md": TEMPLATE.replace("\n", "\r\n"),
        }
    )
    tree.ok("new", "A title", "--author", "@octo", "--set", "sponsor=@ada")
    text = tree.text("deps/0000-a-title.md")
    assert text == (
        TEMPLATE.replace("<Title>", "A title")
        .replace("Draft | Under Review | Approved", "Draft")
        .replace("[Name/Team]", "@octo")
        .replace("Architecture | Process | Guidelines", "Architecture")
        .replace("[Link of previous proposal if applicable]", "N/A")
        .replace("[Name of code owner]", "@ada")
        .replace("\n", "\r\n")
    )
    assert tree.run("check").exit_code == 0
    tree.ok("new", "Another", "--author", "@octo", "--template", str(tree.root / "deps/NNNN-limited-template.md"))
    assert "there is no template" in tree.fails("new", "X", "--template", "template-rfc", code=2)
    said = tree.fails("new", "X", "--template", "huge", code=2)
    assert "there are 'limited', 'complete' or 'template-rfc', or name a file" in said


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no real proposals at {CORPUS}: they are not part of this repository")
@pytest.mark.parametrize("name", ["limited", "complete"])
def test_real_templates(tree: Tree, name: str) -> None:
    file = f"NNNN-{name}-template.md"
    tree.write({"dep.toml": f'templates = ["{file}"]\n', file: (CORPUS / file).read_bytes()})
    tree.ok("new", "A title", "--author", "@octo", "--template", name)
    assert tree.run("check").exit_code == 0


def test_another_process(tree: Tree) -> None:
    toml = """
base = "empty"
prefix = "RFC"
sources = ["rfcs/**"]
lifecycle = ["Talk"]
[statuses.Talk]
requires = ["risk", "who"]
[fields.status]
type = "status"
[fields.who]
type = "people"
[fields.risk]
type = "choice"
choices = ["low", "high"]
[fields.why]
[sections.Idea]
required = true
prompt = "What?"
[sections.Detail]
parent = "Idea"
"""
    tree.write({"dep.toml": toml})
    tree.ok("new", "A title", "--author", "Ada", "--set", "why=because")
    assert tree.text("rfcs/0000-a-title.md") == (
        "# A title\n\n```{dep-header}\n:status: Talk\n:who: Ada\n:risk: low\n:why: because\n```\n\n## Idea\n\nWhat?\n"
    )
    assert tree.run("check").exit_code == 0
    assert "a new proposal needs `Who`" in tree.fails("new", "B")


@pytest.mark.parametrize(
    ("args", "why", "code"),
    [
        (("!?",), "no letters to make a file name of", 2),
        (("One",), "deps/0001-one.md has this name already", 2),
        (("X", "--number", "1"), "DEP-0001 is deps/0001-one.md", 2),
        (("X", "--directory", ".."), "is not below", 2),
        (("X", "--directory", "elsewhere"), "'sources' would not match elsewhere/0000-x.md", 2),
        (("X", "--set", "sponser=x"), "there is no field 'sponser'", 2),
        (("X", "--category", "Nonsense"), "DEP202", 1),
        (("X", "--set", "review-date=soon"), "DEP203", 1),
        (("x" * 200,), "DEP209 the title is too long", 1),
    ],
)
def test_refused(tree: Tree, args: tuple[str, ...], why: str, code: int) -> None:
    tree.write({"deps/0001-one.md": page("One", DECIDED)})
    assert why in tree.fails("new", *args, "--author", "Ada", code=code)


def test_dry_run(tree: Tree) -> None:
    before = tree.files
    said = tree.ok("new", "A title", "--author", "Ada", "--dry-run")
    assert tree.files == before
    assert "--- /dev/null\n+++ b/deps/0000-a-title.md\n" in said
    assert "\n+# A title\n" in said


def test_edit_opens_the_editor(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.edit", lambda **options: opened.append(options["filename"]))
    tree.ok("new", "A title", "--author", "Ada", "--edit")
    assert opened == [str(tree.root.resolve() / "deps/0000-a-title.md")]


def test_two_drafts_do_not_clash(tree: Tree) -> None:
    tree.write({"deps/0000-process.md": page("Process", DECIDED), "deps/0000-x.md": page("X", DRAFT)})
    tree.ok("new", "Y", "--author", "Ada")
    assert "DEP401" not in tree.codes


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("0000-retry.md", "0012-retry.md"),
        ("NNNN-retry.md", "0012-retry.md"),
        ("000N-retry.md", "0012-retry.md"),
        ("XXXX-retry.rst", "0012-retry.rst"),
        ("retry.md", "0012-retry.md"),
        ("x-ray.md", "0012-x-ray.md"),
        ("dep-0000-retry.md", "dep-0012-retry.md"),
        ("DEP_NNNN_retry.md", "DEP_0012_retry.md"),
        ("depth.md", "0012-depth.md"),
        ("0003-retry.md", "0012-retry.md"),
        ("20250709-meeting.md", "0012-20250709-meeting.md"),
    ],
)
def test_numbers_in_file_names(name: str, wanted: str) -> None:
    assert numbered_name(name, 12, "DEP") == wanted


def test_slugs() -> None:
    assert slug_of("  Größe & Gewicht: 2×2! ") == "grosse-gewicht-2-2"
    assert slug_of("日本語 の題") == "日本語-の題"
    assert slug_of("word " * 30) == "-".join(["word"] * 12)
    assert slug_of("x" * 99) == "x" * 60
    assert slug_of("…") == ""
    assert file_lead(["deps/dep-0001-a.md", "deps/dep-0002-b.md"], "DEP") == "dep-"
    assert file_lead(["deps/dep-0001-a.md", "deps/0002-b.md"], "DEP") == ""
    assert file_lead([], "DEP") == ""


def test_as_many_digits_as_the_others() -> None:
    assert digits_of(["deps/0012-a.md", "deps/x.md"], "DEP") == 4
    assert digits_of(["12-a", "dep-123-b"], "DEP") == 2
    assert digits_of([], "DEP") == digits_of(["12345-a.md"], "") == 4


@pytest.mark.parametrize(
    ("sources", "file"), [('"jeps/[0-9]*/*.md"', "retry-requests.md"), ('"jeps/*/README.md"', "README.md")]
)
def test_a_directory_for_each_proposal(tree: Tree, sources: str, file: str) -> None:
    tree.write({"dep.toml": f'layout = "directories"\nsources = [{sources}]\nexclude = []\n'})
    given = ("Retry requests", "--author", "@octo")
    # Without any there is nothing to go by but the globs.
    assert tree.ok("new", "Say why", "--author", "@octo").endswith(
        f"created jeps/0000-say-why/{file.replace('retry-requests', 'say-why')}\n"
    )
    tree.write({f"jeps/29-base/{file.replace('retry-requests', 'base')}": page("Base", DECIDED)})
    assert tree.ok("new", *given).splitlines()[-1] == f"created jeps/0000-retry-requests/{file}"
    assert "has this name already" in tree.fails("new", *given, "--number", "40", code=2)
    assert (
        tree.ok("new", "Other", "--author", "@octo", "--number", "40")
        .splitlines()[-1]
        .startswith("created jeps/40-other/")
    )
    assert [proposal.number for proposal in tree.workspace.catalog.proposals] == [None, None, 29, 40]


def test_a_file_beside_the_page_is_left_to_people(tree: Tree) -> None:
    tree.write({"dep.toml": 'layout = "directories"\nsources = ["keps/*/README.md"]\nsidecar = "kep.yaml"\n'})
    assert "a proposal is a page and a kep.yaml beside it here" in tree.fails("new", "A", "--author", "@o", code=2)


def test_a_header_in_prose_is_written_by_people(tree: Tree) -> None:
    tree.write({"dep.toml": example_files("rep")["dep.toml"]})
    assert "is written by hand" in tree.fails("new", "A", "--author", "@o", "--set", "shepherd=@b", code=2)


def test_today_is_written_as_the_process_writes_days(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796000000")
    tree.write(example_files("pep"))
    tree.ok("new", "A", "--number", "40", "--author", "Ada", "--set", "created=today", "--set", "type=Process")
    assert "Created: 30-Nov-2026" in tree.text("peps/pep-0040.rst")
    assert "DEP203" not in tree.codes


def test_a_fresh_draft_has_no_warnings(tree: Tree) -> None:
    """What is simply not written yet is information while it is a draft; under review it is an error."""
    tree.ok("new", "A cache", "--author", "@ada", "--category", "Process")
    tree.ok("check", "--fail-on", "warning")
    path = "deps/0000-a-cache.md"
    assert {str(item.severity) for item in tree.diagnostics if item.path == path} == {"info"}
    tree.write({path: tree.text(path).replace("Draft", "Under Review")})
    assert {str(item.severity) for item in tree.diagnostics if item.code == "DEP304"} == {"error"}
