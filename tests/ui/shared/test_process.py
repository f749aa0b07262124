"""What the server process sets up once."""

import threading

from streamlit import config

from tests.ui.visitor import visit


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
