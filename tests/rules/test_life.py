"""The life of a proposal that replaces another: every state on the way is valid, and every refusal names the way out.

The same is tried through the commands: from each state that they can lead to, every command.

Number 1 is in force, number 4 is to take its place. A row holds the status of 1, its ``Replaced By``, the status of 4
and its ``Replaces``.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from sphinxext_dep.cli import editing
from sphinxext_dep.cli.commands import change
from tests.cli.tree import Tree
from tests.rules.test_examples import FIELDS, SECTIONS

BODY = "\n".join(f"# {name}\n\n{text}\n" for name, text in SECTIONS.items())


def page(title: str, status: str, **relations: str) -> str:
    values = FIELDS | {"Status": status} | {key.replace("_", " "): value for key, value in relations.items()}
    header = "\n\n".join(f"**{label}**: {value}" for label, value in values.items())
    return f"# {title}\n\n{header}\n\n{BODY}"


def pages(one: str, replaced_by: str, four: str, replaces: str) -> dict[str, str]:
    return {
        "deps/0001-one.md": page("One", one, Replaced_By=replaced_by),
        "deps/0004-four.md": page("Four", four, Replaces=replaces),
    }


@pytest.mark.parametrize(
    "state",
    [
        ("Implemented", "N/A", "Draft", "N/A"),
        ("Implemented", "N/A", "Draft", "DEP-1"),
        ("Implemented", "N/A", "Under Review", "DEP-1"),
        ("Replaced", "DEP-4", "Under Review", "DEP-1"),
        ("Replaced", "DEP-4", "Approved", "DEP-1"),
        ("Replaced", "DEP-4", "Implemented", "DEP-1"),
        ("Implemented", "N/A", "Rejected", "DEP-1"),
        ("Implemented", "N/A", "Deferred", "DEP-1"),
        ("Approved", "N/A", "Under Review", "DEP-1"),
        ("Draft", "N/A", "Draft", "DEP-1"),
        # A draft, or one that was decided against, cannot become `Replaced`: nothing is asked of it.
        ("Draft", "N/A", "Approved", "DEP-1"),
        ("Under Review", "N/A", "Implemented", "DEP-1"),
        ("Deferred", "N/A", "Approved", "DEP-1"),
        ("Rejected", "N/A", "Approved", "DEP-1"),
        ("Replaced", "DEP-4", "Deferred", "DEP-1"),
        ("Replaced", "DEP-4", "Rejected", "DEP-1"),
    ],
    ids=" ".join,
)
def test_states_that_are_valid(state, check) -> None:
    assert check(pages(*state)) == ()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (("Implemented", "N/A", "Approved", "DEP-1"), {"DEP404": "`sphinx-dep supersede DEP-0001 DEP-0004`"}),
        (("Implemented", "N/A", "Approved", "DEP-1 (partially)"), {"DEP404": "write `**Replaced By**: DEP-0004"}),
        (("Implemented", "DEP-4", "Under Review", "DEP-1"), {"DEP406": "write `N/A`"}),
        (("Implemented", "DEP-4", "Approved", "DEP-1"), {"DEP406": "set the status to `Replaced`"}),
        (("Replaced", "DEP-4", "Approved", "N/A"), {"DEP404": "write `**Replaces**: DEP-0001`"}),
    ],
    ids=" ".join,
)
def test_states_that_are_not_valid_name_the_way_out(state, expected, check) -> None:
    found = check(pages(*state))
    assert {item.code for item in found} == set(expected)
    for item in found:
        assert expected[item.code] in item.help


WITHDRAWN = """
[statuses.Draft]
next = ["Under Review", "Deferred", "Rejected", "Withdrawn"]
[statuses."Under Review"]
next = ["Draft", "Approved", "Deferred", "Rejected", "Withdrawn"]
[statuses.Withdrawn]
kind = "closed"
next = ["Draft"]
requires = ["status", "authors", "category"]
"""
STATUSES = ("Draft", "Under Review", "Approved", "Implemented", "Replaced", "Deferred", "Rejected", "Withdrawn")
COMMANDS = (
    *(("status", "4", status) for status in STATUSES),
    *(("status", "4", status, "--supersede") for status in ("Approved", "Implemented")),
    ("status", "1", "Approved"),
    ("status", "1", "Replaced"),
    ("supersede", "1", "4"),
    ("link", "4", "replaces", "1"),
    ("link", "1", "replaced-by", "4"),
    ("link", "4", "replaces", "1", "--note", "partially"),
)
FILES = ("deps/0001-one.md", "deps/0004-four.md")
Texts = tuple[str, ...]


def named_commands(refusal: str) -> list[list[str]]:
    """The commands that a refusal names, as they are written there; those with a word to fill in are left out."""
    found = re.findall(
        r"sphinx-dep ((?:status|supersede|link) [^`:\n]*?)(?=`|$| gives | says | writes )", refusal, re.MULTILINE
    )
    return [words for text in found if not {"NEW", "OLD"} & set(words := shlex.split(text))]


@pytest.mark.parametrize("start", ["Draft", "Under Review", "Implemented", "Rejected"])
def test_the_whole_life_through_the_commands(tmp_path: Path, start: str) -> None:
    """No command leads to a state that is not valid, and what a refusal names can be done."""
    tree = Tree(tmp_path, pages(start, "N/A", "Draft", "N/A") | {"dep.toml": WITHDRAWN})

    def put(texts: Texts) -> None:
        tree.write(dict(zip(FILES, texts, strict=True)))

    def outcome(texts: Texts, command: tuple[str, ...]) -> tuple[int, str]:
        put(texts)
        result = tree.run(*command)
        return result.exit_code, result.output

    first = tuple(map(tree.text, FILES))
    ways: dict[Texts, tuple[tuple[str, ...], ...]] = {first: ()}
    waiting = [first]
    refusals = set()
    while waiting:
        texts = waiting.pop()
        put(texts)
        assert tree.codes == [], ways[texts]
        for command in COMMANDS:
            code, output = outcome(texts, command)
            if code:
                assert tuple(map(tree.text, FILES)) == texts
                assert re.search(r"help: .{8}|; .{8}", output), (ways[texts], command, output)
                for way_out in named_commands(output):
                    assert outcome(texts, tuple(way_out))[0] == 0, (ways[texts], command, output)
                    refusals.add(command)
                continue
            after = tuple(map(tree.text, FILES))
            if after not in ways:
                ways[after] = (*ways[texts], command)
                waiting.append(after)
    reached = {re.findall(r"\*\*Status\*\*: (.*)", text)[0] for _one, text in ways}
    assert reached == {*STATUSES} - {"Replaced"}
    assert {command[0] for command in refusals} >= {"link"}
    assert (("status", "4", "Approved") in refusals) == (start in ("Implemented", "Under Review"))


QUESTION = "DEP-0004 replaces DEP-0001, which is `Implemented`. Give DEP-0001 the status `Replaced`, too?"


ANSWERS = [("y\n", ("Replaced", "Approved")), ("n\n", ("Implemented", "Under Review"))]


@pytest.mark.parametrize(("answer", "expected"), ANSWERS)
def test_on_a_terminal_the_decision_asks(tmp_path: Path, monkeypatch, answer: str, expected: tuple[str, str]) -> None:
    tree = Tree(tmp_path, pages("Implemented", "N/A", "Under Review", "DEP-1"))
    monkeypatch.setattr(change, "on_terminal", lambda: True)
    monkeypatch.setattr(editing, "on_terminal", lambda: True)
    result = tree.run("status", "4", "Approved", input=answer)
    assert QUESTION in result.output
    assert result.exit_code == (answer == "n\n")
    assert tuple(re.findall(r"\*\*Status\*\*: (.*)", tree.text(file))[0] for file in FILES) == expected
    assert tree.codes == []


def test_without_a_terminal_the_refusal_names_the_option(tmp_path: Path) -> None:
    tree = Tree(tmp_path, pages("Implemented", "N/A", "Under Review", "DEP-1"))
    output = tree.fails("status", "4", "Approved")
    assert output == (
        "error: nothing was changed: DEP-0004 replaces DEP-0001, which is `Implemented`\n"
        "  help: sphinx-dep status DEP-0004 Approved --supersede gives DEP-0001 the status `Replaced`, too\n"
    )
    assert tree.ok("status", "4", "Approved", "--supersede", "--dry-run").count("diff --git") == 2
    assert tree.ok("status", "4", "Approved", "--supersede") == "changed deps/0004-four.md\nchanged deps/0001-one.md\n"
    assert tree.codes == []


def test_one_that_replaces_several_takes_all_their_places(tmp_path: Path) -> None:
    files = pages("Implemented", "N/A", "Under Review", "DEP-1, DEP-2 (partially), DEP-3")
    files |= {"deps/0002-two.md": page("Two", "Approved", Replaced_By="DEP-4 (partially)")}
    files |= {"deps/0003-three.md": page("Three", "Approved", Replaced_By="N/A")}
    tree = Tree(tmp_path, files)
    assert "replaces DEP-0001 and DEP-0003, which are `Implemented` and `Approved`" in tree.fails(
        "status", "4", "Approved"
    )
    tree.ok("status", "4", "Approved", "--supersede")
    assert tree.codes == []
    assert "**Status**: Approved" in tree.text("deps/0002-two.md")


def test_an_option_that_means_nothing_is_refused(tmp_path: Path) -> None:
    tree = Tree(tmp_path, pages("Implemented", "N/A", "Under Review", "N/A"))
    assert "puts nothing in force" in tree.fails("status", "4", "Rejected", "--supersede", code=2)
    assert "names no proposal" in tree.fails("status", "4", "Approved", "--supersede", code=2)
