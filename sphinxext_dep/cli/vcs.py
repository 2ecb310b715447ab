"""What editing commands ask git for, when there is one, and the only thing they let it do: give a file another name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

from sphinxext_dep.core.git import GitError, complaint, try_git
from sphinxext_dep.core.transaction import plain_rename


def user() -> str:
    """Who git says is working here: a handle if it knows one, else a name; empty when it knows nobody."""
    if handle := _ask(Path.cwd(), "config", "--get", "github.user"):
        return f"@{handle.removeprefix('@')}"
    return _ask(Path.cwd(), "config", "--get", "user.name")


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
    """Give a file another name, with ``git mv`` when git knows the file.

    :raises OSError: when it cannot be done.
    """
    # Git does not look behind links: the directory may be one.
    old, new = (file.parent.resolve() / file.name for file in (old, new))
    if os.path.lexists(new):
        raise FileExistsError(17, f"{new.name} exists")
    if not _ask(old.parent, "ls-files", "--error-unmatch", "--", old.name):
        plain_rename(old, new)
        return
    done = _run(old.parent, "mv", "--", old.name, str(new))
    if done is None or done.returncode:
        why = complaint(done) if done else ""
        raise OSError(5, f"git mv failed: {why}" if why else "git mv failed")


def _ask(directory: Path, *arguments: str) -> str:
    """What a git command prints; empty when it fails, or there is no git."""
    done = _run(directory, *arguments)
    return "" if done is None or done.returncode else done.stdout.decode(errors="replace").strip()


def _run(directory: Path, *arguments: str) -> CompletedProcess[bytes] | None:
    try:
        return try_git(directory, *arguments)
    except GitError:
        return None
