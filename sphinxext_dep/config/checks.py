"""Checks of a whole schema: names must exist, and mean one thing only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sphinxext_dep.config.tables import KeyPath, Problems, did_you_mean, one_of
from sphinxext_dep.fields import TYPES, type_of
from sphinxext_dep.model.schema import Field, Schema, fold
from sphinxext_dep.query.filters import QueryError
from sphinxext_dep.query.parse import parse

FIXED_JSON_KEYS = frozenset(
    {"number", "slug", "title", "status", "status_raw", "category", "summary", "path", "url", "diagnostics"}
)
"""The keys of a proposal in ``deps.json`` that are not named by a field."""

QUERY_WORDS = frozenset({"is", "has", "no"})
"""The words before a colon in queries that are not names of fields."""

_KEY_MESSAGES = {
    "many": "has one value",
    "notation": "has no notation",
    "choices": "has no choices",
    "hosts": "has no hosts",
    "dependency": "is no relation",
    "pages": "is no relation",
    "inverse": "has no inverse",
    "inverse-label": "has no inverse",
}
"""The keys that only fields of some types have, each with the message for a field of another type."""

_PLAIN = Field(key="", label="")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z][A-Za-z0-9]*)*")
_FIELD_KEY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]+)?(?:/[^\s?#]*)?")
_FILE = re.compile(r"[^/\\\0:]+")
_SIDECAR = re.compile(r"[^/\\\0:]+\.ya?ml")
_JSON_NAME = re.compile(r"[a-z][a-z0-9_]*")


def check_schema(schema: Schema, problems: Problems) -> None:
    """Add to *problems* everything about *schema* that does not hang together."""
    _check_top(schema, problems)
    _check_globs(schema, problems)
    _check_statuses(schema, problems)
    for field in schema.fields.values():
        _check_field(field, schema, problems)
    _check_field_types(schema, problems)
    _check_json_names(schema, problems)
    _check_sections(schema, problems)
    _check_conditions(schema, problems)
    _check_words(schema, problems)


def _check_top(schema: Schema, problems: Problems) -> None:
    if schema.requirement:
        try:
            groups = re.compile(schema.requirement).groupindex
        except (re.error, OverflowError) as error:
            why = f"'{schema.requirement}' is not a regular expression: {error}"
            problems.add(("requirement",), why, "correct it")
        else:
            missing = [name for name in ("number", "title") if name not in groups]
            if missing:
                help = "as in 'REQ (?P<number>[0-9]+): (?P<title>.*)'"
                problems.add(("requirement",), f"it has no group '{missing[0]}'", help)
    if not _PREFIX.fullmatch(schema.prefix):
        problem = "is not a letter followed by letters and digits, nor several of that with hyphens between"
        problems.add(("prefix",), f"'{schema.prefix}' {problem}")
    if schema.title_max_length < 1:
        problems.add(("title-max-length",), f"expected at least 1, found {schema.title_max_length}")
    if schema.redirects and not _FILE.fullmatch(schema.redirects):
        problems.add(("redirects",), f"'{schema.redirects}' is not the name of a file", 'write redirects = "redirects"')
    if schema.sidecar and not _SIDECAR.fullmatch(schema.sidecar):
        help = "as in kep.yaml: the file is in the directory of its page"
        problems.add(("sidecar",), f"'{schema.sidecar}' is not the name of a YAML file", help)
    for index, address in enumerate(schema.addresses):
        if not re.fullmatch(r"https?://[^\s/?#]+(?:/[^\s?#]*)?", address):
            problems.add(("addresses", index), f"'{address}' is not a web address", "as in https://github.com/org/repo")
    url = schema.profile_url
    if not url.startswith(("https://", "http://")):
        problems.add(("profile-url",), f"'{url}' is not a web address", "begin it with https://")
    elif url.count("{handle}") != 1 or url.count("{") != 1 or url.count("}") != 1:
        problems.add(
            ("profile-url",), f"'{url}' does not hold {{handle}} exactly once", "as in https://github.com/{handle}"
        )


_FIXED_SUFFIX = re.compile(r"(?<=[*?\]])\.[A-Za-z][A-Za-z0-9_+-]*$")
"""The suffix that every file has whose name matches a glob."""


def _check_globs(schema: Schema, problems: Problems) -> None:
    if not schema.sources:
        problems.add(("sources",), "the list is empty: no page would be a proposal", 'as in ["deps/**"]')
    for key, globs in (("sources", schema.sources), ("exclude", schema.exclude)):
        for index, glob in enumerate(globs):
            last = glob.rpartition("/")[2]
            if "\\" in glob:
                problems.add((key, index), f"'{glob}' holds a backslash", "write / between directories")
            elif glob.startswith("/") or ".." in glob.split("/") or "." in glob.split("/"):
                problems.add(
                    (key, index), f"'{glob}' leaves the directory it is relative to", "write it without / and .."
                )
            elif key == "sources" and (suffix := _FIXED_SUFFIX.search(last)) and suffix[0] not in schema.page_suffixes:
                help = f"add suffixes = {{ '{suffix[0]}' = 'restructuredtext' }}, or 'markdown', if they are pages"
                problems.add((key, index), f"'{glob}' matches no page: '{suffix[0]}' is not one of the suffixes", help)
            elif key == "sources" and not glob.endswith(schema.page_suffixes) and not set(last) & set("*?["):
                help = f"write '{glob.rstrip('/')}/**' for all pages below it"
                problems.add((key, index), f"'{glob}' matches no page", help)


def _check_statuses(schema: Schema, problems: Problems) -> None:
    if not schema.statuses:
        problems.add(("statuses",), "there are no statuses", "add at least one, such as [statuses.Draft]")
    _check_names(schema.lifecycle, ("lifecycle",), schema.statuses, "status", problems)
    if (name := schema.default_status) and name not in schema.statuses:
        help = did_you_mean(name, schema.statuses) or one_of(schema.statuses)
        problems.add(("default-status",), f"'{name}' is not a status", help)
    for name, status in schema.statuses.items():
        path = ("statuses", name)
        _check_value_word(name, path, problems)
        _check_names(status.next, (*path, "next"), schema.statuses, "status", problems)
        _check_names(status.requires, (*path, "requires"), schema.fields, "field", problems)
        if status.note and (status.note not in schema.fields or type_of(schema.fields[status.note]).is_single):
            help = did_you_mean(status.note, schema.fields) or "name a field for the words behind the status"
            problems.add((*path, "note"), f"'{status.note}' is not a field that can hold them", help)
        if name in status.next:
            problems.add((*path, "next"), f"'{name}' follows itself")
    for name in schema.categories:
        _check_value_word(name, ("categories", name), problems)


def _check_names(
    names: Iterable[str], path: KeyPath, known: Mapping[str, object], what: str, problems: Problems
) -> None:
    """Each of *names* must be *known*, and be listed once."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name not in known:
            problems.add((*path, index), f"'{name}' is not a {what}", did_you_mean(name, known) or one_of(known))
        elif name in seen:
            problems.add((*path, index), f"'{name}' is listed twice")
        seen.add(name)


def _check_value_word(name: str, path: KeyPath, problems: Problems) -> None:
    """Names that headers and queries write as values must be writable there."""
    if name != " ".join(name.split()) or not fold(name):
        problems.add(path, f"the name '{name}' is empty, or has spaces where none belong")
    elif set(name) & set(',"|'):
        problems.add(path, f"the name '{name}' holds a comma, a quotation mark or a bar", "these separate values")


def _check_field(field: Field, schema: Schema, problems: Problems) -> None:
    path = ("fields", field.key)
    if not _FIELD_KEY.fullmatch(field.key):
        proper = "-".join(re.findall(r"[a-z0-9]+", field.key.lower()))
        usable = _FIELD_KEY.fullmatch(proper) is not None
        problems.add(path, "a key is lower case, its words joined by '-'", f"write it as '{proper}'" if usable else "")
    if field.key in QUERY_WORDS:
        problems.add(path, f"'{field.key}:' means something else in queries", "call the field something else")
    labels: list[tuple[KeyPath, str]] = [(("label",), field.label)]
    labels += [(("aliases", index), alias) for index, alias in enumerate(field.aliases)]
    for key, label in labels:
        if not fold(label):
            problems.add((*path, *key), "the label is empty")
        elif ":" in label:
            help = "the colon between label and value is not part of the label"
            problems.add((*path, *key), f"'{label}' holds a colon", help)
    for name, message in _KEY_MESSAGES.items():
        is_set = getattr(field, name.replace("-", "_")) != getattr(_PLAIN, name.replace("-", "_"))
        if is_set and name not in type_of(field).keys:
            types = [kind.name for kind in TYPES.values() if name in kind.keys]
            help = f'write type = "{types[0]}"' if len(types) == 1 else one_of(types, "types with this key are")
            problems.add((*path, name), f"a field of type '{field.type}' {message}", help)
    try:
        re.compile(field.pattern)
    except re.error as error:
        problems.add((*path, "pattern"), f"'{field.pattern}' is not a regular expression: {error}")
    before, _, behind = field.path.partition("{}")
    if field.path and ("{}" not in field.path.split("/")[:-1] or "**" in before or "{" in behind):
        problems.add((*path, "path"), f"'{field.path}' has no `{{}}` for one directory", "as in specs/{}/*/*")
    for index, host in enumerate(field.hosts):
        if not _HOST.fullmatch(host):
            problems.add((*path, "hosts", index), f"'{host}' is not a host", "as in github.com or github.com/org/repo")
    if field.answers:
        others = {key: other for key, other in schema.fields.items() if key != field.key}
        if field.answers not in others:
            help = did_you_mean(field.answers, others) or one_of(others)
            problems.add((*path, "answers"), f"'{field.answers}' is not another field", help)
    _check_choices(field, path, problems)
    _check_relation(field, path, schema, problems)


def _check_choices(field: Field, path: KeyPath, problems: Problems) -> None:
    if "choices" not in type_of(field).keys:
        return
    if not field.choices:
        problems.add(path, f"a field of type '{field.type}' needs choices", 'as in choices = ["low", "high"]')
    seen: dict[str, str] = {}
    for index, choice in enumerate(field.choices):
        _check_value_word(choice, (*path, "choices", index), problems)
        if (other := seen.get(fold(choice))) is not None:
            problems.add((*path, "choices", index), f"'{choice}' is the same choice as '{other}'")
        seen[fold(choice)] = choice


def _check_relation(field: Field, path: KeyPath, schema: Schema, problems: Problems) -> None:
    if not field.inverse or not type_of(field).is_relation:
        return
    if field.inverse_label:
        help = f"the label of '{field.inverse}' is what the other side is called"
        problems.add((*path, "inverse-label"), "there is an inverse field already", help)
    relations = {other.key: other for other in schema.relation_fields}
    other = relations.get(field.inverse)
    if other is None:
        help = did_you_mean(field.inverse, relations) or one_of(relations)
        problems.add((*path, "inverse"), f"'{field.inverse}' is not a field of type '{field.type}'", help)
    elif other.inverse != field.key:
        help = f'add inverse = "{field.key}" to [fields.{other.key}]'
        problems.add((*path, "inverse"), f"'{other.key}' is not the inverse of '{field.key}' in turn", help)


def _check_field_types(schema: Schema, problems: Problems) -> None:
    seen: dict[str, str] = {}
    for field in schema.fields.values():
        first = seen.setdefault(field.type, field.key)
        if first != field.key and type_of(field).is_single:
            problems.add(("fields", field.key, "type"), f"'{first}' is the field of type '{field.type}' already")
    status = schema.fields.get("status")
    if status is None or status is not schema.status_field:
        problems.add(("fields", "status"), "every process has a status", 'add [fields.status] with type = "status"')
    if not schema.categories and (category := schema.category_field) is not None:
        problems.add(("fields", category.key), "there are no categories", "add one, as in [categories.Process]")


def _check_json_names(schema: Schema, problems: Problems) -> None:
    """No two values of a proposal may share a key in ``deps.json``; derived relations have one too."""
    owners = dict.fromkeys(FIXED_JSON_KEYS, "")
    for field in schema.fields.values():
        if type_of(field).is_single:
            continue
        names = [(field.json_name, "json")]
        if field.inverse_label:
            names.append((fold(field.inverse_label).replace(" ", "_"), "inverse-label"))
        for name, key in names:
            path = ("fields", field.key, key)
            owner = owners.setdefault(name, field.key)
            if owner != field.key or (key == "inverse-label" and name == field.json_name):
                whose = f"of the field '{owner}'" if owner else "of every proposal"
                problems.add(path, f"'{name}' is a key {whose} in deps.json already", "set another name with json")
            elif name == field.json and not _JSON_NAME.fullmatch(name):
                problems.add(path, f"'{name}' is not lower-case letters, digits and '_'")


def _check_sections(schema: Schema, problems: Problems) -> None:
    for name, section in schema.sections.items():
        path = ("sections", name, "parent")
        if section.parent and section.parent not in schema.sections:
            help = did_you_mean(section.parent, schema.sections) or one_of(schema.sections)
            problems.add(path, f"'{section.parent}' is not a section", help)
            continue
        seen = {name}
        above = section.parent
        while above in schema.sections and above not in seen:
            seen.add(above)
            above = schema.sections[above].parent
        if above == name:
            problems.add(path, f"'{name}' is below itself")


def _check_conditions(schema: Schema, problems: Problems) -> None:
    for name, condition in schema.conditions.items():
        path = ("conditions", name)
        _check_names(condition.requires, (*path, "requires"), schema.fields, "field", problems)
        _check_names(condition.forbids, (*path, "forbids"), schema.fields, "field", problems)
        _check_names(condition.statuses, (*path, "statuses"), schema.statuses, "status", problems)
        _check_names(condition.sections, (*path, "sections"), schema.sections, "section", problems)
        for index, key in enumerate(condition.forbids):
            if key in condition.requires:
                problems.add((*path, "forbids", index), f"'{key}' is required by the same condition")
        if not condition.when.strip():
            problems.add(
                path, "the condition has no query", 'write for which proposals it holds: when = "status:Draft"'
            )
            continue
        if not (condition.requires or condition.forbids or condition.statuses or condition.sections):
            problems.add(path, "the condition asks for nothing", "add requires, forbids, statuses or sections")
        try:
            found = parse(condition.when, schema)
        except QueryError as error:
            written = condition.when[error.start : error.end]
            problems.add((*path, "when"), f"{error.message}, in '{written}'" if written else error.message, error.help)
            continue
        for word in sorted(found.reads & {"today", "invalid"}):
            asks = "the day" if word == "today" else "whether a proposal is valid"
            problems.add((*path, "when"), f"a condition cannot depend on {asks}", "leave it out")


def _check_words(schema: Schema, problems: Problems) -> None:
    """Every name, label and alias must lead to one entry of its table."""
    labels = {field.key: field.label for field in schema.fields.values()}
    _check_unambiguous(
        "statuses", {name: (*item.aliases, *item.synonyms) for name, item in schema.statuses.items()}, {}, problems
    )
    _check_unambiguous("fields", {name: item.aliases for name, item in schema.fields.items()}, labels, problems)
    _check_unambiguous("categories", {name: item.aliases for name, item in schema.categories.items()}, {}, problems)
    _check_unambiguous("sections", {name: item.aliases for name, item in schema.sections.items()}, {}, problems)


def _check_unambiguous(
    table: str, aliases: Mapping[str, tuple[str, ...]], labels: Mapping[str, str], problems: Problems
) -> None:
    """Names come first, then labels, then aliases: the problem is reported on the word that came later."""
    words: list[tuple[str, KeyPath, str]] = [(name, (), name) for name in aliases]
    words += [(name, ("label",), label) for name, label in labels.items()]
    words += [(name, ("aliases", index), alias) for name in aliases for index, alias in enumerate(aliases[name])]
    owners: dict[str, str] = {}
    for name, key, word in words:
        owner = owners.setdefault(fold(word), name)
        if owner != name:
            problems.add((table, name, *key), f"'{word}' means '{owner}' already", "a word can lead to one entry only")
