"""What a first visit to each page fetches, in Chromium with an empty cache."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, CDPSession

from benchmarks.report import MARKS, Found, table
from tests.browser.conftest import DESKTOP
from tests.browser.hands import address_of, wait_for_lesson
from tests.browser.server import running_app, running_browser
from ui.shared.tour.stops import PAGES, Stop

MOST_OWN_KB = 300
COLUMNS = ("page", "in all", f"of it our own (bar {MOST_OWN_KB} kB)", "plotly fetched", "holds")
SAYS = """
Bytes as they came over the wire, until the page is whole and at rest, seen at 1280 × 900 px.
Our own is all that Streamlit's own scripts, styles and fonts are not: texts, pictures, charts'
numbers and our components, uncompressed where they come through the page's websocket.
"""


@dataclass
class Fetched:
    """Bytes of one visit. own: without what belongs to Streamlit; plotly: whether it came, too."""

    whole: int = 0
    own: int = 0
    plotly: bool = False


def watch(session: CDPSession, streamlit: str) -> Fetched:
    """Count from now on. streamlit: how the addresses of Streamlit's own files begin."""
    fetched, urls = Fetched(), dict[str, str]()

    def ask(event: dict[str, Any]) -> None:
        urls[event["requestId"]] = event["response"]["url"]
        fetched.plotly |= "plotly" in event["response"]["url"].lower()

    def end(event: dict[str, Any]) -> None:
        size = int(event["encodedDataLength"])
        fetched.whole += size
        fetched.own += size * (not urls.get(event["requestId"], "").startswith(streamlit))

    def hear(event: dict[str, Any]) -> None:
        size = len(event["response"]["payloadData"]) * 3 // 4  # binary frames come as base64
        fetched.whole += size
        fetched.own += size

    session.on("Network.responseReceived", ask)
    session.on("Network.loadingFinished", end)
    session.on("Network.webSocketFrameReceived", hear)
    session.send("Network.enable")
    return fetched


def first_visit(browser: Browser, app: str, stop: Stop) -> Fetched:
    """To one page, by somebody who has never been here."""
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    fetched = watch(context.new_cdp_session(page), f"{app}/static/")
    page.goto(address_of(stop, app))
    wait_for_lesson(page)
    page.wait_for_load_state("networkidle")
    context.close()
    return fetched


def measure_visits() -> Found:
    """Every page; the server has had a visitor before."""
    with running_app() as app, running_browser() as browser:
        first_visit(browser, app, PAGES[0])
        visits = {stop: first_visit(browser, app, stop) for stop in PAGES}
    lines = []
    for stop, fetched in visits.items():
        mark = MARKS[fetched.own <= MOST_OWN_KB * 1000]
        whole, own = f"{fetched.whole / 1e6:.2f} MB", f"{fetched.own / 1000:.0f} kB"
        lines.append((stop.title, whole, own, "yes" if fetched.plotly else "no", mark))
    holds = all(fetched.own <= MOST_OWN_KB * 1000 for fetched in visits.values())
    return Found(f"{table(COLUMNS, lines)}\n\n{SAYS.strip()}", holds)
