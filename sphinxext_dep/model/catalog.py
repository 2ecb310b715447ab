"""All proposals together: found by number and by slug, with their relations in both directions.

Nothing is dropped: proposals that claim the same number or slug are all kept, and the rules report them.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from sphinxext_dep.model.numbers import parse_number
from sphinxext_dep.model.proposal import Proposal, Reference
from sphinxext_dep.model.schema import Field, Schema

_MARKUP = frozenset("[]()`<>\\")
_WORD = re.compile(r"\{(?:root )?(?:path|stem)\}|\{name\}|\{title\}")
_DIGITS = re.compile(r"\{number:([0-9]+)\}")

Relation = tuple[Reference, Proposal | None]
"""A reference as written, and the proposal it names; ``None`` when there is none, or more than one by that slug."""


class Stated(NamedTuple):
    """One reference in a relation of a proposal.

    :param target: the proposal that it names, as in :data:`Relation`.
    """

    proposal: Proposal
    field: Field
    reference: Reference
    target: Proposal | None

    @property
    def note(self) -> str:
        """The remark on this reference, or on the whole field: ``partially``."""
        return self.reference.note or self.proposal.fields[self.field.key].qualifier


class RelationEntry(NamedTuple):
    """One entry of a relation as readers see it.

    :param reference: as written; ``None`` when only the other proposal states it.
    :param target: the other proposal; ``None`` when the reference names none.
    :param is_missing: whether the proposal has a field in which it should state the relation, and does not. A relation
        such as *related* is the same from both sides: it is enough that one of them states it.
    """

    reference: Reference | None
    target: Proposal | None
    is_missing: bool = False


class Catalog:
    """All proposals of a project. Built in time linear in proposals and references; every lookup takes constant time.

    :param proposals: in any order; paths are unique.
    :param schema: the process they follow.
    """

    proposals: tuple[Proposal, ...]
    """Sorted by path."""

    by_path: dict[str, Proposal]

    by_number: dict[int, tuple[Proposal, ...]]
    """Duplicates are kept, sorted by path."""

    by_slug: dict[str, tuple[Proposal, ...]]
    """By case-folded slug, those with a number included; duplicates are kept, sorted by path."""

    relations: tuple[Stated, ...]
    """Each reference in a relation that could be read: by path, then in the order of the schema and of the page."""

    def __init__(self, proposals: Iterable[Proposal], schema: Schema) -> None:
        self.schema = schema
        self.proposals = tuple(sorted(proposals, key=lambda proposal: proposal.path))
        self.by_path = {proposal.path: proposal for proposal in self.proposals}
        numbers: dict[int, list[Proposal]] = {}
        slugs: dict[str, list[Proposal]] = {}
        for proposal in self.proposals:
            if proposal.number is not None:
                numbers.setdefault(proposal.number, []).append(proposal)
            if proposal.slug:
                slugs.setdefault(proposal.slug.casefold(), []).append(proposal)
        self.by_number = {number: tuple(claimants) for number, claimants in numbers.items()}
        self._by_name = {self._name(schema.name_of(proposal.path)): proposal for proposal in reversed(self.proposals)}
        self.by_slug = {slug: tuple(claimants) for slug, claimants in slugs.items()}
        self._forward: dict[tuple[str, str], tuple[Relation, ...]] = {}
        # A dictionary per target keeps the order of the proposals and drops a reference that is written twice.
        reverse: dict[tuple[str, str], dict[str, Proposal]] = {}
        stated: list[Stated] = []
        for proposal in self.proposals:
            for field in schema.relation_fields:
                if not (references := proposal.references(field.key)):
                    continue
                found = tuple((reference, self._target(reference)) for reference in references)
                self._forward[proposal.path, field.key] = found
                seen: set[tuple[str, tuple[str, ...]]] = set()
                for reference, target in found:
                    # One that is written twice is reported as that (*repeated-value*), and not judged twice.
                    if reference.key and (name := (reference.key, reference.pages)) not in seen:
                        seen.add(name)
                        stated.append(Stated(proposal, field, reference, target))
                    if target is not None and target.path != proposal.path:
                        reverse.setdefault((target.path, field.key), {})[proposal.path] = proposal
        self.relations = tuple(stated)
        self._reverse = reverse

    def _target(self, reference: Reference) -> Proposal | None:
        """The proposal that *reference* names: of a path the one at that place, whatever its number is."""
        if reference.pages:
            return next((self.by_path[path] for path in reference.pages if path in self.by_path), None)
        return self.resolve(reference.key)

    def candidates(self, key: str) -> tuple[Proposal, ...]:
        """Every proposal that *key* names: ``12``, ``0012``, ``DEP-12`` or a slug, in any case; sorted by path."""
        return self._claimants(key) or self.by_slug.get(key.strip().casefold(), ())

    def resolve(self, key: str) -> Proposal | None:
        """The one proposal that *key* names, or ``None``.

        A number comes before a slug, a slug before the name of a file or directory (``12-retry``). Of several proposals
        with one number it is the first by path: a reference cannot tell them apart, and the rule *duplicate-number*
        reports them. A slug that several share names none.
        """
        if claimants := self._claimants(key):
            return claimants[0]
        found = self.by_slug.get(key.strip().casefold(), ())
        if not found:
            return self._by_name.get(self._name(key.strip()))
        return found[0] if len(found) == 1 else None

    def _claimants(self, key: str) -> tuple[Proposal, ...]:
        number = parse_number(key, self.schema.prefix)
        return () if number is None else self.by_number.get(number, ())

    def forward(self, proposal: Proposal, field_key: str) -> tuple[Relation, ...]:
        """The references of *proposal* in the relation *field_key*, with the proposals that they name."""
        return self._forward.get((proposal.path, field_key), ())

    def reverse(self, proposal: Proposal, field_key: str) -> tuple[Proposal, ...]:
        """The other proposals that name *proposal* in their relation *field_key*, by path.

        The reverse of ``extends`` is *extended by*, whether or not the page of *proposal* states it.
        """
        return tuple(self._reverse.get((proposal.path, field_key), {}).values())

    def names(self, proposal: Proposal, field_key: str, target: Proposal) -> bool:
        """True if *proposal* names *target*, another proposal, in its relation *field_key*."""
        return proposal.path in self._reverse.get((target.path, field_key), {})

    def related_both_ways(self, proposal: Proposal, field_key: str) -> tuple[Proposal, ...]:
        """The other proposals in the relation *field_key* with *proposal*, whichever side states it.

        First those that *proposal* names, in its order, then those that only state the inverse about it, by path.
        """
        field = self.schema.fields.get(field_key)
        named = (target for _, target in self.forward(proposal, field_key) if target is not None)
        related = {target.path: target for target in named if target.path != proposal.path}
        if field is not None and field.inverse:
            for other in self.reverse(proposal, field.inverse):
                related.setdefault(other.path, other)
        return tuple(related.values())

    def relation(self, proposal: Proposal, field: Field) -> tuple[RelationEntry, ...]:
        """The relation *field* of *proposal*: what it states, in its order, then what only others state, by path."""
        stated = self.forward(proposal, field.key)
        others = self.reverse(proposal, field.inverse) if field.inverse else ()
        if not others:
            return tuple(RelationEntry(*pair) for pair in stated)
        named = {target.path for _, target in stated if target is not None}
        is_missing = field.inverse != field.key
        derived = (RelationEntry(None, other, is_missing) for other in others if other.path not in named)
        return (*(RelationEntry(*pair) for pair in stated), *derived)

    def reference_to(self, proposal: Proposal, path: str, note: str = "") -> str:
        """A reference to *proposal*, as it is written into the header of the page *path*: ``DEP-0012 (partially)``.

        Where most references of the project are bare numbers, as in PEPs, it is ``12``; where most are links, as in
        ADRs, it is one: ``[12. Retry](0012-retry.md)``.
        """
        label = self.label(proposal)
        if proposal.number is not None and self._bare_digits:
            label = f"{proposal.number:0{self._bare_digits}d}"
        if self._link_form and not _MARKUP.intersection(proposal.title):
            words = self._words(proposal, path)
            label = _WORD.sub(lambda word: words.get(word[0], word[0]), self._link_form)
            number = proposal.number
            if number is not None:
                label = _DIGITS.sub(lambda width: f"{number:0{width[1]}d}", label)
            # A form with a number is none for a proposal without one.
            label = self.label(proposal) if _DIGITS.search(label) else label
        return f"{label} ({note})" if note else label

    @cached_property
    def _link_form(self) -> str:
        """The form that most references have, if it is that of a link or a role; else empty.

        What is about the proposal is replaced: ``[{number:1}. {title}]({path})``.
        """
        forms = Counter(
            self._form(item.reference.text, item.target, item.proposal.path)
            for item in self.relations
            if item.target is not None
        )
        form, count = forms.most_common(1)[0] if forms else ("", 0)
        return form if 2 * count > forms.total() else ""

    def _form(self, text: str, target: Proposal, path: str) -> str:
        """The form of the reference *text* to *target* on the page *path*; empty if it is no link."""
        if text[:1] not in "[`:{":
            return ""
        for name, word in sorted(self._words(target, path).items(), key=lambda pair: -len(pair[1])):
            text = text.replace(word, name)
        if target.number is not None:
            number = re.compile(rf"(?<![0-9])(0*){target.number}(?![0-9])")
            text = number.sub(lambda match: f"{{number:{len(match[0]) if match[1] else 1}}}", text)
        return text

    def _words(self, proposal: Proposal, path: str) -> dict[str, str]:
        """The texts of *proposal* that a link to it on the page *path* can hold, by their names in a form."""
        relative = posixpath.relpath(proposal.path, posixpath.dirname(path) or ".")
        found = {
            "{path}": relative,
            "{stem}": self.schema.without_suffix(relative),
            "{root path}": f"/{proposal.path}",
            "{root stem}": f"/{self.schema.without_suffix(proposal.path)}",
            "{name}": self.schema.without_suffix(self.schema.name_of(proposal.path)),
            "{title}": proposal.title,
        }
        return {name: word for name, word in found.items() if word}

    @cached_property
    def _bare_digits(self) -> int:
        """The least digits of a number in a reference, when most references are bare numbers; else 0."""
        texts = [item.reference.text for item in self.relations]
        texts = [text for text in texts if parse_number(text, self.schema.prefix) is not None]
        bare = [text for text in texts if text.isdecimal()]
        if 2 * len(bare) <= len(texts):
            return 0
        return max((len(text) for text in bare if text.startswith("0")), default=1)

    def label(self, proposal: Proposal) -> str:
        """The name that references use: ``DEP-0012``, or the slug while the proposal has no number."""
        return self.schema.label_of(proposal.number, proposal.slug)

    def _name(self, name: str) -> str:
        """The name of a page's file or directory, as it is compared: without the suffix, in any case."""
        return self.schema.without_suffix(name).casefold()
