"""Metadata of a page that Sphinx, docutils and themes read, among the fields of a header in every spelling."""

from __future__ import annotations

import pytest

from tests.sphinx.project import CONF, proposal

BODY = proposal().partition("```\n\n")[2]
RST_BODY = "Summary\n-------\n\nText.\n\nMotivation\n----------\n\nText.\n\nProposal\n--------\n\nText.\n\n"
RST_BODY += "Alternate Solutions\n-------------------\n\nText.\n"
HOST = ":orphan:\n:tocdepth: 1\n:nosearch:\n:html_theme.sidebar_secondary.remove: true\n:ogp_disable: true\n"
HOST += ":og:image:alt: A picture\n"
FIELDS = ":Status: Draft\n:Authors: Ada Lovelace\n:Category: Architecture\n"
RST = ["Cache\n=====\n\n{}\n", "{}\nCache\n=====\n\n"]
CASES = {
    "directive": ("a.md", proposal().replace(":status:", f"{HOST}:status:")),
    "directive_rst": (
        "a.rst",
        "Cache\n=====\n\n.. dep-header::\n"
        + "".join(f"   {line}\n" for line in (FIELDS.lower() + HOST).splitlines())
        + f"\n{RST_BODY}",
    ),
    "front_matter": (
        "a.md",
        '---\norphan: true\ntocdepth: 1\nnosearch: true\nhtml_theme.sidebar_secondary.remove: true\n"og:image:alt": a\n'
        "ogp_disable: true\nstatus: Draft\nauthors: Ada Lovelace\n"
        f"category: Architecture\n---\n# Cache\n\n{BODY}",
    ),
    "block": (
        "a.md",
        "# Cache\n\n**Status**: Draft\n\n**Authors**: Ada Lovelace\n\n**Category**: Architecture\n\n**Orphan**: yes\n\n"
        f"**tocdepth**: 1\n\n**nosearch**: yes\n\n**html_theme.sidebar_secondary.remove**: yes\n\n"
        f"**ogp_disable**: yes\n\n**og:image:alt**: a\n\n{BODY}",
    ),
    "field_list_below": ("a.rst", f"Cache\n=====\n\n{HOST}{FIELDS}\n{RST_BODY}"),
    "field_list_above": ("a.rst", f"{FIELDS}{HOST}\nCache\n=====\n\n{RST_BODY}"),
    "field_list_apart": ("a.rst", f"{HOST}\nCache\n=====\n\n{FIELDS}\n{RST_BODY}"),
    "field_list_md": ("a.md", f"# Cache\n\n{FIELDS}{HOST}\n{BODY}"),
    "preamble": (
        "a.rst",
        f"{FIELDS[1:]}{HOST[1:].partition(':og:')[0]}\nCache\n=====\n\n{RST_BODY}".replace("\n:", "\n"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_sphinx_sees_it(make_project, name):
    file, text = CASES[name]
    own = {"field_list": "field-list", "preamble": "preamble"}.get(name[:10].removesuffix("_"), "")
    settings = f'spellings = ["block", "front-matter", "directive"{f", {own!r}" if own else ""}]\n'
    project = make_project({f"deps/0001-{file}": text, "dep.toml": settings, "index.md": "# Docs\n"}, CONF)
    built = project.build()
    assert built.warnings == []
    (entry,) = built.deps["proposals"]
    assert entry["status"] == "Draft"
    metadata = built.app.env.metadata[f"deps/0001-{file.partition('.')[0]}"]
    assert metadata.keys() >= {
        "orphan", "tocdepth", "nosearch", "html_theme.sidebar_secondary.remove", "ogp_disable",
    }  # fmt: skip
    assert metadata["tocdepth"] == 1
    # In a preamble, as in mail, the first colon ends the name.
    assert "og:image:alt" in metadata or name == "preamble"


@pytest.mark.parametrize("field", ["Version", "Date", "Contact", "Organization", "Copyright", "Revision"])
def test_bibliographic_fields_of_docutils_are_none_that_the_process_lacks(make_project, field):
    text = f"Cache\n=====\n\n{FIELDS}:{field}: 1\n\n{RST_BODY}"
    files = {"deps/0001-a.rst": text, "dep.toml": 'spellings = ["field-list"]\n'}
    built = make_project(files, CONF).build()
    assert built.warnings == []
    assert built.app.env.metadata["deps/0001-a"][field.lower()] == "1"
