"""``:source:`` with a project of intersphinx: its inventory, or the file beside that."""

from __future__ import annotations

import pytest

from tests.sphinx.foreign import BASE, MAPPING, first, index, links, mapped, no_network, rows, second

__all__ = ["first", "no_network", "second"]  # fixtures


def test_an_inventory_has_numbers_titles_and_links(second, first):
    mapped(second, first, whole=False)
    built = second.build()
    assert (built.warnings, built.status) == ([], 0)
    assert rows(built) == [["DEP-0001", "Base"], ["DEP-0002", "Top"], ["DEP-0003", "Old"], ["wish", "A wish"]]
    assert links(built)[::2] == [f"{BASE}deps/{name}.html" for name in ("0001-base", "0002-top", "0003-old", "wish")]
    assert "From the inventory of first, which holds numbers and titles only." in built.page("abroad").text


@pytest.mark.parametrize("shape", ["list", "cards"])
def test_no_status_is_made_up(second, first, shape):
    mapped(second, first, whole=False)
    second.write({"abroad.md": index(":source: first", f":format: {shape}")})
    built = second.build()
    assert built.warnings == []
    assert built.page("abroad").select(".dep-badge") == []
    assert "no status" not in str(built.page("abroad"))


@pytest.mark.parametrize(
    "option", [":status: open", ":sort: status", ":group-by: category", ":columns: number, status"]
)
def test_what_an_inventory_cannot_say(second, first, option):
    mapped(second, first, whole=False)
    second.write({"abroad.md": index(":source: first", option)})
    built = second.build()
    assert built.codes == ["DEP006"]
    assert built.warnings[0].startswith("abroad.md:5:")
    assert "an inventory holds numbers and titles only; put the `deps.json`" in built.warnings[0]


def test_an_inventory_has_no_dashboard(second, first):
    mapped(second, first, whole=False)
    second.write({"abroad.md": "# A\n\n```{dep-status}\n:source: first\n```\n"})
    built = second.build()
    assert built.codes == ["DEP006"]
    assert built.warnings[0].startswith("abroad.md:4:")


def test_a_file_beside_the_inventory_says_all(second, first):
    mapped(second, first, whole=True, mapping=MAPPING.replace("/docs/", "/mirror"))
    built = second.build()
    assert built.warnings == []
    assert rows(built)[0] == ["DEP-0001", "Base", "Approved", "Architecture", "ada"]
    # The mapping says where the site is; it wins.
    assert links(built)[0] == "https://first.example.org/mirror/deps/0001-base.html"


@pytest.mark.parametrize("whole", [True, False])
def test_a_mapping_relative_to_this_site(second, first, whole):
    mapped(second, first, whole=whole, mapping=MAPPING.replace(BASE, "../first"))
    second.write({"deep/er.md": "---\norphan: true\n---\n" + index(":source: first")})
    built = second.build()
    assert built.warnings == []
    assert links(built)[0] == "../first/deps/0001-base.html"
    assert links(built, "deep/er")[0] == "../../first/deps/0001-base.html"


def test_a_project_without_proposals(second, first, make_project):
    other = make_project({"index.md": "# No proposals\n"})
    mapped(second, other.build(), whole=False)
    built = second.build()
    assert built.codes == ["DEP006"]
    assert "the inventory of `first` lists no proposals" in built.warnings[0]
