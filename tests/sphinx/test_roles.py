"""References to proposals in prose: roles, MyST's links, inventories and other projects."""

from __future__ import annotations

from pathlib import Path

import pytest
from sphinx.util.inventory import InventoryFile

from tests.sphinx.project import CONF, Built, Project, one, proposal, to_rst

INDEX = "# Docs\n\n```{dep-index}\n:toctree:\n```\n\n```{toctree}\nguide\n```\n"
PROPOSALS = {
    "index.md": INDEX,
    "deps/0012-retry.md": proposal("Retry & wait", "Approved"),
    "deps/wish.md": proposal("A wish"),
}
LABEL = "DEP-0012"


@pytest.fixture
def guide(make_project):
    """Builds the proposals with one page of prose, by suffix, and returns what was built."""

    def build(text: str, suffix: str = "md", **conf: object) -> Built:
        title = "# Guide\n\n" if suffix == "md" else "Guide\n=====\n\n"
        built: Built = make_project({**PROPOSALS, f"guide.{suffix}": f"{title}{text}\n"}).build(**conf)
        return built

    return build


def links(built: Built) -> list[tuple[str, str]]:
    """Text and target of the links in the guide's prose."""
    return [(link.get_text(), str(link["href"])) for link in built.page("guide").select("p a.reference")]


@pytest.mark.parametrize(
    ("text", "shown", "anchor"),
    [
        ("{dep}`12`", LABEL, ""),
        ("{dep}`0012`", LABEL, ""),
        ("{dep}`DEP-12`", LABEL, ""),
        ("{dep}`dep-0012`", LABEL, ""),
        ("{dep}`#12`", LABEL, ""),
        ("{dep}`#12#motivation`", LABEL, "#motivation"),
        ("{dep}`this one <12>`", "this one", ""),
        ("{dep}`12#motivation`", LABEL, "#motivation"),
        ("{dep}`why <DEP-0012#motivation>`", "why", "#motivation"),
        ("{dep}`retry`", LABEL, ""),
        ("{dep:ref}`12`", LABEL, ""),
        ("{dep-status}`12`", "Approved", ""),
        ("{dep:status}`DEP-0012`", "Approved", ""),
        ("[](dep:12)", LABEL, ""),
        ("[this one](dep:12)", "this one", ""),
        ("[this *one*](dep:DEP-0012#motivation)", "this one", "#motivation"),
        ("<dep:12>", LABEL, ""),
        ("<dep:12#motivation>", LABEL, "#motivation"),
        ("{any}`dep:12`", LABEL, ""),
        ("{any}`DEP-12`", LABEL, ""),
        ("{any}`this one <dep:12>`", "this one", ""),
    ],
)
def test_links_in_markdown(guide, text, shown, anchor):
    built = guide(text, nitpicky=True)
    assert built.warnings == []
    assert links(built) == [(shown, f"deps/0012-retry.html{anchor}")]
    card = one(built.page("guide"), "p a + .dep-hover-card")
    assert card.get_text(" ", strip=True) == "DEP-0012 Approved Retry & wait Failed requests are sent again."


@pytest.mark.parametrize(
    ("text", "shown", "anchor"),
    [
        (":dep:`12`", LABEL, ""),
        (":dep:`why <12#motivation>`", "why", "#motivation"),
        (":dep-status:`12`", "Approved", ""),
        (":dep:ref:`retry`", LABEL, ""),
        (":any:`DEP-0012`", LABEL, ""),
        ("`this one <dep:12>`__", "this one", ""),
    ],
)
def test_links_in_restructuredtext(guide, text, shown, anchor):
    built = guide(text, "rst", nitpicky=True)
    assert built.warnings == []
    assert links(built) == [(shown, f"deps/0012-retry.html{anchor}")]


SECTIONS = """
(my-target)=
(Second Target)=
## The plan

(in-text)=
Text[^1], and [](#мотивация).

## Мотивация

## What's it?

## Twice

## Twice

<a id="Made-By-Hand"></a> and <a name="old"></a> <!-- <a id="hidden"></a> -->

[^1]: A note.
"""
SECTIONS_RST = """

.. _my-target:
.. _Second Target:

The plan
--------

.. _in-text:

Text [1]_.

Мотивация
---------

What's it?
----------

Twice
-----

.. raw:: html

   <p id="Made-By-Hand"><a href="x" name="old"></a></p>

.. [1] A note.
"""


@pytest.mark.parametrize(
    ("anchor", "id"),
    [
        ("the-plan", "the-plan"),
        ("my-target", "my-target"),
        ("second target", "second-target"),
        ("second-target", "second-target"),
        ("Second Target", "second-target"),
        ("SECOND  target", "second-target"),
        ("Made-By-Hand", "Made-By-Hand"),
        ("old", "old"),
        ("in-text", "in-text"),
        ("what-s-it", "what-s-it"),
        ("whats-it", "whats-it"),
        ("twice", "twice"),
        ("twice-1", "twice-1"),
        ("мотивация", "мотивация"),
        ("summary", "summary"),
    ],
)
@pytest.mark.parametrize("suffix", ["md", "rst"])
def test_every_name_of_a_section(make_project, anchor, id, suffix):
    """Whatever MyST and docutils resolve: ids of titles, labels, and the slugs of ``myst_heading_anchors``."""
    if suffix == "rst" and id in ("whats-it", "twice-1", "мотивация"):
        pytest.skip("reStructuredText has no slugs")
    text = proposal() + SECTIONS if suffix == "md" else to_rst(proposal()) + SECTIONS_RST
    conf = f"{CONF}\nmyst_heading_anchors = 3\n"
    files = {"index.md": INDEX, f"deps/0012-a.{suffix}": text, "guide.md": f"# Guide\n\n{{dep}}`x <12#{anchor}>`\n"}
    built = make_project(files, conf).build()
    assert built.warnings == []
    ((_text, href),) = links(built)
    target = href.partition("#")[2]
    page = built.page("deps/0012-a")
    assert one(page, f'[id="{target}"], a[name="{target}"]')
    # MyST before 5 gives a heading no id of its slug, and docutils none in Cyrillic: then it is another of its ids.
    assert target == id or not page.select(f'[id="{id}"]')


def test_an_address_may_be_percent_encoded(make_project):
    """As addresses are copied from a browser, and as Markdown makes them of what is between angle brackets."""
    files = {
        "deps/0012-a.md": proposal() + SECTIONS,
        "guide.md": "# G\n\n<dep:12#мотивация> <dep:12#Second%20Target> [x](dep:12#Second%20Target)\n",
        "other.rst": "O\n=\n\n`x <dep:12#%D0%BC%D0%BE%D1%82%D0%B8%D0%B2%D0%B0%D1%86%D0%B8%D1%8F>`__\n",
        "index.md": INDEX.replace("guide", "guide\nother"),
    }
    built = make_project(files, f"{CONF}\nmyst_heading_anchors = 3\n").build()
    assert built.warnings == []
    targets = [href.partition("#")[2] for _text, href in links(built)]
    assert targets[1:] == ["second-target"] * 2
    assert one(built.page("other"), "p a")["href"] == links(built)[0][1]
    assert one(built.page("deps/0012-a"), f'section[id="{targets[0]}"], section:has(> span[id="{targets[0]}"])')


def test_what_is_only_in_html_is_no_target_elsewhere(make_project):
    files = {
        "index.md": INDEX,
        "deps/0012-a.md": proposal() + SECTIONS,
        "guide.md": "# G\n\n{dep}`12#old` {dep}`12#hidden`\n",
    }
    built = make_project(files, f"{CONF}\nmyst_heading_anchors = 3\n").build("latex")
    assert built.codes == ["DEP402"]
    assert "`#hidden`" in "".join(built.warnings)
    (file,) = built.outdir.glob("*.tex")
    assert "0012-a:old}" not in file.read_text("utf-8")


def test_a_label_that_moves_is_followed(make_project):
    """The id behind a name is another one: the page that links to it is written again."""
    files = {"index.md": INDEX, "deps/0012-a.md": proposal() + SECTIONS, "guide.md": "# G\n\n{dep}`12#second target`\n"}
    project = make_project(files)
    project.build()
    project.edit("deps/0012-a.md", "(Second Target)=\n", "")
    assert project.build().codes == ["DEP402"]
    project.edit("deps/0012-a.md", "(my-target)=\n", "(second-target)=\n(Second Target)=\n")
    built = project.build()
    assert built.files == project.build_clean().files
    # MyST before 5 itself warns of the two labels.
    assert built.codes == []


def test_one_without_a_number_is_named_by_its_slug(guide):
    built = guide("{dep}`wish` {dep-status}`wish`")
    assert links(built) == [("wish (Draft)", "deps/wish.html"), ("Draft", "deps/wish.html")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{dep}`99`", "there is no proposal `DEP-0099`; the highest number is DEP-0012"),
        ("{dep}`retyr`", "there is no proposal `retyr`; did you mean `retry`?"),
        ("{dep}`text <99>`", "there is no proposal `DEP-0099`"),
        ("{dep-status}`99`", "there is no proposal `DEP-0099`"),
        ("[](dep:99)", "there is no proposal `DEP-0099`"),
        ("[text](dep:retyr)", "there is no proposal `retyr`; did you mean `retry`?"),
        ("<dep:99>", "there is no proposal `DEP-0099`"),
        ("{dep}`12#motivatoin`", "DEP-0012 has no section `#motivatoin`; did you mean `#motivation`?"),
        ("[](dep:12#motivatoin)", "DEP-0012 has no section `#motivatoin`; did you mean `#motivation`?"),
    ],
)
@pytest.mark.parametrize("nitpicky", [False, True])
def test_what_is_not_there_is_reported_once_at_its_line(guide, text, message, nitpicky):
    built = guide(f"Some\nwords.\n\nMore, and {text}.", nitpicky=nitpicky)
    (warning,) = built.warnings
    assert warning.startswith(f"guide.md:6:1: ERROR: DEP402 {message}"), warning
    assert warning.endswith("[dep.unknown-proposal]")
    assert built.status == 1


@pytest.mark.parametrize("text", ["{dep}`#motivation`", "{dep}`text <>`", "[](dep:)", "{dep-status}` `"])
def test_a_reference_to_nothing_is_reported(guide, text):
    built = guide(text)
    assert built.status == 1
    assert built.warnings


def test_links_leave_other_schemes_and_words_alone(guide):
    built = guide("[a](deps/0012-retry.md) [b](https://example.org/dep:12) <https://example.org> `dep:12`")
    assert built.warnings == []
    assert [href for _, href in links(built)] == [
        "deps/0012-retry.html", "https://example.org/dep:12", "https://example.org",
    ]  # fmt: skip


def test_a_reference_on_a_proposal_s_own_page(make_project):
    project = make_project(dict(PROPOSALS))
    project.edit("deps/0012-retry.md", "Networks fail.", "{dep}`12#summary`, {dep}`wish`")
    page = project.build().page("deps/0012-retry")
    assert [link["href"] for link in page.select("section p a.reference.internal")] == ["#summary", "wish.html"]


def test_the_inventory_has_every_proposal(make_project):
    built = make_project({**PROPOSALS, "guide.md": "# Guide\n"}).build()
    inventory = InventoryFile.loads((built.outdir / "objects.inv").read_bytes(), uri="")
    assert {
        name: (item.uri, item.display_name) for name, item in inventory.data["dep:proposal"].items()
    } == {
        "12": ("deps/0012-retry.html", "DEP-0012: Retry & wait"),
        "retry": ("deps/0012-retry.html", "DEP-0012: Retry & wait"),
        "wish": ("deps/wish.html", "wish: A wish"),
    }  # fmt: skip


def other(root: Path, text: str) -> tuple[Project, str]:
    """A project that knows the proposals of the first by its inventory, and its configuration."""
    first = Project(root / "first")
    first.write({"conf.py": CONF, **PROPOSALS, "guide.md": "# Guide\n"})
    inventory = first.build().outdir / "objects.inv"
    second = Project(root / "second")
    conf = CONF.replace('"sphinxext_dep"', '"sphinxext_dep", "sphinx.ext.intersphinx"')
    conf += f'intersphinx_mapping = {{"other": ("https://other.example.org/", {str(inventory)!r})}}\n'
    index = "# Docs\n\n```{dep-index}\n:toctree:\n```\n\n```{toctree}\nguide\n```\n"
    second.write({"conf.py": conf, "index.md": index, "guide.md": f"# Guide\n\n{text}\n"})
    second.write({"deps/0001-own.md": proposal("Own"), "deps/0012-own.md": proposal("Own twelve")})
    return second, "https://other.example.org/deps/0012-retry.html"


NAMED = [
    "{external+other:dep:ref}`12`",
    "{external+other:dep:ref}`words <retry>`",
    "{external+other:dep:ref}`DEP-0012#motivation`",
    "{external+other:dep:status}`words <12#motivation>`",
    "{external:dep:ref}`12#motivation`",
    "{dep}`other:12`",
    "{dep}`words <other:DEP-12>`",
    "{dep}`other:0012#motivation`",
    "[](dep:other:12)",
    "[words](dep:other:retry#motivation)",
]


def test_the_proposal_of_another_project_is_asked_for_by_the_project_s_name(tmp_path):
    """With the name, `intersphinx_disabled_reftypes` does not matter."""
    second, uri = other(tmp_path, "\n\n".join(NAMED))
    expected = [uri + "#motivation" * ("#motivation" in text) for text in NAMED]
    for disabled in ([], ["*"]):
        built = second.build(nitpicky=True, intersphinx_disabled_reftypes=disabled)
        assert built.warnings == []
        assert [href for _, href in links(built)] == expected


def test_a_proposal_that_the_named_project_does_not_have_is_reported(tmp_path):
    texts = ["{dep}`other:99`", "{external+other:dep:ref}`99#motivation`", "{dep}`nobody:12`"]
    second, _uri = other(tmp_path, "\n\n".join(texts))
    assert second.build().codes == ["DEP402"] * 3


@pytest.mark.parametrize("text", ["{dep}`wish`", "[](dep:wish)", "{dep}`words <wish>`", "<dep:wish>"])
def test_what_this_project_does_not_have_is_looked_for_elsewhere(tmp_path, text):
    second, uri = other(tmp_path, text)
    built = second.build(nitpicky=True)
    assert built.warnings == []
    assert [href for _, href in links(built)] == [uri.replace("0012-retry", "wish")]


def test_an_own_proposal_comes_first(tmp_path):
    second, _ = other(tmp_path, "{dep}`12`")
    assert [href for _, href in links(second.build())] == ["deps/0012-own.html"]


def test_what_nobody_has_is_reported_although_others_are_asked(tmp_path):
    second, _ = other(tmp_path, "{dep}`4711`")
    built = second.build()
    assert [item.split("`;")[0] for item in built.warnings] == [
        "guide.md:3:1: ERROR: DEP402 there is no proposal `DEP-4711"
    ]


def test_an_anchor_elsewhere_is_kept(tmp_path):
    second, uri = other(tmp_path, "{dep}`words <wish#motivation>`")
    assert [href for _, href in links(second.build())] == [uri.replace("0012-retry", "wish") + "#motivation"]


@pytest.mark.parametrize("disabled", ["*", "dep:*", "dep:proposal"])
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{dep}`wish`", "wish"),
        ("[](dep:wish)", "dep:wish"),
        ("[](dep:wish#x)", "dep:wish#x"),
        ("{dep}`words <wish#x>`", "words"),
        ("{dep-status}`wish`", "wish"),
    ],
)
def test_a_reference_that_intersphinx_must_not_resolve_is_reported(tmp_path, disabled, text, shown):
    second, _uri = other(tmp_path, text)
    built = second.build(intersphinx_disabled_reftypes=[disabled])
    assert built.status == 1
    assert [line for line in built.warnings if "DEP402" in line] == [
        "guide.md:3:1: ERROR: DEP402 there is no proposal `wish`; other has one: write `{external+other:dep:ref}`, "
        "since `intersphinx_disabled_reftypes` keeps other references to this project [dep.unknown-proposal]"
    ]
    assert one(built.page("guide"), "p").get_text() == shown


@pytest.mark.parametrize(
    "ignored",
    [
        {"nitpick_ignore": [("dep:ref", "99")]},
        {"nitpick_ignore": [("dep:ref", "DEP-99")]},
        {"nitpick_ignore_regex": [("dep:.*", r"\d\d")]},
    ],
    ids=["key", "as written", "pattern"],
)
@pytest.mark.parametrize("nitpicky", [True, False])
def test_nitpick_ignore_holds_for_proposals(make_project, ignored, nitpicky):
    page = {"guide.md": "---\norphan: true\n---\n# Guide\n\n{dep}`DEP-99`\n"}
    built = make_project({**PROPOSALS, **page}).build(nitpicky=nitpicky, **ignored)
    assert (built.status, built.warnings) == (0, [])


def test_nitpick_ignore_holds_for_what_it_names(make_project):
    page = {"guide.md": "---\norphan: true\n---\n# Guide\n\n{dep}`99` {dep-status}`98`\n"}
    built = make_project({**PROPOSALS, **page}).build(nitpick_ignore=[("dep:ref", "98"), ("dep:status", "99")])
    assert built.codes == ["DEP402", "DEP402"]
