"""Where the configuration is found, where the docs are, and which pages are proposals."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.config.find import find_config, find_docs
from sphinxext_dep.config.load import default_config, discover, discover_all
from sphinxext_dep.config.tables import ConfigErrors
from sphinxext_dep.model.files import is_source

TOOL = '[tool.sphinxext-dep]\nprefix = "RFC"\n'


def tree(root: Path, *files: str) -> None:
    """Make *files* below *root*: ``path=text``, or a directory when the path ends with ``/``."""
    for name in files:
        path, _, text = name.partition("=")
        target = root / path
        if path.endswith("/"):
            target.mkdir(parents=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("files", "start", "expected"),
    [
        ((".git/",), ".", None),
        ((".git/", "dep.toml"), ".", "dep.toml"),
        ((".git/", "dep.toml", "docs/deps/"), "docs/deps", "dep.toml"),
        ((".git/", "dep.toml", "docs/deps/0001-a.md"), "docs/deps/0001-a.md", "dep.toml"),
        # The nearest directory wins; in one directory dep.toml does.
        ((".git/", "dep.toml", "docs/dep.toml"), "docs", "docs/dep.toml"),
        ((".git/", "dep.toml", f"docs/pyproject.toml={TOOL}"), "docs", "docs/pyproject.toml"),
        ((".git/", "dep.toml", f"pyproject.toml={TOOL}"), ".", "dep.toml"),
        # A pyproject.toml counts when it has the table, not when it only names the package.
        ((".git/", 'pyproject.toml=[project]\ndependencies = ["sphinxext-dep"]'), ".", None),
        ((".git/", "dep.toml", "docs/pyproject.toml=[tool.other]"), "docs", "dep.toml"),
        # Broken, but meant for us: it will be reported, not passed over.
        ((".git/", "dep.toml", f"docs/pyproject.toml={TOOL}x = "), "docs", "docs/pyproject.toml"),
        ((".git/", "dep.toml", "docs/pyproject.toml=x = "), "docs", "dep.toml"),
        # A directory of that name is no file; the repository's root is the last that is looked at.
        ((".git/", "docs/dep.toml/", "dep.toml"), "docs", "dep.toml"),
        (("dep.toml", "repo/.git/", "repo/docs/"), "repo/docs", None),
        (("dep.toml", "repo/.git=gitdir: elsewhere", "repo/docs/"), "repo/docs", None),
    ],
)
def test_find_config(tmp_path: Path, files: tuple[str, ...], start: str, expected: str | None) -> None:
    tree(tmp_path, *files)
    found = find_config(tmp_path / start)
    assert found == (tmp_path / expected if expected else None)


def test_a_pyproject_that_cannot_be_read_is_somebody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, ".git/", f"pyproject.toml={TOOL}")

    def refuse(*_arguments: object, **_options: object) -> str:
        raise PermissionError

    monkeypatch.setattr(Path, "read_text", refuse)
    assert find_config(tmp_path) is None


@pytest.mark.parametrize(
    ("files", "start", "expected"),
    [
        ((".git/", "conf.py", "docs/conf.py"), ".", "."),
        ((".git/", "docs/conf.py", "doc/conf.py"), ".", "docs"),
        ((".git/", "doc/conf.py"), ".", "doc"),
        ((".git/", "docs/source/conf.py"), ".", "docs/source"),
        ((".git/", "doc/source/conf.py"), ".", "doc/source"),
        ((".git/", "source/conf.py"), ".", "source"),
        # From within, and from somewhere else in the repository.
        ((".git/", "docs/conf.py", "docs/deps/"), "docs/deps", "docs"),
        ((".git/", "docs/conf.py", "src/pkg/"), "src/pkg", "docs"),
        ((".git/", "docs/conf.py", "docs/deps/0001-a.md"), "docs/deps/0001-a.md", "docs"),
        ((".git/", "docs/conf.py", "tool/docs/conf.py"), "tool", "tool/docs"),
        ((".git/", "deps/"), ".", "."),
        (("docs/conf.py", "repo/.git/"), "repo", "repo"),
    ],
)
def test_find_docs(tmp_path: Path, files: tuple[str, ...], start: str, expected: str) -> None:
    tree(tmp_path, *files)
    assert find_docs(tmp_path / start) == tmp_path / expected


@pytest.mark.parametrize(
    ("files", "srcdir", "root", "file", "prefix"),
    [
        # Without a file: the docs.
        ((".git/", "docs/conf.py"), None, "docs", None, "DEP"),
        ((".git/", "docs/conf.py", "site/"), "site", "site", None, "DEP"),
        ((".git/",), None, ".", None, "DEP"),
        # Without `sources`: the default is relative to the docs, wherever the file is.
        ((".git/", 'dep.toml=prefix = "JEP"', "docs/conf.py"), None, "docs", "dep.toml", "JEP"),
        ((".git/", 'dep.toml=prefix = "JEP"', "site/"), "site", "site", "dep.toml", "JEP"),
        ((".git/", f"pyproject.toml={TOOL}", "docs/conf.py"), None, "docs", "pyproject.toml", "RFC"),
        # With `sources`: relative to the file.
        ((".git/", 'dep.toml=sources = ["docs/deps/**"]', "docs/conf.py"), None, ".", "dep.toml", "DEP"),
        ((".git/", 'dep.toml=sources = ["docs/deps/**"]', "docs/conf.py"), "docs", ".", "dep.toml", "DEP"),
        # Beside conf.py, from above: the command line reads what the build reads.
        ((".git/", 'docs/dep.toml=prefix = "JEP"', "docs/conf.py"), None, "docs", "docs/dep.toml", "JEP"),
        ((".git/", 'docs/dep.toml=prefix = "JEP"', "docs/conf.py"), "docs", "docs", "docs/dep.toml", "JEP"),
    ],
)
def test_discover(
    tmp_path: Path, files: tuple[str, ...], srcdir: str | None, root: str, file: str | None, prefix: str
) -> None:
    tree(tmp_path, *files)
    config = discover_all(tmp_path, tmp_path / srcdir if srcdir else None)[0]
    assert config.root == tmp_path / root
    assert config.file == (tmp_path / file if file else None)
    assert config.schema.prefix == prefix


@pytest.mark.parametrize(
    ("files", "start", "docs"),
    [
        # Run at the top, in the pages, or beside conf.py.
        (("src/index.rst",), ".", "src"),
        (("src/index.rst", "src/deps/"), "src/deps", "src"),
        (("src/index.rst",), "conf", "src"),
        (("index.md",), ".", "."),
        (("conf/README.md", "src/index.md"), ".", "src"),
        # Two sets of pages: the one that the command is run in.
        (("one/index.md", "two/index.md"), "two", "two"),
        (("one/index.md", "two/index.md"), ".", "conf"),
        # Pages beside conf.py: it is for them.
        (("conf/index.md", "src/index.md"), "conf", "conf"),
        (("conf/deps/0001-a.md", "src/index.md"), "conf", "conf"),
    ],
)
@pytest.mark.parametrize("sources", ["", '\nsources = ["deps/**"]'])
def test_a_conf_py_that_is_not_in_the_source_directory(
    tmp_path: Path, files: tuple[str, ...], start: str, docs: str, sources: str
) -> None:
    """``sphinx-build -c conf src out``: the command line and the build read the same file for the same pages."""
    tree(tmp_path, ".git/", "conf/conf.py", f'conf/dep.toml=prefix = "JEP"{sources}', *files)
    config = discover(tmp_path / start)
    assert (config.root, config.schema.prefix) == (tmp_path / docs, "JEP")
    assert discover_all(tmp_path / docs, tmp_path / docs, confdir=tmp_path / "conf") == (config,)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (('conf/dep.toml=prefix = "JEP"', 'src/dep.toml=prefix = "NEP"'), "JEP"),
        (('src/dep.toml=prefix = "NEP"',), "NEP"),
        (('dep.toml=prefix = "NEP"',), "NEP"),
        (('tool/dep.toml=prefix = "NEP"',), "NEP"),
        (('conf/dep.toml=prefix = "JEP"', 'dep.toml=prefix = "NEP"', "src/conf.py"), "JEP"),
    ],
)
def test_the_file_beside_conf_py_comes_first(tmp_path: Path, files: tuple[str, ...], expected: str) -> None:
    tree(tmp_path, ".git/", "src/", "conf/", *files)
    confdir = tmp_path / ("tool/conf" if "tool" in files[0] else "conf")
    assert discover_all(tmp_path / "src", tmp_path / "src", confdir=confdir)[0].schema.prefix == expected


def test_pages_with_a_conf_py_of_their_own_do_not_use_another(tmp_path: Path) -> None:
    tree(tmp_path, ".git/", "conf/conf.py", 'conf/dep.toml=prefix = "JEP"', "src/conf.py", "src/index.md")
    assert discover(tmp_path / "src").schema.prefix == "DEP"


def test_conf_py_is_never_executed(tmp_path: Path) -> None:
    tree(tmp_path, ".git/", "docs/conf.py=raise SystemExit('executed')")
    assert discover(tmp_path).root == tmp_path / "docs"


def test_a_broken_file_is_reported_not_passed_over(tmp_path: Path) -> None:
    tree(tmp_path, ".git/", f"pyproject.toml={TOOL}x = ")
    with pytest.raises(ConfigErrors, match=r"pyproject\.toml:3:5: is not TOML"):
        discover(tmp_path)


def test_no_configuration_at_all(tmp_path: Path) -> None:
    config = default_config(tmp_path)
    assert (config.root, config.file, config.schema) == (tmp_path, None, DEFAULT)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("deps/0001-a.md", True),
        ("deps/a.markdown", True),
        ("deps/a.rst", True),
        ("deps/2026/deep/a.md", True),
        ("deps/a b é.md", True),
        ("deps/a\nb.md", True),
        ("deps.md", False),
        ("docs/deps/a.md", False),
        ("xdeps/a.md", False),
        ("deps/a.txt", False),
        ("deps/a.png", False),
        ("deps/a.MD", False),
        ("deps/a.md.bak", False),
        # Templates and the like, in any case.
        ("deps/NNNN-template.md", False),
        ("deps/nnnn-title.md", False),
        ("deps/Template.rst", False),
        ("deps/sub/README.md", False),
        ("deps/readme.markdown", False),
        ("deps/my-template.md", True),
        ("deps/README/0001-a.md", True),
        ("", False),
        ("../deps/a.md", False),
    ],
)
def test_which_pages_are_proposals(path: str, expected: bool) -> None:
    assert is_source(path, DEFAULT) is expected


@pytest.mark.parametrize(
    ("sources", "exclude", "matching", "other"),
    [
        (["rfcs/*.md"], [], "rfcs/a.md", "rfcs/b/a.md"),
        (["rfcs/**/*.md"], [], "rfcs/a.md rfcs/b/c/a.md", "rfcs/a.rst xrfcs/a.md"),
        (["**/deps/*.rst"], [], "deps/a.rst x/y/deps/a.rst", "x/deps/b/a.rst xdeps/a.rst"),
        (["**"], [], "a.md b/c.rst", "a.txt"),
        (["*.md", "pep-????.rst"], [], "a.md pep-0001.rst", "b/a.md pep-001.rst pep-00/1.rst"),
        (["[0-9][0-9]-*.md"], [], "01-a.md", "a1-a.md 0/-a.md"),
        (["[!0-9]*.md"], [], "a.md ].md", "1.md"),
        (["[]a]-x.md"], [], "a-x.md ]-x.md", "b-x.md"),
        (["[z-a].md", "[.md"], [], "[.md", "z.md a.md"),
        (["a+(b).md"], [], "a+(b).md", "aab.md"),
        (["deps/**"], ["drafts/**", "deps/old/**"], "deps/a.md deps/drafts/a.md", "deps/OLD/a.md deps/old/b/a.md"),
        (["deps/**"], ["*.RST", "index.*"], "deps/a.md", "deps/a.rst deps/Index.md"),
        (["deps/**"], [], "deps/README.md deps/NNNN-a.md", "README.md"),
    ],
)
def test_globs(sources: list[str], exclude: list[str], matching: str, other: str) -> None:
    schema = msgspec.structs.replace(DEFAULT, sources=tuple(sources), exclude=tuple(exclude))
    for path in matching.split():
        assert is_source(path, schema), path
    for path in other.split():
        assert not is_source(path, schema), path


@given(st.lists(st.text("ab/*?[]!-.\\é"), max_size=3), st.text("ab/.-]md"))
def test_no_glob_raises(globs: list[str], path: str) -> None:
    schema = msgspec.structs.replace(DEFAULT, sources=tuple(globs), exclude=tuple(globs))
    assert is_source(f"{path}.md", schema) in (True, False)


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/org/repo.git", "https://github.com/org/repo"),
        ("https://ada:secret@gitlab.example.org:8443/group/sub/repo", "https://gitlab.example.org/group/sub/repo"),
        ("git@github.com:org/repo.git", "https://github.com/org/repo"),
        ("ssh://git@codeberg.org/org/repo.git", "https://codeberg.org/org/repo"),
        ("ssh://git@ssh.github.com:443/org/repo.git", "https://github.com/org/repo"),
        ("git@altssh.bitbucket.org:org/repo", "https://bitbucket.org/org/repo"),
        ("https://ada@example.org:secret@github.com/org/repo", "https://github.com/org/repo"),
        # Names that only the user's configuration of SSH or git knows.
        ("git@github.com-work:org/repo.git", None),
        ("ssh://github/org/repo.git", None),
        ("gh:org/repo", None),
        ("C:\\repos\\repo", None),
        ("../repo.git", None),
        ("/srv/git/repo.git", None),
        ("file:///srv/git/repo.git", None),
    ],
)
def test_the_addresses_of_the_repository_are_those_of_its_remotes(tmp_path: Path, remote: str, address: str | None):
    docs = tmp_path / "docs"
    (tmp_path / ".git").mkdir()
    docs.mkdir()
    text = f'[core]\n\tbare = false\n[remote "origin"]\n\tfetch = x\n\turl = {remote}\n[branch "main"]\n\turl = no\n'
    (tmp_path / ".git" / "config").write_text(text, encoding="utf-8")
    (docs / "dep.toml").write_text('addresses = ["https://example.org/docs/"]', encoding="utf-8")
    schema = discover(docs).schema
    assert schema.addresses == ("https://example.org/docs", *([address] if address else []))
    assert schema.folder == "docs"


def test_the_addresses_of_a_worktree_are_those_of_its_repository(tmp_path: Path):
    common, tree = tmp_path / "repo" / ".git", tmp_path / "tree"
    (common / "worktrees" / "tree").mkdir(parents=True)
    tree.mkdir()
    (common / "config").write_text('[remote "origin"]\n\turl = https://github.com/org/repo\n', encoding="utf-8")
    (common / "worktrees" / "tree" / "commondir").write_text("../..\n", encoding="utf-8")
    (tree / ".git").write_text(f"gitdir: {common / 'worktrees' / 'tree'}\n", encoding="utf-8")
    assert discover(tree).schema.addresses == ("https://github.com/org/repo",)


@pytest.mark.parametrize("page", ["keps/sig/1-retry/README.md", "doc/adr/0001-retry.md", "index.md"])
def test_a_directory_with_pages_at_any_depth_is_not_for_pages_beside_it(tmp_path: Path, page: str) -> None:
    docs, other = tmp_path / "docs", tmp_path / "other"
    (docs / page).parent.mkdir(parents=True)
    (docs / page).write_text("# Retry\n", encoding="utf-8")
    other.mkdir()
    (other / "index.md").write_text("# Other\n", encoding="utf-8")
    (docs / "conf.py").touch()
    (docs / "dep.toml").write_text('prefix = "ADR"\n', encoding="utf-8")
    assert find_docs(docs) == docs
    assert discover(docs).root == docs


@pytest.mark.parametrize("repository", ["", ".git/HEAD", "work/.git/HEAD"])
def test_a_configuration_beside_the_project_is_not_its_own(tmp_path: Path, repository: str) -> None:
    """Only in the project's own repository may the configuration be in a directory beside the pages."""
    files = ("work/other/conf.py", "work/other/dep.toml", "work/project/deps/0001-a.md", "work/project/conf.txt")
    for name in (*files, *filter(None, [repository])):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = find_config(tmp_path / "work/project")
    assert found == (tmp_path / "work/other/dep.toml" if repository else None)
    assert find_docs(tmp_path / "work/project") == tmp_path / ("work/other" if repository else "work/project")


@pytest.mark.parametrize("repository", ["", ".git/HEAD"])
@pytest.mark.parametrize(
    ("configured", "own"),
    [
        ("conf/dep.toml", ""),
        ("conf/pyproject.toml", ""),
        ("conf/dep.toml", "src/dep.toml"),
        ("conf/pyproject.toml", "dep.toml"),
        ("dep.toml", ""),
        ("pyproject.toml", ""),
        ("src/dep.toml", "dep.toml"),
        ("src/_conf/dep.toml", ""),
    ],
)
def test_a_command_and_a_build_read_the_same(tmp_path: Path, configured: str, own: str, repository: str) -> None:
    """``sphinx-build -c``: a command in the pages, or where both directories are, finds what the build is told."""
    for name in filter(None, (own, configured)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        table = "[tool.sphinxext-dep]\n" if name.endswith("pyproject.toml") else ""
        (tmp_path / name).write_text(f'{table}prefix = "{"JEP" if name == configured else "XEP"}"\n', encoding="utf-8")
    confdir = (tmp_path / configured).parent if "conf/" in configured else tmp_path / "conf"
    for file in (
        confdir / "conf.py",
        tmp_path / "src/index.md",
        tmp_path / "src/deps/0001-a.md",
        tmp_path / repository,
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        if file != tmp_path:
            file.touch()
    src = tmp_path / "src"
    (built,) = discover_all(src, src, confdir=confdir)
    assert (built.schema.prefix, built.file) == ("JEP", tmp_path / configured)
    starts = [src, *([tmp_path] if configured != "src/dep.toml" and "_conf" not in configured else [])]
    for start in (*starts, *([confdir] if tmp_path in starts else [])):
        found = discover(start)
        assert (found.file, found.root, found.schema.sources) == (built.file, built.root, built.schema.sources), start
