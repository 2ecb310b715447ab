"""``sphinx-dep embed``"""

from __future__ import annotations

from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.cli.tree import DECIDED, Tree, page

START, END = "<!-- dep-index: status:open columns:number,title,authors -->", "<!-- /dep-index -->"
TABLE = """
| Number | Title | Authors |
| --- | --- | --- |
| [DEP-0002](docs/deps/0002-two.md) | [Two](docs/deps/0002-two.md) | @octo |
| [three-(a)](docs/deps/three%20%28a%29.md) | [Three](docs/deps/three%20%28a%29.md) | @octo |

"""


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    tree = Tree(
        tmp_path,
        {
            "docs/conf.py": "",
            "docs/deps/0001-one.md": page("One", DECIDED),
            "docs/deps/0002-two.md": page("Two"),
            "docs/deps/three (a).md": page("Three"),
        },
    )
    (tmp_path / "conf.py").unlink()
    return tree


def test_a_table_is_written_once(tree: Tree) -> None:
    around = "# Project\n\nText.  \n\n{}\n{}" + END + "\nMore text without a newline"
    tree.write({"README.md": around.format(START, "Old text.\n")})
    assert tree.fails("embed", "--check", "README.md").splitlines() == [
        "error: not up to date: README.md",
        "  help: run `sphinx-dep embed README.md`",
    ]
    assert tree.ok("embed", "README.md") == "Updated README.md\n"
    written = tree.text("README.md")
    assert written == around.format(START, TABLE)
    assert tree.ok("embed", "README.md") == "Every table is up to date.\n"
    tree.ok("embed", "--check", "README.md")
    assert tree.text("README.md") == written


def test_several_tables_in_several_files(tree: Tree) -> None:
    one = f"<!-- dep-index: status:Approved columns:title -->\n{END}\n"
    none = f"  <!--dep-index:status:Rejected-->\n{END}\n"
    tree.write({"README.md": one + none + one, "docs/deps/x/notes.md": one})
    assert tree.ok("embed", "README.md", "docs/deps/x/notes.md") == "Updated README.md\nUpdated docs/deps/x/notes.md\n"
    assert tree.text("README.md").count("[One](docs/deps/0001-one.md)") == 2
    assert "  <!--dep-index:status:Rejected-->\n\n  *No proposals.*\n\n<!--" in tree.text("README.md")
    assert "| [One](../0001-one.md) |" in tree.text("docs/deps/x/notes.md")


def test_options(tree: Tree) -> None:
    tree.write({"README.md": f'<!-- dep-index: title:"two" columns:"title" -->\n{END}\n'})
    tree.ok("embed", "README.md")
    assert "[Two]" in tree.text("README.md")
    tree.write({"README.md": f"<!-- dep-index: sort:-number limit:1 columns:title has:number -->\n{END}\n"})
    tree.ok("embed", "README.md")
    assert [line for line in tree.text("README.md").splitlines() if "[" in line] == ["| [Two](docs/deps/0002-two.md) |"]
    tree.write({"README.md": f"<!-- dep-index -->\n{END}\n"})
    tree.ok("embed", "README.md")
    assert "| Number | Title | Status | Category | Authors |" in tree.text("README.md")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("above", "lead", "container"),
    [
        ("- item\n\n", "  ", "bullet_list_open"),
        ("10. item\n\n", "    ", "ordered_list_open"),
        ("1. a\n   - b\n\n", "     ", "bullet_list_open"),
        ("- item\n\n", "\t", "bullet_list_open"),
        ("> Text\n>\n", "> ", "blockquote_open"),
        ("- item\n\n  > Text\n  >\n", "  > ", "blockquote_open"),
        (":::{note}\n", "", ""),
    ],
)
def test_a_table_within_a_list_or_a_quotation(tree: Tree, above: str, lead: str, container: str, newline: str) -> None:
    """The lines of the table begin as the marks do, and the table is in the item; what follows stays in it, too."""
    text = f"{above}{lead}<!-- dep-index: columns:title -->\n{lead}<!-- /dep-index -->\n{lead.rstrip()}\n{lead}Below.\n"
    tree.write({"README.md": text.replace("\n", newline)})
    tree.ok("embed", "README.md")
    tree.ok("embed", "--check", "README.md")
    written = tree.files["README.md"].decode()
    assert written.count(newline) == written.count("\n")
    lines = written.split(newline)
    assert not [line for line in lines if line != line.rstrip()]
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(written)
    kinds = [token.type for token in tokens]
    assert "table_open" in kinds
    if container:
        close = container.replace("open", "close")
        assert kinds.index(container) < kinds.index("table_open") < len(kinds) - 1 - kinds[::-1].index(close)
        assert kinds.count(container) == 1
        (below,) = (place for place, token in enumerate(tokens) if token.content == "Below.")
        assert below < len(kinds) - 1 - kinds[::-1].index(close)


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_bytes_outside_the_marks_stay(tree: Tree, newline: str) -> None:
    above = f"\ufeff{START}{newline}".encode()
    below = f"{END}{newline}Mixed\nends\r\n\x0b\u2028.".encode()
    tree.write({"README.md": above + below})
    tree.ok("embed", "README.md")
    data = tree.files["README.md"]
    assert data.startswith(above)
    assert data.endswith(below)
    inner = data[len(above) : -len(below)].decode()
    assert inner == TABLE.replace("\n", newline)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{START}\ntext\n", "README.md:1: the table is never closed"),
        (f"{END}\n", "README.md:1: the mark closes a table that is not opened"),
        (f"{START}\n{END}\n\n{END}\n", "README.md:4: the mark closes a table that is not opened"),
        (f"{START}\n{START}\n{END}\n", "README.md:2: a table begins within the one of line 1"),
        (f"{START}\n\n{START}\n{END}\n{END}\n", "README.md:3: a table begins within the one of line 1"),
        (f"{START}\n```\n{START}\n```\n{END}\n", "README.md:3: a table begins within the one of line 1"),
        (f"{START} text\n{END}\n", "README.md:1: the mark is not a line of its own"),
        (f"<!-- dep-index:\nstatus:open -->\n{END}\n", "README.md:1: the mark is not a line of its own"),
        (f"<!-- dep-index status:open -->\n{END}\n", "README.md:1: there is no colon behind `dep-index`"),
        (f"{START}\n<!-- /dep-index: x -->\n", "README.md:2: the closing mark holds other text"),
        (f"\n<!-- dep-index: nonsense:1 -->\n{END}\n", "README.md:2: there is no field 'nonsense'"),
        (f"<!-- dep-index: columns:nonsense -->\n{END}\n", "README.md:1: there is no field 'nonsense'"),
        (f"<!-- dep-index: limit:-1 -->\n{END}\n", "README.md:1: `limit` is not a number"),
        (f"<!-- dep-index: limit:1 limit:2 -->\n{END}\n", "README.md:1: `limit` is given twice"),
    ],
)
def test_wrong_marks_change_nothing(tree: Tree, text: str, expected: str) -> None:
    tree.write({"README.md": text, "other.md": f"{START}\n{END}\n"})
    assert tree.fails("embed", "other.md", "README.md").startswith(f"error: {expected}")


def test_files_without_marks(tree: Tree) -> None:
    """Marks in code blocks and within text are examples."""
    text = f"```md\n{START}\n```\n\n~~~\n{END}\n~~~\n\n    {START}\n\n`{START}`\n"
    more = (
        f"\n- item\n\n      {START}\n\n  ```\n  {START}\n  ```\n\n> ~~~\n> {END}\n> ~~~\n\n```{{note}}\n{START}\n```\n"
    )
    tree.write({"README.md": text + more})
    assert "has no line '<!-- dep-index: … -->'" in tree.fails("embed", "README.md", code=2)
    tree.write({"README.md": b"\n\xff\n"})
    assert "README.md:2: the file is not UTF-8" in tree.fails("embed", "README.md", code=2)


@pytest.mark.parametrize(
    "title",
    [
        "<!-- /dep-index -->",
        "a | b `c | d` \\| e",
        "](https://evil.example) <script>alert(1)</script>",
        "![x](y) **bold** _em_ [ref] &lt;b&gt; ~~s~~",
        "\\",
    ],
)
def test_titles_are_text(tree: Tree, title: str) -> None:
    tree.write(
        {"docs/deps/0002-two.md": f"---\nstatus: Draft\n---\n\n# {title}\n", "README.md": f"{START}\n{END}\nBelow.\n"}
    )
    tree.ok("embed", "README.md")
    tree.ok("embed", "--check", "README.md")
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(tree.text("README.md"))
    cells = [token for token in tokens if token.type == "inline" and token.content.startswith("[DEP-0002]")]
    assert len(cells) == 1
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "link_open", "link_close"}
    targets = {child.attrGet("href") for token in tokens for child in token.children or () if child.type == "link_open"}
    assert targets == {"docs/deps/0002-two.md", "docs/deps/three%20%28a%29.md"}


def test_no_table_is_emptied_where_no_project_is(tmp_path: Path) -> None:
    tree = Tree(tmp_path, {"README.md": f"{START}\n{TABLE}{END}\n"})
    (tmp_path / "conf.py").unlink()
    assert "there is no project in" in tree.fails("embed", "README.md", code=2)


def test_options_have_no_spaces(tree: Tree) -> None:
    for options in ("columns: number,title", "columns:number, title", "sort: number", "limit: 3"):
        tree.write({"README.md": f"<!-- dep-index: {options} -->\n{END}\n"})
        assert "a space ends the value of" in tree.fails("embed", "README.md")
