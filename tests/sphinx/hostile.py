"""Proposals and pages that try to get markup into the output by every way there is, and a look for it."""

from __future__ import annotations

import re
from pathlib import Path

from bs4 import BeautifulSoup
from docutils.parsers.rst import directives, roles

from tests.sphinx.project import CONF, Project, proposal, to_rst

SCRIPT = "<script>alert(1)</script>"
ATTRIBUTE = "\" onmouseover='alert(1)' x=\""
IMAGE = "<img src=x onerror=alert(1)>"

COMMANDS = r"\input{secret} \write18{touch executed} \href{javascript:alert(1)}{x} }}] $^_% #&~ @include secret @x{"
"""What LaTeX and Texinfo would carry out, and what would close or open something in them."""
REQUEST = ".so secret"
"""What a manual page would carry out at the beginning of a line."""

BLOCK = f"""\
# Retry {SCRIPT} {IMAGE} ok

**Status**: {SCRIPT}{ATTRIBUTE}

**Authors**: {SCRIPT}, [Ada{ATTRIBUTE}](javascript:alert(1)), @octo{ATTRIBUTE}, [Bea](data:text/html,{SCRIPT})

**Category**: {IMAGE}{ATTRIBUTE}

**Review Date**: {SCRIPT}

**Pull Request**: [x](javascript:alert(1)), vbscript:alert(1)

**Implementation**: <javascript:alert(1)> https://example.org/{ATTRIBUTE}

**Extends**: {SCRIPT}, [DEP-1](javascript:alert(1))

**{IMAGE}**: {SCRIPT}

# Summary

A summary with `{SCRIPT}`.
"""
DIRECTIVE = f"""\
# Retry & 'more' "{ATTRIBUTE}"

```{{dep-header}}
:status: '{SCRIPT}'
:authors: '{IMAGE}, <javascript:alert(1)>, [x](javascript:alert(1))'
:category: '{ATTRIBUTE}'
:pull-request: 'JavaScript:alert(1)'
:implementation: " java\\tscript:alert(1), data:text/html;base64,PHNjcmlwdD4="
:tags: '{SCRIPT}, {IMAGE}'
:replaces: '{SCRIPT}'
```

# Summary

{SCRIPT.replace("<", chr(92) + "<")}
"""
FRONT_MATTER = f"""\
---
dep: 3
status: "{SCRIPT}"
authors: ["{IMAGE}", {{name: x}}]
category: !!python/object/apply:os.system ["touch executed"]
title: "{SCRIPT}"
---

# Third

# Summary

x
"""
BOOK = f"""\
# {COMMANDS}

**Status**: {COMMANDS}

**Authors**: {REQUEST}, {COMMANDS}, 'br, \\(lq

**Category**: {REQUEST}

**Tags**: {REQUEST}, {COMMANDS}

**{COMMANDS}**: {REQUEST}

# Summary

Say `{COMMANDS}` and `{SCRIPT}`.

## REQ 1 {COMMANDS} `{SCRIPT}`

It MUST NOT run.
"""
INDEX = f"""\
# Docs

```{{dep-status}}
```

```{{dep-index}}
:toctree:
:caption: '{SCRIPT}{IMAGE}'
:columns: number, title, status, category, authors, pull-request, implementation, tags, extends, replaces
:group-by: category
```

```{{dep-index}}
:format: cards
:group-by: status
:caption: '{SCRIPT}'
```

```{{dep-index}}
:format: list
:status: draft
:empty: '{SCRIPT}'
```

```{{dep-status}} 1, 2, {SCRIPT}
```

```{{dep-timeline}}
:caption: '{SCRIPT}'
```

```{{dep-people}}
:empty: '{SCRIPT}'
```

```{{dep-graph}}
:empty: '{SCRIPT}'
```

```{{dep-requirements}}
:empty: '{SCRIPT}'
```

{{dep}}`1` {{dep}}`{SCRIPT} <2>` [](dep:2)
"""


def hostile_project(root: Path) -> Project:
    """The project below *root*."""
    project = Project(root)
    project.write({
        "conf.py": CONF + "epub_copyright = 'us'\nversion = '1'\n",
        "index.md": INDEX,
        "deps/0001-a.md": BLOCK,
        "deps/0002-b.md": DIRECTIVE,
        "deps/0003-c.md": FRONT_MATTER,
        "deps/0004-d.rst": to_rst(proposal(SCRIPT + IMAGE, SCRIPT)),
        "deps/0005-e.md": BOOK,
    })  # fmt: skip
    return project


def components(project: Project) -> set[str]:
    """The names of all directives and roles of the extension, as they are registered while *project* is built."""
    names = set[str]()

    def collect(*_event: object) -> None:
        names.update(vars(directives)["_directives"], vars(roles)["_roles"])

    project.build(hooks={"env-updated": collect})
    return {name for name in names if name == "dep" or name.startswith("dep-")}


def live(html: str) -> list[str]:
    """What would act in a page: scripts that are not the theme's, handlers, links that run."""
    soup = BeautifulSoup(html, "html.parser")
    scripts = [tag for tag in soup.find_all("script") if not str(tag.get("src", "")).startswith(("_static", "../_sta"))]
    found = [str(tag) for tag in scripts if "alert" in str(tag)]
    for tag in soup.find_all(True):
        found += [f"{tag.name} {name}" for name in tag.attrs if name.startswith("on")]
        for name in ("href", "src", "xlink:href", "action", "formaction"):
            value = re.sub(r"[\s\x00-\x1f]", "", str(tag.get(name, ""))).lower()
            if value.startswith(("javascript:", "vbscript:", "data:text", "data:application")):
                found.append(f"{tag.name} {value}")
        if tag.name in ("img", "iframe", "object", "embed", "base", "form") and tag.get("src") == "x":
            found.append(str(tag))
    return found
