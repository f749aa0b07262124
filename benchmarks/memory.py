"""How much memory the server takes: for the first visitor, and for each further one who draws."""

import os

import psutil
from playwright.sync_api import Browser

from benchmarks.report import Found, Row, found
from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import canvas, draw, prediction
from tests.browser.server import running_app, running_browser

VISITORS = 8
MEBIBYTE = 2**20


def server_memory_mib() -> float:
    """Resident memory of the one server that this process has started."""
    children = psutil.Process(os.getpid()).children()
    (server,) = [child for child in children if "streamlit" in " ".join(child.cmdline())]
    return float(server.memory_info().rss / MEBIBYTE)


def visit(browser: Browser, address: str) -> None:
    """One more visitor opens the page, draws a three, sees it read, and stays."""
    page = browser.new_context().new_page()
    page.goto(address)
    canvas(page).wait_for(timeout=60_000)
    draw(page, DIGITS[3])
    page.wait_for_function("() => document.body.innerText.includes('This is a 3')")
    assert prediction(page).text_content() == "3"


def measure_memory() -> Found:
    """Memory after the first visitor, and what the others add, in MiB."""
    with running_app() as address, running_browser() as browser:
        visit(browser, address)
        first = server_memory_mib()
        for _ in range(VISITORS - 1):
            visit(browser, address)
        added = (server_memory_mib() - first) / (VISITORS - 1)
    return found(
        [
            Row("server memory with one visitor", f"{first:.0f} MiB"),
            Row("each further visitor", f"{added:.1f} MiB"),
        ]
    )
