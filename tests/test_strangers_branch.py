"""Checking or building a stranger's branch runs none of its code: the promise of SECURITY.md.

Git runs programs that a repository's configuration names, and takes a directory of ordinary files for a repository when
they are called as in one. Here a branch brings such files, and a clone has such a configuration; every command and a
build must run nothing of them.
"""

from __future__ import annotations

import ast
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

import sphinxext_dep
from sphinxext_dep.cli.commands import COMMANDS
from sphinxext_dep.history.git import find_program
from tests.cli.tree import DECIDED, Tree, page
from tests.sphinx.project import CONF, Project

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the planted programs are shell scripts")

CALLS = {
    "check": ["check", "--base", "HEAD~1"],
    "list": ["list"],
    "show": ["show", "1"],
    "query": ["query", "status:draft"],
    "triage": ["triage"],
    "graph": ["graph"],
    "mentions": ["mentions", "index.md"],
    "check-message": ["check-message", "index.md"],
    "explain": ["explain", "DEP101"],
    "rules": ["rules"],
    "init": ["init", "--stdout"],
    "new": ["new", "Another one", "--author", "@ada"],
    "assign": ["assign", "retry"],
    "status": ["status", "2", "Implemented", "--set", "implementation=https://example.org/pull/9"],
    "supersede": ["supersede", "1", "2"],
    "link": ["link", "1", "extends", "2"],
    "embed": ["embed", "index.md"],
    "requirements": ["requirements"],
    "convert": ["convert", "1", "--to", "directive"],
    "completion": ["completion", "bash"],
}
"""A call of every command; each must have one here."""

# Settings that name a program, with what they call it by; the program is filled in.
SETTINGS = """
[core]
    fsmonitor = {program}
    hooksPath = {hooks}
    pager = {program}
    editor = {program}
    sshCommand = {program}
    askPass = {program}
    gitProxy = {program}
    alternateRefsCommand = {program}
[hook "planted"]
    command = {program}
    event = post-index-change
    enabled = true
[diff]
    external = {program}
[diff "planted"]
    command = {program}
    textconv = {program}
[filter "planted"]
    clean = {program}
    smudge = {program}
    process = {program}
    required = true
[merge "planted"]
    driver = {program}
[gpg]
    program = {program}
[log]
    showSignature = true
[credential]
    helper = !{program}
[protocol]
    allow = always
[protocol "ext"]
    allow = always
[remote "origin"]
    url = ext::{program}
    promisor = true
    uploadpack = {program}
[pager]
    log = {program}
    config = {program}
[alias]
    log = !{program}
"""


class Stranger:
    """A clone of a repository that would like to run a program."""

    def __init__(self, root: Path, source: Path) -> None:
        self.ran = root / "ran"
        self.hooks = root / "planted-hooks"
        self.hooks.mkdir(parents=True)
        self.program = self.hooks / "program"
        for name in ("program", "post-index-change", "post-checkout", "reference-transaction"):
            file = self.hooks / name
            file.write_text(f'#!/bin/sh\necho "$0 $*" >> "{self.ran}"\ncat\n', encoding="utf-8")
            file.chmod(file.stat().st_mode | stat.S_IXUSR)
        self.settings = SETTINGS.format(program=self.program, hooks=self.hooks)
        self.tree = Tree(
            source,
            {
                "conf.py": CONF,
                "index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n\n```{dep-timeline}\n```\n\n"
                "<!-- dep-index: status:draft -->\n<!-- /dep-index -->\n",
                "deps/0001-one.md": page("One", DECIDED),
                "deps/0002-two.md": page("Two", DECIDED),
                "deps/0000-retry.md": page("Retry"),
            },
        )
        self.git("init", "-q", "-b", "main")
        self.commit("one")
        self.tree.write({"deps/0001-one.md": page("One", DECIDED.replace("@grace", "@grace, @ada"))})
        self.commit("two")

    def git(self, *arguments: str, check: bool = True) -> None:
        env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        env |= {f"GIT_{who}_{what}": "x@y" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        subprocess.run(["git", *arguments], cwd=self.tree.root, env=env, check=check, capture_output=True)

    def commit(self, message: str) -> None:
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "-m", message)

    def ordinary_files(self) -> None:
        """A bare repository beside the proposals, as files that a commit brings."""
        made = self.tree.root.parent / "bare"
        shutil.copytree(self.tree.root / ".git", made)
        (made / "config").write_text(
            f"[core]\nrepositoryformatversion = 0\nbare = false\nworktree = {self.tree.root / 'deps'}\n{self.settings}",
            encoding="utf-8",
        )
        for directory in ("deps", "."):
            shutil.copytree(made, self.tree.root / directory, dirs_exist_ok=True)
        (self.tree.root / ".gitattributes").write_text("* filter=planted diff=planted\n", encoding="utf-8")
        self.commit("files")

    def configuration(self) -> None:
        """A clone whose own configuration names programs."""
        (self.tree.root / ".gitattributes").write_text("* filter=planted diff=planted\n", encoding="utf-8")
        self.commit("attributes")
        with (self.tree.root / ".git/config").open("a", encoding="utf-8") as file:
            file.write(self.settings)

    def variables(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Variables that a hook or another program left behind."""
        planted = self.tree.root.parent / "planted.config"
        planted.write_text(self.settings, encoding="utf-8")
        for name in (
            "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_EDITOR", "GIT_SSH_COMMAND", "GIT_SSH", "GIT_ASKPASS",
            "GIT_PROXY_COMMAND", "GIT_SEQUENCE_EDITOR",
        ):  # fmt: skip
            monkeypatch.setenv(name, str(self.program))
        monkeypatch.setenv("GIT_EXEC_PATH", str(self.hooks))
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(planted))
        monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
        monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(self.program))
        monkeypatch.setenv("GIT_DIR", str(self.tree.root / "deps"))
        monkeypatch.setenv("GIT_TRACE2_EVENT", str(self.ran))
        monkeypatch.setenv("GIT_TRACE", str(self.ran))


WAYS = ("ordinary files", "configuration", "variables")


@pytest.fixture(params=WAYS)
def stranger(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stranger:
    made = Stranger(tmp_path, tmp_path / "src")
    if request.param == "ordinary files":
        made.ordinary_files()
    elif request.param == "configuration":
        made.configuration()
    else:
        made.variables(monkeypatch)
    return made


KINDS = ("clone", "submodule", "ordinary files", "a .git file")


class Around:
    """Documentation whose proposals are in the repository of a stranger, in the directory ``enhancements``.

    :param kind: one of :data:`KINDS`: how that repository is there, and where it has its programs.
    """

    def __init__(self, root: Path, kind: str) -> None:
        self.inner = Stranger(root / "inner", root / "docs/src/enhancements")
        self.tree = Tree(
            root / "docs/src",
            {
                "conf.py": f'{CONF}exclude_patterns = ["enhancements/*.md"]\n',
                "dep.toml": 'sources = ["enhancements/deps/**"]\n\n[unmerged]\nrefs = ["refs/*"]\n',
                "index.md": self.inner.tree.text("index.md"),
            },
        )
        inner, git = self.inner.tree.root, self.inner.tree.root / ".git"
        self.git("init", "-q", "-b", "main")
        if kind == "submodule":
            self.tree.write({".gitmodules": '[submodule "enhancements"]\npath = enhancements\nurl = ./enhancements\n'})
        elif kind == "clone":
            self.tree.write({".gitignore": "enhancements\n"})
        for message in ("one", "two"):
            self.git("add", "-A")
            self.git("commit", "-q", "--allow-empty", "-m", message)
        if kind == "submodule":
            self.git("submodule", "absorbgitdirs")
            git = self.tree.root / ".git/modules/enhancements"
            assert (inner / ".git").is_file()
        if kind == "ordinary files":
            self.inner.ordinary_files()
        elif kind == "a .git file":
            git = git.rename(inner / "store")
            (inner / ".git").write_text("gitdir: store\n", encoding="utf-8")
        if kind != "ordinary files":
            (inner / ".gitattributes").write_text("* filter=planted diff=planted\n", encoding="utf-8")
            with (git / "config").open("a", encoding="utf-8") as file:
                file.write(self.inner.settings)

    def git(self, *arguments: str) -> None:
        env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        env |= {f"GIT_{who}_{what}": "x@y" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        subprocess.run(["git", *arguments], cwd=self.tree.root, env=env, check=True, capture_output=True)


@pytest.mark.parametrize("kind", KINDS)
def test_commands_run_nothing_of_a_repository_below(tmp_path: Path, kind: str) -> None:
    """Every command, and then a build: each changes the proposals for the next."""
    around = Around(tmp_path, kind)
    for command, call in CALLS.items():
        around.inner.ran.unlink(missing_ok=True)
        # It looks for proposals, and what git ignores and the repositories below are not this project's.
        around.tree.ok(*(("-C", "enhancements") if command == "init" else ()), *call)
        assert not around.inner.ran.exists(), f"{command}: {around.inner.ran.read_text(encoding='utf-8')}"
    project = Project(tmp_path / "other")
    project.src.rmdir()
    project.src = around.tree.root
    assert project.build().status == 0
    assert not around.inner.ran.exists(), around.inner.ran.read_text(encoding="utf-8")
    around.inner.git("-C", "deps" if kind == "ordinary files" else ".", "status", check=False)
    assert around.inner.ran.exists(), "what is planted does not work"


def test_every_command_has_a_call() -> None:
    assert set(CALLS) == set(COMMANDS)


@pytest.mark.parametrize("command", CALLS)
def test_a_command_runs_nothing_of_it(stranger: Stranger, command: str) -> None:
    stranger.ran.unlink(missing_ok=True)
    stranger.tree.ok(*CALLS[command])
    assert not stranger.ran.exists(), stranger.ran.read_text(encoding="utf-8")


def test_a_build_runs_nothing_of_it(stranger: Stranger, tmp_path: Path) -> None:
    project = Project(tmp_path / "other")
    project.src.rmdir()
    project.src = stranger.tree.root
    stranger.ran.unlink(missing_ok=True)
    assert project.build(exclude_patterns=["hooks"]).status == 0
    assert not stranger.ran.exists(), stranger.ran.read_text(encoding="utf-8")


@pytest.mark.parametrize(("way", "directory"), [("ordinary_files", "deps"), ("configuration", ".")])
def test_git_by_itself_would_run_it(tmp_path: Path, way: str, directory: str) -> None:
    """What is planted works, or the tests above would show nothing."""
    stranger = Stranger(tmp_path, tmp_path / "src")
    getattr(stranger, way)()
    stranger.ran.unlink(missing_ok=True)
    stranger.git("-C", directory, "status", check=False)
    assert stranger.ran.exists()


def test_a_rename_is_recorded_without_a_look_into_the_file(tmp_path: Path) -> None:
    stranger = Stranger(tmp_path, tmp_path / "src")
    stranger.tree.ok("assign", "retry")
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    said = subprocess.run(
        ["git", "diff", "--cached", "-M", "--name-status"],
        cwd=stranger.tree.root, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout == "R100\tdeps/0000-retry.md\tdeps/0003-retry.md\n"


def test_git_is_not_taken_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = tmp_path / "git"
    planted.write_text("#!/bin/sh\n", encoding="utf-8")
    planted.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    for path in ("", ".", f".{os.pathsep}"):
        monkeypatch.setenv("PATH", path)
        assert find_program("git") is None
    monkeypatch.setenv("PATH", f".{os.pathsep}{tmp_path}")
    assert find_program("git") == str(planted)


def test_one_module_starts_git() -> None:
    """Another one would not have its guards."""
    package = Path(sphinxext_dep.__file__).parent
    starters = {
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and any(alias.name.partition(".")[0] in STARTERS for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in STARTERS)
        or (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "os"
            and node.attr.startswith(("system", "popen", "exec", "spawn", "posix_spawn", "startfile"))
        )
    }
    assert starters == {"history/git.py", "sphinx/components/graph.py"}


STARTERS = {"subprocess", "pty", "multiprocessing", "git", "pygit2", "dulwich", "sh", "pexpect"}
