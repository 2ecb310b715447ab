"""The style sheets and scripts that pages load: made from ``assets/``, minified, in ``sphinxext_dep/static/``.

Run as ``python .ci/assets.py`` after a change in ``assets/``. With ``--check`` nothing is written: it ends with 1 and
names the files that are not current.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import minify

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "assets"
STATIC = ROOT / "sphinxext_dep" / "static"

BUNDLES = {
    "sphinxext_dep.css": ("tokens.css", "pages.css", "hover.css"),
    "sphinxext_dep_navigation.css": ("navigation.css",),
    "sphinxext_dep.js": ("registry.js",),
    "sphinxext_dep_hover.js": ("hover.js",),
}
"""The file that pages load → the files it is made of."""


def bundle(name: str) -> str:
    """The text of one file that pages load."""
    text = "\n".join((SOURCES / source).read_text(encoding="utf-8") for source in BUNDLES[name])
    if name.endswith(".js"):
        # A variable that is not assigned again may as well be one that could be: the shorter word joins declarations.
        return minify.string("text/javascript", re.sub(r"\bconst\b", "let", text))
    # The library leaves blanks in nested rules and in rules of containers as they are.
    for pattern, short in ((r"/\*.*?\*/", ""), (r"\s+", " "), (r" ?([{};,>]) ?", r"\1"), (r": ", ":")):
        text = re.sub(pattern, short, text, flags=re.DOTALL)
    return minify.string("text/css", text)


def main() -> int:
    """Write the files, or check them."""
    stale = [
        name
        for name in BUNDLES
        if not (STATIC / name).is_file() or (STATIC / name).read_text(encoding="utf-8") != bundle(name)
    ]
    if "--check" in sys.argv[1:]:
        if stale:
            print(f"not current: {', '.join(stale)}; run `python .ci/assets.py`")
        return bool(stale)
    for name in stale:
        (STATIC / name).write_text(bundle(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
