"""Files of the forge, Read the Docs and pre-commit are valid, and name files and commands that exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
FORMS = sorted(path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = sorted(text.rpartition(" ")[2] for text in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", text))


def load(path: Path) -> dict[Any, Any]:
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    found = load(path)["jobs"]
    assert isinstance(found, dict)
    return found


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in jobs(path).values() for step in job["steps"]]


def test_the_workflows_are_there() -> None:
    assert {path.name for path in WORKFLOWS} >= {"ci.yml", "docs.yml", "release.yml"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_its_keys(path: Path) -> None:
    workflow = load(path)
    # YAML 1.1 reads the key `on` as true.
    assert set(workflow) <= {"name", True, "permissions", "concurrency", "jobs"}
    assert workflow["name"]
    assert workflow[True]
    for job in workflow["jobs"].values():
        assert isinstance(job["timeout-minutes"], int)
        assert set(job) <= {
            "name", "needs", "runs-on", "timeout-minutes", "strategy", "permissions", "environment", "steps"
        }  # fmt: skip
        assert set([job["needs"]] if "needs" in job else []) <= set(workflow["jobs"])
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_the_least_permissions(path: Path) -> None:
    assert load(path)["permissions"] == {"contents": "read"}
    for job in jobs(path).values():
        granted = job.get("permissions", {})
        assert isinstance(granted, dict)
        if granted.get("id-token") == "write":
            assert job["environment"], "only a protected environment may ask for an identity"
            assert not any("run" in step for step in job["steps"]), "no code of the checkout runs beside an identity"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_to_a_major_version(path: Path) -> None:
    for step in steps(path):
        if "uses" in step:
            assert re.fullmatch(r"(actions|pypa)/[\w-]+@(v\d+|release/v\d+)", step["uses"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_checkout_keeps_no_credentials(path: Path) -> None:
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_commands_name_files_and_extras_that_exist(path: Path) -> None:
    text = "\n".join(step.get("run", "") for step in steps(path))
    assert "${{" not in text, "an expression in a command runs what it holds; pass it as a variable"
    for name in re.findall(r"(?<![\w/-])((?:\.ci|tests|changes)/[\w./-]+)", text):
        assert (ROOT / name).exists(), name
    for names in re.findall(r"'\.\[([\w,]+)\]'", text):
        assert set(names.split(",")) <= set(PROJECT["optional-dependencies"])


def test_ci_covers_every_system_and_python() -> None:
    ci = jobs(ROOT / ".github/workflows/ci.yml")
    matrix = ci["tests"]["strategy"]["matrix"]
    assert matrix["python"] == PYTHONS
    assert matrix["os"] == ["macos-latest", "windows-latest"]
    checks = ci["checks"]
    assert checks["runs-on"] == "ubuntu-latest"
    assert ".ci/run" in [step.get("run") for step in checks["steps"]]


def test_a_release_publishes_without_a_password() -> None:
    text = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "password" not in re.sub(r"#.*", "", text)
    publish = jobs(ROOT / ".github/workflows/release.yml")["publish"]
    assert publish["environment"]["name"] == "pypi"


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_an_issue_form_has_its_keys(path: Path) -> None:
    form = load(path)
    assert set(form) == {"name", "description", "labels", "body"}
    ids = [item["id"] for item in form["body"]]
    assert len(ids) == len(set(ids)) > 0
    for item in form["body"]:
        assert item["type"] in ("input", "textarea", "dropdown")
        assert item["attributes"]["label"]
    assert any(item.get("validations", {}).get("required") for item in form["body"])


def test_the_issue_forms_are_there() -> None:
    assert {path.stem for path in FORMS} == {"bug", "false-alarm", "idea"}
    assert load(ROOT / ".github/ISSUE_TEMPLATE/config.yml") == {"blank_issues_enabled": True}


def test_read_the_docs_builds_this_site_and_fails_on_warnings() -> None:
    settings = load(ROOT / ".readthedocs.yaml")
    assert settings["version"] == 2
    assert settings["sphinx"]["fail_on_warning"] is True
    assert (ROOT / settings["sphinx"]["configuration"]).is_file()
    (install,) = settings["python"]["install"]
    assert set(install["extra_requirements"]) <= set(PROJECT["optional-dependencies"])
    assert settings["build"]["tools"]["python"] in PYTHONS


def test_hooks_of_pre_commit_run_the_command() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    names = ["sphinx-dep-check", "sphinx-dep-fix", "sphinx-dep-embed", "sphinx-dep-message"]
    assert [hook["id"] for hook in hooks] == names
    assert all(hook["entry"].split()[0] in PROJECT["scripts"] for hook in hooks)
