"""Templates beside proposals: no proposals, no warning, not searched; in a toctree they are pages like others."""

from __future__ import annotations

import pytest

from tests.sphinx.project import CONF, Built, proposal, to_rst

TEMPLATE = (
    "# <Title>\n\n```{dep-header}\n:status: Draft | Under Review\n:authors: '[Name]'\n:category: Process\n```\n\n"
    "## Summary\n\n[Required] Zebras.\n"
)
INDEX = "# Docs\n\n```{dep-index}\n:toctree:\n```\n\nSee [the template](deps/NNNN-template.md).\n"
NAMES = ["NNNN-template", "nnnn-limited-template", "template", "TEMPLATE-complete", "XXXX-template", "000N-template"]
EXCLUDE = 'exclude = ["NNNN*", "template*", "README*", "XXXX*", "000N*"]\n'


def searched(built: Built) -> str:
    # Sphinx keeps the words of pages that it no longer has, each with an empty list of pages.
    return built.text("searchindex.js").replace('"zebra":[]', "")


@pytest.mark.parametrize("suffix", ["md", "rst"])
@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_no_proposal_and_no_warning(make_project, name, suffix):
    text = TEMPLATE if suffix == "md" else to_rst(TEMPLATE)
    index = INDEX.replace("NNNN-template.md", f"{name}.{suffix}")
    files = {"deps/0001-one.md": proposal("One"), f"deps/{name}.{suffix}": text, "index.md": index, "dep.toml": EXCLUDE}
    built = make_project(files).build()
    assert (built.status, built.warnings) == (0, [])
    assert [entry["title"] for entry in built.deps["proposals"]] == ["One"]
    assert "zebra" not in searched(built)
    # It is a page to which others can link.
    assert f'href="deps/{name}.html"' in built.text("index.html")
    assert "Zebras" in built.text(f"deps/{name}.html")


def test_in_a_toctree_it_is_a_page_like_others_at_any_time(make_project):
    files = {"deps/0001-one.md": proposal("One"), "deps/NNNN-template.md": TEMPLATE, "index.md": INDEX}
    project = make_project(files)
    assert "zebra" not in searched(project.build())
    assert project.build().written == set()
    for toctree, found in (("\n```{toctree}\ndeps/NNNN-template\n```\n", True), ("", False)):
        project.write({"index.md": f"{INDEX}{toctree}"})
        built = project.build()
        assert built.warnings == []
        assert ("zebra" in searched(built)) == found
        assert built.files == project.build_clean().files
        assert project.build().written == set()


@pytest.mark.parametrize("metadata", ["orphan: true", "nosearch: true", "tocdepth: 1"])
def test_what_its_author_says_stays(make_project, metadata):
    files = {"deps/0001-one.md": proposal("One"), "deps/NNNN-template.md": f"---\n{metadata}\n---\n\n{TEMPLATE}"}
    built = make_project({**files, "index.md": INDEX}).build()
    assert built.warnings == []
    key, _, value = metadata.partition(": ")
    assert str(built.app.env.metadata["deps/NNNN-template"][key]).lower() == value


@pytest.mark.parametrize("name", ["deps/README", "deps/old/notes", "guide/template", "guide/NNNN-x", "deps/NNNNing"])
def test_other_pages_are_as_sphinx_has_them(make_project, name):
    """Also those that `exclude` names for another reason, and templates of something else."""
    files = {
        "deps/0001-one.md": proposal("One"),
        f"{name}.md": "# Other\n\nZebras.\n",
        "dep.toml": 'exclude = ["NNNN*", "template*", "README*", "deps/old/*"]\n',
    }
    project = make_project(files)
    built, without = project.build(), make_project(files, CONF.replace(', "sphinxext_dep"', "") + NO_INDEX).build()
    assert (
        [line for line in built.warnings if name in line] == [line for line in without.warnings if name in line] != []
    )
    assert "zebra" in searched(built)
    assert str(built.page(name)) == str(without.page(name))


NO_INDEX = 'suppress_warnings = ["myst.directive_unknown"]\n'


def test_a_file_that_the_configuration_calls_a_template(make_project):
    toml = 'exclude = ["example*"]\ntemplates = ["deps/example.md"]\n'
    files = {"deps/0001-one.md": proposal("One"), "deps/example.md": TEMPLATE, "dep.toml": toml}
    built = make_project(files).build()
    assert (built.status, built.warnings) == (0, [])
    assert "zebra" not in searched(built)
