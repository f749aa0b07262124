"""The convolution lesson, as its visitor finds it."""

import json
import re
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from mnist_core.errors import WeightsUnusable
from mnist_core.experiments.kernels import Kernel, sum_channels, tinted, window_at
from mnist_core.layers.convolution import Sliding, pad
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import load_trained
from ui.convolution.channels_figures import channel_sentences
from ui.convolution.one_kernel_figures import (
    Slide,
    cell_texts,
    products_picture,
    same_sentence,
    size_formula,
    slide_picture,
    written_sum,
)

ROOT = Path(__file__).resolve().parents[2]
FIVE = {"digit_from": "Drawn by the program", "own_digit": "5"}
DIGIT = own_digit(5)


def open_lesson(**parameters: str) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    for name, value in (FIVE | parameters).items():
        app.query_params[name] = value
    app.switch_page("pages/convolution.py").run()
    assert not app.exception
    return app


def data(app: AppTest, key: str) -> dict:
    (found,) = [p for p in app.get("bidi_component") if p.proto.id.endswith(f"-{key}")]
    return json.loads(found.proto.json)


def shown(app: AppTest, key: str) -> str:
    return data(app, key)["html"]


def move(app: AppTest, label: str, value: float) -> AppTest:
    (slider,) = [slider for slider in app.slider if slider.label == label]
    slider.set_value(value).run()
    assert not app.exception
    return app


def switch(app: AppTest, label: str) -> AppTest:
    (toggle,) = [toggle for toggle in app.toggle if toggle.label == label]
    toggle.set_value(not toggle.value).run()
    assert not app.exception
    return app


def made(app: AppTest) -> float:
    """The number in the output cell that is written out."""
    (text,) = re.findall(r"<strong[^>]*>([^<]+)</strong>", shown(app, "kernel_products"))
    return float(text.replace("−", "-"))


def cells(app: AppTest) -> list[float]:
    """Weights and bias in the cells, exactly."""
    return [float(cell["exact"]) for cell in data(app, "kernel_cells")["cells"]]


def start(app: AppTest) -> ButtonGroup:
    (group,) = [group for group in app.button_group if group.label == "Start from"]
    return group


def warnings(app: AppTest) -> str:
    return " ".join(warning.value for warning in app.warning)


def size_shown(app: AppTest) -> str:
    (text,) = re.findall(r">(Output \d+ × \d+)<", shown(app, "kernel_slide"))
    return text


def test_the_cell_written_out_is_torch_s_wherever_the_window_stands():
    app = open_lesson(kernel="Emboss")
    weights = torch.tensor([[-2.0, -1, 0], [-1, 1, 1], [0, 1, 2]])
    expected = F.conv2d(DIGIT, weights[None, None], padding=1).flatten()
    for position in (0, 300, 410, 783):
        move(app, "Position of the window, row by row", position)
        assert made(app) == pytest.approx(float(expected[position]), abs=0.006)


def test_every_setting_changes_the_formula_and_the_output():
    app = open_lesson()
    assert size_shown(app) == "Output 28 × 28"
    for label, value, size in (
        ("Padding p", 0, 26),
        ("Stride s", 2, 13),
        ("Dilation d", 3, 11),
        ("Kernel size k", 5, 8),
    ):
        move(app, label, value)
        assert size_shown(app) == f"Output {size} × {size}"
        assert any(f"=$ **{size}**" in text.value for text in app.markdown)
    assert any("(28 + 2 \\cdot 0 - 3 \\cdot (5 - 1) - 1) / 2" in t.value for t in app.markdown)


def test_a_window_that_does_not_fit_in_gets_a_sentence_and_nothing_is_lost():
    app = open_lesson(kernel="Blur", kernel_size="7", kernel_padding="0")
    move(app, "Dilation d", 5)
    assert "reaches over 31 cells" in warnings(app)
    assert cells(app) == pytest.approx([1 / 49] * 49 + [0])
    move(app, "Padding p", 2)
    assert not app.warning
    assert size_shown(app) == "Output 2 × 2"


def test_same_padding_is_computed_kept_and_refused_at_a_larger_stride():
    app = open_lesson(kernel_size="4", kernel_same="true")
    assert size_shown(app) == "Output 28 × 28"
    assert any("3 in all, which is odd: 1 above and on the left" in c.value for c in app.caption)
    move(app, "Stride s", 2)
    assert "“Same” padding keeps the size only at stride 1" in warnings(app)
    switch(app, "“Same” padding: keep the size")
    assert not app.warning
    assert size_shown(app) == "Output 14 × 14"


def test_a_padding_that_a_smaller_kernel_does_not_allow_is_lowered():
    app = open_lesson(kernel_size="7", kernel_padding="7")
    assert size_shown(app) == "Output 36 × 36"
    move(app, "Kernel size k", 2)
    assert size_shown(app) == "Output 31 × 31"


def test_own_numbers_are_used_resized_and_forgotten_with_another_start():
    app = open_lesson(kernel="Identity")
    app.session_state["kernel_edited"] = Kernel(torch.full((3, 3), 0.5), 0.25)
    app.run()
    assert cells(app) == [0.5] * 9 + [0.25]
    window = window_at(DIGIT[0, 0], Kernel(torch.full((3, 3), 0.5), 0.25), Sliding((1, 1)), 294)
    assert made(app) == pytest.approx(window.output, abs=0.006)
    move(app, "Kernel size k", 4)
    assert sorted(cells(app)) == [0] * 7 + [0.25] + [0.5] * 9
    move(app, "Kernel size k", 1)
    assert cells(app) == [0.5, 0.25]
    move(app, "Kernel size k", 3)
    assert cells(app) == [0.5] * 9 + [0.25]
    start(app).set_value("Blur").run()
    assert cells(app) == pytest.approx([1 / 9] * 9 + [0])


def test_undo_brings_the_chosen_kernel_back():
    app = open_lesson(kernel="Identity")
    assert "Undo my changes" not in [button.label for button in app.button]
    app.session_state["kernel_edited"] = Kernel(torch.ones(3, 3))
    app.run()
    (undo,) = [button for button in app.button if button.label == "Undo my changes"]
    undo.click().run()
    assert cells(app) == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("title", "key", "number"),
    [("Deep CNN, MNIST alone", "deep_cnn", 32), ("Small CNN, MNIST alone", "convnet", 16)],
)
def test_learnt_kernels_are_those_of_the_network_on_what_it_sees(title, key, number):
    app = open_lesson(kernel="Learnt", kernel_of=title, kernel_number=str(number))
    model = load_trained(key).model
    layer = next(m for m in model.modules() if isinstance(m, torch.nn.Conv2d))
    assert cells(app)[:9] == pytest.approx(layer.weight[number - 1].flatten().tolist())
    assert shown(app, "kernel_strip").count("data-pick") == len(layer.weight)
    if layer.padding == (0, 0):
        move(app, "Padding p", 0)
    move(app, "Position of the window, row by row", 333)
    expected = layer(model.standardise(DIGIT))[0, number - 1].flatten()[333]
    assert made(app) == pytest.approx(float(expected), abs=0.006)
    switch(app, "Standardise the picture first")
    expected = layer(DIGIT)[0, number - 1].flatten()[333]
    assert made(app) == pytest.approx(float(expected), abs=0.006)


def test_a_network_with_fewer_kernels_keeps_the_number_in_its_range():
    app = open_lesson(kernel="Learnt", kernel_number="32")
    (network,) = [box for box in app.selectbox if box.label == "Network"]
    network.set_value("convnet").run()
    assert not app.exception
    (number,) = [slider for slider in app.slider if slider.label == "Which of its kernels"]
    assert number.value == 16


def test_weights_that_cannot_be_read_get_a_sentence(monkeypatch):
    def missing(key: str) -> None:
        raise WeightsUnusable("The weights of this network are missing.")

    app = open_lesson()
    monkeypatch.setattr("ui.convolution.one_kernel.shared_reader", missing)
    start(app).set_value("Learnt").run()
    assert not app.exception
    assert [error.value for error in app.error] == ["The weights of this network are missing."]
    assert shown(app, "channel_grid")


def test_channels_are_added_up_as_many_as_are_chosen():
    app = open_lesson()
    for c_in, c_out, bias in ((3, 4, 0.0), (1, 2, -0.5)):
        move(app, "Input channels", c_in)
        move(app, "Output channels", c_out)
        move(app, "Bias b₁ of output channel 1", bias)
        grid = shown(app, "channel_grid")
        assert len(re.findall(r'aria-label="what input channel', grid)) == c_in * c_out
        assert len(re.findall(r'aria-label="output channel', grid)) == c_out
        assert any(f"**{c_out * c_in * 9 + c_out} numbers**" in t.value for t in app.markdown)
        sums = sum_channels(tinted(DIGIT[0, 0]), c_in, c_out, bias)
        totals = re.findall(r"<strong>([^<]+)</strong>", shown(app, "channel_sums"))
        expected = sums.outputs.flatten(1)[:, 294].tolist()
        found = [float(total.replace("−", "-")) for total in totals]
        assert found == pytest.approx(expected, abs=0.006)
    assert "(−0.5)" in shown(app, "channel_sums")


def test_it_works_without_mnist_and_without_a_drawing(monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    app.switch_page("pages/convolution.py").run()
    assert not app.exception
    (says,) = [text.value for text in app.markdown if "**The digit:**" in text.value]
    assert "you have not drawn one yet" in says
    assert " test digit " not in says
    assert "Output 28 × 28" in shown(app, "kernel_slide")


def slide(kernel: Kernel, sliding: Sliding, position: int = 0) -> Slide:
    picture = DIGIT[0, 0]
    window = window_at(picture, kernel, sliding, position)
    return Slide(pad(picture, sliding), kernel.over(picture, sliding), window, sliding, 1.0, None)


def test_padding_is_hatched_and_its_border_dashed_where_there_is_any():
    kernel = Kernel(torch.ones(2, 2))
    assert "url(#padding)" not in slide_picture(slide(kernel, Sliding()))
    padded = slide_picture(slide(kernel, Sliding((1, 2))))
    assert "Padded input 31 × 31" in padded
    assert "M0 0H31V31H0ZM1 1h28v28h-28Z" in padded


def test_a_spread_window_shows_each_cell_that_it_looks_at():
    plain, spread = (
        slide_picture(slide(Kernel(torch.ones(3, 3)), Sliding(dilation=d))) for d in (1, 2)
    )
    assert plain.count('width=".7"') == 0
    assert spread.count('width=".7"') == 9


@pytest.mark.parametrize("size", range(1, 8))
def test_a_sum_is_written_with_every_product_or_else_row_by_row(size):
    window = slide(Kernel(torch.ones(size, size), -0.5), Sliding(), 200).window
    text = written_sum(window)
    assert text.count("·") == (size**2 if size <= 3 else 0)
    assert text.count(" + ") == (size**2 if size <= 3 else size)
    assert "(−0.5)" in text


def test_no_product_is_written_as_minus_nothing():
    picture = products_picture(slide(Kernel(torch.full((3, 3), -0.001)), Sliding(), 300))
    assert "−0.00<" not in picture


def test_the_formula_holds_uneven_padding():
    text = size_formula(28, 4, Sliding(same_padding := (1, 2)))
    assert f"({same_padding[0]} + {same_padding[1]})" in text
    assert text.endswith("**28**")
    assert "4 in all, 2 on each side" in same_sentence(3, 2)


def test_cells_keep_their_exact_number_beside_the_short_one():
    texts = cell_texts(Kernel(torch.full((1, 1), 1 / 9)))
    assert [text for _, text, _ in texts] == ["0.111", "0"]
    assert float(texts[0][2]) == pytest.approx(1 / 9)


def test_the_sums_of_the_channels_name_the_cell():
    sums = sum_channels(tinted(DIGIT[0, 0]), 2, 1, 0.5)
    assert "row 2, column 3" in channel_sentences(sums, 30)
    assert channel_sentences(sums, 30).count("<strong>") == 1
