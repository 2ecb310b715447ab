"""Columns: the fields of a process, and what every proposal has besides, such as a title and a path.

Pages, the command line, sorting, grouping and filters all read a column from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, Protocol

import msgspec

from sphinxext_dep.fields import TYPES, FieldType, type_of
from sphinxext_dep.fields.base import ORDERED, Key
from sphinxext_dep.fields.number import Number
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.proposal import Date, Proposal, State
from sphinxext_dep.model.schema import Field, Schema


class Past(Protocol):
    """The history of all proposals (:class:`~sphinxext_dep.history.reading.History`), which is a layer above."""

    def of(self, path: str) -> Any:
        """Return the history of the proposal *path*; ``None`` when it was never committed."""


class Origin(msgspec.Struct, frozen=True, gc=False):
    """The branch or pull request of a proposal that is not merged.

    :param ref: its short name: ``pull/52``, ``ada/retry``.
    :param is_pull_request: false for a branch.
    :param since: the day of its first commit (ISO 8601).
    :param changed: the day of its last commit.
    :param url: the address of the pull request; empty for a branch, and when it is not known.
    """

    ref: str
    is_pull_request: bool
    since: str
    changed: str
    url: str = ""


class Context(msgspec.Struct, frozen=True):
    """The data that a column or a filter may need beyond the proposal itself.

    :param today: in ISO 8601; without it nothing is overdue.
    :param invalid: the paths of the proposals that have errors.
    :param history: returns what git knows; called only when a column shows it.
    :param origins: path → the branch of each proposal that is not merged.
    """

    today: str | None = None
    invalid: frozenset[str] = frozenset()
    history: Callable[[], Past | None] = lambda: None
    origins: Mapping[str, Origin] = {}


class Derived(NamedTuple):
    """A column that every proposal has, whatever the process.

    :param key: its name in queries and options; it wins over a field of the same name.
    :param title: its heading, when the process has no field of that name.
    :param doc: for the reference documentation.
    :param type: the type that reads query terms for it, sorts it, and makes text of it.
    :param value: returns its value; ``None`` or an empty text when there is none.
    :param prefers_field: its value is that of the field of the same name, where a proposal states it.
    """

    key: str
    title: str
    doc: str
    type: FieldType[Any]
    value: Callable[[Proposal, Context], Any]
    field: Field | None = None
    prefers_field: bool = False

    def label(self, schema: Schema) -> str:
        """Return the column's heading."""
        field = self.field or schema.fields.get(self.key)
        return field.label if field is not None else self.title

    def items(self, proposal: Proposal, context: Context) -> tuple[Any, ...]:
        """Return what filters look at."""
        value = self.value(proposal, context)
        return () if value in (None, "") else (value,)

    def is_given(self, proposal: Proposal, context: Context) -> bool:
        """Return whether there is a value."""
        return bool(self.items(proposal, context))

    def texts(self, proposal: Proposal, catalog: Catalog, context: Context) -> list[str]:
        """Return the plain texts of a cell. An unnumbered proposal is known by its slug."""
        if self.key == "number":
            return [catalog.label(proposal)]
        return [self.type.text(item, catalog.schema) for item in self.items(proposal, context)]

    def sort_keys(self, proposal: Proposal, schema: Schema, context: Context) -> Iterator[Key]:
        """Yield the keys by which proposals are sorted and grouped."""
        yield from (self.type.key(item, None, schema) for item in self.items(proposal, context))


class FieldColumn(NamedTuple):
    """The column of a field; its members are those of :class:`Derived`."""

    field: Field

    @property
    def key(self) -> str:
        """The key of the field."""
        return self.field.key

    @property
    def type(self) -> FieldType[Any]:
        """The type of the field."""
        return type_of(self.field)

    def label(self, schema: Schema) -> str:
        """See :meth:`Derived.label`."""
        return self.field.label

    def items(self, proposal: Proposal, context: Context) -> tuple[Any, ...]:
        """See :meth:`Derived.items`."""
        return self.type.items(proposal.fields.get(self.key))

    def is_given(self, proposal: Proposal, context: Context) -> bool:
        """Return whether there is a value, right or wrong."""
        value = proposal.fields.get(self.key)
        return value is not None and value.state is State.GIVEN

    def texts(self, proposal: Proposal, catalog: Catalog, context: Context) -> list[str]:
        """See :meth:`Derived.texts`."""
        return self.type.texts(proposal, self.field, catalog)

    def sort_keys(self, proposal: Proposal, schema: Schema, context: Context) -> Iterator[Key]:
        """See :meth:`Derived.sort_keys`."""
        return self.type.sort_keys(proposal.fields.get(self.key), self.field, schema)


Column = Derived | FieldColumn


class _Days(Number):
    """A number of days."""

    def text(self, item: Any, schema: Schema) -> str:
        """Return the number."""
        return str(item)

    def key(self, item: int, field: Field | None, schema: Schema) -> Key:
        """Return the sort and group key."""
        return Key(str(item), (ORDERED, item), str(item))


def _age(proposal: Proposal, context: Context) -> int | None:
    """The days since the present status was committed; else since the first commit, else since the day ``created``.

    Of a proposal that is not merged, those since the first commit of its branch.
    """
    if context.today is None:
        return None
    origin = context.origins.get(proposal.path)
    past, since = context.history() if origin is None else None, proposal.date("created")
    if origin is not None:
        since = origin.since
    elif past is not None and (known := past.of(proposal.path)) is not None:
        current = known.statuses[-1] if known.statuses else None
        if current is not None and current.status != proposal.status:
            return 0  # The change is not committed yet.
        commit = current.commit if current is not None and current.commit.exact else known.created
        since = commit.date if commit.exact else since
    if since is None:
        return None
    return max(0, (date.fromisoformat(context.today) - date.fromisoformat(since)).days)


def created(proposal: Proposal, context: Context) -> str:
    """Return the day (ISO 8601) that the field ``created`` states, else that of the first commit; else nothing."""
    return _day(proposal, context, "created")


def changed(proposal: Proposal, context: Context) -> str:
    """Return the day (ISO 8601) that the field ``changed`` states, else that of the last commit; else nothing."""
    return _day(proposal, context, "changed")


def _day(proposal: Proposal, context: Context, key: str) -> str:
    field = proposal.fields.get(key)
    if field is not None and field.state is State.GIVEN:
        return proposal.date(key) or ""
    origin = context.origins.get(proposal.path)
    if origin is not None:
        return origin.since if key == "created" else origin.changed
    past = context.history()
    known = past.of(proposal.path) if past is not None else None
    if known is None:
        return ""
    commit = known.created if key == "created" else known.changed
    # A shallow clone begins with a commit that may have changed everything or nothing.
    return str(commit.date) if commit.exact else ""


def _as_date(day: Callable[[Proposal, Context], str]) -> Callable[[Proposal, Context], Date | None]:
    def value(proposal: Proposal, context: Context) -> Date | None:
        iso = day(proposal, context)
        return Date(iso, canonical=True, readings=(iso,)) if iso else None

    return value


def _ref(proposal: Proposal, context: Context) -> str:
    origin = context.origins.get(proposal.path)
    return origin.ref if origin is not None else ""


def _origin(proposal: Proposal, context: Context) -> str:
    origin = context.origins.get(proposal.path)
    if origin is None:
        return "merged"
    return "pull request" if origin.is_pull_request else "branch"


def _pull_request(proposal: Proposal, context: Context) -> str:
    origin = context.origins.get(proposal.path)
    return origin.url if origin is not None else ""


def _attribute(name: str) -> Callable[[Proposal, Context], Any]:
    return lambda proposal, _context: getattr(proposal, name)


_COLUMNS = (
    Derived("number", "Number", "The number, or the slug while there is none.", TYPES["number"], _attribute("number")),
    Derived("title", "Title", "The title.", TYPES["text"], _attribute("title")),
    Derived("slug", "Slug", "The file name without number and suffix.", TYPES["text"], _attribute("slug")),
    Derived("path", "Path", "The page's source, relative to the project's root.", TYPES["text"], _attribute("path")),
    Derived("summary", "Summary", "The first paragraph of the first section.", TYPES["text"], _attribute("summary")),
    Derived("ref", "Branch", "The branch or pull request, as `pull/52`; empty when merged.", TYPES["text"], _ref),
    Derived("origin", "Origin", "`merged`, `pull request` or `branch`.", TYPES["text"], _origin),
    Derived(
        "created",
        "Created",
        "The day that a field `created` states; else that of the first commit.",
        TYPES["date"],
        _as_date(created),
        prefers_field=True,
    ),
    Derived(
        "changed",
        "Last changed",
        "The day of the last commit; of a field `changed`, where the process has one.",
        TYPES["date"],
        _as_date(changed),
        prefers_field=True,
    ),
    Derived(
        "age", "Age in days", "The days in the present status, as git knows; else since the creation.", _Days(), _age
    ),
)

DERIVED = {column.key: column for column in _COLUMNS}
"""The one list of derived columns, by key."""


FALLBACK = {
    "pull-request": Derived(
        "pull-request", "Pull Request", "The address of the pull request, while the proposal is not merged.",
        TYPES["text"], _pull_request,
    ),
}  # fmt: skip
"""Columns of processes that have no field of that name, by key."""


def derived(key: str, proposal: Proposal) -> Derived | None:
    """Return the derived column *key*; ``None`` when *proposal* has a field of that name, or there is none."""
    return DERIVED.get(key) or (FALLBACK.get(key) if key not in proposal.fields else None)


def column(key: str, schema: Schema) -> Column:
    """Return the column of a field, of :data:`DERIVED` or of :data:`FALLBACK`.

    The field that states the number is the column ``number``.

    :raises KeyError: when there is none.
    """
    field = schema.fields.get(key)
    if field is not None and field is schema.number_field:
        return DERIVED["number"]._replace(field=field)
    return DERIVED.get(key) or (FALLBACK[key] if field is None else FieldColumn(field))
