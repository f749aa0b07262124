"""The first page as its visitor finds it."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core.errors import DataUnavailable
from mnist_core.pictures.own_digits import DIGITS, Point, on_canvas
from mnist_core.reading import DigitReader, read_digit
from tests.digits import SCRIBBLE
from tests.ui.odd_networks import ODD
from tests.ui.visitor import (
    change,
    drawing_of,
    errors,
    html,
    not_here,
    press,
    run,
    said,
    sent,
    visit,
)
from ui.draw.answer import answer_of
from ui.draw.hand import WRITTEN

SEVEN = DIGITS[7]


def visit_with(strokes: list[list[Point]], *opened: str) -> AppTest:
    """In a session in which the canvas has left this drawing, with these chapters open."""
    return visit("draw", {"drawing": drawing_of(strokes), **chapters(*opened)})


def prediction(app: AppTest) -> str:
    return str(sent(app, "answer")["sign"])


def answer(app: AppTest) -> str:
    return str(sent(app, "answer")["says"])


def chapters(*names: str) -> dict[str, bool]:
    """Opened from the start: xray, softmax, shift."""
    return {f"chapter_{name}": True for name in names}


def upload(app: AppTest, data: bytes) -> None:
    change(app, "source", "Upload")
    change(app, "A picture of one digit", ("picture.png", data, "image/png"))


def png(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return buffer.getvalue()


def test_an_empty_canvas_predicts_nothing():
    app = visit("draw")
    assert prediction(app) == "–"
    assert "Nothing to read yet" in answer(app)


def test_a_drawing_kept_from_before_is_read_when_the_page_opens():
    app = visit_with(SEVEN)
    assert prediction(app) == "7"
    assert "This is a **7**" in answer(app)


def test_a_scribble_is_not_called_a_digit():
    app = visit_with(SCRIBBLE)
    assert prediction(app) == "?"
    assert "Not sure" in answer(app)
    assert sent(app, "answer")["state"] == "unsure"
    assert sent(visit("draw"), "answer")["state"] == "none"


def test_the_class_can_switch_to_the_network_that_saw_mnist_alone():
    app = visit_with(SEVEN, "shift")
    before = said(app)
    assert "Trained on MNIST alone, the same network says" in before
    change(app, "model", "deep_cnn")
    assert prediction(app) == "7"
    assert "Trained on MNIST and pen strokes, the same network says" in said(app)


def test_clear_empties_the_drawing():
    app = visit_with(SEVEN)
    press(app, "Clear")
    assert prediction(app) == "–"
    assert app.session_state["drawing"].objects == []


def test_undo_takes_the_last_stroke_only():
    app = visit_with(SEVEN * 2)
    press(app, "Undo")
    assert [o["id"] for o in app.session_state["drawing"].start] == [1]


def test_the_brush_width_is_a_setting_of_the_canvas():
    app = visit("draw")
    change(app, "brush", 33)
    assert app.session_state["brush"] == 33


@pytest.mark.parametrize("source", ["Upload", "Photo"])
def test_other_sources_open_without_a_picture(source):
    app = visit("draw")
    change(app, "source", source)
    assert prediction(app) == "–"


def test_an_uploaded_picture_is_read():
    app = visit("draw")
    dark_on_light = 255 - on_canvas(SEVEN, 14)[..., :3]
    upload(app, png(dark_on_light))
    assert prediction(app) == "7"


def huge_png() -> bytes:
    """100 megapixels in a few kilobytes."""
    buffer = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(buffer, "PNG")
    return buffer.getvalue()


HOSTILE = {
    "empty": b"",
    "text": b"hello, I am a text file",
    "truncated PNG": png(on_canvas(SEVEN, 20))[:400],
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "100 megapixels": huge_png(),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_upload_gets_a_sentence_and_the_page_goes_on(data):
    app = visit_with(SEVEN)
    upload(app, data)
    (error,) = app.error
    assert error.value.endswith(".")
    change(app, "source", "Draw")
    assert prediction(app) == "7", "the drawing must not be lost"


def test_a_picture_without_ink_says_so():
    app = visit("draw")
    white = np.full((60, 60, 3), 255, np.uint8)
    upload(app, png(white))
    assert prediction(app) == "–"
    assert "No ink found" in answer(app)


def test_a_picture_far_wider_than_high_is_shown_and_read():
    app = visit("draw")
    thin = np.full((3, 3000, 3), 255, np.uint8)
    thin[:, 1400:1600] = 0
    upload(app, png(thin))
    (shown,) = app.image
    assert shown.captions == ["Your picture"]
    assert sent(app, "strip")["pictures"].keys() == {"drawing", "seen", "edges", "parts"}
    assert answer(app)


def test_the_explanation_follows_the_choice_of_network():
    app = visit("draw", chapters("softmax"))
    before = next(m.value for m in app.markdown if "temperature" in m.value)
    change(app, "model", "deep_cnn")
    after = next(m.value for m in app.markdown if "temperature" in m.value)
    assert before != after


@pytest.mark.mnist
def test_a_test_digit_is_shown_with_its_label():
    app = visit("draw")
    change(app, "source", "Test digit")
    assert prediction(app) == "7"
    assert "MNIST labels this one as **7**" in said(app)
    change(app, "digit", 1)
    assert prediction(app) == "2"


def test_without_mnist_the_test_digits_are_offered_as_a_download(monkeypatch, tmp_path):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setattr("mnist_core.data.mnist.DEFAULT_ROOT", tmp_path)
    app = visit("draw")
    change(app, "source", "Test digit")
    assert "not on this machine" in said(app)

    def no_network(progress):
        progress(0.0, "Downloading")
        raise DataUnavailable("No mirror answered. Check the network.")

    monkeypatch.setattr("ui.shared.digit.test_digits.download_mnist", no_network)
    press(app, "Download MNIST")
    assert "Check the network" in app.error[0].value


def test_a_folder_of_mnist_that_is_empty_gets_a_sentence(without_mnist):
    app = visit("draw")
    change(app, "source", "Test digit")
    assert str(without_mnist) in app.warning[0].value
    assert "The autoencoder was asked for a" in said(app)
    assert prediction(app) in set("0123456789")


def test_unusable_weights_get_a_sentence(monkeypatch):
    monkeypatch.setattr("ui.shared.process.load_reader", not_here)
    app = visit_with(SEVEN)
    assert prediction(app) == "–"
    assert errors(app) == [
        "The weights of deep_cnn are not here.",
        "The weights of deep_cnn_pen are not here.",
    ]


def test_a_network_without_numbers_for_this_picture_has_no_answer_and_that_is_said() -> None:
    session = {"drawing": drawing_of(SEVEN), "networks": {"odd": ODD}, "model": "odd"}
    app = visit("draw", session | chapters("xray", "shift"))
    assert prediction(app) == "–"
    assert "**No answer.** What the network computes for this picture" in answer(app)
    assert "<b>no answer</b>" in html(app)
    assert not re.search(r"\bnan\b", said(app) + html(app), re.IGNORECASE)
    change(app, "model", "deep_cnn_pen")
    assert prediction(app) == "7"
    assert "The network “Odd” says: **No answer.**" in said(app)


def test_until_the_visitor_draws_a_hand_writes_and_the_network_s_own_answers_come_along():
    app = visit("draw")
    written = sent(app, "hand")
    last = [digit["moments"][-1] for digit in written["digits"]]
    for number, moment in zip(WRITTEN, last, strict=True):
        reading = read_digit(on_canvas(DIGITS[number]))
        assert moment["answer"] == answer_of(reading)
        assert moment["answer"]["sign"] == str(number)
        assert moment["pictures"].keys() == {"drawing", "seen", "edges", "parts"}
    rests_after_ms = len(last) * (written["writing_ms"] + written["standing_ms"])
    assert rests_after_ms <= 5000
    app.session_state["drawing"] = drawing_of(SEVEN)
    assert sent(run(app), "hand") == {}
    press(app, "Clear")
    assert sent(app, "hand") == {}, "it does not come back"


def test_what_the_first_screen_is_sent_stays_small():
    app = visit("draw")
    sizes = [len(part.proto.json) for part in app.get("bidi_component")]
    assert sum(sizes) < 200_000
    after = visit_with(SEVEN)
    assert sum(len(part.proto.json) for part in after.get("bidi_component")) < 30_000


def test_a_stroke_costs_one_reading_while_the_chapters_are_closed(monkeypatch):
    app = visit_with(SEVEN)
    read, shown = [], []
    read_prepared, probabilities = DigitReader.read_prepared, DigitReader.probabilities
    monkeypatch.setattr(
        DigitReader, "read_prepared", lambda *args: read.append(1) or read_prepared(*args)
    )
    monkeypatch.setattr(
        DigitReader, "probabilities", lambda *args: shown.append(1) or probabilities(*args)
    )
    run(app)
    assert (len(read), len(shown)) == (1, 0)
    app.session_state["chapter_xray"] = app.session_state["chapter_shift"] = True
    run(app)
    assert len(read) > 2, "the open chapters read, too"
    assert len(shown) == 1


def test_the_cards_show_the_visitor_s_own_digit():
    empty, drawn = visit("draw"), visit_with(SEVEN)
    for card in ("card_see", "card_teach", "card_fool"):
        assert sent(empty, card) != sent(drawn, card)
    assert "sure of 7" in sent(drawn, "card_teach")["html"]


def test_fool_it_puts_a_slash_through_a_zero_that_mnist_alone_cannot_read():
    app = visit("draw")
    press(app, "Put a slash through it")
    assert len(app.session_state["drawing"].objects) == len(DIGITS[0]) + 1
    assert app.session_state["model"] == "deep_cnn"


def test_fool_it_leaves_the_visitor_s_strokes_where_they_are():
    app = visit_with(SEVEN)
    before = app.session_state["drawing"].objects
    press(app, "Put a slash through it")
    after = app.session_state["drawing"].objects
    assert after[:-1] == before
    assert len(after) == len(before) + 1
