"""The only module that starts git, so that a repository gets to run nothing of its own.

Everything that git looks at here is untrusted. A branch can bring files that make a directory look like a repository
(``HEAD``, ``config``, ``objects/``, ``hooks/`` …), and a repository's configuration can name programs: hooks, a file
system monitor, a pager, a differ, filters, a signature checker. Building or checking a proposal runs none of them:

- git is started at the top of the work tree, the nearest directory above that holds ``.git``, which git refuses to
  check out; it may look for a repository neither below nor above;
- no command is used that writes files of the work tree or runs filters over them: a search reads them as they are
  (:mod:`~sphinxext_dep.history.search`), and what changes the index turns filters off (:func:`record_rename`);
- settings that name programs are overridden, and git's environment variables do not reach it;
- the program itself is taken from the absolute directories of ``PATH``, never from the working directory.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Mapping
from pathlib import Path

_KEPT_VARIABLES = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
"""They say where the user's own configuration is: who works here, and which directories are safe."""

_VARIABLES = {
    "LC_ALL": "C",  # messages in English
    "GIT_OPTIONAL_LOCKS": "0",  # another git may be at work
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",  # what a partial clone does not have is not fetched: no network
    "GIT_ALLOW_PROTOCOL": "none",  # older versions of git do not know the line above
    "GIT_LITERAL_PATHSPECS": "1",  # a directory may be called `[x]`
    "GIT_TRACE2": "0",  # configuration can make git write these to any file
    "GIT_TRACE2_EVENT": "0",
    "GIT_TRACE2_PERF": "0",
}
_OPTIONS = (
    "--no-pager",
    # Replacements are local to a clone: another clone of the same commit has none.
    "--no-replace-objects",
    "-c", "safe.bareRepository=explicit",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "core.fsmonitor=false",
    "-c", "core.quotepath=off",
    "-c", "diff.external=",
    "-c", "log.showSignature=false",
    "-c", "log.showRoot=true",
    "-c", "log.follow=false",
    "-c", "protocol.allow=never",
)  # fmt: skip


class GitError(Exception):
    """Git is missing, or says no.

    :param message: why, in git's words where there are any.
    :param help: how to fix it; may be empty.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


def work_tree(directory: Path) -> Path | None:
    """The top of the work tree that *directory* is in; ``None`` when it is in none.

    It is the nearest directory above that holds ``.git``, as a directory with a ``HEAD`` or as a file. Git itself is
    not asked: it would also take a directory whose files look like a repository's.
    """
    top = top_of(os.path.realpath(directory), {})
    return None if top is None else Path(top)


def top_of(directory: str, known: dict[str, str | None]) -> str | None:
    """As :func:`work_tree`, for the real path of a directory.

    :param known: what is known of other directories; is added to.
    """
    if directory not in known:
        above = os.path.dirname(directory)  # noqa: PTH120 - a Path for each would take longer than asking
        git = f"{directory}/.git"
        if os.path.isfile(git) or os.path.lexists(f"{git}/HEAD"):  # noqa: PTH113 - as above
            known[directory] = directory
        else:
            known[directory] = None if above == directory else top_of(above, known)
    return known[directory]


def run_git(top: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """The output of a git command.

    :param top: the top of a work tree, from :func:`work_tree`; git runs there.
    :raises GitError: when it fails, or there is no git.
    """
    done = try_git(top, *arguments, stdin=stdin)
    if done.returncode:
        raise GitError(f"git: {complaint(done) or f'{arguments[0]} failed'}")
    return done.stdout


def try_git(top: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a git command that may fail, and wait for its end.

    :param top: the top of a work tree, from :func:`work_tree`; git runs there.
    :raises GitError: when there is no git, or *top* is no work tree.
    """
    if not os.path.lexists(top / ".git"):
        raise GitError(f"there is no git repository in {top}")
    return _start(top, arguments, stdin=stdin)


def user_setting(name: str, directory: Path) -> str:
    """The value of a setting of git's, as it holds in *directory*; empty when it is not set, or there is no git."""
    top = work_tree(directory)
    try:
        # Outside of a work tree only the user's own configuration counts: git starts where it finds no other.
        done = _start(top or Path(Path.cwd().anchor), ("config", "--get", name))
    except GitError:
        return ""
    return "" if done.returncode else done.stdout.decode(errors="replace").strip()


def user_name(directory: Path) -> str:
    """The user as git's configuration has them: ``@handle`` (``github.user``), else a name; empty when it has none."""
    handle = user_setting("github.user", directory).removeprefix("@")
    return f"@{handle}" if handle else user_setting("user.name", directory)


def main_branch(top: Path) -> str:
    """The branch of the remote that proposals are merged into, such as ``origin/main``; empty when there is none.

    A remote called ``upstream``, of which the user's own is a fork, comes before ``origin``.
    """
    remotes = run_or_nothing(top, "remote").decode(errors="replace").split()
    for remote in sorted(remotes, key=lambda name: (name != "upstream", name != "origin", name)):
        head = run_or_nothing(top, "symbolic-ref", "--quiet", "--short", f"refs/remotes/{remote}/HEAD")
        if head:
            return head.decode(errors="replace").strip()
        for name in ("main", "master"):
            if run_or_nothing(top, "rev-parse", "--verify", "--quiet", f"refs/remotes/{remote}/{name}"):
                return f"{remote}/{name}"
    return ""


def record_rename(top: Path, old: str, new: str) -> None:
    """Tell the index that the file *old* is called *new* now; nothing when git does not know *old*.

    ``git mv`` would do the same, but looks into the file, which runs the filters that the configuration names.

    :param old, new: relative to *top*, with ``/``.
    :raises GitError: when git fails.
    """
    entries = [entry for entry in run_git(top, "ls-files", "--stage", "-z", "--", old).split(b"\0") if entry]
    lines = [b"0 %s\t%s" % (b"0" * len(entries[0].split()[1]), os.fsencode(old))] if entries else []
    for entry in entries:
        meta, _, path = entry.partition(b"\t")
        if path == os.fsencode(old):
            lines.append(meta + b"\t" + os.fsencode(new))
    if len(lines) < 2:
        return
    # Git runs filters over files that were changed in the second in which the index was written, and hooks of the
    # configuration (since 2.54). Both can only be turned off by their names.
    settings: dict[str, str] = {}
    keys = run_or_nothing(top, "config", "--null", "--name-only", "--get-regexp", r"^(filter|hook)\..*\.")
    for key in sorted(set(keys.decode(errors="surrogateescape").split("\0")) - {""}):
        name = key.rpartition(".")[0]
        if name.startswith("hook."):
            settings[f"{name}.enabled"] = "false"
        else:
            settings |= {f"{name}.clean": "", f"{name}.process": "", f"{name}.required": "false"}
    done = _start(top, ("update-index", "-z", "--index-info"), stdin=b"\0".join(lines) + b"\0", settings=settings)
    if done.returncode:
        raise GitError(f"git: {complaint(done) or 'update-index failed'}")


def run_or_nothing(top: Path, *arguments: str) -> bytes:
    """The output of a git command; empty when it fails, or there is no git."""
    try:
        done = try_git(top, *arguments)
    except GitError:
        return b""
    return b"" if done.returncode else done.stdout


def _start(
    directory: Path, arguments: tuple[str, ...], *, stdin: bytes = b"", settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run git in *directory*, and wait for its end.

    :param settings: more settings for this call.
    :raises GitError: when there is no git.
    """
    program = find_program("git")
    if program is None:
        raise GitError("git cannot be run: it is in no directory of PATH", "install git")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT_VARIABLES
    }
    environment |= _VARIABLES | {"GIT_CEILING_DIRECTORIES": str(directory.parent)}
    for place, (key, value) in enumerate((settings or {}).items()):
        environment |= {f"GIT_CONFIG_KEY_{place}": key, f"GIT_CONFIG_VALUE_{place}": value}
    environment["GIT_CONFIG_COUNT"] = str(len(settings or {}))
    try:
        return subprocess.run(  # noqa: S603 - a fixed program, no shell
            [program, *_OPTIONS, *arguments],
            cwd=directory,
            env=environment,
            input=stdin,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror or error}", "install git") from None


def find_program(name: str) -> str | None:
    """The absolute path of a program; ``None`` when it is not there.

    Only the absolute directories of ``PATH`` are searched. Windows would also search the working directory, which
    belongs to whoever wrote the branch that is checked out.

    :param name: a name, or a path that the configuration gives.
    """
    named = Path(name)
    if len(named.parts) != 1:
        return str(named.absolute()) if os.access(named, os.X_OK) else None
    if os.name == "nt" and named.suffix.lower() != ".exe":
        name = f"{name}.exe"
    for directory in map(Path, os.get_exec_path()):
        found = directory / name
        if directory.is_absolute() and found.is_file() and os.access(found, os.X_OK):
            return str(found)
    return None


def complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line that says what went wrong; empty when git said nothing."""
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    fatal = [line for line in lines if line.startswith("fatal: ")]
    return (fatal or lines or [""])[0].removeprefix("fatal: ")


def resolve(top: Path, revision: str) -> str | None:
    """The commit that *revision* names; ``None`` when there is none.

    :raises GitError: when git cannot look for it, such as with a configuration that it cannot read.
    """
    # What begins with a dash would be an option, and with a caret everything but that commit.
    if revision.startswith(("-", "^")):
        return None
    done = try_git(top, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if done.returncode and (words := complaint(done)):
        raise GitError(f"git: {words}")
    return None if done.returncode else done.stdout.decode().strip()


def merge_base(top: Path, commit: str, other: str = "HEAD") -> str | None:
    """The best common ancestor of *commit* and *other*; ``None`` when there is none, or a shallow clone lacks it."""
    return run_or_nothing(top, "merge-base", commit, other).decode().strip() or None


def recorded(top: Path, path: str, commit: str = "") -> str:
    """The commit of the submodule *path* that *commit* records, by default the index; empty when it is no submodule."""
    if commit:
        found = run_or_nothing(top, "ls-tree", "-z", "--full-tree", commit, "--", path)
        mode, name = b"160000 commit ", 2
    else:
        found = run_or_nothing(top, "ls-files", "--stage", "-z", "--", path)
        mode, name = b"160000 ", 1
    return found.partition(b"\t")[0].split()[name].decode() if found.startswith(mode) else ""


def list_files(top: Path, commit: str, directories: Collection[str] = ()) -> dict[str, str]:
    """Path → object name of every regular file of *commit*; of all, or of those in *directories*.

    :raises GitError: when git fails.
    """
    output = run_git(top, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *directories)
    files: dict[str, str] = {}
    for entry in filter(None, output.split(b"\0")):
        meta, _, name = entry.partition(b"\t")
        mode, _kind, blob = meta.decode().split()
        if mode.startswith("100"):
            files[name.decode(errors="surrogateescape")] = blob
    return files


def list_work_tree(top: Path, directory: str = "") -> list[str]:
    """The paths, relative to *top*, of the files in the work tree that git knows or does not ignore.

    Only names are looked at, and the files that say what is ignored.

    :param directory: only those in it.
    :raises GitError: when git fails.
    """
    where = ["--", directory] if directory else []
    output = run_git(top, "ls-files", "-z", "--cached", "--others", "--exclude-standard", *where)
    return sorted({os.fsdecode(name) for name in output.split(b"\0") if name})


def is_partial(top: Path) -> bool:
    """True if the repository is a partial clone: some of its objects are only on the server."""
    return bool(run_or_nothing(top, "config", "--get-regexp", r"^remote\..*\.promisor$"))


def held_objects(top: Path) -> frozenset[str]:
    """The objects that a partial clone holds. Git gives up when it is asked for another one and may not fetch it.

    :raises GitError: when git fails.
    """
    output = run_git(top, "cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)")
    return frozenset(output.decode().split())


def read_blobs(top: Path, names: Collection[str]) -> dict[str, bytes]:
    """Object name → bytes of every blob in *names* that there is, with one call.

    :raises GitError: when git fails.
    """
    ordered = sorted(names)
    if not ordered:
        return {}
    try:
        output = run_git(top, "cat-file", "--batch", stdin="\n".join(ordered).encode() + b"\n")
    except GitError:
        if not is_partial(top):
            raise
        held = held_objects(top)
        ordered = [name for name in ordered if name in held]
        output = run_git(top, "cat-file", "--batch", stdin="\n".join(ordered).encode() + b"\n")
    found: dict[str, bytes] = {}
    position = 0
    for name in ordered:
        end = output.find(b"\n", position)
        if end < 0:
            break
        header = output[position:end].split()
        position = end + 1
        if header[-1] != b"missing":
            size = int(header[2])
            found[name] = output[position : position + size]
            position += size + 1
    return found


def blob_name(data: bytes, like: str) -> str:
    """The object name that git would give *data*, in the kind of hash that *like* is."""
    from hashlib import sha1, sha256

    digest = sha256 if len(like) > 40 else sha1
    return digest(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
