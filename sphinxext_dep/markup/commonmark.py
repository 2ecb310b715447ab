"""MyST's Markdown as CommonMark of the same length.

A CommonMark parser that reads the translation finds the blocks that MyST finds in the page, at the page's offsets.
"""

from __future__ import annotations

import re

DIRECTIVE_INFO = re.compile(r"[ \t]*\{([^\s`{}]+)\}(?:[ \t]+([^\n]*?))?[ \t]*(?=\n|\Z)")
"""The text behind the opening fence of a directive: its name and its argument."""

_TRAILING_BLANK = re.compile(r"(?<![ \t])[ \t]++(?=\n|\Z)")
# MyST's line comments, targets and block breaks: each interrupts a paragraph and holds nothing.
_MYST_LINE = re.compile(r"^( {0,3})(?:(%)[^\n]*|\([^\n]+\)=[ \t]*(?=\n|\Z)|\+[ \t]*\+[ \t]*\+[^\n]*)", re.MULTILINE)
_MYST_START = re.compile(r"\n {0,3}[%(+]")  # what any of them starts with: a quick look before the long one

# A line that may open a fence, or a block of HTML that could hold something like one.
_OPENING = re.compile(
    r"^ {0,3}(?:(?P<fence>`{3,}|~{3,}|:{3,})(?P<info>[^\n]*)|(?P<comment><!--)"
    r"|<(?P<text>pre|script|style|textarea)(?=[ \t>\n]|\Z)|</?(?P<tag>[a-z][a-z0-9-]*)(?=[ \t/>\n]|\Z))",
    re.MULTILINE | re.IGNORECASE,
)
_END_OF_TEXT = re.compile(r"</(?:pre|script|style|textarea)>", re.IGNORECASE)
_LONE_TAG = re.compile(r"[^<>\n]*>[ \t]*(?=\n|\Z)")
_BLANK_LINE = re.compile(r"\n[ \t]*(?=\n|\Z)")
_BLOCK_TAG = re.compile(
    r"(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|"
    r"details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h1|"
    r"h2|h3|h4|h5|h6|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|"
    r"noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|"
    r"thead|title|tr|track|ul)\Z",
    re.IGNORECASE,
)
"""The tags that start a block of HTML in CommonMark, which goes on to the next blank line:
https://spec.commonmark.org/0.31.2/#html-blocks."""


def as_commonmark(text: str) -> tuple[str, list[tuple[int, int]]]:
    """*text* as CommonMark of the same length, all ASCII, and the offsets of the MyST line comments in it.

    - Other characters than ASCII become ``?``: pyromark counts bytes, the page counts characters.
    - Tabs at the end of a line become spaces: pyromark does not see a closing fence with a tab behind it.
    - A colon fence becomes a tilde fence with nothing of note in it.
    - Line comments, targets and block breaks become empty headings, which also interrupt a paragraph.
    """
    if not text.isascii():
        text = text.encode("ascii", "replace").decode("ascii")
    if "\t" in text:
        text = _TRAILING_BLANK.sub(lambda match: " " * len(match[0]), text)
    if ":::" in text:
        text = _without_colon_fences(text)
    comments: list[tuple[int, int]] = []
    if _MYST_START.search(text) or text[:4].lstrip(" ").startswith(("%", "+", "(")):

        def disguise(match: re.Match[str]) -> str:
            if match[2]:
                comments.append((match.end(1), match.start() + len(match[0].rstrip())))
            rest = len(match[0]) - len(match[1]) - 1
            return match[1] + "#" + " " * rest

        text = _MYST_LINE.sub(disguise, text)
    return text, comments


def _without_colon_fences(text: str) -> str:
    """*text* with each top-level ``:::`` fence turned into a ``~~~`` fence that holds nothing but ``x``.

    A fence that is never closed is one only when it is a directive: MyST reads ``:::`` only when told to, and the rest
    of a page should not vanish for a line that is text to everyone else.
    """
    pieces: list[str] = []
    done = 0
    position = 0
    unclosed: set[str] = set()
    while opening := _OPENING.search(text, position):
        fence = opening["fence"]
        if fence is None:
            position = _behind_html(text, opening)
            continue
        line_end = opening.end()
        if fence[0] == "`" and "`" in opening["info"]:
            position = line_end
            continue
        closing = None
        if fence not in unclosed:
            closing = re.compile(rf"^ {{0,3}}{fence[0]}{{{len(fence)},}}[ \t]*$", re.MULTILINE).search(text, line_end)
        if closing is None:
            # No later search for the same fence can succeed: do not repeat it.
            unclosed.add(fence)
            if fence[0] != ":":
                break
            if not DIRECTIVE_INFO.match(text, opening.end("fence")):
                position = line_end
                continue
        end = closing.start() if closing else len(text)
        position = closing.end() if closing else len(text)
        if fence[0] == ":":
            pieces += (
                text[done : opening.start("fence")],
                "~" * len(fence),
                " " * (line_end - opening.end("fence")),
                re.sub(r"\S", "x", text[line_end:end]),
                text[end:position].replace(":", "~"),
            )
            done = position
    pieces.append(text[done:])
    return "".join(pieces)


def _behind_html(text: str, opening: re.Match[str]) -> int:
    """The offset behind the block of HTML that *opening* starts, or behind *opening* when it starts none."""
    position = opening.end()
    if opening["comment"]:
        end = text.find("-->", position)
        return len(text) if end < 0 else end
    if opening["text"]:
        end_tag = _END_OF_TEXT.search(text, position)
        return end_tag.end() if end_tag else len(text)
    if not _BLOCK_TAG.match(opening["tag"]):
        # Any other tag starts a block when it is alone on its line and does not continue a paragraph.
        start = max(0, opening.start() - 1)
        if text[text.rfind("\n", 0, start) + 1 : start].strip() or not _LONE_TAG.match(text, position):
            return position
    blank = _BLANK_LINE.search(text, position)
    return blank.start() if blank else len(text)
