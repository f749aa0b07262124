from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.hands import canvas, open_lesson
from tests.browser.server import running_app, running_browser

TIMEOUT_MS = 30_000
"""A shared machine may be slow; what is right comes at once."""

expect.set_options(timeout=TIMEOUT_MS)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with running_app() as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with running_browser() as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(TIMEOUT_MS)
    yield context
    context.close()


@pytest.fixture(scope="session")
def tab(browser: Browser) -> Iterator[Page]:
    """One tab for all lessons: what the browser has loaded for one it has for the next."""
    context = browser.new_context()
    context.set_default_timeout(TIMEOUT_MS)
    yield context.new_page()
    context.close()


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
def page(context: BrowserContext, address: str) -> Page:
    return open_page(context, address)


def open_page(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    canvas(page).wait_for(timeout=60_000)
    return page
