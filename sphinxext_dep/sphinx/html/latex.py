"""LaTeX: classes that the package ``sphinxext_dep.sty`` knows, and tables that fit the page; tables of manual pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxTranslator

from sphinxext_dep.model.schema import Colour
from sphinxext_dep.publish.site import write_file
from sphinxext_dep.sphinx.build.project import or_explain
from sphinxext_dep.sphinx.html.nodes import Bar, Block, Step

PACKAGE = "sphinxext_dep"

_BOOKS = Path(__file__).parents[2] / "books"
_COLOURS = frozenset(f"dep-{colour.value}" for colour in Colour)

_OURS = {"dep-table", "dep-fitted"}
"""Classes of tables that are fitted to the page; a project may give the second to a table of its own."""
_SIZES = ((84, ""), (104, "dep-wide"), (130, "dep-widest"))
"""Characters that fit into a line of a table, and the class that sets them so."""
_PADDING = 3
"""The room of a column beyond its text, in characters: the space to the next, and letters wider than others."""
_COMFORT = 16
"""Characters that a column wants to have before the table is set smaller."""
_ROWS = 8
"""A table of more rows may be broken between pages."""
_LONG = 24
"""Words longer than this do not count: they must not take the place of all other columns."""
_UNBROKEN = re.compile(r"[^\s/]+")
"""A part that is not broken over lines; addresses are broken at their slashes."""


class ColumnWidths(SphinxPostTransform):
    """Shares the width of the page among the columns of a table.

    LaTeX breaks no line of a column whose width is not given, and Sphinx gives none for tables of more than 30
    rows; the titles of proposals would end beyond the edge of the paper. The rule is that of CSS for automatic tables:
    each column gets its longest word, and what is left goes to those that have more to say.
    https://www.w3.org/TR/CSS22/tables.html#auto-table-layout
    """

    # After placeholders have been expanded (5) and references resolved (10): a reference's words are known then.
    default_priority = 400
    builders = ("latex",)

    def run(self, **kwargs: object) -> None:
        """Change the doctree in place."""
        for table in [found for found in self.document.findall(nodes.table) if _OURS & set(found["classes"])]:
            self._share(table)

    def _share(self, table: nodes.table) -> None:
        columns = list(table.findall(nodes.colspec))
        least, most = [1] * len(columns), [1] * len(columns)
        rows = [[cell for cell in row.children if isinstance(cell, nodes.entry)] for row in table.findall(nodes.row)]
        for cells in rows:
            if len(cells) != len(columns):
                continue  # A heading of a group, over all columns.
            for index, cell in enumerate(cells):
                low, high = _lengths(cell)
                least[index], most[index] = max(least[index], low), max(most[index], high)
        comfort = sum(min(high, max(low, _COMFORT)) for low, high in zip(least, most, strict=True))
        padding = _PADDING * len(columns)
        line, size = next((size for size in _SIZES if comfort + padding <= size[0]), _SIZES[-1])
        room = max(line - padding - sum(least), 0)
        more = sum(most) - sum(least)
        for column, low, high in zip(columns, least, most, strict=True):
            share = (high - low) * (min(1, room / more) if more else 0)
            column["colwidth"] = round(low + share) + _PADDING
        kept = [name for name in table["classes"] if name not in ("colwidths-auto", "dep-fitted")]
        table["classes"] = [*kept, "colwidths-given", *(["longtable"] if len(rows) > _ROWS else [])]
        box = Block("", classes=["dep-fitted", *([size] if size else [])])
        table.replace_self(box)
        box += table


class SpanlessGroups(SphinxPostTransform):
    """Gives the headings of groups as many cells as other rows: manual pages have no cell that spans columns."""

    # After placeholders have been expanded (5).
    default_priority = 6
    builders = ("man",)

    def run(self, **kwargs: object) -> None:
        """Change the doctree in place."""
        for row in self.document.findall(nodes.row):
            if "dep-group" in row["classes"]:
                for cell in list(row.findall(nodes.entry)):
                    row += [nodes.entry("", nodes.paragraph()) for _ in range(cell.attributes.pop("morecols"))]


def _lengths(cell: nodes.entry) -> tuple[int, int]:
    """The longest part of *cell* that stays in one line, and all of it, in characters."""
    text = cell.astext()
    words = _UNBROKEN.findall(text)
    # The frame of a badge is not broken.
    words += [part.astext() for part in cell.findall(nodes.inline) if "dep-badge" in part["classes"]]
    return max((len(word) for word in words if len(word) <= _LONG), default=1), len(text)


def _visit_block(self: Any, node: Block) -> None:
    # Colours first: a box has to know its own when it opens.
    for name in sorted(node["classes"], key=lambda name: name not in _COLOURS):
        self.body.append(f"\n\\begin{{sphinxuseclass}}{{{name}}}")
    self.body.append("\n")


def _depart_block(self: Any, node: Block) -> None:
    self.body.append("\n" + "\\end{sphinxuseclass}" * len(node["classes"]) + "\n")


def _visit_step(self: Any, node: Step) -> None:
    names = [name for name in node["classes"] if name in _COLOURS]
    self.body.append("".join(f"\\DUrole{{{name}}}{{" for name in names))


def _depart_step(self: Any, node: Step) -> None:
    self.body.append("}" * sum(name in _COLOURS for name in node["classes"]))


def _visit_bar(self: SphinxTranslator, node: Bar) -> None:
    shares = [(item["colour"], item["count"]) for item in node.segments]
    total = sum(count for _, count in shares)
    parts = "".join(f"\\depbarpart{{{colour}}}{{{count / total:.4f}}}" for colour, count in shares)
    self.body.append(f"\n\\depbar{{{parts}}}\n")  # type: ignore[attr-defined]  # every writer's translator has a body
    raise nodes.SkipNode


def copy_package(app: Sphinx, exception: Exception | None) -> None:
    """``build-finished``: put the package beside the documents that load it."""
    if exception is None and app.builder.name == "latex":
        name = f"{PACKAGE}.sty"
        write_file(Path(app.outdir) / name, (_BOOKS / name).read_bytes())


def setup(app: Sphinx) -> None:
    """Register the package, the transform, and how LaTeX writes the nodes that have a look of their own there."""
    app.add_node(Block, override=True, latex=(_visit_block, _depart_block))
    app.add_node(Step, override=True, latex=(_visit_step, _depart_step))
    app.add_node(Bar, override=True, latex=(_visit_bar, None))
    app.add_latex_package(PACKAGE, after_hyperref=True)
    app.add_post_transform(ColumnWidths)
    app.add_post_transform(SpanlessGroups)
    app.connect("build-finished", or_explain(copy_package))
