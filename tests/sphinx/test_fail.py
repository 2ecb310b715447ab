"""An invalid proposal fails every build, after everything was reported, each thing at its place."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from sphinx.errors import ConfigError

from tests.sphinx.project import proposal

LINE = re.compile(r"^(?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+): (?P<kind>ERROR|WARNING): "
                  r"(?P<code>DEP\d{3}) (?P<words>.+) \[dep\.(?P<name>[a-z-]+)\]$")  # fmt: skip


def parts(line: str) -> re.Match[str]:
    """The parts of a line of the warning stream."""
    match = LINE.match(line)
    assert match is not None, line
    return match


INVALID = {
    "deps/0002-b.md": proposal("B", "Aproved", category="Proces"),
    "deps/0001-a.md": proposal("A", authors="TBD"),
    "deps/0003-c.md": proposal("C"),
}


@pytest.mark.parametrize("parallel", [1, 2])
def test_an_invalid_proposal_fails_the_build_twice_in_a_row(make_project, parallel):
    project = make_project(INVALID)
    first = project.build(parallel=parallel)
    files = {file: file.stat().st_mtime_ns for file in first.outdir.rglob("deps*/*.html")}
    second = project.build(parallel=parallel)
    assert (first.status, second.status) == (1, 1)
    assert first.codes == ["DEP102", "DEP201", "DEP202"]
    assert second.warnings == first.warnings
    assert (second.read, second.written) == (set(), set())
    assert files
    assert {file: file.stat().st_mtime_ns for file in files} == files
    for built in (first, second):
        assert "dep: 3 errors in 2 proposals" in built.log


def test_mended_it_passes(make_project):
    project = make_project({"deps/0001-a.md": proposal(status="Aproved")})
    assert project.build().status == 1
    project.edit("deps/0001-a.md", "Aproved", "Draft")
    built = project.build()
    assert (built.status, built.warnings) == (0, [])
    assert "dep:" not in built.log


def test_every_diagnostic_has_its_place_and_its_type(make_project):
    built = make_project(INVALID).build()
    found = [parts(line) for line in built.warnings]
    assert [(item["path"], item["line"], item["column"], item["code"], item["name"]) for item in found] == [
        ("deps/0001-a.md", "5", "11", "DEP102", "missing-field"),
        ("deps/0002-b.md", "4", "10", "DEP201", "unknown-status"),
        ("deps/0002-b.md", "6", "12", "DEP202", "unknown-category"),
    ]


def test_diagnostics_are_sorted_and_not_dropped(make_project):
    files = {f"deps/{number:04}-x.md": proposal(status="Nothing", category="Nothing") for number in (3, 10, 2)}
    built = make_project(files).build()
    places = [parts(line) for line in built.warnings]
    keys = [(item["path"], int(item["line"]), int(item["column"]), item["code"]) for item in places]
    assert keys == sorted(keys)
    assert len(keys) == 6


def test_pages_are_written_although_the_build_fails(make_project):
    built = make_project(INVALID).build()
    assert built.written == {"index", "deps/0001-a", "deps/0002-b", "deps/0003-c"}
    assert {entry["number"]: entry["valid"] for entry in built.deps["proposals"]} == {1: False, 2: False, 3: True}


@pytest.mark.parametrize(
    ("fail_on", "draft", "invalid"),
    [("error", 0, 1), ("warning", 1, 1), ("never", 0, 0)],
)
def test_what_fails_the_build_can_be_chosen(make_project, fail_on, draft, invalid):
    # A slip in a heading of a draft is worth a warning.
    project = make_project({"deps/0001-a.md": proposal().replace("# Motivation", "# Motivatoin")})
    built = project.build(dep_fail_on=fail_on)
    assert [parts(line)["kind"] for line in built.warnings] == ["WARNING"]
    assert built.status == draft
    project.write({"deps/0001-a.md": proposal(status="Aproved")})
    built = project.build(dep_fail_on=fail_on)
    assert "ERROR" in built.warnings[0]
    assert built.status == invalid


@pytest.mark.parametrize("value", ["errors", "Error", "", "none", None, True, False, ["error"]])
def test_a_wrong_value_for_it_fails_the_build(make_project, value):
    """A guard that is set wrongly must not let everything pass."""
    with pytest.raises(ConfigError, match=r"dep_fail_on .*: write \"error\", \"warning\" or \"never\""):
        make_project({}).build(dep_fail_on=value)


@pytest.mark.parametrize("value", ["errors", "", "Never"])
def test_a_wrong_value_on_the_command_line_fails_the_build(make_project, value):
    project = make_project({"deps/0001-a.md": proposal()})
    command = [sys.executable, "-m", "sphinx", "-q", "-D", f"dep_fail_on={value}", project.src, project.root / "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "dep_fail_on" in done.stderr


@pytest.mark.parametrize(
    ("sources", "is_reported"),
    [(["dps/**"], True), (["dps/**", "other/*.md"], True), (["dps/**", "guide/**"], False), (["deps/**"], False)],
)
def test_sources_that_lead_nowhere_are_reported(make_project, sources, is_reported):
    """Nothing would be checked, and no build would fail. A new project has no proposals yet."""
    project = make_project({"dep.toml": f"sources = {sources}\n", "guide/a.txt": ""})
    warnings = project.build().warnings
    assert [line.split("; ")[0] for line in warnings] == [
        "dep.toml:1:1: WARNING: there is no directory `dps/`, so that no proposal is in the build"
    ] * is_reported


@pytest.mark.parametrize("suppressed", ["dep.unknown-status", "dep.*", "dep"])
def test_suppress_warnings(make_project, suppressed):
    project = make_project({"deps/0001-a.md": proposal(status="Aproved")})
    built = project.build(suppress_warnings=[suppressed])
    assert (built.status, built.warnings) == (0, [])
    # The status is still not a status.
    assert built.deps["proposals"][0]["status"] is None


def test_suppressing_one_rule_leaves_the_others(make_project):
    project = make_project({"deps/0001-a.md": proposal("A", "Approved", review_date="07/01/2025", category="x")})
    built = project.build(suppress_warnings=["dep.bad-date"])
    assert built.codes == ["DEP202"]
    assert built.status == 1


def test_a_comment_in_the_page_suppresses(make_project):
    comment = "\n<!-- dep: ignore DEP201 — the word is another project's -->\n"
    project = make_project({"deps/0001-a.md": proposal(status="Aproved", body=comment)})
    built = project.build()
    assert (built.status, built.warnings) == (0, [])
    project.edit("deps/0001-a.md", "Aproved", "Draft")
    (warning,) = project.build().warnings
    assert "DEP005" in warning


def test_a_severity_of_the_configuration_decides(make_project):
    toml = '[rules]\nunknown-status = "warning"\n'
    project = make_project({"dep.toml": toml, "deps/0001-a.md": proposal(status="Aproved")})
    built = project.build()
    assert built.status == 0
    assert parts(built.warnings[0])["kind"] == "WARNING"
    project.write({"dep.toml": '[rules]\nunknown-status = "off"\n'})
    assert project.build().warnings == []


def test_bad_configuration_ends_the_build_with_file_key_and_mend(make_project):
    project = make_project({"dep.toml": '[rules]\nunknown-stauts = "warning"\n'})
    with pytest.raises(Exception, match=r"dep\.toml.*unknown-stauts.*(?s:.*)unknown-status") as caught:
        project.build()
    assert type(caught.value).__name__ == "ConfigError"


def test_the_exit_status_of_sphinx_build(make_project):
    project = make_project(INVALID)
    command = [sys.executable, "-m", "sphinx", "-j2", str(project.src), str(project.root / "out")]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 1, done.stderr
        # Paths as an editor or a CI log can open them, whatever the working directory.
        assert f"{project.src}/deps/0002-b.md:4:10: ERROR: DEP201 " in done.stderr
        assert "3 errors in 2 proposals" in done.stdout


def test_with_warnings_as_errors_nothing_is_cut_short(make_project):
    project = make_project(INVALID)
    out = project.root / "out"
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", str(project.src), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stderr
    assert len(re.findall(r"ERROR: DEP\d{3}", done.stderr)) == 3
    assert (out / "deps/0002-b.html").exists()
