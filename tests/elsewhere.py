"""To run an event loop in a thread of its own: Playwright has one in the tests' thread."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def elsewhere(do: Callable[[], T]) -> T:
    """What `do` returns."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(do).result()
