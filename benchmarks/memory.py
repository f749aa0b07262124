"""How much memory the server takes: for the first visitor, for each further one who draws, and for
one who looks at every page."""

import asyncio
import os
import time

import psutil
import torch
from playwright.sync_api import Browser

from benchmarks.protocol import Visitor, drawn_digit, new_visitor
from benchmarks.report import Found, Row, found, limit_row
from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import canvas, draw, prediction
from tests.browser.server import running_app, running_browser
from ui.shared.process import TIDY_EVERY_S
from ui.shared.tour.stops import DRAW, PAGES, TRAIN

VISITORS = 8
MOST_MIB = 420
"""With the CPU-only torch: a host gives little more."""
AS_STARTED = {"MALLOC_ARENA_MAX": "2"}
"""As the Makefile and the Dockerfile start the app."""
MEBIBYTE = 2**20


def running_server(address: str = "") -> psutil.Process:
    """The one server of the app that this process has started, or that of several at `address`."""
    port = f"--server.port={address.rpartition(':')[2]}" if address else "streamlit"
    children = psutil.Process(os.getpid()).children()
    (server,) = [child for child in children if port in " ".join(child.cmdline())]
    return server


def server_memory_mib() -> float:
    """Its resident memory."""
    return float(running_server().memory_info().rss / MEBIBYTE)


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


async def look_at_every_page(server: str) -> Visitor:
    """Draw a three, then open all pages but Train, one after the other."""
    visitor = await new_visitor(server)
    await visitor.open()
    since = visitor.count_of("answer")
    await visitor.set_states("canvas", canvas=drawn_digit(3))
    await visitor.next_of("answer", since)
    for stop in PAGES:
        if stop not in (DRAW, TRAIN):
            await visitor.go_to(stop.key)
    return visitor


def measure_every_page() -> Found:
    """Memory with that visitor, in MiB, once the app has tidied; the bar is without CUDA."""
    with running_app(**AS_STARTED) as server:
        asyncio.run(look_at_every_page(server))
        time.sleep(TIDY_EVERY_S + 1)
        memory = server_memory_mib()
    what = "server memory with one visitor who has been on every page but Train"
    if torch.version.cuda is None:
        return found([limit_row(what, memory, " MiB", MOST_MIB)])
    says = f"With the CPU-only torch, which hosts are given, the bar is {MOST_MIB} MiB."
    return found([Row(what, f"{memory:.0f} MiB")], says)
