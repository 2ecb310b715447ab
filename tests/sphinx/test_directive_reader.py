"""What the text reader finds in a directive is what MyST or docutils hands to the directive.

Each page is read twice: by the engine from its text, and by the real parser, with a directive that notes what it gets.
"""

from __future__ import annotations

import itertools
from typing import Any, ClassVar

import myst_parser
import pytest
from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive as DocutilsDirective
from docutils.parsers.rst import Parser as RstParser
from docutils.parsers.rst import directives
from hypothesis import given, settings
from hypothesis import strategies as st
from myst_parser.parsers.docutils_ import Parser as MystParser

from sphinxext_dep.markup import read_outline
from sphinxext_dep.markup.directive import Directive, find_directives
from sphinxext_dep.model.source import Source

NAME = "dep-probe"
MYST_5 = pytest.mark.skipif(
    int(myst_parser.__version__.partition(".")[0]) < 5,
    reason="MyST 4 takes any line behind the options that begins with a colon for one more; the reader follows MyST 5",
)
UNLIKE = ("\t", "\x0b", "\x85", "\u2028", "\\", "''")
"""What docutils or MyST turns into something else."""


class AnyOption(dict[str, Any]):
    """An ``option_spec`` that knows every option, and takes its value as text."""

    def __bool__(self) -> bool:
        return True

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> Any:
        return lambda value: value or ""


class Probe(DocutilsDirective):
    """Notes what it is handed."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = AnyOption()
    seen: ClassVar[list[tuple[dict[str, str], str, str]]] = []

    def run(self) -> list[nodes.Node]:
        """Note options, argument and body of a directive at the top level of the page."""
        if isinstance(self.state_machine.node, nodes.document | nodes.section):
            self.seen.append((dict(self.options), " ".join(self.arguments), "".join(self.content).strip()))
        return []


@pytest.fixture(autouse=True, scope="module")
def probe() -> None:
    """Make the probe known; under its own name it is in nobody's way afterwards."""
    directives.register_directive(NAME, Probe)


def real(text: str, suffix: str) -> tuple[list[tuple[dict[str, str], str, str]], list[str]]:
    """What the parser hands to each probe, and what it complains about."""
    Probe.seen.clear()
    quiet = {"report_level": 5, "halt_level": 6, "warning_stream": False}
    if suffix == "md":
        overrides: dict[str, Any] = {**quiet, "myst_enable_extensions": ["colon_fence"]}
        tree = publish_doctree(text, parser=MystParser(), settings_overrides=overrides)
    else:
        tree = publish_doctree(text, parser=RstParser(), settings_overrides=quiet)
    complaints = [message.astext() for message in tree.findall(nodes.system_message)]
    return list(Probe.seen), complaints


def ours(text: str, suffix: str) -> list[Directive]:
    source = Source(f"page.{suffix}", text)
    found = find_directives(source, read_outline(source), (NAME,))
    for item in found:
        for field in item.options:
            for span in (field.label_span, field.span):
                assert 0 <= span.start <= span.end <= len(text)
                assert source.line_of(span.start) == span.line
            written = text[field.span.start : field.span.end]
            if len(written.splitlines()) < 2 and not any(mark in text for mark in UNLIKE):
                # A value on one line is in the page as it was read.
                assert written == field.value.strip("\n")
    return found


def options_of(item: Directive, suffix: str) -> dict[str, str]:
    """The options as a mapping: the last of two with one name wins in MyST, and docutils folds their case."""
    return {field.label if suffix == "md" else field.label.lower(): field.value for field in item.options}


def compare(text: str, suffix: str) -> None:
    """Both read the same, or both say that something is wrong."""
    expected, complaints = real(text, suffix)
    found = ours(text, suffix)
    problems = [problem for item in found for problem in item.problems if "never closed: it" not in problem.message]
    if suffix == "rst" and len(expected) < len(found):
        labels = [field.label.lower() for item in found for field in item.options]
        # docutils rejects a repeated option, which the engine keeps for DEP104, and reads inline markup in names.
        assert problems or len(set(labels)) < len(labels) or set("".join(labels)) & set("|*`_"), complaints
        return
    assert len(found) == len(expected)
    if any("Invalid options" in complaint for complaint in complaints):
        assert problems
        return
    if suffix == "rst" and problems:
        return  # such as `:key:value`, which is an argument to reST
    assert not problems
    for item, (options, argument, body) in zip(found, expected, strict=True):
        assert options_of(item, suffix) == options
        assert " ".join(item.argument.split()) == " ".join(argument.split())
        assert (item.body is not None) == bool(body)


OPTIONS = [
    "status: Draft",
    "status:",
    "status:   Draft   ",
    "authors: @octo, Ada Lovelace",
    'authors: "@octo, Ada"',
    "authors: '@octo, Ada'",
    "authors: 'it''s Ada'",
    'authors: "a \\"quoted\\" name, \\x41\\u00e9\\U0001F600\\n\\t\\\\"',
    'authors: "unclosed',
    "authors: 'unclosed",
    'authors: "a" b',
    'authors: "bad \\q escape"',
    "authors: [@octo](https://github.com/octo)",
    "authors: [a, b]",
    "authors: {a: b}",
    "authors: - a",
    "authors: * a",
    "authors: &a b",
    "authors: !tag b",
    "authors: % b",
    "authors: `a`",
    "authors: a: b: c",
    "authors: a # b",
    "authors: a #b",
    "authors: a#b",
    "replaces: #12",
    "replaces: '#12'",
    "# a comment",
    "pull-request: https://example.org/pull/1#issuecomment-2",
    "pull-request: <https://example.org>",
    "status:Draft",
    "status :Draft",
    "status : Draft",
    "two words: x",
    "'quoted key': x",
    '"quoted key": x',
    "no colon",
    "Status: UPPER",
    "stat\\us: x",
    "status: a\\*b",
    "status: **bold** and *emphasis* and ``code``",
    "status: >-",
    "status: >",
    "status: |",
    "status: |+",
    "status: |2",
    "status: | # comment",
    "status: |x",
    "status:\tDraft",
    "status: a\tb",
    " status: x",
    "-: x",
    "é: ü",
    "status: 再試行",
    "status: a\x0bb",
    "status: a\u2028b",
    "status: a\x85b: c",
]
MORE = [
    "",
    "  more",
    "   more and more",
    "  - item",
    "other: y",
    "  # comment",
    "more",
    "    deeper\n  less",
    "  less\n    deeper\n  less",
    "\n  below",
]


def page(fence: str, lines: list[str], *, style: str = ":", indent: str = "", argument: str = "") -> str:
    """A Markdown page with a probe; *style* ``:`` puts a colon before each line, ``-`` a YAML block around them."""
    body = [f":{line}" for line in lines] if style == ":" else ["---", *lines, "---"] if style == "-" else lines
    inside = "".join(f"{indent}{line}\n" for line in body)
    return f"# Title\n\n{indent}{fence}{{{NAME}}}{argument}\n{inside}{indent}{fence}\n\nText.\n"


@pytest.mark.parametrize("style", [":", "-"])
@pytest.mark.parametrize("option", OPTIONS)
def test_myst_option(option, style):
    compare(page("```", [option], style=style), "md")


@pytest.mark.parametrize("style", [":", "-"])
@pytest.mark.parametrize("more", MORE)
@pytest.mark.parametrize("option", ["status: Draft", "status:", "status: >-", "status: |", "status: 'a", "status: #1"])
def test_myst_continued(option, more, style):
    compare(page("```", [option, *more.split("\n"), "last: z"], style=style), "md")


@pytest.mark.parametrize(
    ("fence", "indent"), list(itertools.product(["```", "`````", "~~~", ":::", "::::::"], ["", " ", "  ", "   "]))
)
def test_myst_fence(fence, indent):
    compare(page(fence, ["status: Draft", "authors: a,", "  b"], indent=indent, argument=" an argument"), "md")


@pytest.mark.parametrize(
    "tail",
    ["Body.", "\nBody.", "\n:late: x", "--- Body.", pytest.param(":::{note}\n:::", marks=MYST_5), "# not an option"],
)
def test_myst_body(tail):
    compare(page("````", [":status: Draft", *tail.split("\n")], style=""), "md")
    compare(page("````", ["---", "status: Draft", "---", *tail.split("\n")], style=""), "md")
    compare(page("````", tail.split("\n"), style=""), "md")


@pytest.mark.parametrize("line", ["\t:status: a", " \t:status: a", "  \t:status: a", "\t\t:status: a"])
@pytest.mark.parametrize("indent", ["", " ", "  ", "   "])
def test_myst_tabs(line, indent):
    """A fence's indent is taken from a tab, of which spaces may be left; a YAML block shows how many."""
    text = f"# Title\n\n{indent}```{{{NAME}}}\n{line}\n{indent}```\n"
    compare(text, "md")
    compare(text.replace(line, f"{indent}---\n{line.replace(':status', 'status')}\n{indent}k: b\n{indent}---"), "md")


@pytest.mark.parametrize(
    "how", ["fence without end", "colon fence without end", "block without end", "CRLF", "nothing inside"]
)
def test_myst_ends(how):
    text = {
        "fence without end": f"```{{{NAME}}}\n:status: Draft\n",
        "colon fence without end": f":::{{{NAME}}}\n:status: Draft",
        "block without end": f"```{{{NAME}}}\n---\nstatus: Draft\n```\n",
        "CRLF": page("```", ["status: Draft", 'authors: "a,', '  b"']).replace("\n", "\r\n"),
        "nothing inside": f"```{{{NAME}}}\n```\n",
    }[how]
    compare(text, "md")


@pytest.mark.parametrize("option", OPTIONS)
def test_rst_option(option):
    compare(f"Title\n=====\n\n.. {NAME}::\n   :{option}\n   :last: z\n\nText.\n", "rst")


@pytest.mark.parametrize("more", MORE)
def test_rst_continued(more):
    lines = "".join(f"   {line}\n" for line in more.split("\n"))
    compare(f"Title\n=====\n\n.. {NAME}:: an argument\n   :status: Draft\n{lines}\nText.\n", "rst")


PIECES = [
    ":key: ",
    ":a: b",
    "yy: z",
    "\n",
    "\n",
    "\n",
    " ",
    "  ",
    "#",
    " #",
    "'",
    '"',
    "|",
    ">",
    ">-",
    "|+",
    "\\",
    "\\n",
]
PIECES += [
    "\\x41",
    "x",
    "---",
    "---\n",
    ":::",
    "\t",
    ":",
    "::",
    "- ",
    "@o",
    "[",
    "\u2028",
    "\x85",
    "\x0b",
    "é",
    "%",
    "```",
]
BODY = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@MYST_5
@settings(max_examples=300, deadline=None)
@given(
    body=BODY,
    style=st.sampled_from([":", "-", ""]),
    fence=st.sampled_from(["```", "````", "~~~", "::::"]),
    indent=st.sampled_from(["", "", "  ", "   "]),
)
def test_myst_anything(body, style, fence, indent):
    compare(page(fence, body.split("\n"), style=style, indent=indent), "md")


@settings(max_examples=300, deadline=None)
@given(body=BODY, indent=st.sampled_from([" ", "   ", "\t"]), argument=st.sampled_from(["", " argument", " :first: x"]))
def test_rst_anything(body, indent, argument):
    lines = "".join(f"{indent}{line}\n" for line in body.split("\n"))
    compare(f"Title\n=====\n\n.. {NAME}::{argument}\n{lines}\nText.\n", "rst")
