"""The options of a MyST directive, as MyST reads them: a small YAML of its own.

The grammar is that of ``myst_parser.parsers.options`` (myst-parser 4.0 to 5.2), which is internal to MyST: one block
mapping of strings. Keys start at the left margin; a value is plain, quoted, literal (``|``) or folded (``>``); a ``#``
behind a space starts a comment. Unlike in YAML a plain value may start with any character (``@octo``) and hold ``: ``.

MyST gives up at the first error and drops every option. This reader reports the error and goes on at the next line
that starts a key, so that one slip is not reported as ten missing fields.
"""

from __future__ import annotations

import re

import msgspec

from sphinxext_dep.model.source import next_newline


class Option(msgspec.Struct, frozen=True):
    """One option; places are indexes into the text that was read.

    :param value_span: the indexes of the value, without quotes.
    :param comment: whether a comment took the value, or looks as if it took the end of it (``#12``).
    """

    key: str
    key_span: tuple[int, int]
    value: str
    value_span: tuple[int, int]
    comment: bool = False


class OptionError(Exception):
    """A place at which the options cannot be read.

    :param message: what is wrong.
    :param help: how to fix it.
    """

    def __init__(self, start: int, end: int, message: str, help: str) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.message = message
        self.help = help


_SKIPPED = re.compile(r"(?: *(?:#[^\n]*)?\n)* *(?:#[^\n]*)?")
_WORD_OF_KEY = r"(?:[^ \t\n:]|:(?![ \t\n]|\Z))+"
_PLAIN_KEY = re.compile(rf"{_WORD_OF_KEY}(?: +(?!#){_WORD_OF_KEY})*")
_PLAIN_LINE = re.compile(r"(?!#)[^ \t\n]+(?: +(?!#)[^ \t\n]+)*")
_FOLD = re.compile(r" *\n((?: *\n)*) +")
# `# words` is a comment; `#octo` in place of a value, and `#12` behind one, were meant to be values.
_COMMENT = re.compile(r" *#\w")
_BLANK = re.compile(r"[ \t]*")
_LOST = re.compile(r" +#\d")
_QUOTED = {
    '"': re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL),
    "'": re.compile(r"'((?:[^']|'')*)'"),
}
_FLOW_FOLD = re.compile(r"[ \t]*\n((?:[ \t]*\n)*)[ \t]*")
_ESCAPE = re.compile(
    r"[ \t]*\n(?P<breaks>(?:[ \t]*\n)*)[ \t]*"
    r"|\\(?:\n[ \t]*(?P<more>(?:\n[ \t]*)*)"
    r"|x(?P<x>[0-9A-Fa-f]{2})|u(?P<u>[0-9A-Fa-f]{4})|U(?P<U>[0-9A-Fa-f]{8})|(?P<char>.))"
)
_ESCAPES = {
    "0": "\0", "a": "\x07", "b": "\x08", "t": "\t", "\t": "\t", "n": "\n", "v": "\x0b", "f": "\x0c", "r": "\r",
    "e": "\x1b", " ": " ", '"': '"', "\\": "\\", "/": "/", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_BLOCK = re.compile(
    r"[|>](?:(?P<chomp>[-+])(?P<indent>[1-9])?|(?P<indent2>[1-9])(?P<chomp2>[-+])?)?(?: +#[^\n]*| *)(?:\n|\Z)"
)
_NEXT_KEY = re.compile(r"\n(?=[^ \t\n#])")
_NO_SPACE = re.compile(r"([\w-]+):(?=\S)")


def read_options(text: str) -> tuple[list[Option], list[OptionError]]:
    """Read *text*, one or more lines of ``key: value``.

    :returns: the options in order, duplicates kept, and every place that could not be read.
    """
    reader = _Reader(text)
    reader.read()
    return reader.options, reader.errors


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.options: list[Option] = []
        self.errors: list[OptionError] = []

    def read(self) -> None:
        position = 1 if self.text.startswith("\ufeff") else 0
        while True:
            position = self._skip(position)
            if position >= len(self.text):
                return
            try:
                position = self._option(position)
            except OptionError as error:
                self.errors.append(error)
                behind = _NEXT_KEY.search(self.text, error.start)
                if behind is None:
                    return
                position = behind.end()

    def _skip(self, position: int) -> int:
        """The index behind spaces, line breaks and comments."""
        return _behind(_SKIPPED, self.text, position)

    def _at_margin(self, position: int) -> bool:
        return position == 0 or self.text[position - 1] == "\n" or (position == 1 and self.text[0] == "\ufeff")

    def _option(self, position: int) -> int:
        """Read one option and return the index behind it."""
        text = self.text
        if not self._at_margin(position):
            raise self._misplaced(position)
        if text[position] in _QUOTED:
            key, key_span, behind = self._quoted(position)
        else:
            behind = _behind(_PLAIN_KEY, text, position)
            key, key_span = text[position:behind], (position, behind)
        colon = self._skip(behind)
        if not text.startswith(":", colon):
            return self._no_colon(position, colon)
        start = self._skip(colon + 1)
        if text.startswith("\t", start) and text.find("\n", colon, start) < 0:
            # MyST takes nothing of it; the value is plain to see, and need not be called missing too.
            self.errors.append(_tab(start))
            start = _behind(_BLANK, text, start)
        if start >= len(text) or self._at_margin(start):
            place = colon + 2 if text.startswith(" ", colon + 1) else colon + 1
            comment = _COMMENT.match(text, colon + 1) is not None
            self.options.append(Option(key, key_span, "", (place, place), comment))
            return start
        if text[start] in "|>":
            value, value_span, behind = self._block_scalar(start)
        elif text[start] in _QUOTED:
            value, value_span, behind = self._quoted(start)
        else:
            value, value_span, behind = self._plain(start)
        self.options.append(Option(key, key_span, value, value_span, _LOST.match(text, behind) is not None))
        return behind

    def _plain(self, start: int) -> tuple[str, tuple[int, int], int]:
        """A plain value, which goes on in lines that are indented."""
        text = self.text
        pieces: list[str] = []
        end = position = start
        while match := _PLAIN_LINE.match(text, position):
            pieces.append(match[0])
            end = match.end()
            fold = _FOLD.match(text, end)
            if fold is None:
                break
            pieces.append("\n" * fold[1].count("\n") or " ")
            position = fold.end()
        else:
            if pieces:
                pieces.pop()  # a fold with nothing behind it: the end, a comment, or a tab that the next step reports
        return "".join(pieces), (start, end), end

    def _quoted(self, start: int) -> tuple[str, tuple[int, int], int]:
        """A quoted key or value."""
        text = self.text
        quote = text[start]
        match = _QUOTED[quote].match(text, start)
        if match is None:
            raise OptionError(start, start + 1, f"the quote {quote} is never closed", f"close it with another {quote}")
        inner = match[1]
        if quote == "'":
            value = _FLOW_FOLD.sub(lambda fold: "\n" * fold[1].count("\n") or " ", inner).replace("''", "'")
        else:
            value = _ESCAPE.sub(lambda escape: _unescape(escape, start + 1), inner)
        return value, match.span(1), match.end()

    def _block_scalar(self, start: int) -> tuple[str, tuple[int, int], int]:
        """A literal or folded value: the lines below that are indented."""
        text = self.text
        header = _BLOCK.match(text, start)
        if header is None:
            raise OptionError(
                start,
                start + 1,
                f"a value that starts with {text[start]} must go on in the next line",
                f"put quotes around the value, or nothing behind `{text[start]}-`",
            )
        folded = text[start] == ">"
        chomp = header["chomp"] or header["chomp2"] or ""
        given = header["indent"] or header["indent2"]
        position = header.end()
        if given:
            indent = int(given)
            blank, position, column = self._breaks(position, indent)
        else:
            indent, blank, position, column = self._indentation(position)
        pieces: list[str] = []
        first = end = position
        newline = ""
        while column == indent and position < len(text):
            pieces.append("\n" * blank)
            line_end = next_newline(text, position)
            newline = text[line_end : line_end + 1]
            pieces.append(text[position:line_end])
            plain = text[position : position + 1] not in (" ", "\t")
            end = line_end
            blank, position, column = self._breaks(line_end + len(newline), indent)
            if column != indent or position >= len(text):
                break
            if folded and newline and plain and text[position] not in " \t":
                pieces.append("" if blank else " ")
            else:
                pieces.append(newline)
        if chomp != "-":
            pieces.append(newline)
        if chomp == "+":
            pieces.append("\n" * blank)
        return "".join(pieces), (first, end), position

    def _indentation(self, position: int) -> tuple[int, int, int, int]:
        """The indent of a block scalar, its leading blank lines, and the index and column where they end."""
        text = self.text
        indent = blank = column = 0
        while position < len(text) and text[position] in " \n":
            if text[position] == "\n":
                blank += 1
                column = 0
            else:
                column += 1
                indent = max(indent, column)
            position += 1
        return max(1, indent), blank, position, column

    def _breaks(self, position: int, indent: int) -> tuple[int, int, int]:
        """Skip blank lines and at most *indent* spaces: how many lines, and the index and column behind."""
        text = self.text
        blank = column = 0
        while position < len(text):
            if text[position] == "\n":
                blank += 1
                column = 0
            elif text[position] == " " and column < indent:
                column += 1
            else:
                break
            position += 1
        return blank, position, column

    def _misplaced(self, position: int) -> OptionError:
        text = self.text
        if text[position] == "\t":
            return _tab(position)
        line_start = text.rfind("\n", 0, position) + 1
        end = next_newline(text, position)
        if text[line_start:position].strip(" "):
            return OptionError(position, end, "there is text behind the value", "put quotes around the whole value")
        return OptionError(position, end, "the option does not start at the margin", "remove the space in front of it")

    def _no_colon(self, start: int, behind: int) -> int:
        """Report a line without a key; ``status:Draft`` still tells what it means."""
        text = self.text
        end = next_newline(text, start)
        match = _NO_SPACE.match(text, start)
        if match is None:
            if text.startswith("\t", behind):
                raise _tab(behind)
            message = "the line is not an option: it has no colon behind a key"
            raise OptionError(start, end, message, "write `:key: value`")
        value = text[match.end() : end].rstrip()
        message = f"there is no space behind the colon of `{match[1]}`"
        self.errors.append(OptionError(match.end() - 1, match.end(), message, f"write `:{match[1]}: {value}`"))
        self.options.append(Option(match[1], match.span(1), value, (match.end(), match.end() + len(value))))
        return end


def _behind(pattern: re.Pattern[str], text: str, position: int) -> int:
    """The index behind what *pattern* matches at *position*."""
    match = pattern.match(text, position)
    return match.end() if match else position


def _tab(position: int) -> OptionError:
    return OptionError(position, position + 1, "options may not hold tabs", "write a space instead")


def _unescape(match: re.Match[str], start: int) -> str:
    """The text of an escape or a line break in double-quoted text, which starts at index *start*."""
    if match["breaks"] is not None:
        return "\n" * match["breaks"].count("\n") or " "
    if match["more"] is not None:
        return "\n" * match["more"].count("\n")
    code = match["x"] or match["u"] or match["U"]
    if code:
        number = int(code, 16)
        if number < 0x110000 and not 0xD800 <= number < 0xE000:
            return chr(number)
    elif match["char"] in _ESCAPES:
        return _ESCAPES[match["char"]]
    raise OptionError(
        start + match.start(),
        start + match.end(),
        f"`{match[0]}` is not an escape of double-quoted text",
        "write `\\\\` for a backslash, or use single quotes",
    )
