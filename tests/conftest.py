"""What a test run needs, what it may do without, and when doing without is a failure.

With REQUIRE_ALL_TESTS=1 (as in CI) a run in which any test was skipped fails, and says which.
"""

import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import settings

from mnist_core.data.mnist import Digits, load_mnist, mnist_is_here
from mnist_core.latent.generate import generate_digits

# Helpers' asserts say as much as tests' own: pytest does so by itself only in test_*.py.
pytest.register_assert_rewrite("tests.browser", "tests.core", "tests.pages", "tests.ui")

settings.register_profile("lab", deadline=None, max_examples=25)
settings.register_profile("ci", parent=settings.get_profile("lab"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "lab")

AXE = Path(__file__).parent / "browser" / "node_modules" / "axe-core" / "axe.min.js"
JUDGE_FILE = "unipen_digits_judge.npz"


def chromium_path() -> Path:
    """The browser of the `browser` tests: CHROMIUM, else Debian's."""
    return Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))


def firefox_path() -> Path:
    """The browser of the `firefox` tests: FIREFOX, else Debian's."""
    return Path(os.environ.get("FIREFOX", "/usr/bin/firefox-esr"))


def _judge_is_here() -> bool:
    folder = os.environ.get("STROKES_DIR")
    return bool(folder) and (Path(folder) / JUDGE_FILE).is_file()


def _browser_is_here() -> bool:
    return chromium_path().is_file() and importlib.util.find_spec("playwright") is not None


def _firefox_is_here() -> bool:
    return firefox_path().is_file() and importlib.util.find_spec("marionette_driver") is not None


NEEDS: dict[str, tuple[Callable[[], bool], str]] = {
    "mnist": (mnist_is_here, "MNIST is not here: set MNIST_DIR"),
    "judge": (_judge_is_here, f"{JUDGE_FILE} is not here: set STROKES_DIR"),
    "browser": (_browser_is_here, "no browser here: set CHROMIUM and install playwright"),
    "firefox": (_firefox_is_here, "no Firefox here: set FIREFOX and install marionette_driver"),
    "axe": (AXE.is_file, "axe-core is not here: `make test` fetches it where there is npm"),
}


@pytest.hookimpl(tryfirst=True)  # before pytest chooses by marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "walk" in item.path.parts:
            item.add_marker(pytest.mark.walk)
    for name, (is_here, reason) in NEEDS.items():
        needing = [item for item in items if item.get_closest_marker(name)]
        if needing and not is_here():
            for item in needing:
                item.add_marker(pytest.mark.skip(reason=reason))


class SkipsAreFailures:
    """Notes every skip, and fails the run for it; an expected failure (xfail) is no skip."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.skipped.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.skipped and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.skipped:
            terminalreporter.section("REQUIRE_ALL_TESTS is set, but these were skipped", red=True)
            for nodeid in self.skipped:
                terminalreporter.line(nodeid)


def pytest_configure(config: pytest.Config) -> None:
    is_xdist_worker = hasattr(config, "workerinput")
    if os.environ.get("REQUIRE_ALL_TESTS") == "1" and not is_xdist_worker:
        config.pluginmanager.register(SkipsAreFailures())


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """More threads make small tensors slower, and sums depend on how they are shared out."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def mnist_training_digits() -> Digits:
    """For tests marked `mnist`."""
    return load_mnist("train")


@pytest.fixture(scope="session")
def mnist_test_digits() -> Digits:
    """For tests marked `mnist`."""
    return load_mnist("test")


@pytest.fixture(scope="session")
def unseen_digits() -> Digits:
    """MNIST's test digits; where they are not, generated ones, for what holds of either."""
    return load_mnist("test") if mnist_is_here() else generate_digits(200, seed=0)
