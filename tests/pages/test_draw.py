import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core.errors import DataUnavailable, WeightsUnusable
from mnist_core.pictures.strokes import draw_strokes
from ui.shared.digit.drawing import Drawing

ROOT = Path(__file__).resolve().parents[2]
SEVEN = [np.array([[70, 60], [210, 60], [120, 240]], np.float32)]
SCRIBBLE = [
    np.array([[30, 140], [250, 60], [60, 220], [220, 230], [40, 40], [160, 260], [240, 120]] * 2)
    .astype(np.float32)
]  # fmt: skip


def open_page(**state) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    for key, value in state.items():
        app.session_state[key] = value
    return app.run()


def with_drawing(strokes) -> Drawing:
    """A drawing as the canvas leaves it in the session."""
    return Drawing(objects=[{"type": "Path"}], picture=draw_strokes(strokes, 20))


def prediction(app: AppTest) -> str:
    (metric,) = [metric for metric in app.metric if metric.label == "Prediction"]
    return metric.value


def all_text(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.error, *app.info]
    return "\n".join(part.value for part in parts)


def png(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return buffer.getvalue()


def test_an_empty_canvas_predicts_nothing():
    app = open_page()
    assert not app.exception
    assert prediction(app) == "–"
    assert "Nothing to read yet" in all_text(app)


def test_a_drawing_kept_from_before_is_read_when_the_page_opens():
    app = open_page(drawing=with_drawing(SEVEN))
    assert not app.exception
    assert prediction(app) == "7"
    assert "This is a **7**" in all_text(app)


def test_a_scribble_is_not_called_a_digit():
    app = open_page(drawing=with_drawing(SCRIBBLE))
    assert prediction(app) == "–"
    assert "Not sure" in all_text(app)
    assert "Best guesses" in all_text(app)


def test_the_class_can_switch_to_the_network_that_saw_mnist_alone():
    app = open_page(drawing=with_drawing(SEVEN))
    before = all_text(app)
    assert "Trained on MNIST alone, the same network says" in before
    app.segmented_control(key="model").set_value("deep_cnn").run()
    assert not app.exception
    assert prediction(app) == "7"
    assert "Trained on MNIST and pen strokes, the same network says" in all_text(app)


def test_clear_empties_the_drawing():
    app = open_page(drawing=with_drawing(SEVEN))
    next(button for button in app.button if button.label == "Clear").click().run()
    assert not app.exception
    assert prediction(app) == "–"
    assert app.session_state["drawing"].objects == []


def test_undo_takes_the_last_stroke_only():
    drawing = with_drawing(SEVEN)
    drawing.objects = [{"type": "Path", "id": 1}, {"type": "Path", "id": 2}]
    app = open_page(drawing=drawing)
    next(button for button in app.button if button.label == "Undo").click().run()
    assert [o["id"] for o in app.session_state["drawing"].start] == [1]


def test_a_second_undo_does_not_wait_for_the_canvas():
    drawing = Drawing(objects=[{"path": [k]} for k in range(4)])
    for left in (3, 2, 1):
        drawing.restart_with(drawing.objects[:-1])
        assert drawing.is_outdated([{"path": [k]} for k in range(4)])
        assert not drawing.is_outdated([{"path": [k]} for k in range(left)])
    assert len(drawing.objects) == 1


def test_what_is_drawn_after_an_undo_counts():
    drawing = Drawing(objects=[{"path": [1]}, {"path": [2]}])
    drawing.restart_with(drawing.objects[:-1])
    redrawn = [{"path": [1]}, {"path": [3]}]
    assert not drawing.is_outdated(redrawn)
    drawing.accept(redrawn, draw_strokes(SEVEN, 20))
    assert drawing.objects == redrawn
    assert not drawing.is_outdated([{"path": [1]}, {"path": [2]}])


def test_the_brush_width_is_a_setting_of_the_canvas():
    app = open_page()
    app.slider(key="brush").set_value(33).run()
    assert not app.exception
    assert app.session_state["brush"] == 33


@pytest.mark.parametrize("source", ["Upload", "Photo"])
def test_other_sources_open_without_a_picture(source):
    app = open_page()
    app.segmented_control(key="source").set_value(source).run()
    assert not app.exception
    assert prediction(app) == "–"


def test_an_uploaded_picture_is_read():
    app = open_page()
    app.segmented_control(key="source").set_value("Upload").run()
    dark_on_light = 255 - draw_strokes(SEVEN, 14)[..., :3]
    app.file_uploader[0].set_value(("seven.png", png(dark_on_light), "image/png")).run()
    assert not app.exception
    assert prediction(app) == "7"


def huge_png() -> bytes:
    """100 megapixels in a few kilobytes."""
    buffer = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(buffer, "PNG")
    return buffer.getvalue()


HOSTILE = {
    "empty": b"",
    "text": b"hello, I am a text file",
    "truncated PNG": png(draw_strokes(SEVEN, 20))[:400],
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "100 megapixels": huge_png(),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_upload_gets_a_sentence_and_the_page_goes_on(data):
    app = open_page(drawing=with_drawing(SEVEN))
    app.segmented_control(key="source").set_value("Upload").run()
    app.file_uploader[0].set_value(("digit.png", data, "image/png")).run()
    assert not app.exception
    (error,) = app.error
    assert error.value.endswith(".")
    app.segmented_control(key="source").set_value("Draw").run()
    assert prediction(app) == "7", "the drawing must not be lost"


def test_a_picture_without_ink_says_so():
    app = open_page()
    app.segmented_control(key="source").set_value("Upload").run()
    white = np.full((60, 60, 3), 255, np.uint8)
    app.file_uploader[0].set_value(("white.png", png(white), "image/png")).run()
    assert not app.exception
    assert prediction(app) == "–"
    assert "No ink found" in all_text(app)


def test_a_picture_far_wider_than_high_is_shown_and_read():
    app = open_page()
    app.segmented_control(key="source").set_value("Upload").run()
    thin = np.full((3, 3000, 3), 255, np.uint8)
    app.file_uploader[0].set_value(("thin.png", png(thin), "image/png")).run()
    assert not app.exception


def test_the_explanation_follows_the_choice_of_network():
    app = open_page()
    before = next(m.value for m in app.markdown if "temperature" in m.value)
    app.segmented_control(key="model").set_value("deep_cnn").run()
    after = next(m.value for m in app.markdown if "temperature" in m.value)
    assert before != after


@pytest.mark.mnist
def test_a_test_digit_is_shown_with_its_label():
    app = open_page()
    app.segmented_control(key="source").set_value("Test digit").run()
    assert not app.exception
    assert prediction(app) == "7"
    assert "MNIST labels this one as **7**" in all_text(app)
    app.number_input(key="digit").set_value(1).run()
    assert prediction(app) == "2"


def test_without_mnist_the_test_digits_are_offered_as_a_download(monkeypatch, tmp_path):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setattr("mnist_core.data.mnist.DEFAULT_ROOT", tmp_path)
    app = open_page()
    app.segmented_control(key="source").set_value("Test digit").run()
    assert not app.exception
    assert "not on this machine" in all_text(app)
    (button,) = [button for button in app.button if button.label.startswith("Download MNIST")]

    def no_network(progress):
        progress(0.0, "Downloading")
        raise DataUnavailable("No mirror answered. Check the network.")

    monkeypatch.setattr("ui.shared.digit.test_digits.download_mnist", no_network)
    button.click().run()
    assert not app.exception
    assert "Check the network" in app.error[0].value


def test_a_folder_of_mnist_that_is_empty_gets_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    app = open_page()
    app.segmented_control(key="source").set_value("Test digit").run()
    assert not app.exception
    assert str(tmp_path) in app.warning[0].value
    assert "The autoencoder was asked for a" in all_text(app)
    assert prediction(app) in set("0123456789")


def test_unusable_weights_get_a_sentence(monkeypatch):
    def fail(key):
        raise WeightsUnusable(f"{key}.safetensors is missing. Get it again.")

    monkeypatch.setattr("ui.shared.process.load_reader", fail)
    app = open_page(drawing=with_drawing(SEVEN))
    assert not app.exception
    assert prediction(app) == "–"
    assert [error.value for error in app.error] == [
        "deep_cnn.safetensors is missing. Get it again.",
        "deep_cnn_pen.safetensors is missing. Get it again.",
    ]
