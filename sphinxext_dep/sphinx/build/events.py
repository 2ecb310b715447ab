"""The events of a build: check all proposals, report, decide which pages are written again, and the exit status."""

from __future__ import annotations

import inspect
import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import msgspec
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import ENUM
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError as SphinxConfigError
from sphinx.util import logging

from sphinxext_dep.check.baseline import read_baseline
from sphinxext_dep.check.check import Baseline, Checked, Moment, find_attention, judge, today
from sphinxext_dep.config.find import NAME
from sphinxext_dep.config.load import discover_all
from sphinxext_dep.config.tables import ConfigErrors
from sphinxext_dep.history.reading import UNKNOWN, GitHistory, History, last_activity
from sphinxext_dep.model.config import schema_digest
from sphinxext_dep.model.diagnostics import Diagnostic, Severity
from sphinxext_dep.query.people import read_groups
from sphinxext_dep.rules import RULES
from sphinxext_dep.sphinx.build import reading
from sphinxext_dep.sphinx.build.code import CodeFile, find_code
from sphinxext_dep.sphinx.build.domain import domain_of, keeps
from sphinxext_dep.sphinx.build.draft_pages import draft_pages
from sphinxext_dep.sphinx.build.drafts import DraftView, read_drafts
from sphinxext_dep.sphinx.build.external import Origins, OtherReferences
from sphinxext_dep.sphinx.build.project import Project, Projects, explaining, or_explain, without_controls
from sphinxext_dep.sphinx.build.rebuild import Stamps, state_of, wanted
from sphinxext_dep.sphinx.build.shown import as_shown
from sphinxext_dep.sphinx.components import graph
from sphinxext_dep.sphinx.components.base import HEADING_SETTING
from sphinxext_dep.sphinx.components.index import fill_navigation, find_tables
from sphinxext_dep.sphinx.components.people import find_people
from sphinxext_dep.sphinx.components.role import shows_hover_cards
from sphinxext_dep.sphinx.components.view import View
from sphinxext_dep.sphinx.html.navigation import NavigationBadges, neighbours, shows_neighbours
from sphinxext_dep.sphinx.html.nodes import is_site
from sphinxext_dep.sphinx.html.site import Publications, add_page_assets
from sphinxext_dep.sphinx.html.words import _, ngettext
from sphinxext_dep.version import __version__

logger = logging.getLogger(__name__)

FAIL_ON = ("error", "warning", "never")
"""Values of ``dep_fail_on``."""


class ProcessBuild:
    """The proposals of one process in one build.

    :param pages: its pages, by document.
    """

    def __init__(self, app: Sphinx, project: Project, pages: Mapping[str, Checked], baseline: Baseline | None) -> None:
        self.app = app
        self.project = project
        self.docnames = {checked.proposal.path: docname for docname, checked in pages.items()}
        self.history = BuildHistory(app, project, self.docnames)
        self.drafts: DraftView | None = None
        self._baseline = baseline
        self._groups = read_groups(project.config.root)
        self._code: Mapping[str, tuple[CodeFile, ...]] | None = None

    def check(self, pages: Iterable[Checked], own: Sequence[Diagnostic]) -> View:
        """Check all its *pages*.

        :param own: the diagnostics of directives and references.
        """
        project, domain, env = self.project, domain_of(self.app.env), self.app.env
        view = View(
            judge(pages, project.schema, project.rules, own, baseline=self._baseline),
            project.schema,
            self.docnames,
            today(),
            anchors=domain.anchors,
            others=OtherReferences(env),
            read_history=self.history.read,
            attend=self.history.attention,
            origins=domain.origins,
            hover_cards=shows_hover_cards(self.app),
            draws=graph.draws(self.app),
            repositories=project.repositories,
            document_at=lambda path: _document_at(env, project, path),
            lead=project.lead,
        )
        view.code, view.groups, view.unmerged = self._code, self._groups, self.drafts
        return view

    def look_around(self, view: View) -> None:
        """Add to *view*, the first of the build, what is found elsewhere: in code, and on branches."""
        if self.project.config.mentions:
            view.code = self._code = find_code(self.app, self.project, view.catalog)
        view.unmerged = self.drafts = read_drafts(self.app, self.project, view)

    def state(self, view: View) -> str:
        """Changes whenever what pages show of the process could, beside its pages and their history."""
        drafts = self.drafts.digest if self.drafts is not None else ""
        code = "" if self._code is None else msgspec.json.encode(self._code, order="deterministic").decode()
        return f"{drafts}\0{code}\0{_linked(self.project, view)}\0{self._groups.digest}"


class Build:
    """The state of one build, in the closure of :func:`setup`. The data that outlasts it is in the domain."""

    def __init__(self, publications: Publications) -> None:
        self.publications = publications
        self.unreadable: dict[str, Checked] = {}
        self.stamps: Stamps | None = None
        self.diagnostics: list[tuple[Project, list[Diagnostic]]] = []
        self.parts: list[ProcessBuild] = []
        self.baselines: list[Baseline | None] = []
        self.badges: NavigationBadges | None = None

    def start(self, app: Sphinx) -> None:
        """``builder-inited``: find the configuration and give the domain its projects.

        :raises SphinxConfigError: when it is wrong. Sphinx itself only warns of a wrong value in conf.py, and a wrong
            `dep_fail_on` would let everything pass.
        """
        fail_on = app.config.dep_fail_on
        if fail_on not in FAIL_ON:
            raise SphinxConfigError(f'dep_fail_on is {fail_on!r}: write "error", "warning" or "never"')
        try:
            srcdir, confdir = Path(app.srcdir), Path(app.confdir)
            configs = discover_all(srcdir, srcdir, confdir=confdir, rule_codes=RULES.codes)
            self.baselines = [
                None if config.baseline is None else read_baseline(config.baseline, config.root) for config in configs
            ]
        except ConfigErrors as errors:
            raise SphinxConfigError(str(errors)) from None
        projects: list[Project] = []
        for config in configs:
            root = os.path.relpath(config.root, app.srcdir)
            named = [(item.directory, item.url, item.forge) for item in config.repositories]
            digest = f"{__version__}:{root}:{schema_digest(config.schema)}{f':{named}' if named else ''}"
            projects.append(Project(config, RULES, digest, srcdir, f"{config.schema.prefix}-" if projects else ""))
        domain = domain_of(app.env)
        domain.projects, domain.origins, domain.keeps = Projects(projects), Origins(app.env), partial(keeps, app)
        domain.makes_catalogs = app.builder.name == "gettext"
        for project in projects:
            reading.compare_suffixes(app, project)
            reading.warn_of_no_proposals(project)
        # Builders that write page by page compare page by page, lazily; the others write everything every time and need
        # no stamp.
        if inspect.isgenerator(app.builder.get_outdated_docs()):
            self.stamps = Stamps(Path(app.outdir))

    def outdated(self, app: Sphinx, env: BuildEnvironment, *_changes: set[str]) -> list[str]:
        """``env-get-outdated``: the pages to read again after a change of the configuration or of another project."""
        return sorted({
            *reading.changed_by_configuration(env), *reading.changed_elsewhere(env), *reading.changed_files(env),
        })  # fmt: skip

    def before_reading(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """``env-before-read-docs``: keep Sphinx from pages that it cannot read as text."""
        self.unreadable = reading.set_aside_unreadable(env, docnames)

    def updated(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """``env-updated``, in every build: check everything, report it, and return the pages to write again."""
        domain = domain_of(env)
        projects, consumers = domain.projects, domain.data["consumers"]
        pages = as_shown(app, domain.data["pages"] | self.unreadable)
        own: dict[str, list[Diagnostic]] = {project.name: [] for project in projects.members}
        for docname, found in domain.data["diagnostics"].items():
            own[projects.of(env, docname).name] += found
        self.parts = [
            ProcessBuild(app, project, _of(project, pages, env), baseline)
            for project, baseline in zip(projects.members, self.baselines, strict=True)
        ]
        _name_other_processes(projects, self.parts)
        domain.views = self._views(pages, own, env, look_around=True)
        complaints = [
            (docname, item)
            for docname, shown in consumers.items()
            for consumer in shown
            for item in consumer.complain(consumer.view_in(domain.views))
        ]
        resolved = as_shown(app, pages, resolve=True)
        if complaints or resolved is not pages:
            for docname, item in complaints:
                own[projects.of(env, docname).name].append(item)
            domain.views = self._views(resolved, own, env)
        views = domain.views
        fill_navigation(env, consumers, views)
        templates = reading.set_templates_aside(env, projects)
        self.badges = NavigationBadges(app, env, views.values())
        if not views[projects.first.name].draws:
            graph.report_missing(app, consumers)
        self.diagnostics = [
            (project, effective(app, views[project.name].judgement.diagnostics)) for project in projects.members
        ]
        for project, diagnostics in self.diagnostics:
            report(app, project, diagnostics)
        return [*self._stale(app, env, views), *templates]

    def _views(
        self,
        pages: Mapping[str, Checked],
        own: Mapping[str, Sequence[Diagnostic]],
        env: BuildEnvironment,
        *,
        look_around: bool = False,
    ) -> dict[str, View]:
        """All proposals of each process, checked, by its name."""
        shown = domain_of(env).shown
        views = {
            part.project.name: part.check(_of(part.project, pages, env).values(), own[part.project.name])
            for part in self.parts
        }
        if look_around:
            for part in self.parts:
                part.look_around(views[part.project.name])
        for name, view in views.items():
            view.registry, view.tables = find_tables(shown, views, name)
            view.people = find_people(shown, name)
        return views

    def _stale(self, app: Sphinx, env: BuildEnvironment, views: Mapping[str, View]) -> list[str]:
        """The pages whose output does not show what it should."""
        domain = domain_of(env)
        view = views[domain.projects.first.name]
        salt = f"{domain.projects.digest}:{view.hover_cards}:{view.draws}:{app.config[HEADING_SETTING]}"
        # A change of what only the exporters publish makes no page stale.
        states = [part.state(views[part.project.name]) for part in self.parts]
        published = "\0".join((salt, self.publications.settings(app, views.values()), *states))
        history = "".join(part.history.key for part in self.parts)
        if self.stamps is None or self.stamps.holds(
            state_of(env.all_docs, views.values(), self.unreadable, history, published)
        ):
            return []
        # Reported when something has changed since the last report, if only the day.
        for part in self.parts:
            report_attention(effective(app, views[part.project.name].attention), part.project)
        around = neighbours(env) if shows_neighbours(app) else {}
        # The head of every page.
        if head := f"{self.publications.linked(app, domain.projects)}{'pills' if self._has_badges else ''}":
            around = {docname: f"{text}\0{head}" for docname, text in around.items()}
        return self.stamps.stale(wanted(domain.data["consumers"], views, around, domain.data["sources"], salt))

    @property
    def _has_badges(self) -> bool:
        return self.badges is not None and self.badges.are_shown

    def page(
        self,
        app: Sphinx,
        pagename: str,
        templatename: str,
        context: dict[str, Any],
        doctree: nodes.document | None,
    ) -> None:
        """``html-page-context``: link the assets that the page needs."""
        add_page_assets(app, pagename, doctree, has_badges=self._has_badges, is_draft=bool(context.get("dep_draft")))

    def resolved(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        """``doctree-resolved``: the page is about to be written."""
        if self.stamps is not None:
            self.stamps.note(docname)

    def collect_drafts(self, app: Sphinx) -> Iterable[tuple[str, dict[str, Any], str]]:
        """``html-collect-pages``: the pages of proposals that are not merged."""
        # When no document was written and no draft has changed, their pages are still right.
        drafts = [part.drafts for part in self.parts if part.drafts is not None]
        if not drafts or (self.stamps is not None and self.stamps.nothing_written):
            return ()
        return self._draft_pages(app, drafts)

    @staticmethod
    def _draft_pages(app: Sphinx, drafts: list[DraftView]) -> Iterator[tuple[str, dict[str, Any], str]]:
        # Each is made, and its pictures are written, when Sphinx asks for it.
        with explaining():
            yield from draft_pages(app, drafts)

    def finish(self, app: Sphinx, exception: Exception | None) -> None:
        """``build-finished``: publish files, save the stamps, and set the exit status."""
        if exception is not None or not self.parts:
            return
        if is_site(app):
            unchanged = self.stamps is not None and self.stamps.all_hold
            domain = domain_of(app.env)
            for project in domain.projects.members:
                self.publications.write(app, project, domain.views[project.name], unchanged=unchanged)
            if self.badges is not None:
                self.badges.write(unchanged=unchanged)
        if self.stamps is not None:
            self.stamps.save()
        proposals = {part.project.file(path) for part in self.parts for path in part.docnames}
        found = [(project.file(item.path), item) for project, items in self.diagnostics for item in items]
        conclude(app, found, proposals)


def _of(project: Project, pages: Mapping[str, Checked], env: BuildEnvironment) -> Mapping[str, Checked]:
    """Those of *pages* that are proposals of *project*."""
    projects = domain_of(env).projects
    if not projects.are_several:
        return pages
    return {docname: checked for docname, checked in pages.items() if projects.of(env, docname) is project}


def _name_other_processes(projects: Projects, parts: Iterable[ProcessBuild]) -> None:
    """Log the configuration files in repositories of proposals that are not the ones that are read."""
    read = {project.config.file.resolve() for project in projects.members if project.config.file is not None}
    for part in parts:
        for repository in part.project.repositories.work_trees(part.docnames):
            file = repository.top / NAME if repository.top is not None else None
            if file is None or repository.is_own or not file.is_file() or file in read:
                continue
            shown = os.path.relpath(file, part.project.config.root)
            logger.info(
                "dep: %s is not read: the configuration has a process; `process` names another",
                without_controls(shown),
            )


def _linked(project: Project, view: View) -> str:
    """Changes whenever links to the repositories of proposals could; empty when pages have none."""
    linked = [
        (item.top, item.commit, item.branch, item.forge)
        for item in project.repositories.work_trees(view.docnames)
        if item.is_linked
    ]
    return f"{linked}{project.config.repositories}" if linked or project.config.repositories else ""


def _document_at(env: BuildEnvironment, project: Project, path: str) -> str:
    """The document of the file that the project calls *path*; empty when there is none."""
    docname = env.path2doc(str(project.file(path)))
    return docname if docname in env.all_docs else ""


class BuildHistory:
    """The history of proposals in a build: read from git at most once, and cached beside the doctrees.

    :param paths: the proposals.
    """

    def __init__(self, app: Sphinx, project: Project, paths: Iterable[str]) -> None:
        self._project = project
        self._git: GitHistory | None = None
        if app.config.dep_history:
            cache = Path(app.doctreedir) / f"{project.lead}dep-history".lower()
            own = [path for path in paths if not project.config.is_copied(path)]
            self._git = GitHistory(project.config.root, own, project.digest, cache)

    @property
    def key(self) -> str:
        """Changes whenever the history could, other than by which proposals there are."""
        return self._git.key if self._git is not None else ""

    def attention(self, view: View) -> tuple[Diagnostic, ...]:
        """The proposals that need attention on the day of the build."""
        active = last_activity(view.history, self._project.config.root, view.catalog)
        return find_attention(Moment(view.catalog, view.today, active), self._project.rules)

    def read(self) -> History:
        """The history. What is missing in git is logged once in a build, and not as a warning: it is no mistake."""
        return self._history

    @cached_property
    def _history(self) -> History:
        if self._git is None:
            return UNKNOWN
        history = self._git.read(self._project.schema)
        for note in history.notes:
            logger.info("dep: %s", note)
        return history


def effective(app: Sphinx, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics that ``suppress_warnings`` leaves."""
    suppressed = set(app.config.suppress_warnings)
    if suppressed & {"dep", "dep.*"}:
        return []
    return [item for item in diagnostics if f"dep.{item.name}" not in suppressed]


def report(app: Sphinx, project: Project, diagnostics: Iterable[Diagnostic]) -> None:
    """Log every diagnostic with its place, so that an editor or a CI log can jump to it."""
    for item in diagnostics:
        fix = f"; {item.help}" if item.help else ""
        message = without_controls(f"{item.code} {item.message}{fix}")
        location = f"{without_controls(str(project.file(item.place)))}:{item.line}:{item.column}"
        # Text of a proposal is no format string.
        arguments = {"location": location, "type": "dep", "subtype": item.name}
        match item.severity:
            case Severity.ERROR:
                logger.error("%s", message, **arguments)  # type: ignore[arg-type]  # Sphinx's adapter takes these
            case Severity.WARNING:
                logger.warning("%s", message, **arguments)  # type: ignore[arg-type]  # as above
            case _:
                logger.info("%s: %s", location, message)


def report_attention(found: Sequence[Diagnostic], project: Project) -> None:
    """Log in one line how many proposals need attention; with ``-v`` also which. No build fails by it."""
    for item in found:
        file = without_controls(str(project.file(item.path)))
        logger.verbose("%s:%s:%s: %s %s", file, item.line, item.column, item.code, without_controls(item.message))
    if found:
        rules = Counter(f"{item.code} {item.name}" for item in found)
        listed = ", ".join(f"{count} × {rule}" for rule, count in sorted(rules.items()))
        count = len({item.path for item in found})
        words = ngettext("%d proposal waits for somebody", "%d proposals wait for somebody", count) % count
        logger.info("dep: %s (%s)", words, listed)


def conclude(app: Sphinx, diagnostics: Iterable[tuple[Path, Diagnostic]], proposals: Collection[Path]) -> None:
    """Log the number of errors and set the exit status; called when everything has been written.

    :param diagnostics: with the files of their pages.
    :param proposals: the files of all proposals; errors elsewhere are those of indexes and references.
    """
    errors = [file for file, item in diagnostics if item.severity is Severity.ERROR]
    warnings = [file for file, item in diagnostics if item.severity is Severity.WARNING]
    if errors:
        files = set(errors)
        invalid = len(files.intersection(proposals))
        others = len(files) - invalid
        places = []
        if invalid:
            places.append(ngettext("%d proposal", "%d proposals", invalid) % invalid)
        if others:
            places.append(ngettext("%d other page", "%d other pages", others) % others)
        count = ngettext("%d error", "%d errors", len(errors)) % len(errors)
        logger.info(
            "dep: %s", _("{errors} in {places}").format(errors=count, places=_(" and ").join(places)), color="red"
        )
    fail_on = app.config.dep_fail_on
    if (errors and fail_on != "never") or (warnings and fail_on == "warning"):
        app.statuscode = 1


def setup(app: Sphinx, publications: Publications) -> None:
    """Register the settings and connect the events of a build."""
    app.add_config_value(
        "dep_fail_on",
        "error",
        "",
        ENUM(*FAIL_ON),
        "The least severity that makes a build fail: error, warning or never.",
    )
    app.add_config_value("dep_history", True, "", bool, "Whether the history of proposals is read from git.")
    build = Build(publications)
    app.connect("builder-inited", build.start)
    app.connect("env-get-outdated", build.outdated)
    app.connect("env-before-read-docs", build.before_reading)
    # Before others change the text: they get a page without its header.
    app.connect("source-read", reading.read, priority=100)
    app.connect("doctree-read", reading.note_anchors)
    # Before collectors and other extensions look at the navigation.
    app.connect("env-updated", or_explain(build.updated), priority=100)
    app.connect("doctree-resolved", or_explain(build.resolved))
    app.connect("html-page-context", or_explain(build.page))
    app.connect("html-collect-pages", build.collect_drafts)
    app.connect("build-finished", or_explain(build.finish))
