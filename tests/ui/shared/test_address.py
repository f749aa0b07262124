"""What an address says of a setting: understood, kept, or refused in a sentence."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.visitor import run, said


def a_page() -> None:
    import streamlit as st

    from ui.shared.address import begin_page, say_refused
    from ui.shared.state import Setting
    from ui.shared.widgets import number, pick, segmented, slide, slide_over, text, toggle

    place = begin_page("A page")
    options = {"deep_cnn": "Deep CNN", "mlp": "MLP"}
    st.session_state["shown"] = {
        "net": pick(Setting("net", "mlp"), "Network", options),
        "size": segmented(Setting("size", 3), "Size", [3, 5]),
        "rate": slide_over(Setting("rate", 0.1), "Rate", [0.01, 0.1, 1.0], (0.0, 100.0)),
        "angle": slide(Setting("angle", 0), "Angle", -45, 45, 15),
        "noise": slide(Setting("noise", 0.5), "Noise", 0.0, 1.0, 0.25),
        "seed": number(Setting("seed", 0), "Seed", 0, 99),
        "log": toggle(Setting("log", False), "Log axis"),
        "code": text(Setting("code", ""), "Code", 5),
        "speed": slide(Setting("speed", 1, "session"), "Speed", 0, 9),
    }
    say_refused(place)


def opened(**address: str) -> AppTest:
    app = AppTest.from_function(a_page, default_timeout=60)
    app.query_params.update(address)
    return run(app)


@pytest.mark.parametrize(
    ("key", "written", "value"),
    [
        ("net", "deep_cnn", "deep_cnn"), ("net", "Deep CNN", "deep_cnn"),
        ("net", "DEEP_CNN", "deep_cnn"), ("size", "5", 5), ("rate", "0.003", 0.003),
        ("rate", "3e-3", 0.003), ("rate", "0.12345678901", 0.12345678901), ("rate", "100", 100.0),
        ("angle", "7", 7), ("angle", "-45", -45), ("noise", "0.3", 0.3), ("noise", "1", 1.0),
        ("seed", "42", 42), ("log", "true", True), ("log", "TRUE", True), ("code", "z1=3", "z1=3"),
    ],
)  # fmt: skip
def test_a_value_that_is_possible_is_kept(key: str, written: str, value: object) -> None:
    app = opened(**{key: written})
    assert app.session_state["shown"][key] == value
    assert key in app.query_params
    assert run(app).session_state["shown"][key] == value
    assert "the address" not in said(app).lower()


@pytest.mark.parametrize(
    ("key", "written", "sentence"),
    [
        ("net", "cnn", "**Network** can only be one of `deep_cnn`, `mlp`. The page goes on w"),
        ("size", "4", "**Size** can only be one of `3`, `5`. The page goes on with 3."),
        ("rate", "abc", "**Rate** can only be a number from 0 to 100. The page goes on with 0.1."),
        ("rate", "nan", "can only be a number"), ("rate", "inf", "can only be a number"),
        ("rate", "-1", "can only be a number"), ("angle", "46", "a whole number from -45 to 45."),
        ("angle", "1.5", "a whole number from -45 to 45."), ("noise", "", "a number from 0 to 1."),
        ("seed", "100", "a whole number from 0 to 99. The page goes on with 0."),
        ("log", "maybe", "`true` or `false`. The page goes on with false."),
        ("code", "123456", "at most 5 characters"),
    ],
)  # fmt: skip
def test_a_value_that_is_impossible_is_refused_in_a_sentence(
    key: str, written: str, sentence: str
) -> None:
    usual = opened().session_state["shown"]
    app = opened(**{key: written})
    assert app.session_state["shown"] == usual
    (warning,) = app.warning
    assert f"`{key}={written}`" in warning.value
    assert sentence in warning.value
    assert key not in app.query_params
    assert run(app).warning[0].value == warning.value
    app.query_params[key] = {"net": "mlp", "log": "true", "noise": "1"}.get(key, "5")
    run(app)
    assert not app.warning, "the setting has been changed since"


@pytest.mark.parametrize(("noise", "shown"), [("0.5", "%.2f"), ("0.1234", "%.4f"), ("1", "%.2f")])
def test_a_slider_shows_all_decimals_of_its_value(noise: str, shown: str) -> None:
    app = opened(noise=noise)
    (slider,) = [one for one in app.slider if one.key == "noise"]
    assert slider.proto.format.replace("%0", "%") == shown


def test_what_stands_in_an_address_is_never_taken_for_markdown() -> None:
    (warning,) = opened(net="`[x](http://y)`" + 100 * "a").warning
    code = warning.value.split("`")[1]
    assert code.startswith("net='[x](http://y)'")
    assert code.endswith("…")


def test_names_that_no_widget_has_are_named() -> None:
    app = opened(lr="0.1", speed="5", net="deep_cnn")
    assert "No setting that this page shows now is called `lr` or `speed`, so" in said(app)
    assert app.session_state["shown"]["speed"] == 1


def test_an_address_that_says_the_default_undoes_what_the_session_had() -> None:
    app = opened(rate="5", net="deep_cnn")
    app.query_params.update(rate="0.1", net="mlp")
    shown = run(app).session_state["shown"]
    assert (shown["rate"], shown["net"]) == (0.1, "mlp")
