"""Text between the fields of a header, which is no part of it, stays in the page."""

from __future__ import annotations

PROCESS = (
    'spellings = ["bulleted-list"]\n[statuses.Draft]\nkind = "open"\nrequires = []\n[rules]\nmissing-section = "off"\n'
)
MARKDOWN = """# Retry

* Status: Draft
* [Review thread](https://example.org/1)
  goes on
* Authors: Ada Lovelace, and[^1]
[^1]: A footnote.
* Category: Process
* Available in snapshots

Text.
"""
RST = """Retry
=====

.. note:: Superseded soon.

* Status: Draft
* `Review thread <https://example.org/1>`_
* Category: Process
* Authors: Ada Lovelace
* Available in snapshots

Text.
"""


def test_items_that_are_no_fields(make_project):
    project = make_project({"dep.toml": PROCESS, "deps/0001-a.md": MARKDOWN, "deps/0002-b.rst": RST})
    built = project.build()
    assert [(item["status"], item["category"]) for item in built.deps["proposals"]] == [("Draft", "Process")] * 2
    for docname in ("deps/0001-a", "deps/0002-b"):
        page = built.page(docname)
        page.select_one(".dep-header").decompose()
        text = page.get_text(" ", strip=True)
        assert "Review thread" in text
        assert "Available in snapshots" in text
        assert "Category" not in text
        assert "Status:" not in text
    assert "A footnote." in built.page("deps/0001-a").get_text()
    assert "Superseded soon." in built.page("deps/0002-b").get_text()
