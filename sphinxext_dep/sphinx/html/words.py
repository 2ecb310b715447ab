"""The words that readers see, in the language of the documentation."""

from __future__ import annotations

from sphinx.locale import get_translator

CATALOG = "sphinxext_dep"
PROCESS = "process"
"""The context of the words of the default schema, which could otherwise be taken for others: a status for a verb."""


def _(message: str) -> str:
    """*message* translated now, as plain text: Sphinx's own function may return a proxy that is no string."""
    return get_translator(CATALOG).gettext(message)


def term(word: str) -> str:
    """*word* of a schema: a status, a category, a label or a description.

    The catalog holds the words of the default schema. What a project has named otherwise, in whatever language, is its
    own and stays as it is. Data keeps the names that authors write; only what is shown is translated.
    """
    return get_translator(CATALOG).pgettext(PROCESS, word)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form for *number*; Sphinx has no such function for an extension's own catalog."""
    return get_translator(CATALOG).ngettext(singular, plural, number)
