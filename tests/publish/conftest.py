"""Fixtures for tests of what is published."""

from __future__ import annotations

from tests.sphinx.conftest import make_project

__all__ = ["make_project"]
