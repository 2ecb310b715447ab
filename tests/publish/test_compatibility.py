"""``deps.json`` as others rely on it: within one version nothing that was published is taken back.

``published/`` holds the schema of every version that there was, for the default process, and a file of that version.
The file of a version that was released is never edited. Who adds keys raises ``FORMAT_MINOR`` and adds the two files of
the new version (until it is released, they may change with it).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.publish.deps_json import FORMAT_MINOR, FORMAT_VERSION, json_schema
from tests.publish.compatibility import KNOWN, Comparison
from tests.sphinx.project import CONF, Project
from tests.sphinx.test_export import WHOLE

PUBLISHED = Path(__file__).parent / "published"
VERSIONS = sorted(
    (file.name.removeprefix("deps-").removesuffix(".schema.json") for file in PUBLISHED.glob("*.schema.json")),
    key=lambda version: tuple(map(int, version.split("."))),
)
OF_THIS_MAJOR = [version for version in VERSIONS if version.startswith(f"{FORMAT_VERSION}.")]
TODAY = f"{FORMAT_VERSION}.{FORMAT_MINOR}"


def schema_of(version: str) -> dict[str, Any]:
    """The schema that was published as *version*."""
    schema: dict[str, Any] = json.loads((PUBLISHED / f"deps-{version}.schema.json").read_text(encoding="utf-8"))
    return schema


def file_of(version: str) -> dict[str, Any]:
    """A file of *version*."""
    catalogue: dict[str, Any] = json.loads((PUBLISHED / f"deps-{version}.json").read_text(encoding="utf-8"))
    return catalogue


def bare(schema: Any) -> Any:
    """*schema* without its explanations, which may be worded better at any time."""
    match schema:
        case dict():
            return {key: bare(value) for key, value in schema.items() if not isinstance(value, str) or key in KNOWN}
        case list():
            return [bare(value) for value in schema]
    return schema


def valid(catalogue: object, schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(schema).validate(catalogue)


# --- the schema -------------------------------------------------------------------------------------------------------


def test_todays_schema_is_the_one_that_is_published_for_its_version():
    assert VERSIONS[-1] == TODAY
    assert bare(json_schema(DEFAULT)) == bare(schema_of(TODAY)), (
        "the schema has changed: if keys were added since the last release, raise FORMAT_MINOR and add the schema"
        " and a file as tests/publish/published/deps-MAJOR.MINOR"
    )


@pytest.mark.parametrize("version", OF_THIS_MAJOR)
def test_a_reader_of_any_version_finds_in_todays_file_what_it_requires(version):
    assert Comparison(schema_of(version), json_schema(DEFAULT)).breaches() == []


def removed(schema: dict[str, Any]) -> None:
    entry = schema["properties"]["proposals"]["items"]
    del entry["properties"]["sponsors"]
    entry["required"].remove("sponsors")


def optional(schema: dict[str, Any]) -> None:
    schema["properties"]["proposals"]["items"]["required"].remove("title")


def retyped(schema: dict[str, Any]) -> None:
    schema["properties"]["proposals"]["items"]["properties"]["slug"] = {"type": "integer"}


def nullable(schema: dict[str, Any]) -> None:
    schema["properties"]["prefix"] = {"type": ["string", "null"]}


def another_list(schema: dict[str, Any]) -> None:
    schema["properties"]["proposals"]["items"]["properties"]["authors"]["items"] = {"type": "string"}


def no_list(schema: dict[str, Any]) -> None:
    schema["properties"]["proposals"]["items"]["properties"]["tags"] = {"type": "string"}


def deeper(schema: dict[str, Any]) -> None:
    del schema["$defs"]["person"]["properties"]["handle"]


def another_format(schema: dict[str, Any]) -> None:
    schema["properties"]["proposals"]["items"]["properties"]["review_date"]["anyOf"][0].pop("format")


def another_word(schema: dict[str, Any]) -> None:
    schema["$defs"]["diagnostic"]["properties"]["severity"]["enum"].append("fatal")


def another_version(schema: dict[str, Any]) -> None:
    schema["properties"]["version"] = {"const": 2}


def below(schema: dict[str, Any]) -> None:
    schema["$defs"]["diagnostic"]["properties"]["line"]["minimum"] = 0


@pytest.mark.parametrize(
    "change",
    [removed, optional, retyped, nullable, another_list, no_list, deeper, another_format, another_word,
     another_version, below],
)  # fmt: skip
def test_what_is_taken_back_is_noticed(change: Callable[[dict[str, Any]], None]):
    schema = json_schema(DEFAULT)
    change(schema)
    assert Comparison(schema_of("1.0"), schema).breaches()


def test_what_is_added_is_no_breach():
    schema = json_schema(DEFAULT)
    for node in (schema, schema["properties"]["proposals"]["items"], *schema["$defs"].values()):
        node["properties"]["new"] = {"type": "string"}
        node["required"].append("new")
    schema["properties"]["proposals"]["items"]["properties"]["title"] = {"type": "string"}
    assert Comparison(schema_of(TODAY), schema).breaches() == []


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_the_file_of_each_version_is_as_its_schema_says(version):
    catalogue = file_of(version)
    valid(catalogue, schema_of(version))
    assert (catalogue["version"], catalogue.get("minor", 0)) == tuple(map(int, version.split(".")))


def built(folder: Path) -> dict[str, Any]:
    project = Project(folder)
    project.write({"conf.py": CONF, "index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n", **WHOLE})
    return project.build(html_baseurl="https://first.example.org/docs").deps


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is written today for the project whose file every version has."""
    return built(tmp_path_factory.mktemp("compatibility") / "project")


@pytest.mark.parametrize("version", OF_THIS_MAJOR)
def test_todays_file_is_one_of_every_earlier_version(today, version):
    valid(today, schema_of(version))


@pytest.mark.parametrize("version", OF_THIS_MAJOR)
def test_no_value_has_changed_its_meaning(today, version):
    """The same proposals: what a file of an earlier version says, today's says too."""
    then = file_of(version)
    then.pop("minor", None)
    assert narrowed(today, then) == then


def narrowed(value: Any, like: Any) -> Any:
    """*value* without the keys that *like* does not have, and without the fields that the process has got since.

    Descriptions may be worded better at any time.
    """
    if isinstance(value, dict) and isinstance(like, dict):
        described = {"description": like["description"]} if "description" in value and "description" in like else {}
        return {key: narrowed(item, like[key]) for key, item in (value | described).items() if key in like}
    if isinstance(value, list) and isinstance(like, list):
        known = {item["key"] for item in like if isinstance(item, dict) and "key" in item}
        value = [item for item in value if not known or item["key"] in known]
        assert len(value) == len(like)
        return [narrowed(item, other) for item, other in zip(value, like, strict=True)]
    return copy.copy(value)
