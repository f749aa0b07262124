"""A kernel on its way over a picture, its sums and its formulas."""

import pytest
import torch

from mnist_core.experiments.kernels import Kernel, sum_channels, tinted, window_at
from mnist_core.layers.convolution import Sliding, pad
from mnist_core.pictures.own_digits import own_digit
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

DIGIT = own_digit(5)


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
    assert "4 zeros in each direction, 2 before the picture and 2 after it" in same_sentence(3, 2)


def test_cells_keep_their_exact_number_beside_the_short_one():
    texts = cell_texts(Kernel(torch.full((1, 1), 1 / 9)))
    assert [text for _, text, _ in texts] == ["0.111", "0"]
    assert float(texts[0][2]) == pytest.approx(1 / 9)


def test_the_sums_of_the_channels_name_the_cell():
    sums = sum_channels(tinted(DIGIT[0, 0]), 2, 1, 0.5)
    assert "row 2, column 3" in channel_sentences(sums, 30)
    assert channel_sentences(sums, 30).count("<strong>") == 1
