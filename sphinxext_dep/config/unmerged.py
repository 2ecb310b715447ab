"""The ``[unmerged]`` table: which branches and pull requests are looked at, and how they become links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from sphinxext_dep.config.errors import Problems
from sphinxext_dep.config.read import read_keys, read_table
from sphinxext_dep.config.tables import UNMERGED
from sphinxext_dep.fields.links import url_problem

_URLS = {"pull_request_url": "{number}", "branch_url": "{branch}"}


class UnmergedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The table; :data:`~sphinxext_dep.config.tables.UNMERGED` says what each key means.

    :param max_age: days; 0 for no limit.
    :param pull_requests: the JSON file; ``None`` without one.
    """

    refs: tuple[str, ...] = ("refs/remotes/origin/*", "refs/pull/*/head")
    exclude: tuple[str, ...] = ()
    base: str = ""
    merged_subject: str = r"\(#(?P<number>[0-9]+)\)$"
    max_age: int = 365
    pull_request_url: str = ""
    branch_url: str = ""
    pull_requests: Path | None = None
    other_directories: bool = True


def read_unmerged(document: Mapping[str, object], directory: Path, problems: Problems) -> UnmergedSettings | None:
    """Read the table; ``None`` when the document has none.

    :param directory: of the configuration file.
    """
    name = UNMERGED.name
    if name not in document:
        return None
    values = read_keys(read_table(document[name], (name,), problems), UNMERGED.keys, (name,), problems)
    for attribute, placeholder in _URLS.items():
        url = values.get(attribute, "")
        key = (name, attribute.replace("_", "-"))
        if url and url.count(placeholder) != 1:
            problems.add(key, f"'{url}' does not hold {placeholder} once", f"put {placeholder} where it differs")
        elif url and (why := url_problem(url.replace(placeholder, "1"))):
            problems.add(key, why.replace("`", "'"), f"write it like 'https://example.org/{placeholder}'")
    if values.get("max_age", 0) < 0:
        problems.add((name, "max-age"), "it is negative", "write a number of days, or 0 for no limit")
    if subject := values.get("merged_subject"):
        try:
            if "number" not in re.compile(subject).groupindex:
                problems.add((name, "merged-subject"), "it has no group 'number'", "write (?P<number>[0-9]+) in it")
        except re.error as error:
            problems.add((name, "merged-subject"), f"it is no regular expression: {error}", "correct it")
    if "pull_requests" in values:
        file = values["pull_requests"]
        if not file or "\0" in file:
            problems.add((name, "pull-requests"), "it names no file", "name one, such as 'pulls.json'")
        values["pull_requests"] = directory / file.replace("\0", "")
    return None if problems.errors else UnmergedSettings(**values)
