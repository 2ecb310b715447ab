"""What others make of the output: validators of HTML and EPUB, and a typesetter."""

from __future__ import annotations
