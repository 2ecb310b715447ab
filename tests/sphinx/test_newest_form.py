"""A repository in the newest form (``tests/newest_form.py``) builds without a word."""

from __future__ import annotations

from collections.abc import Callable

from tests.newest_form import FILES
from tests.sphinx.project import CONF, Project, one

MakeProject = Callable[..., Project]

INDEX = "# Docs\n\n```{dep-index}\n:toctree:\n:toolbar:\n```\n\n```{dep-people}\n```\n\n```{dep-status}\n```\n"
NITPICKY = f"{CONF}nitpicky = True\ndep_hover_cards = False\nexclude_patterns = ['**/NNNN-*']\n"


NAMES = ("process", "retry", "timeouts", "limits", "errors", "names")


def test_it_builds_without_a_word(make_project: MakeProject) -> None:
    built = make_project({"index.md": INDEX, **FILES}, NITPICKY).build()
    assert built.warnings == []
    assert built.status == 0
    proposals = {item["number"]: item for item in built.deps["proposals"]}
    assert {number: item["status"] for number, item in proposals.items()} == {
        10: "Approved", 11: "Draft", 12: "Approved", 13: "Replaced", 14: "Under Review", 15: "Rejected",
    }  # fmt: skip
    assert proposals[10]["title"] == "How we decide"
    assert [group["name"] for group in proposals[10]["participating_sigs"]] == ["org/sig-router", "SIG Frontend"]
    assert [group["name"] for group in proposals[12]["participating_sigs"]] == [
        "SIG Router and Fabric",
        "org/sig-frontend",
    ]
    assert proposals[10]["replaces"] == []
    remarks = {
        number: " ".join(box.get_text().split())
        for number, name in enumerate(NAMES, 10)
        for box in built.page(f"deps/{number:04d}-{name}").select(".dep-banner .dep-banner-remark")
    }
    assert remarks == {
        10: "but not in force before the vote.",
        13: "The limits are those of DEP-0012 now.",
        14: "until the end of the year.",
        15: "the old names stay.",
    }
    for number, name in enumerate(NAMES, 10):
        page = built.page(f"deps/{number:04d}-{name}")
        assert len(page.select(".dep-banner")) == 1
        assert [" ".join(box.get_text().split()) for box in page.select(".admonition")] == (
            [] if name == "errors" else ["Tip Networks fail."]
        )


def test_groups_are_found_like_people(make_project: MakeProject) -> None:
    """In the list of people with what awaits them, and among the facets of a table."""
    page = make_project({"index.md": INDEX, **FILES}, NITPICKY).build().page("index")
    roles = page.select("dt#person-org-sig-router + dd .dep-role")
    assert [role.get_text(" ", strip=True) for role in roles] == [
        "To review 1", "Reviewer of 2", "Owning SIG 1", "Participating SIGs 1",
    ]  # fmt: skip
    waiting = one(page, "dt#person-org-sig-router + dd ul.dep-waiting")
    assert "DEP-0014" in waiting.get_text()
    assert page.select_one("#person-sig-process") is not None
    registry = page.select_one("[data-registry]")
    assert registry is not None
    for label in ("Owning SIG", "Participating SIGs", "PIC"):
        assert label in registry["data-registry"]
