"""A ``dep-header`` that the text reader and the build do not both see is reported where it stands, with the reason."""

from __future__ import annotations

import re

import pytest

from tests.sphinx.project import CONF, proposal, to_rst

DIRECTIVE = "```{dep-header}\n:status: Draft\n:authors: Ada\n:category: Process\n```"
RST_DIRECTIVE = to_rst(DIRECTIVE)
SECTIONS = proposal().partition("```\n\n")[2]
RST_SECTIONS = to_rst(SECTIONS)


def indented(text: str, by: str) -> str:
    """*text* moved to the right."""
    return "\n".join(f"{by}{line}" for line in text.splitlines())


INSIDE = "this `dep-header` is inside something else"
CASES = {
    "include": (
        {"deps/a.md": f"# A\n\n```{{include}} ../header.txt\n```\n\n{SECTIONS}", "header.txt": f"\n{DIRECTIVE}\n"},
        "deps/a.md:3:1",
        "this `dep-header` comes from an included file",
    ),
    "include in reST": (
        {"deps/a.rst": f"A\n=\n\n.. include:: ../header.txt\n\n{RST_SECTIONS}", "header.txt": f"{RST_DIRECTIVE}\n"},
        "deps/a.rst:4:1",
        "this `dep-header` comes from an included file",
    ),
    "substitution": (
        {
            "deps/a.md": "---\nmyst:\n  substitutions:\n    header: |\n"
            f"{indented(DIRECTIVE, '      ')}\n---\n\n# A\n\n{{{{ header }}}}\n\n{SECTIONS}"
        },
        "deps/a.md:14:1",
        "this `dep-header` comes from a substitution",
    ),
    "eval-rst": (
        {"deps/a.md": f"# A\n\n```{{eval-rst}}\n{RST_DIRECTIVE}\n```\n\n{SECTIONS}"},
        "deps/a.md:4:1",
        "this `dep-header` is inside `eval-rst`",
    ),
    "admonition": ({"deps/a.md": f"# A\n\n````{{note}}\n{DIRECTIVE}\n````\n\n{SECTIONS}"}, "deps/a.md:4:1", INSIDE),
    "admonition in reST": (
        {"deps/a.rst": f"A\n=\n\n.. note::\n\n{indented(RST_DIRECTIVE, '   ')}\n\n{RST_SECTIONS}"},
        "deps/a.rst:6:1",
        INSIDE,
    ),
    "list": ({"deps/a.md": f"# A\n\n- item\n\n{indented(DIRECTIVE, '  ')}\n\n{SECTIONS}"}, "deps/a.md:5:1", INSIDE),
    "only": ({"deps/a.md": f"# A\n\n````{{only}} html\n{DIRECTIVE}\n````\n\n{SECTIONS}"}, "deps/a.md:4:1", INSIDE),
    "a page of its own": (
        {"a.md": f"# A\n\n{DIRECTIVE}\n"},
        "a.md:3:1",
        "this page has a `dep-header` but is not one of the project's proposals",
    ),
    "colons": (
        {"deps/a.md": f"# A\n\n{DIRECTIVE.replace('```', ':::')}\n\n{SECTIONS}"},
        "deps/a.md:3:1",
        "the build did not run this `dep-header`: its fence is of colons; add `colon_fence` to",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_reported_where_it_stands(make_project, case):
    files, place, words = CASES[case]
    conf = CONF + 'myst_enable_extensions = ["substitution"]\nexclude_patterns = ["header.txt"]\n'
    built = make_project(files, conf).build()
    assert built.status == 1
    (found,) = [item for item in built.warnings if "DEP003" in item]
    assert found.startswith(f"{place}: ERROR: DEP003 {words}"), found
    assert found.endswith("[dep.hidden-header]")
    # A proposal has its header all the same, once; another page shows none.
    page = built.page(place.partition(".")[0])
    assert len(page.select(".dep-header")) == place.startswith("deps/")


def test_colons_are_a_fence_when_myst_is_told_so(make_project):
    files, _, _ = CASES["colons"]
    built = make_project(files, CONF + 'myst_enable_extensions = ["colon_fence"]\n').build()
    assert (built.status, built.warnings) == (0, [])


def test_a_directive_that_is_removed_before_the_build_sees_it(make_project):
    """By another extension, which changes the text."""
    conf = CONF + (
        "def setup(app):\n"
        "    def drop(app, docname, content):\n"
        "        content[0] = content[0].replace('{dep-header}', '{note}')\n"
        "    app.connect('source-read', drop, priority=900)\n"
    )
    built = make_project({"deps/a.md": f"# A\n\n{DIRECTIVE}\n\n{SECTIONS}"}, conf).build()
    (found,) = [item for item in built.warnings if "DEP003" in item]
    assert found.startswith("deps/a.md:3:1: ERROR: DEP003 this `dep-header` is in the text of the page, but")


def test_text_that_another_extension_moved_is_no_hidden_header(make_project):
    conf = CONF + (
        "def setup(app):\n"
        "    def add(app, docname, content):\n"
        "        content[0] = '% a comment\\n\\n' + content[0]\n"
        "    app.connect('source-read', add, priority=1)\n"
    )
    built = make_project({"deps/a.md": f"# A\n\n{DIRECTIVE}\n\n{SECTIONS}"}, conf).build()
    assert (built.status, built.warnings) == (0, [])
    assert len(built.page("deps/a").select(".dep-header")) == 1


def test_one_that_is_nested_does_not_take_the_place_of_the_right_one(make_project):
    page = f"# A\n\n````{{note}}\n{DIRECTIVE.replace('Draft', 'Rejected')}\n````\n\n{DIRECTIVE}\n\n{SECTIONS}"
    built = make_project({"deps/a.md": page}).build()
    assert [item.split(" ")[0] for item in built.warnings] == ["deps/a.md:4:1:"]
    assert built.page("deps/a").select(".note .dep-header") == []
    assert built.deps["proposals"][0]["status"] == "Draft"


def test_a_second_one_is_reported_once(make_project):
    built = make_project({"deps/a.md": f"# A\n\n{DIRECTIVE}\n\n{DIRECTIVE}\n\n{SECTIONS}"}).build()
    assert built.codes == ["DEP002"]
    assert len(built.page("deps/a").select(".dep-header")) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"````md\n{DIRECTIVE}\n````",
        indented(DIRECTIVE, "    "),
        f"<!--\n{DIRECTIVE}\n-->",
        "Write `{dep-header}` below the title.",
    ],
)
def test_one_that_is_only_shown_is_none(make_project, text):
    built = make_project({"deps/a.md": proposal(body=f"\n{text}\n")}).build()
    assert [item for item in built.warnings if re.search(r"DEP\d", item)] == []
    assert len(built.page("deps/a").select(".dep-header")) == 1


WORDS = ".. |product| replace:: Foo\n\n.. |more| replace:: Bar\n"
ABOVE = {
    "a prolog": ({"conf.py": f"{CONF}\nrst_prolog = {WORDS!r}\n"}, ""),
    "an include": ({"words.inc": WORDS}, ".. include:: /words.inc\n\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", ABOVE)
def test_what_docutils_puts_above_it_hides_nothing(make_project, name):
    files, above = ABOVE[name]
    page = to_rst(proposal("A", "Drft")).replace("A\n=\n\n", f"A\n=\n\n{above}", 1)
    guide = f":orphan:\n\nGuide\n=====\n\n{above}.. dep-index::\n   :sort: nonsense\n"
    built = make_project({"conf.py": CONF, **files, "guide.rst": guide, "deps/0001-a.rst": page}).build()
    below = 2 * bool(above)
    places = [line.split(" ")[0] for line in built.warnings]
    assert places == [f"deps/0001-a.rst:{5 + below}:13:", f"guide.rst:{7 + below}:11:"], built.warnings
