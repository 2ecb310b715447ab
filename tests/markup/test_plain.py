"""Plain text of markup, compared with what docutils and MyST make of the same text."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from docutils import frontend, nodes, utils
from docutils.core import publish_doctree
from docutils.parsers.rst import Parser, states
from hypothesis import example, given
from hypothesis import strategies as st
from myst_parser.parsers.docutils_ import Parser as MystParser

from sphinxext_dep.markup import first_paragraph, shown_text
from sphinxext_dep.markup.markdown import markdown_paragraphs
from sphinxext_dep.markup.plain import MAX_LENGTH, plain_text, role_text
from sphinxext_dep.model.source import Source
from tests.timing import linear_time

PIECES = ["*", "**", "`", "``", "_", "__", "|", "\\", " ", "a", "bc", "word", "(", ")", "<", ">", '"', "'", ":", ".",
          "-", "[1]_", "[#x]_", "[Foo]_", ":role:", "<u>`_", "é", "«", "»", "\n", "/", ",", "x_", "::"]  # fmt: skip
MARKDOWN_PIECES = ["*", "**", "`", "``", "_", "__", "\\", " ", "a", "bc", "(", ")", "[", "]", "<", ">", '"', "!", "é",
                   "<b>", "[t](https://u.org)", "[r] ", "[^1] ", " {sub}`a` ", "&amp;", "\n", "~", "$", "<!-- c -->",
                   "1. "]  # fmt: skip


def words(node):
    """The text of docutils' nodes, by the rules of the module."""
    text = ""
    for child in node:
        if isinstance(child, nodes.Text):
            text += child.astext()
        elif isinstance(child, nodes.footnote_reference):
            text = text.rstrip()
        elif isinstance(child, nodes.citation_reference):
            text += f"[{child.astext()}]"
        elif isinstance(child, nodes.substitution_reference):
            text += f"|{child.astext()}|"
        elif isinstance(child, nodes.image):
            text += child.get("alt", "")
        elif not isinstance(child, (nodes.raw, nodes.system_message, nodes.comment)):
            text += words(child.children)
    return text


def in_docutils(text, monkeypatch):
    def interpreted(self, rawsource, content, role, lineno):
        shown = role_text(role, utils.unescape(content), "DEP") if role else utils.unescape(content)
        return [nodes.inline(rawsource, shown)], []

    monkeypatch.setattr(states.Inliner, "interpreted", interpreted)
    settings = frontend.get_default_settings(Parser)
    settings.report_level = 5
    document = utils.new_document("page", settings)
    inliner = states.Inliner()
    inliner.init_customizations(settings)
    memo = SimpleNamespace(document=document, reporter=document.reporter, language=None, inliner=inliner)
    found, _messages = inliner.parse(text, 1, memo, document)
    return " ".join(words(found).split())


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("*a* b**c** ``d`` `e`_ `f <g>`__ |h| i_ [1]_")
@example("``\\x``\\ s and \\*\\*kwargs")
@example('"*" (*) *a\\* b* __init__ _`t`')
def test_as_docutils(text):
    # What a substitution without a definition is shown as, and how much of a mistake, is not a matter of words.
    text = text.strip()
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert " ".join(plain_text(text, "DEP").split()) == in_docutils(text, monkeypatch)


def in_myst(text):
    settings = {"report_level": 5, "halt_level": 6, "doctitle_xform": False, "smart_quotes": False,
                "myst_suppress_warnings": ["*"]}  # fmt: skip
    document = publish_doctree(text, parser=MystParser(), settings_overrides=settings)
    return [" ".join(words(node).split()) for node in document.findall(nodes.paragraph) if node.parent is document]


@given(st.lists(st.sampled_from(MARKDOWN_PIECES), max_size=12).map("".join))
@example("a *b* `c` [d](https://e.org) ![f](g) <b>h</b> &amp; [r] x[^1]")
def test_as_myst(text):
    page = f"word {text}\n\n[r]: https://example.org\n\n[^1]: note\n"
    source = Source("page.md", page)
    found = [shown_text(source, paragraph, "DEP") for paragraph in markdown_paragraphs(page)]
    assert [item for item in found if item][:1] == [item for item in in_myst(page) if item][:1]


@pytest.mark.parametrize(
    "text", ["*" * 16_000, "** " * 5_000, "`a " * 5_000, "|a " * 5_000, "[a](" * 4_000, "\\" * 16_000]
)
@pytest.mark.parametrize("suffix", ["md", "rst"])
def test_no_text_takes_long(text, suffix):
    source = Source(f"page.{suffix}", text)
    with linear_time():
        shown = first_paragraph(source, source.span(0, len(text)), "DEP")
    assert len(shown) <= MAX_LENGTH + 1
