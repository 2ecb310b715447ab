"""The texts of versions: read from the repository once, for what they say of the status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from sphinxext_dep.history.git import read_blobs
from sphinxext_dep.history.statuses import Said, key_of, name_of, read_status
from sphinxext_dep.history.trace import Version
from sphinxext_dep.model.files import JOINT
from sphinxext_dep.model.schema import Schema

_BATCH = 200
"""Texts that are held at once: those of all versions could fill the memory."""

_AND = "+"
"""Between the object names of a page and of the file beside it."""


def read_texts(
    top: Path,
    versions: Mapping[str, list[Version]],
    schema: Schema,
    said: Mapping[str, Said],
    used: dict[str, Said],
    here: frozenset[str] | None,
) -> None:
    """Read into *used* what every version says of its status.

    :param here: the texts that can be read; ``None`` when all can.
    """
    wanted: dict[str, set[str]] = {}
    for path, items in versions.items():
        for item in items:
            key = key_of(item, path)
            if key in said:
                used[key] = said[key]
            elif key not in used and item.blob:
                wanted.setdefault(item.blob, set()).add(name_of(item, path))
    names = sorted(blob for blob in wanted if here is None or here.issuperset(blob.split(_AND)))
    for start in range(0, len(names), _BATCH):
        chunk = names[start : start + _BATCH]
        texts = read_blobs(top, {part for blob in chunk for part in blob.split(_AND)})
        for blob in chunk:
            parts = [texts.get(part) for part in blob.split(_AND)]
            if None in parts:
                continue  # the repository is damaged: the text did not say nothing, nobody knows what it said
            data = JOINT.join(part for part in parts if part is not None)
            for name in wanted[blob]:
                used[f"{PurePosixPath(name).suffix}:{blob}"] = read_status(data, name, schema)


def joined(page: Sequence[Version], beside: Sequence[Version]) -> list[Version]:
    """The versions of a page and of the file beside it that holds its header, as those of one text.

    Each is made from the one before: which branch a file came from does not matter to the other, and both together have
    one line of history.
    """
    made: list[Version] = []
    now = {True: "", False: ""}
    steps = [(item, True) for item in page] + [(item, False) for item in beside]
    for version, is_page in sorted(steps, key=lambda step: (step[0].order, not step[1])):
        now[is_page] = version.blob
        blob = _AND.join(part for part in (now[True], now[False]) if part) if now[True] else ""
        path = version.path if is_page else made[-1].path if made else version.path
        if made and made[-1].order == version.order:
            made.pop()
        made.append(Version(version.commit, version.order, path, blob, tuple(made[-1:])))
    return made


def blobs_of(blob: str) -> list[str]:
    """The object names of a page, and of the file beside it if there is one."""
    return blob.split(_AND)
