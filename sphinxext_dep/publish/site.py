"""What is published: all proposals, and where their pages are. Every exporter writes from this and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from sphinxext_dep.check.check import Judgement
from sphinxext_dep.history import History
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.publish.json_values import UrlOf

FILE_NAME = "deps.json"
"""The catalogue's name, in the root of every HTML site."""


class Site(msgspec.Struct, frozen=True):
    """A built site.

    :param name: what the project calls itself.
    :param url_of: the URL of the page with a path, relative to the site's root; ``None`` when it has none.
    :param base_url: where the site is published: an absolute URL that ends with ``/``, or empty when nobody said.
    :param today: ISO date.
    :param history: the past of all proposals.
    :param attention: what waits for somebody today.
    :param language: of the documentation, as in BCP 47: ``en``, ``pt-BR``.
    :param gettext: a word in that language.
    :param term: a word of the schema in that language, as readers see it.
    """

    name: str
    judgement: Judgement
    schema: Schema
    url_of: UrlOf
    base_url: str
    today: str
    history: History
    attention: tuple[Diagnostic, ...]
    language: str
    gettext: Callable[[str], str]
    term: Callable[[str], str]
