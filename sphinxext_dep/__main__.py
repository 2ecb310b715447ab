"""``python -m sphinxext_dep`` is the command ``sphinx-dep``."""

from __future__ import annotations

from sphinxext_dep.cli.main import main

if __name__ == "__main__":
    main()
