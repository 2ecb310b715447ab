"""Whether everything that one JSON Schema describes is what a reader written against another one expects.

An independent, small subset of JSON Schema: what ``deps.schema.json`` uses. A word that it does not know is an error,
so that nothing is waved through.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]

NOTES = {"description", "title", "$schema", "$defs"}
KNOWN = {"type", "enum", "const", "anyOf", "$ref", "items", "properties", "required", "format", "minimum"}


class Comparison:
    """Compares what *new* promises with what a reader of *old* relies on."""

    def __init__(self, old: Node, new: Node) -> None:
        self.old = old
        self.new = new

    def breaches(self) -> list[str]:
        """Where a reader of the old schema would be surprised; empty when it never is."""
        return list(self._breaches(self.old, self.new, "$"))

    def _resolved(self, node: Node, root: Node) -> Node:
        while "$ref" in node:
            node = root["$defs"][node["$ref"].removeprefix("#/$defs/")]
        unknown = node.keys() - NOTES - KNOWN
        assert not unknown, f"teach the comparison about {unknown}"
        return node

    def _breaches(self, old: Node, new: Node, path: str) -> Iterator[str]:
        old, new = self._resolved(old, self.old), self._resolved(new, self.new)
        if "anyOf" in new:
            for part in new["anyOf"]:
                yield from self._breaches(old, part, path)
            return
        if "anyOf" in old:
            # One of the alternatives must take all of it.
            attempts = [list(self._breaches(part, new, path)) for part in old["anyOf"]]
            if all(attempts):
                yield f"{path}: {new} is none of what was promised"
            return
        if "enum" in old or "const" in old:
            yield from self._words(old, new, path)
            return
        surplus = types(new) - types(old)
        if surplus:
            yield f"{path}: may now be {', '.join(sorted(surplus))}"
            return
        if "format" in old and new.get("format") != old["format"]:
            yield f"{path}: has no longer the format {old['format']}"
        if "minimum" in old and new.get("minimum", float("-inf")) < old["minimum"]:
            yield f"{path}: may now be less than {old['minimum']}"
        if "items" in old:
            if "items" not in new:
                yield f"{path}: says no longer what it holds"
            else:
                yield from self._breaches(old["items"], new["items"], f"{path}[]")
        for key, value in old.get("properties", {}).items():
            if key not in new.get("properties", {}):
                yield f"{path}.{key}: is gone"
            elif key in old["required"] and key not in new["required"]:
                yield f"{path}.{key}: may now be missing"
            else:
                yield from self._breaches(value, new["properties"][key], f"{path}.{key}")

    def _words(self, old: Node, new: Node, path: str) -> Iterator[str]:
        expected = words(old)
        given = words(new)
        if given is None or expected is None or any(word not in expected for word in given):
            yield f"{path}: may now be other than {expected}"


def words(node: Node) -> list[Any] | None:
    """The values that *node* lists; ``None`` when it lists none."""
    return [node["const"]] if "const" in node else node.get("enum")


def types(node: Node) -> set[str]:
    """The types of *node*."""
    listed = words(node)
    if listed is not None:
        return {{"NoneType": "null", "str": "string", "int": "integer"}[type(word).__name__] for word in listed}
    stated = node["type"]
    return {stated} if isinstance(stated, str) else set(stated)
