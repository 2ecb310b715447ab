"""What a site publishes for programs: the settings, the files, and the links by which they are found."""

from __future__ import annotations


from collections.abc import Callable, Sequence
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ConfigError
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from sphinxext_dep.publish.exporter import Exporter
from sphinxext_dep.publish.site import Site
from sphinxext_dep.sphinx.components.view import View
from sphinxext_dep.sphinx.html.words import _, term

logger = logging.getLogger(__name__)


def is_site(app: Sphinx) -> bool:
    """Whether the builder makes a site; the others make documents."""
    return bool(app.builder.format == "html" and app.builder.name != "epub")


def base_url(app: Sphinx) -> str:
    """Where the site is published, with a final ``/``; empty when that is not set, or is no address of a site.

    Sphinx itself takes any text. Others who read what is published here cannot do anything with part of an address.
    """
    url: str = app.config.html_baseurl
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port or a host that cannot be
        return ""
    if not is_address or "?" in url or "#" in url or " " in url or not url.isprintable():
        return ""
    return url.rstrip("/") + "/"


class Publications:
    """What the exporters write."""

    def __init__(self, exporters: Sequence[Exporter]) -> None:
        self._exporters = exporters

    def setup(self, app: Sphinx) -> None:
        """Register the settings and the events with *app*."""
        for exporter in self._exporters:
            if exporter.setting:
                # Not "html": the setting of a project that knows nothing of it would be part of its `.buildinfo`.
                app.add_config_value(exporter.setting, False, "", bool, exporter.doc)
        app.connect("builder-inited", self.check)
        app.connect("html-page-context", self.link)

    def settings(self, app: Sphinx) -> str:
        """Everything that is published besides proposals; when it changes, no page need be stale."""
        config = app.config
        asked = [exporter.setting for exporter in self._wanted(app)]
        return "\0".join((config.project, config.language or "", base_url(app), *asked))

    def linked(self, app: Sphinx) -> str:
        """What every page shows of it: when this changes, all of them are stale. Empty when there is nothing."""
        return "\n".join(exporter.files[0] for exporter in self._written(app) if exporter.media_type)

    def check(self, app: Sphinx) -> None:
        """``builder-inited``: say at once what is missing.

        :raises ConfigError: when a package is not installed.
        """
        for exporter in self._wanted(app):
            # It is only looked for: a build that writes nothing does not import it.
            if exporter.package and find_spec(exporter.package) is None:
                raise ConfigError(
                    f"{exporter.setting} needs the package {exporter.package}: install it with "
                    "`pip install 'sphinxext-dep[feed]'`, or set it to False"
                )
            if exporter.setting and not base_url(app):
                effect = "is not written" if exporter.needs_base else "has no links"
                why, mend = "nobody says where the site is published", ""
                if url := app.config.html_baseurl:
                    why = f"html_baseurl {url!r} is no address of a site"
                    mend = " to one such as `https://example.org/docs/`"
                message = "%s: %s, so %s %s; set `html_baseurl` in conf.py%s"
                what = (exporter.setting, why, exporter.files[0], effect, mend)
                logger.warning(message, *what, type="dep", subtype="no-base-url")

    def link(
        self, app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
    ) -> None:
        """``html-page-context``: let browsers and readers of feeds find the files."""
        for exporter in self._written(app):
            if exporter.media_type:
                title = escape(_("%s: proposals") % app.config.project)
                href = escape(relative_uri(app.builder.get_target_uri(pagename), exporter.files[0]))
                link = f'<link rel="alternate" type="{exporter.media_type}" title="{title}" href="{href}" />'
                context["metatags"] = f"{context.get('metatags', '')}\n    {link}"

    def write(self, app: Sphinx, view: View, *, unchanged: bool) -> None:
        """Write what may be new, and what is not there."""
        outdir = Path(app.outdir)
        due = [
            exporter
            for exporter in self._written(app)
            if not unchanged or not all((outdir / name).is_file() for name in exporter.files)
        ]
        if not due:
            # Who asks for the history asks git.
            return
        site = Site(
            name=app.config.project,
            judgement=view.judgement,
            schema=view.schema,
            url_of=_url_of(app, view),
            base_url=base_url(app),
            today=view.today,
            history=view.history,
            attention=view.attention,
            language=(app.config.language or "en").replace("_", "-"),
            gettext=_,
            term=term,
        )
        for exporter in due:
            exporter.write(site, outdir)

    def _wanted(self, app: Sphinx) -> list[Exporter]:
        """Those that this build writes, or would write."""
        if not is_site(app):
            return []
        return [exporter for exporter in self._exporters if not exporter.setting or app.config[exporter.setting]]

    def _written(self, app: Sphinx) -> list[Exporter]:
        return [exporter for exporter in self._wanted(app) if base_url(app) or not exporter.needs_base]


def _url_of(app: Sphinx, view: View) -> Callable[[str], str | None]:
    def url_of(path: str) -> str | None:
        docname = view.docnames.get(path)
        return app.builder.get_target_uri(docname) if docname in app.env.all_docs else None

    return url_of
