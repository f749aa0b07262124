"""Whether the server's memory grows with the visitors who trained a network and left."""

import time

from playwright.sync_api import Browser

from benchmarks.memory import server_memory_mib
from benchmarks.playing import PATIENCE_MS, open_training
from benchmarks.report import Found, Row, found, limit_row
from tests.browser.hands import button
from tests.browser.server import running_app, running_browser
from ui.shared.session.runs import GRACE_S, SWEEP_EVERY_S

FEW, MANY = 2, 20
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
