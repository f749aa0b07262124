"""The convolution lesson, as its visitor finds it."""

import re

import pytest
import torch
import torch.nn.functional as F
from streamlit.testing.v1 import AppTest

from mnist_core.experiments.float_equality import FLOATS, FloatName, add_in_two_orders
from mnist_core.experiments.kernels import Kernel, sum_channels, tinted, window_at
from mnist_core.layers.convolution import Sliding
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import load_trained
from mnist_core.words import in_percent, power_of_ten
from tests.ui.visitor import (
    buttons,
    change,
    errors,
    flip,
    html_parts,
    not_here,
    picture,
    press,
    run,
    run_with,
    said,
    sent,
    visit,
    widget,
)
from ui.convolution import questions

DIGIT = own_digit(5)


def visit_lesson(**address: str) -> AppTest:
    return visit("convolution", digit_from="Drawn by the program", own_digit="5", **address)


def made(app: AppTest) -> float:
    """The number in the output cell that is written out."""
    (text,) = re.findall(r"<strong[^>]*>([^<]+)</strong>", picture(app, "kernel_products"))
    return float(text.replace("−", "-"))


def cells(app: AppTest) -> list[float]:
    """Weights and bias in the cells, exactly."""
    return [float(cell["exact"]) for cell in sent(app, "kernel_cells")["cells"]]


def size_shown(app: AppTest) -> str:
    (text,) = re.findall(r">(Output \d+ × \d+)<", picture(app, "kernel_slide"))
    return text


def test_the_cell_written_out_is_torch_s_wherever_the_window_stands():
    app = visit_lesson(kernel="Emboss")
    weights = torch.tensor([[-2.0, -1, 0], [-1, 1, 1], [0, 1, 2]])
    expected = F.conv2d(DIGIT, weights[None, None], padding=1).flatten()
    for position in (0, 300, 410, 783):
        change(app, "Position of the window, row by row", position)
        assert made(app) == pytest.approx(float(expected[position]), abs=0.006)


def test_every_setting_changes_the_formula_and_the_output():
    app = visit_lesson(chapter="numbers")
    assert size_shown(app) == "Output 28 × 28"
    for label, value, size in (
        ("Padding p", 0, 26),
        ("Stride s", 2, 13),
        ("Dilation d", 3, 11),
        ("Kernel size k", 5, 8),
    ):
        change(app, label, value)
        assert size_shown(app) == f"Output {size} × {size}"
        assert any(f"=$ **{size}**" in text.value for text in app.markdown)
    assert any("(28 + 2 \\cdot 0 - 3 \\cdot (5 - 1) - 1) / 2" in t.value for t in app.markdown)


def test_a_window_that_does_not_fit_in_gets_a_sentence_and_nothing_is_lost():
    app = visit_lesson(chapter="numbers", kernel="Blur", kernel_size="7", kernel_padding="0")
    change(app, "Dilation d", 5)
    assert "reaches over 31 cells" in app.warning[0].value
    assert cells(app) == pytest.approx([1 / 49] * 49 + [0])
    change(app, "Padding p", 2)
    assert not app.warning
    assert size_shown(app) == "Output 2 × 2"


def test_same_padding_is_computed_kept_and_refused_at_a_larger_stride():
    app = visit_lesson(kernel_size="4", kernel_same="true")
    assert size_shown(app) == "Output 28 × 28"
    assert any(
        "3 zeros in each direction, which is odd: 1 above and on the left" in c.value
        for c in app.caption
    )
    change(app, "Stride s", 2)
    assert "“Same” padding keeps the size only at stride 1" in app.warning[0].value
    flip(app, "“Same” padding: keep the size")
    assert not app.warning
    assert size_shown(app) == "Output 14 × 14"


def test_a_padding_that_a_smaller_kernel_does_not_allow_is_lowered():
    app = visit_lesson(kernel_size="7", kernel_padding="7")
    assert size_shown(app) == "Output 36 × 36"
    change(app, "Kernel size k", 2)
    assert size_shown(app) == "Output 31 × 31"


def test_own_numbers_are_used_resized_and_forgotten_with_another_start():
    app = visit_lesson(kernel="Identity")
    run_with(app, kernel_edited=Kernel(torch.full((3, 3), 0.5), 0.25))
    assert cells(app) == [0.5] * 9 + [0.25]
    assert "Your own weights: you began with *Identity* and have changed it." in said(app)
    window = window_at(DIGIT[0, 0], Kernel(torch.full((3, 3), 0.5), 0.25), Sliding((1, 1)), 294)
    assert made(app) == pytest.approx(window.output, abs=0.006)
    change(app, "Read on", "numbers")
    change(app, "Kernel size k", 4)
    assert sorted(cells(app)) == [0] * 7 + [0.25] + [0.5] * 9
    change(app, "Kernel size k", 1)
    assert cells(app) == [0.5, 0.25]
    change(app, "Kernel size k", 3)
    assert cells(app) == [0.5] * 9 + [0.25]
    change(app, "Start from", "Blur")
    assert cells(app) == pytest.approx([1 / 9] * 9 + [0])


def test_undo_brings_the_chosen_kernel_back():
    app = visit_lesson(kernel="Identity")
    assert "Undo my changes" not in buttons(app)
    run_with(app, kernel_edited=Kernel(torch.ones(3, 3)))
    press(app, "Undo my changes")
    assert "1 in the middle and 0 elsewhere" in said(app)
    assert "Your own weights" not in said(app)
    assert cells(app) == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("title", "key", "number"),
    [("Deep CNN, MNIST alone", "deep_cnn", 32), ("Small CNN, MNIST alone", "convnet", 16)],
)
def test_learnt_kernels_are_those_of_the_network_on_what_it_sees(title, key, number):
    app = visit_lesson(kernel="Learnt", kernel_of=title, kernel_number=str(number))
    model = load_trained(key).model
    layer = next(m for m in model.modules() if isinstance(m, torch.nn.Conv2d))
    assert cells(app)[:9] == pytest.approx(layer.weight[number - 1].flatten().tolist())
    assert picture(app, "kernel_strip").count("data-pick") == len(layer.weight)
    if layer.padding == (0, 0):
        run_with(app, kernel_padding=0)
    change(app, "Position of the window, row by row", 333)
    expected = layer(model.standardise(DIGIT))[0, number - 1].flatten()[333]
    assert made(app) == pytest.approx(float(expected), abs=0.006)
    flip(app, "Standardise the picture first")
    expected = layer(DIGIT)[0, number - 1].flatten()[333]
    assert made(app) == pytest.approx(float(expected), abs=0.006)


def test_a_network_with_fewer_kernels_keeps_the_number_in_its_range():
    app = visit_lesson(kernel="Learnt", kernel_number="32")
    change(app, "Network", "convnet")
    assert widget(app, "Which of its kernels").value == 16


def test_who_chooses_a_learnt_kernel_sees_it_slide():
    app = visit_lesson(chapter="idea", kernel="Blur")
    change(app, "Which of its kernels", 5)
    assert widget(app, "Start from").value == "Learnt"
    network = load_trained("deep_cnn_pen").model
    layer = next(m for m in network.modules() if isinstance(m, torch.nn.Conv2d))
    assert cells(app)[:9] == pytest.approx(layer.weight[4].flatten().tolist())


@pytest.mark.parametrize("chapter", ["", "idea", "numbers"])
def test_a_link_with_settings_of_a_folded_chapter_shows_what_they_make(chapter: str):
    app = visit_lesson(
        chapter=chapter, kernel="Learnt", kernel_of="convnet", kernel_number="7", kernel_size="5",
        kernel_stride="2", kernel_padding="0",
    )  # fmt: skip
    assert size_shown(app) == "Output 12 × 12"
    network = load_trained("convnet").model
    layer = next(m for m in network.modules() if isinstance(m, torch.nn.Conv2d))
    assert len(cells(app)) == 25 + 1
    middle = torch.tensor(cells(app)[:25]).reshape(5, 5)[1:4, 1:4]
    assert middle.flatten().tolist() == pytest.approx(layer.weight[6].flatten().tolist())


def test_weights_that_cannot_be_read_get_a_sentence(monkeypatch):
    app = visit_lesson(chapter="idea")
    monkeypatch.setattr("ui.convolution.learnt.shared_reader", not_here)
    change(app, "Start from", "Learnt")
    assert set(errors(app)) == {"The weights of deep_cnn_pen are not here."}
    assert picture(app, "channel_grid")


def test_channels_are_added_up_as_many_as_are_chosen():
    app = visit_lesson(chapter="idea")
    for c_in, c_out, bias in ((3, 4, 0.0), (1, 2, -0.5)):
        change(app, "Input channels", c_in)
        change(app, "Output channels", c_out)
        change(app, "Bias b₁ of output channel 1", bias)
        grid = picture(app, "channel_grid")
        assert len(re.findall(r'aria-label="what input channel', grid)) == c_in * c_out
        assert len(re.findall(r'aria-label="output channel', grid)) == c_out
        assert any(f"**{c_out * c_in * 9 + c_out} numbers**" in t.value for t in app.markdown)
        sums = sum_channels(tinted(DIGIT[0, 0]), c_in, c_out, bias)
        totals = re.findall(r"<strong>([^<]+)</strong>", picture(app, "channel_sums"))
        expected = sums.outputs.flatten(1)[:, 294].tolist()
        found = [float(total.replace("−", "-")) for total in totals]
        assert found == pytest.approx(expected, abs=0.006)
    assert "(−0.5)" in picture(app, "channel_sums")


@pytest.mark.usefixtures("without_mnist")
def test_it_works_without_mnist_and_without_a_drawing():
    app = visit("convolution")
    (says,) = [text.value for text in app.markdown if "**The digit:**" in text.value]
    assert ", until you draw one" in says
    assert " test digit " not in says
    assert "Output 28 × 28" in picture(app, "kernel_slide")


@pytest.mark.parametrize("name", FLOATS)
def test_a_sum_in_two_orders_is_close_and_not_equal(name: FloatName):
    app = visit_lesson(sum_floats=name)
    orders = add_in_two_orders(DIGIT, name)
    assert f"`==` holds in **{in_percent(orders.equal_share)}** of the cells" in said(app)
    assert f"at most {power_of_ten(orders.greatest)}" in picture(app, "two_orders")
    close = "are" if orders.are_close(name) else "are **not**"
    assert f"both pictures {close} the same" in said(app)


def guessed(app: AppTest) -> str:
    """The answers to the last question that has been guessed, with their marks."""
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


def test_a_guess_about_the_kernel_shows_it_and_the_answer_is_tried_on_the_digit(monkeypatch):
    app = visit_lesson(kernel="Blur", kernel_stride="2")
    change(app, "guess_kernel_moves", 2)
    assert "one cell to the left ✓" in guessed(app)
    assert "one cell to the right ✗" in guessed(app)
    assert cells(app) == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert size_shown(app) == "Output 28 × 28"
    change(app, "Position of the window, row by row", 300)
    assert made(app) == pytest.approx(float(DIGIT.flatten()[301]), abs=0.006)
    monkeypatch.setattr(questions, "ONE_ON_THE_RIGHT", questions.ONE_ON_THE_RIGHT.flip(1))
    run(app)
    assert "one cell to the right ✓" in guessed(app)


def test_a_guess_about_a_wide_window_sets_it_and_the_answer_is_tried():
    app = visit_lesson(chapter="numbers")
    change(app, "guess_wide_window", 1)
    assert "there is none ✓" in guessed(app)
    assert "the output is 2 × 2" in said(app)
    assert "reaches over 31 cells" in app.warning[0].value
    change(app, "Padding p", 2)
    assert size_shown(app) == "Output 2 × 2"


def test_where_blue_counts_against_is_measured_on_the_digit(monkeypatch):
    app = visit_lesson(chapter="idea", channels_in="1", channels_out="1")
    change(app, "guess_red_against_blue", 0)
    assert "mostly in the lower half ✓" in guessed(app)
    assert "(1 input channel) it is 0.0 in all" in said(app)
    assert (widget(app, "Input channels").value, widget(app, "Output channels").value) == (3, 2)
    monkeypatch.setattr(questions, "tinted", lambda picture: tinted(picture).flip(0))
    run(app)
    assert "mostly in the upper half ✓" in guessed(app)


def test_each_cell_stamps_the_kernel_and_the_size_is_torch_s() -> None:
    app = visit_lesson(chapter="numbers")
    small = F.avg_pool2d(DIGIT, 4)
    for stride, padding, dilation in ((1, 0, 1), (2, 1, 1), (4, 2, 3)):
        change(app, "Stride s of the stamps", stride)
        change(app, "Padding p that is cut off", padding)
        change(app, "Dilation d of the stamps", dilation)
        made = F.conv_transpose2d(
            small, torch.ones(1, 1, 3, 3), stride=stride, padding=padding, dilation=dilation
        )
        side = made.shape[-1]
        assert f"{side} × {side}, after" in picture(app, "stamps")
        assert any(rf"= {side}\end" in part.value for part in app.latex)


def test_an_output_padding_that_cannot_be_gets_a_sentence() -> None:
    app = visit_lesson(chapter="numbers", stamp_output_padding="2", stamp_stride="2")
    assert any("must be less than the stride" in said for said in errors(app))
    change(app, "Output padding", 1)
    assert not errors(app)
