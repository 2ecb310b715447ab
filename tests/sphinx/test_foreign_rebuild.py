"""What shows another project is written again when that has changed, and then only; in every builder."""

from __future__ import annotations

import os

import pytest

from tests.sphinx.foreign import entry, first, index, mapped, no_network, rewrite, rows, second

__all__ = ["first", "no_network", "second"]  # fixtures


def test_a_change_of_the_file_writes_what_shows_it(second):
    second.build()
    assert second.build().written == set()
    file = second.src / "first.json"
    before = file.stat()
    rewrite(second, lambda catalogue: entry(catalogue).update(title="Basis"))
    # Not even a file that looks older than the page is missed.
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns - 10**12))
    built = second.build()
    # With a page that is read, Sphinx writes those whose toctree holds it.
    assert (built.read, built.written) == ({"abroad"}, {"abroad", "index"})
    assert rows(built)[0][1] == "Basis"
    assert built.files == second.build_clean().files
    file.touch()
    assert second.build().written == set()


def test_two_builders_on_one_environment(second):
    second.build("html")
    second.build("dirhtml")
    rewrite(second, lambda catalogue: entry(catalogue).update(title="Basis"))
    second.build("html")
    built = second.build("dirhtml")
    assert "abroad" in built.written
    assert "Basis" in built.text("abroad/index.html")
    assert second.build("dirhtml").written == set()


def test_a_file_that_goes_and_comes_back(second):
    text = (second.src / "first.json").read_text(encoding="utf-8")
    second.build()
    second.remove("first.json")
    built = second.build()
    assert (built.codes, built.read) == (["DEP006"], {"abroad"})
    # It is said in every build, and nothing is done over and over.
    built = second.build()
    assert (built.codes, built.read, built.written) == (["DEP006"], set(), set())
    second.write({"first.json": text})
    built = second.build()
    assert (built.codes, built.read) == ([], {"abroad"})


def test_a_file_put_beside_the_inventory(second, first):
    mapped(second, first, whole=False)
    second.build()
    assert second.build().written == set()
    mapped(second, first, whole=True)
    built = second.build()
    assert built.read == {"abroad"}
    assert len(rows(built)[0]) == 5


def test_in_two_processes(second):
    pages = {f"more{number}.md": "---\norphan: true\n---\n" + index(":source: first.json") for number in range(12)}
    second.write(pages)
    built = second.build(parallel=2)
    assert built.warnings == []
    rewrite(second, lambda catalogue: entry(catalogue).update(title="Basis"))
    built = second.build(parallel=2)
    assert built.read == {"abroad", *(name.removesuffix(".md") for name in pages)}
    assert rows(built, "more7")[0][1] == "Basis"
    assert built.files == second.build_clean().files


@pytest.mark.parametrize("builder", ["dirhtml", "singlehtml", "latex", "epub", "man", "text", "gettext"])
def test_every_builder(second, first, builder):
    mapped(second, first, whole=False)
    pages = {
        "list.md": index(":source: first", ":format: list"),
        "file.md": index(":source: downloads/deps.json", ":format: cards"),
        "downloads/deps.json": first.text("deps.json"),
    }
    toctrees = "```{dep-index}\n:toctree:\n```\n\n```{toctree}\nabroad\nplain\nlist\nfile\n```\n"
    second.write({"index.md": f"# D\n\n{toctrees}", **pages})
    built = second.build(builder, copyright="2026", epub_copyright="2026", version="1")
    assert built.warnings == []


def test_paths_from_the_page_and_from_the_root(second, first):
    second.write({"deep/page.md": "---\norphan: true\n---\n" + index(":source: ../first.json"),
                  "deep/other.md": "---\norphan: true\n---\n" + index(":source: /first.json")})  # fmt: skip
    built = second.build()
    assert built.warnings == []
    assert len(rows(built, "deep/page")) == len(rows(built, "deep/other")) == 4
