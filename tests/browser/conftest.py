from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.hands import canvas, open_lesson
from tests.browser.server import running_app, running_browser

TIMEOUT_MS = 30_000
"""A shared machine may be slow; what is right comes at once."""

expect.set_options(timeout=TIMEOUT_MS)

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with running_app() as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with running_browser() as running:
        yield running


@pytest.fixture(scope="session")
def desktop(browser: Browser) -> Iterator[BrowserContext]:
    """The one context for all tests: a new one would fetch and compile Streamlit's scripts anew."""
    context = browser.new_context(viewport=DESKTOP)
    context.set_default_timeout(TIMEOUT_MS)
    yield context
    context.close()


@pytest.fixture(scope="module")
def tab(desktop: BrowserContext) -> Iterator[Page]:
    """One tab for the tests of a file that go from page to page in it: the quickest of all."""
    tab = desktop.new_page()
    yield tab
    tab.close()


@pytest.fixture(scope="module")
def failed_before() -> list[int]:
    """How many tests had failed when the module's lesson was opened; empty before that."""
    return []


@pytest.fixture
def lesson(
    request: pytest.FixtureRequest, tab: Page, address: str, failed_before: list[int]
) -> Page:
    """The module's LESSON. Its tests share the page, in their order; after a failure it is new."""
    if failed_before != [request.session.testsfailed]:
        open_lesson(tab, f"{address}/{request.module.LESSON}")
        failed_before[:] = [request.session.testsfailed]
    return tab


@pytest.fixture
def context(desktop: BrowserContext) -> Iterator[BrowserContext]:
    """Where a test opens its tabs, which are closed after it."""
    before = desktop.pages
    yield desktop
    for tab in desktop.pages:
        if tab not in before:
            tab.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    return open_page(context, address)


def open_page(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    canvas(page).wait_for(timeout=60_000)
    return page
