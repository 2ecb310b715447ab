"""The feed: valid Atom, of what happened and when, the same in every build."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from tests.history.repo import Repo, day
from tests.publish.atom import ATOM, faults
from tests.sphinx.project import CONF, Built, Project, proposal

BASE = "https://org.example.org/docs/"
FEED = CONF + 'project = "First"\ndep_feed = True\n'
INDEX = "# Docs\n\n```{dep-index}\n:toctree:\n```\n"
TODAY = "1767830400"  # 2026-01-08


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project in a repository; each commit is a day later: 2026-01-01 and on."""
    made = Project(tmp_path / "project")
    repo = Repo(made.src)
    repo.commit({"conf.py": FEED, "index.md": INDEX, "deps/0001-a.md": proposal("A & B < C", tags="net")})
    late = proposal("Late", "Under Review", authors='"@octo, Ada Lovelace"', review_date="2026-01-07")
    repo.commit({"deps/late.md": late})
    repo.commit({"deps/0001-a.md": proposal("A & B < C", "Approved", tags="net")})
    repo.move("deps/late.md", "deps/0002-late.md")
    repo.commit()
    repo.commit({"deps/0001-a.md": proposal("A & B < C", "Implemented", tags="net")})
    return made


def built(project: Project, **options: Any) -> Built:
    """Build where it is known where the site is."""
    return project.build(html_baseurl=BASE.rstrip("/"), **options)


def entries(site: Built) -> list[ElementTree.Element]:
    """The entries of a feed that breaks no rule."""
    data = (site.outdir / "deps.atom").read_bytes()
    assert faults(data) == []
    return ElementTree.fromstring(data).findall(f"{ATOM}entry")


def words(site: Built) -> list[tuple[str, str]]:
    """Day and title of each entry."""
    return [((entry.findtext(f"{ATOM}updated") or "")[:10], entry.findtext(f"{ATOM}title") or "") for entry in
            entries(site)]  # fmt: skip


def test_what_happened(project):
    site = built(project)
    assert site.warnings == []
    assert words(site) == [
        ("2026-01-07", "DEP-0002 Late: review is due"),
        (day(4), "DEP-0001 A & B < C: Approved → Implemented"),
        (day(2), "DEP-0001 A & B < C: Draft → Approved"),
        (day(1), "DEP-0002 Late: new, Under Review"),
        (day(0), "DEP-0001 A & B < C: new, Draft"),
    ]


def test_another_reader_finds_the_same(project):
    data = (built(project).outdir / "deps.atom").read_bytes()
    feed = feedparser.parse(data)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    assert (feed.feed.title, feed.feed.link, feed.feed.id) == ("First: proposals", BASE, f"{BASE}deps.atom")
    assert feed.feed.updated == feed.entries[0].updated == "2026-01-07T00:00:00+00:00"
    assert [link.href for link in feed.feed.links if link.rel == "self"] == [f"{BASE}deps.atom"]
    entry = feed.entries[3]
    assert entry.link == f"{BASE}deps/0002-late.html"
    assert entry.id.startswith("tag:org.example.org,2026-01-02:/docs/late:")
    assert [author.name for author in entry.authors] == ["octo", "Ada Lovelace"]
    assert entry.summary == "<p>Failed requests are sent again.</p>"
    assert [tag.term for tag in entry.tags] == ["Under Review", "Architecture"]


def test_ids_stay(project):
    before = {entry.findtext(f"{ATOM}id") for entry in entries(built(project))}
    repo = Repo(project.src)
    repo.day = 5
    # A number is assigned, a title changes, and the proposal moves on.
    repo.move("deps/0002-late.md", "deps/0009-late.md")
    page = (project.src / "deps/0009-late.md").read_text(encoding="utf-8")
    repo.commit({"deps/0009-late.md": page.replace("# Late", "# Later").replace("2026-01-07", "2026-02-01")})
    after = {entry.findtext(f"{ATOM}id") for entry in entries(built(project))}
    due = {name for name in before if name and name.endswith(":due")}
    assert len(due) == 1
    assert before - due == after


def test_the_same_in_every_build(project):
    first = (built(project).outdir / "deps.atom").read_bytes()
    stamp = (built(project).outdir / "deps.atom").stat().st_mtime_ns
    site = built(project, force_all=True)
    assert (site.outdir / "deps.atom").stat().st_mtime_ns == stamp
    assert (project.build_clean(html_baseurl=BASE).outdir / "deps.atom").is_file()
    other = Project(project.root / "other")
    subprocess.run(["git", "clone", "-q", project.src, other.src / "clone"], check=True)
    other.src = other.src / "clone"
    time.sleep(0.01)
    assert (built(other).outdir / "deps.atom").read_bytes() == first


def test_a_lost_file_comes_back_and_a_new_event_is_told(project):
    built(project)
    (project.root / "build/html/deps.atom").unlink()
    assert len(entries(built(project))) == 5
    repo = Repo(project.src)
    repo.day = 6
    repo.commit({"deps/0003-c.md": proposal("C")})
    assert words(built(project))[0] == (day(7), "DEP-0003 C: new, Draft")


def test_a_review_is_due_on_its_day(project, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(TODAY) - 2 * 86_400))
    assert len(words(built(project))) == 4
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(TODAY) - 86_400))
    site = built(project)
    assert words(site)[0] == ("2026-01-07", "DEP-0002 Late: review is due")
    assert site.read == set()


def test_without_a_repository_only_reviews_are_known(make_project):
    project = make_project(
        {"deps/0001-a.md": proposal("A", "Under Review", review_date="2025-12-24"), "deps/0002-b.md": proposal("B")},
        FEED,
    )
    site = built(project)
    assert site.warnings == []
    assert words(site) == [("2025-12-24", "DEP-0001 A: review is due")]


def test_nothing_happened(make_project):
    project = make_project({"deps/0001-a.md": proposal("A")}, FEED)
    data = (built(project).outdir / "deps.atom").read_bytes()
    assert faults(data) == []
    assert feedparser.parse(data).feed.updated == "1970-01-01T00:00:00+00:00"


def test_the_edge_of_a_shallow_clone_is_no_news(project):
    other = Project(project.root / "shallow")
    subprocess.run(["git", "clone", "-q", "--depth=3", f"file://{project.src}", other.src / "clone"], check=True)
    other.src = other.src / "clone"
    assert words(built(other))[1:] == [(day(4), "DEP-0001 A & B < C: Approved → Implemented")]


def test_hostile_text(make_project):
    page = proposal('\\<script>alert("x")\\</script> ]]> & \x0b', "Under Review", review_date="2025-12-24",
                    authors='"<b>Ada</b>, @octo"', summary="A ]]> <i>b</i> & \x0c\ufffe c.")  # fmt: skip
    project = make_project({"deps/0001-a.md": page}, FEED.replace("First", "<First> & Co"))
    (entry,) = entries(built(project))
    assert "<script>alert(\u201cx\u201d)</script> ]]> &" in (entry.findtext(f"{ATOM}title") or "")
    feed = feedparser.parse((project.root / "build/html/deps.atom").read_bytes())
    assert not feed.bozo
    assert "<i>" not in feed.entries[0].summary


def test_it_is_in_the_language_of_the_documentation(project):
    site = built(project, language="de")
    told = [title for _day, title in words(site)]
    assert "DEP-0001 A & B < C: Entwurf → Angenommen" in told
    assert "DEP-0002 Late: Prüfung ist fällig" in told


def test_a_language_with_a_country(project):
    feed = (built(project, language="pt_BR").outdir / "deps.atom").read_text(encoding="utf-8")
    # As tags of languages are written (BCP 47), which Sphinx's setting is not.
    assert 'xml:lang="pt-BR"' in feed


@pytest.mark.parametrize(
    "url", ["docs/", "/docs/", "//example.org", "http://", "javascript:alert(1)", "https://[::1/",
            "https://example.org/a b/", "https://example.org/?q=1", "https://example.org:x/"],
)  # fmt: skip
def test_a_base_url_that_is_no_address_is_none(project, url):
    site = project.build(html_baseurl=url)
    assert [line.partition("WARNING: ")[2] for line in site.warnings] == [
        f"dep_feed: html_baseurl {url!r} is no address of a site, so deps.atom is not written; set `html_baseurl` in "
        "conf.py to one such as `https://example.org/docs/` [dep.no-base-url]"
    ]
    assert not (site.outdir / "deps.atom").exists()
    assert site.deps["base_url"] is None


def test_many_events(make_project):
    pages = {
        f"deps/{number:04d}-p{number}.md": proposal(f"P {number}", "Under Review", review_date="2025-12-24")
        for number in range(1, 131)
    }
    assert len(entries(built(make_project(pages, FEED)))) == 100


def test_without_a_base_url_there_is_none(project):
    site = project.build()
    assert [line.partition("WARNING: ")[2] for line in site.warnings] == [
        "dep_feed: the address of the published site is not set, so deps.atom is not written; "
        "set `html_baseurl` in conf.py"
        " [dep.no-base-url]"
    ]
    assert not (site.outdir / "deps.atom").exists()
    assert "application/atom+xml" not in site.text("index.html")
    # It comes as soon as somebody says so.
    assert len(entries(built(project))) == 5


def test_pages_link_to_it(project):
    site = built(project)
    link = '<link rel="alternate" type="application/atom+xml" title="First: proposals" href="{}deps.atom" />'
    assert link.format("") in site.text("index.html")
    assert link.format("../") in site.text("deps/0001-a.html")
    assert link.format("../../") in built(project, builder="dirhtml").text("deps/0001-a/index.html")


def test_pages_are_written_again_when_the_setting_changes(project):
    built(project)
    assert built(project).written == set()
    project.edit("conf.py", "dep_feed = True", "dep_feed = False")
    site = built(project)
    assert site.read == set()
    assert site.written == {"index", "deps/0001-a", "deps/0002-late"}
    assert "atom+xml" not in site.text("index.html")
    project.edit("conf.py", "dep_feed = False", "dep_feed = True")
    assert built(project).written == site.written
    assert built(project).written == set()


def test_nothing_else_changes(project):
    with_feed = built(project).files
    project.edit("conf.py", "dep_feed = True", "dep_feed = False")
    without = project.build_clean(html_baseurl=BASE.rstrip("/")).files
    assert with_feed.keys() == without.keys()
    for name, data in with_feed.items():
        kept = [line for line in data.decode(errors="replace").splitlines() if "atom+xml" not in line]
        if name.endswith(".html"):
            assert kept == without[name].decode(errors="replace").splitlines(), name


@pytest.mark.parametrize("builder", ["text", "latex", "epub", "man"])
def test_only_sites_have_it(project, builder):
    site = project.build(builder)
    assert not [line for line in site.warnings if "dep_feed" in line]
    assert not (site.outdir / "deps.atom").exists()


def test_a_package_that_is_missing(project, monkeypatch):
    from sphinx.errors import ConfigError

    monkeypatch.setattr("sphinxext_dep.sphinx.html.site.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"dep_feed needs the package feedgenerator: install it with `pip install"):
        built(project)


def test_nothing_is_imported_in_vain(project):
    """By a build that writes no feed, by one in which nothing changed, and by the command line."""
    probe = (
        "import sys, sphinx.cmd.build as b\n"
        f"code = b.main(['-q', '-D', 'html_baseurl={BASE}', *sys.argv[1:]])\n"
        "found = {'feedgenerator', 'icalendar', 'dateutil'} & set(sys.modules)\n"
        "sys.exit(code or (','.join(sorted(found)) if found else 0))\n"
    )
    out = project.root / "again"
    arguments = [sys.executable, "-c", probe, str(project.src), str(out)]
    run = lambda: subprocess.run(arguments, check=False, capture_output=True, text=True)  # noqa: E731 - twice, here
    assert run().stderr.strip() == "feedgenerator"
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    listing = "import sys, sphinxext_dep.cli.commands.listing\nassert 'feedgenerator' not in sys.modules"
    subprocess.run([sys.executable, "-c", listing], check=True)
