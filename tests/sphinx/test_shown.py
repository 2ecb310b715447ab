"""Titles and summaries are the words that readers of the page see: in a build those of the page, without one the same.

The table has a form, the words that a build shows, and where a build knows more than the text, those of the command
line. Each form is tried in the title and in the summary.
"""

from __future__ import annotations

import re

import msgspec
import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.model.source import Source
from tests.sphinx.project import CONF, proposal, to_rst

RST = [
    ("``X``\\ s", "Xs"),
    (r"the \*\*kwargs", "the **kwargs"),
    (r"``\x`` escapes", r"\x escapes"),
    ("*a* **b** `c`", "a b c"),
    ("__array_function__ and __init__", "__array_function__ and __init__"),
    ("As :pep:`654`", "As PEP 654"),
    ("A :pep:`different PEP <239>`", "A different PEP"),
    ("See :rfc:`2822`", "See RFC 2822"),
    ("Use :func:`~os.path.join` and :class:`!Old`", "Use join() and Old"),
    (":py:meth:`.f` in :mod:`a.b`", "f() in a.b"),
    ("The :abbr:`LIFO (last in, first out)` rule", "The LIFO rule"),
    ("Press :kbd:`Ctrl+C`", "Press Ctrl+C"),
    (":menuselection:`File --> Open` and :guilabel:`&Save`", "File \N{TRIANGULAR BULLET} Open and Save"),
    (":file:`/usr/{name}/x`", "/usr/name/x"),
    (":math:`\\alpha + 1` units", "\\alpha + 1 units"),
    ("H\\ :sub:`2`\\ O", "H2O"),
    ("`Words <https://example.org/a_b>`_ and `more <https://example.org>`__", "Words and more"),
    ("At https://example.org/x", "At https://example.org/x"),
    ("As |text| has it", "As sub stitute has it"),
    ("Copyright |c| us", "Copyright \u00a9 us"),
    ("A |logo| here", "A picture here"),
    ("Version |release| of it", "Version 1.5 of it", "Version |release| of it"),
    ("Words [1]_ go on", "Words go on"),
    ("Words\\ [#note]_.", "Words."),
    ("By [Foo99]_ too", "By [Foo99] too"),
    ("The term_ here", "The term here"),
    ("An _`anchor` in it", "An anchor in it"),
    ("By :dep:`1` or :dep:`this <1>`", "By DEP-0001 or this"),
    ("By `<dep:1>`__", "By DEP-0001"),
    ("In :ref:`place`", "In Alternate Solutions", "In place"),
    ("In :doc:`0001-first`", "In The first one", "In 0001-first"),
    ('Say "it" isn\'t', "Say \u201cit\u201d isn\u2019t", 'Say "it" isn\'t'),
    (":unknown-to-us:`text`", "text"),
]  # fmt: skip

MARKDOWN = [
    ("*a* **b** `c` __d__ _e_", "a b c d e"),
    ("`__array_function__` and snake_case_name", "__array_function__ and snake_case_name"),
    (r"the \*\*kwargs", "the **kwargs"),
    ("As {pep}`654`", "As PEP 654"),
    ("Use {py:func}`~os.path.join` and {class}`!Old`", "Use join() and Old"),
    ("The {abbr}`LIFO (last in, first out)` rule", "The LIFO rule"),
    ("{math}`\\alpha` units", "\\alpha units"),
    ("H{sub}`2`O", "H2O"),
    ("[Words](https://example.org) and [more][target] and [target]", "Words and more and target"),
    ("At <https://example.org/x>", "At https://example.org/x"),
    ("An ![image](x.png) here", "An image here"),
    ("A &amp; B &copy;", "A & B \u00a9"),
    ("An <b>HTML</b> tag", "An HTML tag"),
    ("Words[^note] go on", "Words go on"),
    ("By {dep}`1` or {dep}`this <1>`", "By DEP-0001 or this"),
    ("By [](dep:1) or <dep:1>", "By DEP-0001 or DEP-0001"),
    ("In {ref}`place`", "In Alternate Solutions", "In place"),
    ("In [](0001-first.md)", "In The first one", "In 0001-first.md"),
    ("For {{ product }} now", "For Big Rocket now", "For {{ product }} now"),
    ("In $x^2$ steps", "In x^2 steps", "In $x^2$ steps"),
    ("{unknown-to-us}`text`", "text"),
    ("An ~~old~~ new way", "An old new way", "An ~~old~~ new way"),
]  # fmt: skip

ENDS = {
    "rst": "\n.. |text| replace:: sub *stitute*\n\n.. |c| unicode:: 0xA9 .. sign\n\n.. |logo| image:: x.png\n"
    "   :alt: picture\n\n.. [1] One.\n\n.. [#note] Two.\n\n.. [Foo99] Three.\n\n.. _term: https://example.org\n",
    "md": "\n[target]: https://example.org/target\n\n[^note]: A note.\n",
}
"""What the forms need elsewhere on their page."""

SETTINGS = """
release = "1.5"
myst_enable_extensions = ["dollarmath", "substitution", "strikethrough"]
myst_substitutions = {"product": "Big **Rocket**"}
suppress_warnings = ["image.not_readable", "myst.xref_missing", "myst.strikethrough", "ref.footnote"]

def setup(app):
    from docutils import nodes
    app.add_generic_role("unknown-to-us", nodes.emphasis)
"""


def page(title, summary, suffix):
    text = proposal(title, summary=summary)
    text = (
        text.replace("# Alternate Solutions", "(place)=\n# Alternate Solutions") if title == "The first one" else text
    )
    return (to_rst(text) if suffix == "rst" else text) + ENDS[suffix]


def on_the_command_line(path, text):
    return read_page(Source(path, text), DEFAULT).proposal


@pytest.mark.parametrize(("suffix", "cases"), [("rst", RST), ("md", MARKDOWN)], ids=["rst", "md"])
def test_the_words_of_the_page(make_project, suffix, cases):
    files = {"deps/0001-first.md": page("The first one", "It is.", "md")}
    for number, (form, *_shown) in enumerate(cases, 10):
        files[f"deps/{number:04}-title.{suffix}"] = page(form, "Text.", suffix)
        files[f"deps/{number + 100:04}-summary.{suffix}"] = page("A title", f"{form}.\n\nAnother paragraph.", suffix)
    built = make_project(files, CONF + SETTINGS).build()
    entries = {entry["path"]: entry for entry in built.deps["proposals"]}
    seen, wanted = {}, {}
    for number, (form, shown, *without) in enumerate(cases, 10):
        title, summary = f"deps/{number:04}-title.{suffix}", f"deps/{number + 100:04}-summary.{suffix}"
        plain = [on_the_command_line(title, files[title]).title, on_the_command_line(summary, files[summary]).summary]
        seen[form] = [entries[title]["title"], entries[summary]["summary"], *plain]
        other = (*without, shown)[0]
        wanted[form] = [shown, f"{shown}.", other, f"{other}."]
    assert seen == wanted
    # Where it is shown.
    listed = " ".join(built.page("index").get_text(" ").split())
    for _form, shown, *_without in cases:
        assert shown in listed


def test_every_place_shows_them(make_project):
    """Tables, cards, tooltips, hover cards, metadata, the files for programs."""
    files = {
        "deps/0001-first.rst": to_rst(proposal("``X``\\ s", summary="As :pep:`654` has it.")),
        "deps/0002-second.md": proposal("Second", extends="DEP-1", body="\nSee {dep}`1`.\n"),
        "cards.md": "# Cards\n\n```{dep-index}\n:format: cards\n```\n\n{dep}`1`\n",
        "index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n\n```{toctree}\ncards\n```\n",
    }
    conf = f'{CONF}html_baseurl = "https://example.org/"\ndep_feed = True\n'
    built = make_project(files, conf).build()
    assert built.warnings == []
    assert built.page("index").select('[data-summary="As PEP 654 has it."]')
    cards = built.page("cards")
    assert "Xs" in cards.get_text()
    assert "As PEP 654 has it." in [item.get_text() for item in cards.select(".dep-card .dep-summary")]
    hover = cards.select(".dep-hover-card")[0].get_text()
    assert "Xs" in hover
    assert "As PEP 654 has it." in hover
    head = built.text("deps/0001-first.html")
    assert '<meta name="description" content="As PEP 654 has it."' in head
    assert '<meta property="og:title" content="DEP-0001: Xs"' in head
    for name in ("llms.txt", "deps.json"):
        assert "Xs" in built.text(name)
        assert "As PEP 654 has it." in built.text(name)
    for name in built.files:
        if name.endswith((".html", ".json", ".txt")) and not name.startswith("_sources"):
            assert "``X``" not in built.text(name), name


def test_what_a_paragraph_is(make_project):
    """The first one of the section: no list, no table, no note, no comment, no code; of a subsection if need be."""
    starts = {
        "md": "- item\n\n> quoted\n\n```{note}\nNote.\n```\n\n% comment\n\n(target)=\n\n| a |\n|---|\n| b |\n\n"
        "<!-- comment -->\n\n![](x.png)\n\n",
        "rst": "- item\n\n1. one\n\na) two\n\nterm\n   definition\n\n   quoted\n\n.. note:: Note.\n\n.. comment\n\n"
        ".. _target:\n\n::\n\n   code\n\n| line\n| block\n\n>>> 1\n1\n\n"
        "-a  option\n\n:field: x\n\n== ==\na  b\n== ==\n\n",
    }
    files = {}
    for number, (suffix, start) in enumerate(starts.items(), 1):
        files[f"deps/{number:04}-a.{suffix}"] = page("A", f"{start}The *words*:", suffix)
        files[f"deps/{number + 2:04}-b.{suffix}"] = page("B", f"{start}", suffix).replace(
            "# Motivation" if suffix == "md" else "Motivation\n=", "## Sub\n\nBelow.\n\n# Motivation"
            if suffix == "md" else "Sub\n---\n\nBelow.\n\nMotivation\n=",
        )  # fmt: skip
    files["deps/0009-literal.rst"] = page("C", "The words::\n\n   code", "rst")
    built = make_project(files, f'{CONF}suppress_warnings = ["image.not_readable"]\n').build()
    wanted = dict.fromkeys(files, "The words:") | {name: "Below." for name in files if "-b" in name}
    assert {entry["path"]: entry["summary"] for entry in built.deps["proposals"]} == wanted
    assert {name: on_the_command_line(name, text).summary for name, text in files.items()} == wanted


def test_a_title_that_a_header_states_is_markup_too():
    header = "**Title**: Use `x`, <y> and *z*\n\n**Status**: Draft\n"
    field = msgspec.structs.replace(next(iter(DEFAULT.fields.values())), key="title", label="Title", type="title")
    assert field.key == "title"
    schema = msgspec.structs.replace(DEFAULT, fields={**DEFAULT.fields, "title": field})
    assert read_page(Source("deps/0001-x.md", header), schema).proposal.title == "Use x, <y> and z"
    rst = ".. dep-header::\n   :title: ``X``\\ s of \\*\\*kwargs\n   :status: Draft\n"
    assert read_page(Source("deps/0001-x.rst", rst), schema).proposal.title == "Xs of **kwargs"


def test_what_only_leaves_out_is_no_summary(make_project):
    summary = "````{only} latex\nPrinted.\n````\n\n````{only} html\nOn the site.\n````\n\nEverywhere."
    project = make_project({"deps/0001-a.md": proposal(summary=summary)})
    assert project.build().deps["proposals"][0]["summary"] == "On the site."
    built = project.build("text")
    assert built.warnings == []


def test_the_words_of_references_follow_their_targets(make_project):
    """The summary of one page holds the title of another: a table elsewhere is written again when that changes."""
    files = {
        "deps/0001-a.md": proposal("First", summary="See [](0002-b.md)."),
        "deps/0002-b.md": proposal("Second"),
        "index.md": "# Docs\n\n```{toctree}\n:glob:\n\ndeps/*\nlist\n```\n",
        "list.md": "# List\n\n```{dep-index}\n:format: cards\n:number: 1\n```\n",
    }
    project = make_project(files)
    assert "See Second." in project.build().page("list").get_text()
    project.edit("deps/0002-b.md", "# Second", "# The second")
    built = project.build()
    assert "list" in built.written
    assert "See The second." in built.page("list").get_text()
    assert built.deps["proposals"][0]["summary"] == "See The second."
    assert project.build().written == set()
    assert built.files == project.build_clean().files
    assert re.search("See The second.", project.build(parallel=2, fresh=True).text("list.html"))
