"""Wiring: which function answers which of Sphinx's events. Nothing else happens here."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import ENUM
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError as SphinxConfigError

from sphinxext_dep.check.attention import today
from sphinxext_dep.check.baseline import Baseline, load_baseline
from sphinxext_dep.check.check import Checked, Judgement, judge
from sphinxext_dep.config import ConfigErrors, discover, schema_digest
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.publish.exporter import Exporter
from sphinxext_dep.rules import RULES
from sphinxext_dep.sphinx.build import reading
from sphinxext_dep.sphinx.build.domain import DepDomain, domain_of
from sphinxext_dep.sphinx.build.elsewhere import is_reported, known_elsewhere, resolve_with_anchor
from sphinxext_dep.sphinx.build.foreign import Origins
from sphinxext_dep.sphinx.build.past import Past
from sphinxext_dep.sphinx.build.project import Project
from sphinxext_dep.sphinx.build.publications import Publications, is_site
from sphinxext_dep.sphinx.build.rebuild import Stamps, keep_out_of_books, state_of, wanted
from sphinxext_dep.sphinx.build.report import FAIL_ON, conclude, effective, report, report_attention
from sphinxext_dep.sphinx.build.surroundings import shows_surroundings, surroundings
from sphinxext_dep.sphinx.build.transforms import Expand, ProposalPage, SpanlessGroups
from sphinxext_dep.sphinx.build.unparsed import warn_of_unparsed
from sphinxext_dep.sphinx.components import chart, drawing
from sphinxext_dep.sphinx.components.directives import (
    DepGraphDirective,
    DepHeaderDirective,
    DepIndexDirective,
    DepPeopleDirective,
    DepStatusDirective,
    DepTimelineDirective,
)
from sphinxext_dep.sphinx.components.mention import ProposalRole, StatusRole
from sphinxext_dep.sphinx.components.view import View
from sphinxext_dep.sphinx.html import hover, latex, pills
from sphinxext_dep.sphinx.html import nodes as dep_nodes
from sphinxext_dep.sphinx.html.assets import add_page_assets, copy_static_files
from sphinxext_dep.sphinx.html.hover import shows_hover_cards
from sphinxext_dep.sphinx.html.landmarks import Landmarks
from sphinxext_dep.sphinx.html.navigation import IndexToctree, fill_navigation
from sphinxext_dep.sphinx.html.pills import Pills
from sphinxext_dep.sphinx.html.sharing import describe
from sphinxext_dep.sphinx.html.words import CATALOG
from sphinxext_dep.version import __version__


class Extension:
    """One build's state. It lives in the closure of :func:`setup`; what must outlast the build is in the domain."""

    def __init__(self, publications: Publications) -> None:
        self.publications = publications
        self.unreadable: dict[str, Checked] = {}
        self.stamps: Stamps | None = None
        self.diagnostics: list[Diagnostic] = []
        self.view: View | None = None
        self.baseline: Baseline | None = None
        self.past: Past | None = None
        self.pills: Pills | None = None

    def start(self, app: Sphinx) -> None:
        """``builder-inited``: find the configuration and give the domain its project."""
        try:
            config = discover(Path(app.srcdir), srcdir=Path(app.srcdir), rule_codes=RULES.codes)
            self.baseline = load_baseline(config)
        except ConfigErrors as errors:
            raise SphinxConfigError(str(errors)) from None
        project = Project(config, RULES, f"{__version__}:{schema_digest(config.schema)}")
        domain = domain_of(app.env)
        domain.project, domain.origins = project, Origins(app.env)
        warn_of_unparsed(app, project)
        # Builders that write page by page compare page by page, lazily; the others write everything every time and need
        # no stamp.
        if inspect.isgenerator(app.builder.get_outdated_docs()):
            self.stamps = Stamps(Path(app.outdir))

    def outdated(self, app: Sphinx, env: BuildEnvironment, *_changes: set[str]) -> list[str]:
        """``env-get-outdated``: what a change of the configuration, or of another project, makes outdated."""
        return sorted({
            *reading.changed_by_configuration(env), *reading.changed_abroad(env), *reading.new_sidecars(env),
        })  # fmt: skip

    def before_reading(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """``env-before-read-docs``: keep Sphinx from pages that it cannot read as text."""
        self.unreadable = reading.set_aside_unreadable(env, docnames)

    def updated(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """``env-updated``, in every build: judge everything, report it, and name the pages to write again."""
        domain = domain_of(env)
        pages = domain.data["pages"] | self.unreadable
        docnames = {checked.proposal.path: docname for docname, checked in pages.items()}
        own = [item for found in domain.data["diagnostics"].values() for item in found]
        project = domain.project
        judgement = judge(pages.values(), project.schema, project.rules, own, baseline=self.baseline)
        self.past = Past(app, project, docnames)
        view = self._view(app, env, judgement, docnames)
        complaints = [
            item
            for shown in domain.data["consumers"].values()
            for consumer in shown
            for item in consumer.complain(view)
        ]
        if complaints:
            found = [*own, *complaints]
            judgement = judge(pages.values(), project.schema, project.rules, found, baseline=self.baseline)
            view = self._view(app, env, judgement, docnames)
        self.view = domain.view = view
        fill_navigation(env, domain.data["consumers"], view)
        self.pills = Pills(app, env, view)
        if not view.draws:
            drawing.say_missing(app, domain.data["consumers"])
        self.diagnostics = effective(app, judgement.diagnostics)
        report(app, project, self.diagnostics)
        return self._stale(app, env, view)

    def _stale(self, app: Sphinx, env: BuildEnvironment, view: View) -> list[str]:
        domain = domain_of(env)
        salt = f"{domain.project.digest}:{view.hover_cards}:{view.draws}"
        assert self.past is not None
        past = self.past.key
        # What only the exporters tell makes no page stale.
        told = f"{salt}\0{self.publications.settings(app)}"
        if self.stamps is None or self.stamps.holds(state_of(env.all_docs, view, self.unreadable, past, told)):
            return []
        # Said when something has changed since it was said last, if only the day.
        report_attention(effective(app, view.attention), domain.project)
        around = surroundings(env) if shows_surroundings(app) else {}
        # What every page has in its head.
        if linked := f"{self.publications.linked(app)}{'pills' if self._has_pills else ''}":
            around = {docname: f"{text}\0{linked}" for docname, text in around.items()}
        return self.stamps.stale(wanted(domain.data["consumers"], view, around, salt))

    def _view(self, app: Sphinx, env: BuildEnvironment, judgement: Judgement, docnames: dict[str, str]) -> View:
        assert self.past is not None
        return View(
            judgement,
            domain_of(env).project.schema,
            docnames,
            today(),
            anchors=reading.SectionIds(env),
            elsewhere=known_elsewhere(env),
            read_history=self.past.read,
            attend=self.past.attention,
            origins=domain_of(env).origins,
            hover_cards=shows_hover_cards(app),
            draws=drawing.draws(app),
            survey=partial(Landmarks, domain_of(env).data["consumers"]),
        )

    @property
    def _has_pills(self) -> bool:
        return self.pills is not None and self.pills.are_shown

    def page(
        self,
        app: Sphinx,
        pagename: str,
        templatename: str,
        context: dict[str, Any],
        doctree: nodes.document | None,
    ) -> None:
        """``html-page-context``: link what the page needs."""
        add_page_assets(app, pagename, doctree, has_pills=self._has_pills)

    def resolved(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        """``doctree-resolved``: the page is about to be written with what is wanted now."""
        if self.stamps is not None:
            self.stamps.note(docname)

    def finish(self, app: Sphinx, exception: Exception | None) -> None:
        """``build-finished``: export the catalogue, keep the stamps, and decide the exit status."""
        if exception is not None or self.view is None:
            return
        if is_site(app):
            unchanged = self.stamps is not None and self.stamps.all_hold
            self.publications.write(app, self.view, unchanged=unchanged)
            if self.pills is not None:
                self.pills.write(unchanged=unchanged)
        if self.stamps is not None:
            self.stamps.save()
        conclude(app, self.diagnostics, self.view.docnames)


def setup(app: Sphinx, exporters: Sequence[Exporter]) -> dict[str, Any]:
    """Register everything with *app*."""
    publications = Publications(exporters)
    extension = Extension(publications)
    app.add_message_catalog(CATALOG, str(Path(__file__).parent.parent / "locale"))
    app.add_config_value(
        "dep_fail_on",
        "error",
        "",
        ENUM(*FAIL_ON),
        "The least severity that makes a build fail: error, warning or never.",
    )
    app.add_config_value("dep_history", True, "", bool, "Whether git is asked for the history of proposals.")
    app.add_domain(DepDomain)
    publications.setup(app)
    dep_nodes.setup(app)
    chart.setup(app)
    drawing.setup(app)
    latex.setup(app)
    hover.setup(app)
    pills.setup(app)
    app.add_node(IndexToctree)
    app.add_directive("dep-graph", DepGraphDirective)
    app.add_directive("dep-header", DepHeaderDirective)
    app.add_directive("dep-index", DepIndexDirective)
    app.add_directive("dep-people", DepPeopleDirective)
    app.add_directive("dep-status", DepStatusDirective)
    app.add_directive("dep-timeline", DepTimelineDirective)
    app.add_role("dep", ProposalRole())
    app.add_role("dep-status", StatusRole())
    app.add_transform(ProposalPage)
    app.add_post_transform(Expand)
    app.add_post_transform(SpanlessGroups)
    # Before Sphinx compares the configuration with the last build's.
    app.connect("config-inited", keep_out_of_books)
    app.connect("builder-inited", extension.start)
    app.connect("env-get-outdated", extension.outdated)
    app.connect("env-before-read-docs", extension.before_reading)
    # Before others change the text: what they get is a page whose header is gone.
    app.connect("source-read", reading.read, priority=100)
    # Before collectors and other extensions look at the navigation.
    app.connect("env-updated", extension.updated, priority=100)
    # Before intersphinx answers without the section.
    app.connect("missing-reference", resolve_with_anchor, priority=400)
    app.connect("warn-missing-reference", is_reported)
    app.connect("doctree-resolved", extension.resolved)
    app.connect("write-started", copy_static_files)
    app.connect("html-page-context", extension.page)
    # Before others write metadata, so that they see what is there and what to say.
    app.connect("html-page-context", describe, priority=400)
    app.connect("build-finished", extension.finish)
    return {
        "version": __version__,
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
