"""Several files become new together, or none does: when a step fails, and when the process is killed."""

from __future__ import annotations

import os
import stat
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from sphinxext_dep.edit import transaction
from sphinxext_dep.edit.journal import JOURNAL, Journal, Step, WriteError, written_journal
from sphinxext_dep.edit.recovery import recover, unfinished
from sphinxext_dep.edit.transaction import Move, Write, commit
from tests.edit.interrupt import At, killed_at, needs_fork

OLD, NEW = b"old\r\n" * 500, b"new\n" * 700


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a.md", "deep/b.md", "c.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(OLD)
    return tmp_path


def writes(tree: Path) -> list[Write]:
    return [
        Write(tree / "a.md", OLD, NEW),
        Write(tree / "deep" / "b.md", OLD, NEW),
        Write(tree / "new.md", None, NEW),
        Write(tree / "c.md", OLD, NEW),
    ]


def names(tree: Path) -> set[str]:
    return {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()}


def test_all_files_are_written(tree: Path) -> None:
    commit(tree, writes(tree), Move(tree / "c.md", tree / "d.md"))
    assert names(tree) == {"a.md", "deep/b.md", "new.md", "d.md"}
    assert {(tree / name).read_bytes() for name in names(tree)} == {NEW}
    assert not (tree / JOURNAL).exists()


def test_permissions_are_kept(tree: Path) -> None:
    (tree / "a.md").chmod(0o640)
    (tree / "c.md").chmod(0o755)
    commit(tree, writes(tree))
    assert stat.S_IMODE((tree / "a.md").stat().st_mode) == 0o640
    assert stat.S_IMODE((tree / "c.md").stat().st_mode) == 0o755
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((tree / "new.md").stat().st_mode) == 0o666 & ~umask


def test_a_link_stays_a_link(tree: Path) -> None:
    (tree / "link.md").symlink_to("a.md")
    commit(tree, [Write(tree / "link.md", OLD, NEW)])
    assert (tree / "link.md").is_symlink()
    assert (tree / "a.md").read_bytes() == NEW


@pytest.mark.parametrize("which", [0, 1, 2, 3])
def test_what_somebody_else_changed_is_left_alone(tree: Path, which: int) -> None:
    todo = writes(tree)
    todo[which].file.write_bytes(b"theirs")
    with pytest.raises(WriteError, match=r"nothing was written: .*(someone else|exists already)"):
        commit(tree, todo)
    assert {path.read_bytes() for path in tree.rglob("*.md")} == {OLD, b"theirs"}


def test_read_only_files_are_not_written(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not by permissions: nothing is read-only to the superuser.
    monkeypatch.setattr(os, "access", lambda file, mode: Path(file).name != "c.md")
    with pytest.raises(WriteError, match=r"c\.md is read-only"):
        commit(tree, writes(tree))
    assert (tree / "a.md").read_bytes() == OLD


def test_files_outside_the_project_are_not_written(tree: Path) -> None:
    with pytest.raises(WriteError, match="outside the project"):
        commit(tree / "deep", [Write(tree / "a.md", OLD, NEW)])
    assert (tree / "a.md").read_bytes() == OLD


@needs_fork
def test_killed_at_any_moment(tree: Path) -> None:
    """Every file is old or new as a whole; the next command makes all of them old or all new, and says what it did."""
    outcomes: set[tuple[str, ...]] = set()
    for number in range(1, 1000):
        for path in tree.rglob("*"):
            if path.is_file():
                path.unlink()
        for name in ("a.md", "deep/b.md", "c.md"):
            (tree / name).write_bytes(OLD)
        if not killed_at(number, lambda: commit(tree, writes(tree), Move(tree / "c.md", tree / "d.md"))):
            break
        pages = {path: path.read_bytes() for path in tree.rglob("*.md")}
        assert set(pages.values()) <= {OLD, NEW}
        said = recover(tree)
        left = {path: path.read_bytes() for path in tree.rglob("*.md")}
        assert len(set(left.values())) == 1, number
        is_new = NEW in left.values()
        assert names(tree) == ({"a.md", "deep/b.md", "new.md", "d.md"} if is_new else {"a.md", "deep/b.md", "c.md"})
        if pages != left:
            assert "a.md has the new text" in said
            assert "It was completed" in said
        assert recover(tree) == ""
        outcomes.add((str(is_new), said))
    else:
        pytest.fail("it never came to its end")
    assert number > 30
    # Killed in the preparation, and at each file: everything was seen.
    assert len(outcomes) >= 6


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
                commit(tree, writes(tree), Move(tree / "c.md", tree / "d.md"))
            except (WriteError, OSError) as error:
                failed = True
                messages.add(str(error).partition(":")[0])
            else:
                failed = False
        if failed:
            assert {path.read_bytes() for path in tree.rglob("*.md")} == {OLD}
            assert {name for name in names(tree) if name != JOURNAL} == {"a.md", "deep/b.md", "c.md"}, at.where
            (tree / JOURNAL).unlink(missing_ok=True)
        elif not at.where:
            break
        else:
            # What failed was only the tidying up.
            for path in tree.rglob("*"):
                if path.is_file():
                    path.unlink()
            for name in ("a.md", "deep/b.md", "c.md"):
                (tree / name).write_bytes(OLD)
    assert number > 30
    assert messages == {"nothing was written"}


def test_when_putting_back_fails_too_the_message_names_the_state_of_each_file(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "b.md":
            monkeypatch.setattr(transaction, "_prepare", broken)
            raise OSError(5, "input/output error")
        return replace(self, target)

    def broken(*_: object) -> None:
        raise OSError(30, "read-only file system")

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(WriteError) as error:
        commit(tree, writes(tree))
    assert str(error.value) == (
        "deep/b.md: input/output error. What was written before could not be put back: "
        "a.md has the new text, deep/b.md, new.md, c.md the old"
    )
    assert (tree / "a.md").read_bytes() == NEW
    assert (tree / "c.md").read_bytes() == OLD


def half_done(tree: Path) -> None:
    """Leave the tree as a command that was killed between two files does."""
    for number in range(20, 1000):
        assert killed_at(number, lambda: commit(tree, writes(tree)))
        if (tree / "a.md").read_bytes() == NEW:
            return
        recover(tree)


@needs_fork
def test_who_only_reads_is_told(tree: Path) -> None:
    assert unfinished(tree) == ""
    half_done(tree)
    said = unfinished(tree)
    assert said.startswith("a command was killed half-way: a.md has the new text, deep/b.md has the old text")
    assert (tree / "deep" / "b.md").read_bytes() == OLD
    recover(tree)
    assert unfinished(tree) == ""
    (tree / JOURNAL).write_bytes(b"{")
    assert unfinished(tree) == ""


@needs_fork
def test_files_changed_since_are_named_and_not_touched(tree: Path) -> None:
    half_done(tree)
    (tree / "c.md").write_bytes(b"mine")
    for _ in range(2):
        with pytest.raises(WriteError) as error:
            recover(tree)
        assert "a.md has the new text, deep/b.md has the old text" in str(error.value)
        assert "c.md has neither the old nor the new text" in str(error.value)
        assert JOURNAL in str(error.value)
    assert (tree / "deep" / "b.md").read_bytes() == OLD
    assert (tree / "c.md").read_bytes() == b"mine"


@needs_fork
def test_prepared_text_that_is_not_what_was_meant_is_not_used(tree: Path) -> None:
    half_done(tree)
    for prepared in tree.rglob(".c.md.*"):
        prepared.write_bytes(b"something else")
    with pytest.raises(WriteError, match=r"c\.md has still the old text"):
        recover(tree)
    assert (tree / "c.md").read_bytes() == OLD


def forge(home: Path, steps: list[Step], move: tuple[str, str] | None = None) -> Path:
    """A journal as somebody would send it who knows everything, even the number of its file."""
    file = home / JOURNAL
    file.touch()
    file.write_bytes(msgspec.json.encode(Journal(steps, move, file.stat().st_ino)))
    return file


PREPARED = ".a.md.0123abcd.sphinx-dep-new"


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step("../a.md", f"../{PREPARED}", "", ""), "names a file outside the project"),
        (Step(".git/config", ".git/.config.0123abcd.sphinx-dep-new", "", ""), "names a file of git's own"),
        (Step("sub/.GIT/hooks/a.md", f"sub/.GIT/hooks/{PREPARED}", "", ""), "names a file of git's own"),
        (Step("x", ".git/config", "", "zz"), "which no command prepared"),
        (Step("a.md", "b.md", "", ""), "which no command prepared"),
        (Step("a.md", f"other/{PREPARED}", "", ""), "which no command prepared"),
        (Step("b.md", PREPARED, "", ""), "which no command prepared"),
    ],
)
def test_a_journal_can_only_do_what_commands_do(tree: Path, step: Step, words: str) -> None:
    file = forge(tree / "deep", [step])
    with pytest.raises(WriteError, match=words):
        recover(tree / "deep")
    assert unfinished(tree / "deep") == ""
    assert file.exists()


def test_a_journal_that_came_with_the_files_is_none(tree: Path) -> None:
    """A clone gets it as a file of its own: nobody who sends one knows which number that will have."""
    prepared = tree / PREPARED
    prepared.write_bytes(b"hostile\n")
    written = forge(tree, [Step("a.md", PREPARED, sha256(OLD).hexdigest(), sha256(b"hostile\n").hexdigest())])
    sent = written.read_bytes()
    written.rename(tree / "elsewhere")
    (tree / JOURNAL).write_bytes(sent)
    before = names(tree)
    with pytest.raises(WriteError, match="was not written on this disk, but came here with somebody's files"):
        recover(tree)
    assert names(tree) == before
    assert (tree / "a.md").read_bytes() == OLD


def test_what_the_change_rests_on_is_looked_at_once_more(tree: Path) -> None:
    with pytest.raises(WriteError, match="another command added or renamed proposals meanwhile"):
        commit(tree, writes(tree), still_true=lambda: False)
    assert names(tree) == {"a.md", "deep/b.md", "c.md"}
    # It is asked when the journal is there, which keeps others from writing.
    commit(tree, writes(tree), still_true=(tree / JOURNAL).exists)
    assert (tree / "a.md").read_bytes() == NEW


def test_one_command_writes_at_a_time(tree: Path) -> None:
    with written_journal(tree.resolve(), Journal([])):
        with pytest.raises(WriteError, match="another command is writing"):
            commit(tree, writes(tree))
        with pytest.raises(WriteError, match="another command is writing"):
            recover(tree)
    assert (tree / "a.md").read_bytes() == OLD
    assert recover(tree) == ""
