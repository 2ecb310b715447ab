"""What directives share that choose proposals: their filters, and the options that the query language reads."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sphinxext_dep.model.numbers import normalise_key
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.query import (
    DEFAULT_ORDER,
    Filter,
    QueryError,
    SortKey,
    all_of,
    match_option,
    parse,
    parse_sort,
)
from sphinxext_dep.sphinx.build.foreign import Origin
from sphinxext_dep.sphinx.components.directive import DepDirective

DOWNLOAD = "put the `deps.json` of that project beside its inventory"
"""The mend where an inventory does not say enough of another project."""

SIMPLE_FILTERS = ("status", "category", "author", "sponsor", "reviewer", "tag", "number")
"""Filters that every process has, by their short names."""


class ChoosingDirective(DepDirective):
    """A directive that shows the proposals that its options choose."""

    schema: Schema
    """The process of the proposals that are chosen from."""
    whole: bool = True
    """Whether all is known of them; an inventory holds numbers and titles."""

    def choose_from(self, schema: Schema, origin: Origin | None = None) -> None:
        """Say what is chosen from, before any option is read."""
        self.schema = schema
        self.whole = origin is None or schema.status_field is not None

    @property
    def filter_options(self) -> tuple[str, ...]:
        """The options that are filters."""
        return (*SIMPLE_FILTERS, "filter", *(key for key in self.schema.fields if key not in SIMPLE_FILTERS))

    def filter(self) -> Filter:
        """What all filters demand together."""
        options = [option for option in self.filter_options if option != "filter"]
        chosen = [self.parsed(option, partial(match_option, option, schema=self.schema), None) for option in options]
        chosen.append(self.parsed("filter", lambda text: parse(text, self.schema), None))
        return all_of([item for item in chosen if item is not None])

    def order(self) -> tuple[SortKey, ...]:
        """What they are sorted by."""
        order: tuple[SortKey, ...] = self.parsed("sort", lambda text: parse_sort(text, self.schema), DEFAULT_ORDER)
        return order

    def limit(self) -> int | None:
        """How many are shown at most."""
        text = self.given("limit")
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            self.complain("limit", f"`{text}` is not a number of proposals", "write a whole number, such as `10`")
            return None
        return int(text)

    def parsed(self, option: str, parser: Callable[[str], Any], default: Any) -> Any:
        """The value of *option* as *parser* reads it; *default* when there is none, or it is wrong."""
        if not self.given(option):
            return default
        try:
            return parser(self.options[option])
        except QueryError as error:
            mend = error.help if self.whole else f"an inventory holds numbers and titles only; {DOWNLOAD}"
            self.complain(option, error.message, mend, error.start, error.end)
            return default


def keys_in(argument: str, prefix: str) -> tuple[str, ...]:
    """The proposals that a directive's *argument* names, by their normalised keys: ``1, DEP-3, some-slug``, ``1 2``."""
    words = [word.strip() for word in argument.replace("\n", ",").split(",")]
    if len(words) == 1 and all(part.isdigit() for part in words[0].split()):
        words = words[0].split()
    return tuple(normalise_key(word, prefix) or word for word in words if word)
