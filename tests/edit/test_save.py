"""Each file is saved as a whole; several are saved together or not at all when a step fails."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from sphinxext_dep.edit import save as module
from sphinxext_dep.edit.save import Change, SaveError, save
from tests.edit.interrupt import At, states

OLD, NEW = b"old\r\n" * 500, b"new\n" * 700


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a.md", "deep/b.md", "c.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(OLD)
    return tmp_path


def changes(tree: Path) -> list[Change]:
    return [
        Change(tree / "a.md", OLD, NEW),
        Change(tree / "deep" / "b.md", OLD, NEW),
        Change(tree / "new.md", None, NEW),
        Change(tree / "c.md", OLD, NEW, tree / "d.md"),
    ]


def names(tree: Path) -> set[str]:
    return {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()}


def test_all_files_are_saved(tree: Path) -> None:
    save(tree, changes(tree))
    assert names(tree) == {"a.md", "deep/b.md", "new.md", "d.md"}
    assert {(tree / name).read_bytes() for name in names(tree)} == {NEW}


def test_nothing_is_saved(tree: Path) -> None:
    save(tree, [])
    assert names(tree) == {"a.md", "deep/b.md", "c.md"}


def test_permissions_are_kept(tree: Path) -> None:
    (tree / "a.md").chmod(0o640)
    (tree / "c.md").chmod(0o755)
    save(tree, changes(tree))
    assert stat.S_IMODE((tree / "a.md").stat().st_mode) == 0o640
    assert stat.S_IMODE((tree / "d.md").stat().st_mode) == 0o755
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((tree / "new.md").stat().st_mode) == 0o666 & ~umask


def test_a_link_stays_a_link(tree: Path) -> None:
    (tree / "link.md").symlink_to("a.md")
    save(tree, [Change(tree / "link.md", OLD, NEW)])
    assert (tree / "link.md").is_symlink()
    assert (tree / "a.md").read_bytes() == NEW


def test_a_renamed_link_leads_to_the_same_file(tree: Path) -> None:
    (tree / "link.md").symlink_to("deep/b.md")
    save(tree, [Change(tree / "link.md", OLD, NEW, tree / "other.md")])
    assert not (tree / "link.md").is_symlink()
    assert (tree / "other.md").readlink() == Path("deep/b.md")
    assert (tree / "deep" / "b.md").read_bytes() == NEW


@pytest.mark.parametrize("which", [0, 1, 2, 3])
def test_what_somebody_else_changed_is_left_alone(tree: Path, which: int) -> None:
    todo = changes(tree)
    todo[which].file.write_bytes(b"theirs")
    with pytest.raises(SaveError, match=r"nothing was written: .*(another program|exists already)"):
        save(tree, todo)
    assert {path.read_bytes() for path in tree.rglob("*.md")} == {OLD, b"theirs"}


def test_read_only_files_are_not_written(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not by permissions: nothing is read-only to the superuser.
    monkeypatch.setattr(os, "access", lambda file, mode: Path(file).name != "c.md")
    with pytest.raises(SaveError, match=r"c\.md is read-only"):
        save(tree, changes(tree))
    assert (tree / "a.md").read_bytes() == OLD


def test_files_outside_the_project_are_not_written(tree: Path) -> None:
    with pytest.raises(SaveError, match="outside the project"):
        save(tree / "deep", [Change(tree / "a.md", OLD, NEW)])
    (tree / "deep" / "link.md").symlink_to("../a.md")
    with pytest.raises(SaveError, match="outside the project"):
        save(tree / "deep", [Change(tree / "deep" / "link.md", OLD, NEW)])
    assert (tree / "a.md").read_bytes() == OLD


@pytest.mark.parametrize("directory", [".git", ".GIT", "sub/.git"])
def test_files_of_git_are_not_written(tree: Path, directory: str) -> None:
    file = tree / directory / "config"
    file.parent.mkdir(parents=True)
    file.write_bytes(OLD)
    (tree / "link.md").symlink_to(f"{directory}/config")
    for path in (file, tree / "link.md"):
        with pytest.raises(SaveError, match="a file of git's own"):
            save(tree, [Change(path, OLD, NEW)])
    assert file.read_bytes() == OLD


def test_each_file_is_whole_at_any_moment(tree: Path) -> None:
    """Whenever the process ends, each page holds the old text or the new; a renamed one is there under one name."""

    def pages() -> dict[str, bytes]:
        return {name: (tree / name).read_bytes() for name in names(tree) if not Path(name).name.startswith(".")}

    seen = list(states(lambda: save(tree, changes(tree)), pages))
    assert seen[0] == dict.fromkeys(("a.md", "deep/b.md", "c.md"), OLD)
    assert seen[-1] == dict.fromkeys(("a.md", "deep/b.md", "new.md", "d.md"), NEW)
    # The rename, then one file after the other.
    assert len(seen) == 6
    assert seen[1] == dict.fromkeys(("a.md", "deep/b.md", "d.md"), OLD)
    for state in seen:
        assert set(state.values()) <= {OLD, NEW}
        assert ("c.md" in state) != ("d.md" in state)


def test_a_step_that_fails_leaves_everything_as_it_was(tree: Path) -> None:
    """A full disk, a file system that went away: at any step."""

    def fail() -> None:
        raise OSError(28, "no space left on device")

    messages: set[str] = set()
    for number in range(1, 1000):
        at = At(number, fail)
        with pytest.MonkeyPatch.context() as patch:
            at.install(patch)
            try:
                save(tree, changes(tree))
            except (SaveError, OSError) as error:
                # Before the first file is written, an error is raised as it is.
                messages.add(str(error).partition(":")[0] if isinstance(error, SaveError) else at.where)
                assert {path.read_bytes() for path in tree.rglob("*.md")} == {OLD}
                assert names(tree) == {"a.md", "deep/b.md", "c.md"}, at.where
            else:
                # A look at a file that failed decided nothing.
                assert at.where in ("", "stat")
                if not at.where:
                    break
                save(tree, [Change(file, NEW, OLD) for file in (tree / "a.md", tree / "deep" / "b.md")])
                save(tree, [Change(tree / "d.md", NEW, OLD, tree / "c.md")])
                (tree / "new.md").unlink()
    assert number > 20
    assert messages == {"nothing was written", "stat"}


def test_an_interrupted_change_is_undone(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        if target.name == "b.md":
            monkeypatch.setattr(Path, "replace", replace)
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(tree, changes(tree))
    assert {path.name: path.read_bytes() for path in tree.rglob("*.*")} == dict.fromkeys(("a.md", "b.md", "c.md"), OLD)


def test_when_undoing_fails_too_the_message_names_the_files(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "b.md":
            monkeypatch.setattr(module, "_prepare", broken)
            raise OSError(5, "input/output error")
        return replace(self, target)

    def broken(*_: object) -> None:
        raise OSError(30, "read-only file system")

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(SaveError) as error:
        save(tree, changes(tree))
    assert str(error.value) == ("deep/b.md: input/output error. The old text could not be put back into a.md, d.md")
    assert (tree / "a.md").read_bytes() == (tree / "d.md").read_bytes() == NEW
    assert (tree / "deep" / "b.md").read_bytes() == OLD
