"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# Machines are busy: how long one example takes says nothing. In CI the examples are the same in every run, so that a
# failure can be had again; elsewhere they differ, so that new ones are found.
settings.register_profile("default", deadline=None, print_blob=True)
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")
