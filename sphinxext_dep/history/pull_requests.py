"""Pull requests as a forge lists them: the JSON file that ``gh pr list`` prints.

Git has no word for *open* or *closed*: a ref such as ``refs/pull/7/head`` stays for ever. The command is::

    gh pr list --state all --limit 5000 --json \
      number,state,isDraft,title,url,headRefName,headRefOid,updatedAt,author,reviewRequests

Its `fields`_ that are not named here are ignored. The file is untrusted, and may be older than the refs.

.. _fields: https://cli.github.com/manual/gh_pr_list
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

MAX_BYTES = 32 * 1024 * 1024
"""Larger files are refused: 5,000 pull requests take 4 MB."""


class Account(msgspec.Struct, frozen=True, gc=False):
    """A person, or a team (``org/team``, which ``gh`` prints as ``slug``)."""

    login: str = ""
    slug: str = ""
    name: str = ""

    @property
    def handle(self) -> str:
        """The handle without ``@``; a name where the forge gives no handle."""
        return self.login or self.slug or self.name


class PullRequest(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """One pull request.

    :param state: ``OPEN``, ``CLOSED`` or ``MERGED``.
    :param head_ref_oid: the commit that it had when the file was made.
    """

    number: int
    state: str = ""
    is_draft: bool = False
    title: str = ""
    url: str = ""
    head_ref_name: str = ""
    head_ref_oid: str = ""
    updated_at: str = ""
    author: Account | None = None
    review_requests: tuple[Account, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether it was closed or merged."""
        return self.state.upper() in ("CLOSED", "MERGED")


class PullRequests(msgspec.Struct, frozen=True):
    """The pull requests of a file.

    :param notes: what is wrong with the file, for people.
    """

    by_number: dict[int, PullRequest] = {}
    notes: tuple[str, ...] = ()


def read_pull_requests(file: Path | None) -> PullRequests:
    """Read *file*. Raises nothing: what cannot be read is a note, and entries that can be are used."""
    if file is None:
        return PullRequests()
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            return PullRequests(notes=(f"{file.name} is larger than {MAX_BYTES:,} bytes, and is not read",))
        # A shell of Windows writes UTF-16, or a mark at the beginning.
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            data = data.decode("utf-16").encode()
        entries = msgspec.json.decode(data.removeprefix(codecs.BOM_UTF8), type=list[msgspec.Raw])
    except OSError as error:
        return PullRequests(notes=(f"{file.name} cannot be read: {error.strerror or error}",))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return PullRequests(notes=(f"{file.name} holds no list of pull requests, as `gh pr list --json` prints one",))
    ignored: set[str] = set()
    requests = [_request(entry, ignored) for entry in entries]
    notes = []
    if wrong := requests.count(None):
        notes.append(f"{wrong} entries of {file.name} are no pull requests, and are left out")
    if ignored:
        notes.append(f"{file.name} has values that cannot be read, and are left out: {', '.join(sorted(ignored))}")
    return PullRequests({request.number: request for request in requests if request is not None}, tuple(notes))


def _request(entry: msgspec.Raw, ignored: set[str]) -> PullRequest | None:
    """The pull request of *entry*; ``None`` when it has no number.

    :param ignored: the names of values that cannot be read are added to it; what is ``null`` is not there.
    """
    found: dict[str, Any] = {}
    try:
        values = msgspec.json.decode(entry, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    for field in msgspec.structs.fields(PullRequest):
        value = bytes(values.get(field.encode_name, b"null"))
        try:
            if value != b"null":
                found[field.name] = msgspec.json.decode(value, type=field.type, strict=False)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            ignored.add(field.encode_name)
    return PullRequest(**found) if "number" in found else None


def outdated(requests: PullRequests, tips: Iterable[tuple[int, str]]) -> str:
    """A note when the file is older than the refs, else an empty text.

    :param tips: number and commit of each pull request's ref.
    """
    old = [
        number
        for number, commit in tips
        if (request := requests.by_number.get(number)) is None or (request.head_ref_oid or commit) != commit
    ]
    if not requests.by_number or not old:
        return ""
    return f"the file of pull requests is older than the refs: {len(old)} have changed since, such as {old[0]}"
