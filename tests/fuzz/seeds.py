"""What fuzzing starts from: the suite's own fixtures, and every input that was ever found to break something."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parents[1]
FOUND = Path(__file__).parent / "found"

QUERIES = (
    'status:open and not (author:@octo or tag:"two words")',
    "review-date<2026-12-01 number:1..12 replaces:DEP-3",
    "title:* -status:Draft",
)
CONFIGS = (
    'prefix = "JEP"\nsources = ["jeps/*.md"]\n\n[status.Draft]\nkind = "open"\nnext = ["Active"]\n',
    '[fields.risk]\nlabel = "Risk"\ntype = "choice"\nchoices = ["low", "high"]\n\n[rules]\nDEP301 = "warning"\n',
)


def seeds(target: str) -> list[bytes]:
    """The inputs that *target* starts from."""
    kept = sorted((FOUND / target).glob("*"))
    match target:
        case "markdown":
            texts = [*(TESTS / "rules").glob("*.md"), *(TESTS / "core" / "headers").glob("*.md")]
            return [file.read_bytes() for file in [*sorted(texts), *kept]]
        case "rst":
            texts = [*(TESTS / "rules").glob("*-rst.md"), *(TESTS / "core" / "headers").glob("*rst*")]
            return [file.read_bytes() for file in [*sorted(texts), *kept]]
        case "query":
            return [*(text.encode() for text in QUERIES), *(file.read_bytes() for file in kept)]
        case _:
            return [*(text.encode() for text in CONFIGS), *(file.read_bytes() for file in kept)]
