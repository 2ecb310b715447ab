"""Random edits and builds; after each step the output is compared with that of a clean build, byte by byte."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sphinx.errors import ExtensionError

from sphinxext_dep.sphinx.html.navigation import FILE_NAME as PILLS
from tests.history.repo import Repo, day
from tests.rebuild.oracle import History, Oracle
from tests.rebuild.world import AUTHORS, BROKEN, DAYS, STATUSES, TITLES, Draft, Index, Proposal, start
from tests.sphinx.project import Built, Project

BUILDERS = ("html", "dirhtml")
NUMBERS = st.integers(1, 7)
WORDS = st.sampled_from(("One thing.", "Another thing.", "A third thing."))
INDEXES = st.builds(
    Index,
    statuses=st.sampled_from(((), ("Approved",), ("Draft", "Rejected"))),
    sort=st.sampled_from(("number", "-number", "title")),
    format=st.sampled_from(("table", "list", "cards")),
    toctree=st.booleans(),
)
BUILDS = st.lists(
    st.one_of(
        st.tuples(st.just("one file"), st.integers(0, 20)),
        st.tuples(st.just("killed"), st.integers(0, 5)),
        st.tuples(st.just("failed"), st.integers(0, 5)),
    ),
    max_size=1,
)
"""What happens before the full build that ends every step."""


def edit(**arguments: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A rule: an edit with its own arguments, and any way of building after it."""
    return rule(**arguments, before=BUILDS, builder=st.sampled_from(BUILDERS), parallel=st.integers(1, 2))


class _AbortError(Exception):
    """Something fails while pages are written."""


def _ignore(_line: str) -> None:
    """Nobody listens."""


class Rebuilds(RuleBasedStateMachine):
    """A project that is edited and built."""

    log: ClassVar[Callable[[str], object]] = staticmethod(_ignore)
    """Told of each step."""

    @initialize()
    def first_build(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rebuild-"))
        self.project = Project(self.folder / "project")
        self.world = start()
        self.history = History()
        self.serials: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self.ever: set[str] = set()
        self.writes = 0
        self.repo = Repo(self.project.src)
        self.save()
        self.full_build("html", 1)
        self.commit()

    def teardown(self) -> None:
        # The day of the last step is not that of the tests after it.
        os.environ.pop("SOURCE_DATE_EPOCH", None)
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)

    # --- sources ------------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Write the files that differ, and remove those that are gone."""
        files = self.world.files
        for name in self.texts.keys() - files.keys():
            self.project.remove(name)
        for name, text in files.items():
            if self.texts.get(name) != text:
                self.writes += 1
                self.project.write({name: text})
                self.serials[name.removesuffix(".md")] = self.writes
        self.texts = files
        midnight = datetime.datetime.fromisoformat(f"{self.world.today}T00:00:00+00:00")
        os.environ["SOURCE_DATE_EPOCH"] = str(int(midnight.timestamp()))
        self.serials = {name: serial for name, serial in self.serials.items() if f"{name}.md" in files}
        self.ever |= self.serials.keys()
        self.oracle = Oracle(self.world)

    def commit(self) -> None:
        """Commit what was built: the next build finds another history, and an edit that is not part of it yet.

        One edit at a time, so that git cannot take a new proposal for one that was deleted and changed.
        """
        self.repo.commit()
        self.world.commit(day(self.repo.day))
        self.oracle = Oracle(self.world)

    def pick(self, place: int) -> Proposal:
        """One of the proposals."""
        return list(self.world.by_path())[place % len(self.world.proposals)]

    def free_numbers(self, item: Proposal) -> int:
        """The least number that *item* may have: above those that it extends."""
        return max(item.extends, default=0) + 1

    # --- edits --------------------------------------------------------------------------------------------------------

    @edit(place=st.integers(0, 9), status=st.sampled_from(STATUSES))
    def edit_status(self, place: int, status: str, **build: Any) -> None:
        self.world.change(self.pick(place).slug, status=status)
        self.step(f"status {status}", **build)

    @edit(place=st.integers(0, 9), title=st.sampled_from(TITLES))
    def edit_title(self, place: int, title: str, **build: Any) -> None:
        self.world.change(self.pick(place).slug, title=title)
        self.step(f"title {title}", **build)

    @edit(place=st.integers(0, 9), field=st.sampled_from(("prose", "summary")), words=WORDS)
    def edit_words(self, place: int, field: str, words: str, **build: Any) -> None:
        self.world.change(self.pick(place).slug, **{field: words})
        self.step(f"{field} {words}", **build)

    @edit(place=st.integers(0, 9), title=st.sampled_from(("", *TITLES)))
    def edit_requirement(self, place: int, title: str, **build: Any) -> None:
        self.world.change(self.pick(place).slug, requirement=title)
        self.step(f"requirement {title}", **build)

    @edit(numbers=st.lists(NUMBERS, max_size=2))
    def edit_code(self, numbers: list[int], **build: Any) -> None:
        """No page changes, but what code names."""
        self.world.code = tuple(numbers)
        self.step(f"code names {numbers}", **build)

    @edit(place=st.integers(0, 9), name=st.sampled_from(AUTHORS))
    def edit_authors(self, place: int, name: str, **build: Any) -> None:
        self.world.change(self.pick(place).slug, authors=name)
        self.step(f"authors {name}", **build)

    @edit(place=st.integers(0, 9), numbers=st.sets(NUMBERS, max_size=2))
    def edit_relation(self, place: int, numbers: set[int], **build: Any) -> None:
        item = self.pick(place)
        extends = tuple(sorted(number for number in numbers if item.number is None or number < item.number))
        self.world.change(item.slug, extends=extends)
        self.step(f"extends {extends}", **build)

    @edit(place=st.integers(0, 9))
    def break_or_mend_header(self, place: int, **build: Any) -> None:
        item = self.pick(place)
        self.world.change(item.slug, status="Draft" if item.status == BROKEN else BROKEN)
        self.step("break or mend", **build)

    @precondition(lambda self: len(self.world.proposals) < 9)
    @edit(number=st.none() | NUMBERS, title=st.sampled_from(TITLES), status=st.sampled_from(STATUSES))
    def new_proposal(self, number: int | None, title: str, status: str, **build: Any) -> None:
        slug = f"new{self.writes}"
        self.world.proposals[slug] = Proposal(slug, number, title, status)
        self.step(f"new {number}", **build)

    @precondition(lambda self: len(self.world.proposals) > 1)
    @edit(place=st.integers(0, 9))
    def delete(self, place: int, **build: Any) -> None:
        del self.world.proposals[self.pick(place).slug]
        self.step("delete", **build)

    @edit(place=st.integers(0, 9), number=NUMBERS)
    def rename(self, place: int, number: int, **build: Any) -> None:
        """The number that another has, too: a duplicate, until one of them is renamed again."""
        item = self.pick(place)
        self.world.change(item.slug, number=max(number, self.free_numbers(item)))
        self.step(f"rename to {number}", **build)

    @edit(page=st.sampled_from(("deps/index", "few")), index=INDEXES)
    def edit_index(self, page: str, index: Index, **build: Any) -> None:
        # A page in two toctrees has two ways up, and Sphinx says which is taken; that is not what is tested here.
        options = index if page == "deps/index" else Index(index.statuses, index.sort, index.format)
        self.world.change_page(page, index=options)
        self.step(f"{page} {options}", **build)

    @edit(page=st.sampled_from(("guide", "plain", "index")), mentions=st.sets(NUMBERS, max_size=2))
    def edit_mentions(self, page: str, mentions: set[int], **build: Any) -> None:
        self.world.change_page(page, mentions=tuple(sorted(mentions)))
        self.step(f"{page} mentions {sorted(mentions)}", **build)

    @edit(page=st.sampled_from(("guide", "plain", "deps/index", "index")), title=st.sampled_from(TITLES))
    def edit_page_title(self, page: str, title: str, **build: Any) -> None:
        self.world.change_page(page, title=title)
        self.step(f"{page} title {title}", **build)

    @edit(profile=st.sampled_from(("a", "b")))
    def edit_configuration(self, profile: str, **build: Any) -> None:
        self.world.profile = profile
        self.step(f"configuration {profile}", **build)

    @edit(title=st.sampled_from(("Base", "Basis")))
    def edit_another_project(self, title: str, **build: Any) -> None:
        self.world.foreign = title
        self.step(f"another project: {title}", **build)

    @edit(page=st.sampled_from(("people", "board")), people=st.booleans())
    def edit_people(self, page: str, people: bool, **build: Any) -> None:
        """The page to which every name leads appears, moves or vanishes."""
        self.world.change_page(page, people=people)
        self.step(f"{page} people {people}", **build)

    @edit()
    def nothing(self, **build: Any) -> None:
        """What was committed is all that has changed."""
        self.step("nothing", **build)

    @edit(today=st.sampled_from(DAYS))
    def another_day(self, today: str, **build: Any) -> None:
        self.world.today = today
        self.step(f"today is {today}", **build)

    @edit(number=st.integers(7, 8), title=st.sampled_from(TITLES), status=st.sampled_from(("Draft", "Under Review")))
    def push(self, number: int, title: str, status: str, **build: Any) -> None:
        """A commit on a pull request, which may be its first."""
        before = self.world.drafts.get(number)
        today = day(self.repo.day)
        draft = Draft(number, title, status, before.begun if before else today, today)
        self.world.drafts[number] = draft
        ref = f"refs/pull/{number}/head"
        file = self.folder / "draft"
        file.write_text(draft.text, encoding="utf-8")
        index = {"GIT_INDEX_FILE": str(self.folder / "index")}
        blob = self.repo.git("hash-object", "-w", str(file))
        self.repo.git("read-tree", "HEAD", **index)
        self.repo.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{draft.path}", **index)
        tree = self.repo.git("write-tree", **index)
        parent = ref if before else "HEAD"
        self.repo.git("update-ref", ref, self.repo.git("commit-tree", tree, "-p", parent, "-m", f"push {self.writes}"))
        self.step(f"push {number} {title} {status}", **build)

    @precondition(lambda self: bool(self.world.drafts))
    @edit()
    def close(self, **build: Any) -> None:
        """A pull request that is no more."""
        number = min(self.world.drafts)
        del self.world.drafts[number]
        self.repo.git("update-ref", "-d", f"refs/pull/{number}/head")
        self.step(f"close {number}", **build)

    # --- builds -------------------------------------------------------------------------------------------------------

    def step(self, what: str, before: list[tuple[str, int]], builder: str, parallel: int) -> None:
        """Save, do what comes before, and build everything."""
        self.save()
        for kind, place in before:
            if kind == "one file":
                self.build_one(sorted(self.oracle.documents)[place % len(self.oracle.documents)], builder, parallel)
            else:
                self.interrupted_build(place, builder, parallel if kind == "killed" else 1, killed=kind == "killed")
        self.full_build(builder, parallel)
        self.commit()
        type(self).log(f"{what}; {before}; {builder} -j{parallel}")

    def full_build(self, builder: str, parallel: int) -> None:
        """Build everything and compare."""
        read = self.history.to_read(self.oracle, self.serials)
        written = self.history.to_write(self.oracle, self.serials, builder)
        built = self.project.build(builder, parallel=parallel)
        self.expect(built, read, written)
        self.history.note_read(self.oracle, self.serials)
        self.history.note_written(self.oracle, self.serials, builder, written)
        clean = self.project.build_clean(builder)
        self.compare(built, clean)

    def expect(self, built: Built, read: set[str], written: set[str]) -> None:
        """Exactly *read* was read, exactly *written* was written."""
        assert built.read == read, f"read in vain: {built.read - read}; not read: {read - built.read}"
        assert built.written == written, f"written in vain: {built.written - written}; stale: {written - built.written}"

    def compare(self, built: Built, clean: Built) -> None:
        """The output of *built* is that of *clean*, but for pages that are no more: Sphinx removes no output."""
        assert built.status == clean.status, (built.status, clean.status)
        assert dep_warnings(built) == dep_warnings(clean), (built.warnings, clean.warnings)
        assert set(built.warnings) <= set(clean.warnings), (built.warnings, clean.warnings)
        mine, theirs = output(built), output(clean)
        assert theirs.keys() <= mine.keys()
        differ = {name for name in theirs if mine[name] != theirs[name]}
        assert not differ, differ
        gone = self.ever - self.oracle.documents.keys()
        left = {f"{name}{end}" for name in gone for end in (".html", "/index.html")}
        left |= {f"_sources/{name}.md.txt" for name in gone}
        assert mine.keys() - theirs.keys() <= left

    def build_one(self, docname: str, builder: str, parallel: int) -> None:
        """Build one named file: everything is read, one page is written, with those whose toctrees hold it."""
        read = self.history.to_read(self.oracle, self.serials)
        written = self.oracle.with_parents({docname})
        built = self.project.build(builder, parallel=parallel, files=(f"{docname}.md",))
        self.expect(built, read, written)
        self.history.note_read(self.oracle, self.serials)
        self.history.note_written(self.oracle, self.serials, builder, written)

    def interrupted_build(self, pages: int, builder: str, parallel: int, *, killed: bool) -> None:
        """A build that dies when so many pages are written or being written; it may finish before."""
        note = self.folder / "resolved"
        note.write_text("", encoding="utf-8")

        def resolved(app: object, doctree: object, docname: str) -> None:
            with note.open("a", encoding="utf-8") as lines:
                lines.write(f"{docname}\n")
            if len(note.read_text(encoding="utf-8").split()) > pages:
                if killed:
                    os.killpg(0, signal.SIGKILL)
                raise _AbortError

        ended = self._in_child if killed else self._with_error
        complete = ended(lambda: self.project.build(builder, parallel=parallel, hooks={"doctree-resolved": resolved}))
        seen = set(note.read_text(encoding="utf-8").split())
        self.history.note_read(self.oracle, self.serials)
        if complete:
            self.history.note_written(self.oracle, self.serials, builder, seen)
        else:
            self.history.note_interrupted(builder, seen, environment_lost=not killed)

    def _with_error(self, build: Callable[[], object]) -> bool:
        try:
            build()
        except ExtensionError:
            return False
        return True

    def _in_child(self, build: Callable[[], object]) -> bool:
        child = os.fork()
        if child == 0:
            os.setsid()
            status = 1
            try:
                build()
                status = 0
            finally:
                os._exit(status)
        ended = os.waitpid(child, 0)[1]
        assert ended in (0, signal.SIGKILL)
        return ended == 0


def output(built: Built) -> dict[str, object]:
    """Every file that the build made, but for what is copied and what is kept for later builds."""
    return {
        name: searchable(file) if name == "searchindex.js" else file.read_bytes()
        for file in built.outdir.rglob("*")
        if file.is_file()
        and ((name := file.relative_to(built.outdir).as_posix()) == PILLS or not name.startswith((".", "_static")))
    }


def searchable(file: Path) -> dict[str, Any]:
    """The search index: Sphinx leaves words in it that are on no page any more."""
    text = file.read_text(encoding="utf-8")
    index: dict[str, Any] = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    for kind in ("terms", "titleterms"):
        index[kind] = {word: pages for word, pages in index[kind].items() if pages != []}
    return index


def dep_warnings(built: Built) -> list[str]:
    """What this extension had to say: in every build all of it."""
    return [line for line in built.warnings if "[dep." in line or "DEP" in line]
