"""A site on which every component stands, and a table that is too wide and too long for a page of paper."""

from __future__ import annotations

from tests.sphinx.project import CONF, proposal, to_rst

CONF = f"""{CONF}
project = "Sample"
copyright = "its authors"
version = "1"
latex_elements = {{"papersize": "a4paper"}}
"""
LONG = "A proposal whose title has rather many words, so that it does not fit into one line of a table"
PEOPLE = '"Ada Lovelace, Grace Brewster Murray Hopper, @octo, Charles Babbage"'
COLUMNS = "number, title, status, category, authors, sponsor, required-reviewers, review-date, pull-request, tags"
COMPONENTS = f"""\
# Components

```{{dep-status}}
```

```{{dep-status}} 1, 2, wish
```

```{{dep-index}}
:group-by: status
:caption: All, in groups
```

```{{dep-index}}
:columns: {COLUMNS}
:caption: Every column
```

```{{dep-index}}
:format: cards
:group-by: category
:caption: Cards
:limit: 6
```

```{{dep-index}}
:format: list
:limit: 6
```

```{{dep-index}}
:number: 5000..
```

```{{dep-timeline}}
:caption: Changes
```

```{{dep-people}}
```

```{{dep-graph}}
```

```{{dep-requirements}}
:caption: Requirements
```

See {{dep}}`1`, {{dep}}`its motivation <1#motivation>`, {{dep-status}}`2`, {{dep-status}}`wish` and [](dep:3).
"""
FILES = {
    "conf.py": CONF,
    "index.md": "# Sample\n\n```{toctree}\ndeps/index\ncomponents\n```\n",
    "deps/index.md": "# Proposals\n\n```{dep-index}\n:toctree:\n```\n",
    "components.md": COMPONENTS,
    "deps/0001-cache.md": proposal("Cache & “answers”", "Implemented", tags="engine, net", sponsor='"Grace Hopper"'),
    "deps/0002-router.md": proposal("Route by load", "Approved", authors="Kurt Gödel", review_date="2026-01-05")
    + "\n### REQ 1 Even load\n\nNo server MUST have more than twice the load of another.\n",
    "deps/0003-queue.rst": to_rst(proposal("Queue “writes”", "Under Review", authors="Barbara Liskov", extends="1, 2")),
    "deps/0004-retry.md": proposal("Retry reads", "Replaced", category="Process", replaced_by="3"),
    "deps/0005-votes.md": proposal("Vote in public", "Draft", category="Process", related="4", summary="Say *so*."),
    "deps/0006-mail.md": proposal("Announce by mail", "Rejected", category="Guidelines"),
    "deps/0007-shards.md": proposal("Split tables", "Deferred"),
    "deps/wish.md": proposal("A wish", "Aproved"),
} | {
    f"deps/00{number}-long.md": proposal(LONG, "Under Review", authors=PEOPLE, tags="engine, net, transport")
    for number in range(20, 50)
}  # fmt: skip
