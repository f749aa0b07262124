"""What the server process sets up once."""

import gc
import threading
import time
import weakref

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig

from tests.ui.visitor import visit
from ui.shared import process


def test_who_reads_a_setting_of_streamlit_waits_for_nobody() -> None:
    visit("draw")
    found: list[object] = []
    with config._config_lock:
        other = threading.Thread(target=lambda: found.append(config.get_option("server.port")))
        other.start()
        other.join(10)
    assert found == [config.get_option("server.port")]


def test_the_lock_is_where_the_pinned_streamlit_has_it() -> None:
    assert "_config_lock" in config.get_option.__code__.co_names


class Ring:
    """Nobody but itself holds it."""

    def __init__(self) -> None:
        self.itself = self


def test_what_nobody_holds_is_let_go_of_without_another_visit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "TIDY_EVERY_S", 0.01)
    ring = weakref.ref(Ring())
    gc.disable()
    try:
        threading.Thread(target=process.give_memory_back_for_ever, daemon=True).start()
        deadline = time.monotonic() + 30
        while ring() is not None and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        gc.enable()
    assert ring() is None


@pytest.mark.parametrize("section", ["theme", "theme.light", "theme.dark", "theme.sidebar"])
def test_the_theme_that_is_kept_is_the_one_that_streamlit_puts_together(section: str) -> None:
    kept, fresh = CustomThemeConfig(), CustomThemeConfig()
    process.put_theme(kept, section)
    process._populate_theme(fresh, section)
    assert kept == fresh
