"""A real browser on a really served site, for tests of pages."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import Settings

from chengxin.postgres.roles import Logins

PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
AXE = Path(__file__).resolve().parent.parent / "assets" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
VIOLATIONS = "axe.run(document).then(r => JSON.stringify(r.violations.map(v => [v.id, v.nodes[0].html])))"


def violations(page: Page) -> list[tuple[str, str]]:
    """Return what axe, which the page holds already, finds on it: each rule that is broken, and the first place."""
    return [(rule, html) for rule, html in json.loads(page.evaluate(VIOLATIONS))]


WIDEST = """() => [...document.querySelectorAll("main *")]
    .reduce((widest, one) => one.getBoundingClientRect().right >= widest.getBoundingClientRect().right ? one : widest)
    .outerHTML.slice(0, 200)"""


def wrong_with(page: Page, axe: str) -> list[str]:
    """Bring axe into a page and return what it finds, and whether the page is wider than the screen."""
    page.evaluate(axe)
    found = [f"{rule} in {html}" for rule, html in violations(page)]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(f"wider than the screen: {page.evaluate(WIDEST)}")
    return found


@pytest.fixture
def plain_static_files(settings: Settings) -> None:
    """Name static files without the digests of a build, in a folder that is there."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}


@pytest.fixture
def site_address(fresh_database: Logins) -> Iterator[str]:
    """Give the address of the site, served to a real browser from a database of its own."""
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error is not None:
        raise thread.error
    try:
        yield f"http://127.0.0.1:{thread.port}"
    finally:
        thread.terminate()


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Give Debian's chromium, which reports nothing to anybody. Ask for it before ``site_address``."""
    # Playwright keeps an event loop in this thread, in which nothing of ours runs; Django would refuse to work here.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def axe() -> str:
    """Give the checker of accessibility, from the locked packages of the assets."""
    return AXE.read_text(encoding="utf-8")
