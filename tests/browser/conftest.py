"""Fixtures for tests in a real browser: Debian's Chromium, on pages served from this machine."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.site import build

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'"
"""What a careful server allows; pages of the theme ``basic`` must need no more."""


class _Handler(http.server.SimpleHTTPRequestHandler):
    policy = ""

    def end_headers(self) -> None:
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _StrictHandler(_Handler):
    policy = POLICY


@pytest.fixture(scope="session")
def browser():
    """Chromium; tests are skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("Debian's package chromium is not installed")
    with playwright.sync_playwright() as driver:
        # Chromium's sandbox does not work for root, as whom containers run.
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """Serves a directory, with the strict policy or without one, and returns its address with ``/`` at the end."""
    servers = []

    def serve(directory: Path, *, strict: bool = False) -> str:
        handler = functools.partial(_StrictHandler if strict else _Handler, directory=str(directory))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Builds the example site in a theme, once, and returns the directory of its pages."""

    @functools.cache
    def site(theme: str) -> Path:
        return build(tmp_path_factory.mktemp(theme), theme)

    return site


@pytest.fixture
def page(browser):
    """A new page of a browser that knows nothing yet. An error in the extension's script fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(f"{error}\n{error.stack}"))
    yield opened
    context.close()
    assert [error for error in errors if "sphinxext_dep" in error] == []


@pytest.fixture
def registry(page, site, serve) -> tuple:
    """The page of the table of all proposals, and its address."""
    address = f"{serve(site('basic'))}deps/index.html"
    page.goto(address)
    return page, address
