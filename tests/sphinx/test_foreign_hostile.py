"""``:source:`` with what strangers publish: refused, or shown without doing what it says."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.sphinx.foreign import entry, first, index, links, no_network, rewrite, rows, second

__all__ = ["first", "no_network", "second"]  # fixtures


HOSTILE = {
    "no file": (None, "it cannot be read: No such file or directory"),
    "no JSON": (b"<html>", "it is no deps.json"),
    "not UTF-8": (b'{"version": 1, "prefix": "\xff"}', "it is no deps.json"),
    "half": (b'{"version": 1, "prefix"', "it is no deps.json"),
    "another file": (b'{"name": "x"}', "missing required field"),
    "a newer version": (b'{"version": 2, "everything": "else"}', "it has version 2 of the format"),
    "an older version": (b'{"version": 0}', "it has version 0 of the format"),
    "deep": (b'{"version": 1, "new": ' + b"[" * 200_000, "it is no deps.json"),
    "huge number": (b'{"version": ' + b"9" * 10_000 + b"}", "it is no deps.json"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_that_is_none(second, case):
    data, message = HOSTILE[case]
    if data is None:
        second.remove("first.json")
    else:
        second.write({"first.json": data})
    built = second.build()
    assert built.codes == ["DEP006"]
    assert built.warnings[0].startswith("abroad.md:4:10: ")
    assert message in built.warnings[0]
    assert built.status == 1
    assert "The proposals of first.json cannot be read." in built.page("abroad").text


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda file: file.symlink_to(file.name), "it cannot be read: Too many levels of symbolic links"),
        pytest.param(
            lambda file: os.mkfifo(file, 0o600),
            "it cannot be read: it is no regular file",
            marks=pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes"),
        ),
        (lambda file: file.mkdir(), "it cannot be read: it is no regular file"),
    ],
    ids=["a link to itself", "a pipe that nobody writes to", "a directory"],
)
def test_a_name_that_is_no_file(second, made, message):
    file = second.src / "first.json"
    file.unlink()
    made(file)
    built = second.build()
    assert built.codes == ["DEP006"]
    assert message in built.warnings[0]


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "a title that is no text": lambda c: entry(c).update(title=3),
    "a number that is none": lambda c: entry(c).update(number=-1),
    "a number too large": lambda c: entry(c).update(number=10**40),
    "a date that is none": lambda c: entry(c).update(review_date="soon"),
    "people that are none": lambda c: entry(c).update(authors=["Ada"]),
    "one path twice": lambda c: entry(c).update(path="deps/wish.md"),
    "a kind": lambda c: c["statuses"][0].update(kind="perhaps"),
    "two fields of one name": lambda c: c["fields"].append(c["fields"][3]),
    "a field that takes the title": lambda c: c["fields"][2].update(name="title"),
    "a key with markup": lambda c: c["fields"][2].update(key='x" onclick="y'),
    "two statuses": lambda c: c["fields"].append(c["fields"][1] | {"key": "second"}),
    "no proposals": lambda c: c.pop("proposals"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_file_that_is_not_what_its_version_says(second, case):
    rewrite(second, WRONG[case])
    built = second.build()
    assert built.codes == ["DEP006"]
    assert built.warnings[0].startswith("abroad.md:4:10: ")
    assert "it is no deps.json" in built.warnings[0]


def test_markup_and_addresses_of_strangers(second):
    bad = "<script>alert(1)</script> **bold** {{ x }} \u202etxt \x00\x1b[31m"

    def change(catalogue: dict[str, Any]) -> None:
        one, two, three, four = catalogue["proposals"]
        one.update(title=bad, summary=bad, url="javascript:alert(1)", status=bad, status_raw=bad, category=bad)
        one["authors"] = [{"name": bad, "handle": None, "url": "javascript:alert(1)"}]
        one["pull_request"] = "javascript:alert(1)"
        two["url"] = "https://evil.example.org/"
        three["url"] = "//evil.example.org/"
        four["url"] = "../../evil.html"
        catalogue["statuses"].append({"name": "x y", "kind": "open", "description": bad, "colour": '"><script>'})

    rewrite(second, change)
    second.write(
        {"abroad.md": index(":source: first.json", ":columns: title, authors, status, pull-request, category, summary")}
    )
    for builder in ("html", "text", "latex", "epub"):
        built = second.build(builder)
    built = second.build("html", force_all=True)
    page = str(built.page("abroad"))
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert "evil" not in page
    assert not set("\x00\x1b\u202e") & set(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **bold** {{ x }}" in page
    assert built.codes == ["DEP006"]
    assert "`javascript:alert(1)`, and 5 more, cannot be linked to" in built.warnings[0]


def test_ten_megabytes(second):
    def change(catalogue: dict[str, Any]) -> None:
        entry(catalogue)["title"] = "x" * 10_000_000

    rewrite(second, change)
    built = second.build()
    assert built.codes == ["DEP006"]
    assert "1 texts were cut after 10,000 characters" in built.warnings[0]
    assert len(built.text("abroad.html")) < 200_000


def test_ten_thousand_proposals(second):
    def change(catalogue: dict[str, Any]) -> None:
        model = entry(catalogue)
        catalogue["proposals"] = [
            model | {"number": number, "path": f"deps/{number}.md", "slug": f"s{number}"} for number in range(10_000)
        ]

    rewrite(second, change)
    second.write({"abroad.md": index(":source: first.json", ":number: 9990..")})
    built = second.build()
    assert built.warnings == []
    assert len(rows(built)) == 10


def test_a_file_without_a_base_url(second):
    rewrite(second, lambda catalogue: catalogue.update(base_url=None))
    built = second.build()
    assert built.codes == ["DEP006"]
    assert "WARNING" in built.warnings[0]
    assert "does not say where its pages are" in built.warnings[0]
    assert built.status == 0
    assert rows(built)[0][:2] == ["DEP-0001", "Base"]
    assert [link for link in links(built) if "github" not in link] == []


def test_a_base_url_that_runs(second):
    rewrite(second, lambda catalogue: catalogue.update(base_url="javascript:alert(1)//"))
    built = second.build()
    assert "javascript" not in str(built.page("abroad"))
    assert built.codes == ["DEP006", "DEP006"]


def test_toctree_is_for_this_project(second):
    second.write({"abroad.md": index(":source: first.json", ":toctree:")})
    built = second.build()
    assert built.codes == ["DEP006"]
    assert built.warnings[0].startswith("abroad.md:5:")
