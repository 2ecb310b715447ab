"""The words that readers see, in the language of the documentation."""

from __future__ import annotations

from sphinx.locale import get_translator

CATALOG = "sphinxext_dep"


def _(message: str) -> str:
    """*message* translated now, as plain text: Sphinx's own function may return a proxy that is no string."""
    return get_translator(CATALOG).gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form for *number*; Sphinx has no such function for an extension's own catalog."""
    return get_translator(CATALOG).ngettext(singular, plural, number)
