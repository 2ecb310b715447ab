"""What is wrong with a configuration: file, key path, message and mend, all of them at once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

KeyPath = tuple[str | int, ...]
"""Where something stands in a TOML document: keys, and 0-based indexes into lists."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


class ConfigError(Exception):
    """One problem of a configuration file.

    :param file: the file, or ``None`` when the configuration came from elsewhere.
    :param key_path: such as ``statuses."Under Review".next[1]``; empty for the file as a whole.
    :param message: what is wrong, without a final full stop.
    :param help: how to mend it; may be empty.
    :param line: 1-based, known for syntax errors only.
    :param column: 1-based, in characters, known for syntax errors only.
    """

    def __init__(
        self,
        file: Path | None,
        key_path: str,
        message: str,
        help: str = "",
        *,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(file, key_path, message, help)
        self.file = file
        self.key_path = key_path
        self.message = message
        self.help = help
        self.line = line
        self.column = column

    def __str__(self) -> str:
        place = "configuration" if self.file is None else shown(self.file)
        if self.line is not None:
            place += f":{self.line}:{self.column}"
        text = f"{place}: {self.key_path}: {self.message}" if self.key_path else f"{place}: {self.message}"
        return f"{text}; {self.help}" if self.help else text


class ConfigErrors(Exception):  # noqa: N818 - the plural says what it holds
    """Every problem of a configuration file, in the order in which they were found; ``str()`` gives one a line."""

    def __init__(self, errors: Sequence[ConfigError]) -> None:
        super().__init__(tuple(errors))
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "\n".join(map(str, self.errors))


class Problems:
    """Collects the problems of one file.

    :param file: the file they are in.
    :param prefix: keys that every path begins with (``tool.sphinxext-dep`` in a ``pyproject.toml``).
    """

    def __init__(self, file: Path | None, prefix: KeyPath = ()) -> None:
        self.file = file
        self.prefix = prefix
        self.errors: list[ConfigError] = []
        self._broken: set[KeyPath] = set()
        self._hushed: frozenset[KeyPath] = frozenset()

    def add(self, path: KeyPath, message: str, help: str = "") -> None:
        """Note that *message* is wrong at *path*, and that *help* mends it."""
        if any(path[:length] in self._hushed for length in range(1, len(path) + 1)):
            return
        self._broken.add(path)
        self.errors.append(ConfigError(self.file, written(self.prefix + path), message, help))

    def hush_broken(self) -> None:
        """From here on say nothing more about what could not be read: it would only be an echo of the problem.

        That is the place itself, the rest of a list that was read in part, and a field whose type is not known.
        """
        lists = {path[:-1] for path in self._broken if isinstance(path[-1], int)}
        fields = {path[:-1] for path in self._broken if path[-1] == "type"}
        self._hushed = frozenset(self._broken | lists | fields)


def written(path: KeyPath) -> str:
    """A key path as one writes it in TOML: ``statuses."Under Review".next[1]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            key = part if _BARE_KEY.fullmatch(part) else json.dumps(part, ensure_ascii=False)
            text += f".{key}" if text else key
    return text


def shown(file: Path) -> str:
    """A file as messages name it: relative to the working directory when it is below it, with ``/``."""
    try:
        return file.relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return file.as_posix()
