"""What editing commands ask git for, when there is one, and the only thing they let it do: give a file another name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sphinxext_dep.edit.transaction import plain_rename
from sphinxext_dep.history.git import GitError, record_rename, run_or_nothing, user_setting, work_tree


def user() -> str:
    """Who git says is working here: a handle if it knows one, else a name; empty when it knows nobody."""
    if handle := user_setting("github.user", Path.cwd()):
        return f"@{handle.removeprefix('@')}"
    return user_setting("user.name", Path.cwd())


def default_base(root: Path) -> str:
    """The branch that proposals are merged into, as the remote has it; empty when nobody knows."""
    for remote in _remotes(root):
        if branch := _ask(root, "symbolic-ref", "--quiet", "--short", f"refs/remotes/{remote}/HEAD"):
            return branch
        for name in ("main", "master"):
            if _ask(root, "rev-parse", "--verify", "--quiet", f"refs/remotes/{remote}/{name}"):
                return f"{remote}/{name}"
    return ""


def _remotes(root: Path) -> Iterator[str]:
    """The remotes; ``upstream``, of which one's own is a fork, comes first, then ``origin``."""
    names = _ask(root, "remote").split()
    yield from sorted(names, key=lambda name: (name != "upstream", name != "origin", name))


def rename(old: Path, new: Path) -> None:
    """Give a file another name, also in git's index when git knows the file.

    :raises OSError: when it cannot be done.
    """
    # Git does not look behind links: the directory may be one.
    old, new = (file.parent.resolve() / file.name for file in (old, new))
    if os.path.lexists(new):
        raise FileExistsError(17, f"{new.name} exists")
    plain_rename(old, new)
    top = work_tree(old.parent)
    if top is None:
        return
    try:
        record_rename(top, old.relative_to(top).as_posix(), new.relative_to(top).as_posix())
    except GitError as error:
        plain_rename(new, old)
        raise OSError(5, f"the file cannot be renamed in git's index: {error.message}") from None


def _ask(root: Path, *arguments: str) -> str:
    """The output of a git command; empty when it fails, or there is no repository or no git."""
    top = work_tree(root)
    return "" if top is None else run_or_nothing(top, *arguments).decode(errors="replace").strip()
