"""Whether the server's memory grows with the visitors who have left: a class after an hour."""

import asyncio
import time

from playwright.sync_api import Browser

from benchmarks.memory import AS_STARTED, look_at_every_page, server_memory_mib
from benchmarks.playing import PATIENCE_MS, open_training
from benchmarks.report import Found, Row, found, limit_row
from tests.browser.hands import button
from tests.browser.server import running_app, running_browser
from ui.shared.process import TIDY_EVERY_S
from ui.shared.session.runs import GRACE_S, SWEEP_EVERY_S

FEW, MANY = 2, 20
FEW_VISITS, MANY_VISITS, AT_ONCE = 20, 200, 5
FORGOTTEN_AFTER_S = 125.0
"""Streamlit keeps a session that has lost its connection for two minutes, and then until the next
visitor comes."""
BATCHES = 300
SWEPT_AFTER_S = GRACE_S + 2 * SWEEP_EVERY_S + 2
ENOUGH_BATCHES = f"""
() => Number(document.querySelector('.figure[data-name="Batches"]')
             ?.lastElementChild.textContent.replace(/\\s/g, '')) >= {BATCHES}
"""


def train_and_leave(browser: Browser, address: str) -> None:
    """One visit: open the page, play an MLP for some hundred batches, close the browser."""
    page = open_training(browser, address, "mlp")
    button(page, "Play").click()
    page.wait_for_function(ENOUGH_BATCHES, timeout=PATIENCE_MS)
    page.context.close()


def measure_sessions() -> Found:
    """The server's memory after a few sessions and after many, in MiB."""
    memory_mib: dict[int, float] = {}
    with running_app() as address, running_browser() as browser:
        for count in range(1, MANY + 1):
            train_and_leave(browser, address)
            if count in (FEW, MANY):
                time.sleep(SWEPT_AFTER_S)
                memory_mib[count] = server_memory_mib()
    growth = memory_mib[MANY] / memory_mib[FEW] - 1
    when = f"trained and left, {SWEPT_AFTER_S:.0f} s after the last, when its run is swept"
    rows = [
        Row(f"server memory, {count} sessions {when}", f"{mib:.0f} MiB")
        for count, mib in memory_mib.items()
    ]
    return found([*rows, limit_row("growth", growth * 100, " %", 10)])


def measure_an_hour() -> Found:
    """The server's memory after some visits to every page but Train, and after many, in MiB."""
    memory_mib: dict[int, float] = {}
    with running_app(**AS_STARTED) as address:
        for before, count in ((0, FEW_VISITS), (FEW_VISITS, MANY_VISITS)):
            asyncio.run(visit_every_page(address, count - before))
            time.sleep(FORGOTTEN_AFTER_S)
            asyncio.run(visit_every_page(address, 1))
            time.sleep(2 * TIDY_EVERY_S)
            memory_mib[count] = server_memory_mib()
    growth = memory_mib[MANY_VISITS] / memory_mib[FEW_VISITS] - 1
    rows = [
        Row(f"server memory when the sessions of {count} visits have ended", f"{mib:.0f} MiB")
        for count, mib in memory_mib.items()
    ]
    return found([*rows, limit_row("growth", growth * 100, " %", 5)])


async def visit_every_page(address: str, count: int) -> None:
    """AT_ONCE at a time; each draws a digit first, and closes its tab in the end."""
    room = asyncio.Semaphore(AT_ONCE)

    async def visit() -> None:
        async with room:
            visitor = await look_at_every_page(address)
            await visitor.close()

    await asyncio.gather(*(visit() for _ in range(count)))
