"""The charts of an evaluation."""

import pytest
import torch

from mnist_core.evaluation.metrics import Confusion
from mnist_core.evaluation.robustness import CHANGES, Point
from ui.evaluate.figures import (
    confusion_figure,
    curves_figure,
    misses_figure,
    say_cell,
)
from ui.shared.figures.colours import WRONG_BAR


def test_a_cell_is_said_in_words():
    assert say_cell(4, 9, 12) == "A 4 read as 9: 12 times"
    assert say_cell(8, 3, 1) == "An 8 read as 3: once"


def test_the_matrix_colours_mistakes_only_and_frames_the_chosen_cells():
    counts = torch.diag(torch.full((10,), 50))
    counts[4, 9], counts[8, 3] = 3, 1
    found = Confusion(counts)
    plain, framed = confusion_figure(found, None, None), confusion_figure(found, 4, None)
    coloured = torch.tensor(plain.data[0].z)
    assert (coloured.isnan() == (found.mistakes == 0)).all()
    assert len(framed.layout.shapes) == len(plain.layout.shapes) + 1
    frame = framed.layout.shapes[-1]
    assert (frame.y0, frame.y1, frame.x0, frame.x1) == (3.5, 4.5, -0.5, 9.5)
    assert plain.data[1].customdata[49] == [4, 9]
    assert plain.data[1].hovertext[49] == say_cell(4, 9, int(found.counts[4, 9]))


def test_digits_that_never_came_leave_a_gap():
    counts = torch.zeros(10, 10, dtype=torch.int64)
    counts[3, 3], counts[3, 5] = 3, 1
    figure = misses_figure(Confusion(counts))
    assert list(figure.layout.xaxis.ticktext[3:5]) == ["<b>3</b><br>75.0", "<b>4</b><br>–"]
    assert figure.data[0].y[3] == pytest.approx(0.25)
    assert figure.data[1].y[5] == 1


def test_the_band_of_a_curve_is_one_standard_error_to_each_side():
    curve = (Point(0, 900, 1000), Point(0.05, 500, 1000))
    band, line = curves_figure(CHANGES["noise"], {"A": curve}).data
    assert list(line.y) == [0.9, 0.5]
    error = [point.standard_error for point in curve]
    expected = [0.9 + error[0], 0.5 + error[1], 0.5 - error[1], 0.9 - error[0]]
    assert list(band.y) == pytest.approx(expected)


def test_two_matrices_can_share_one_scale_of_colours():
    counts = torch.diag(torch.full((10,), 50))
    counts[4, 9] = 16
    assert confusion_figure(Confusion(counts)).data[0].zmax == 4
    assert confusion_figure(Confusion(counts), most=100).data[0].zmax == 10


def test_wrong_is_red_and_neither_orange_nor_blue():
    figure = misses_figure(Confusion(torch.ones(10, 10, dtype=torch.int64)))
    assert {bar.marker.color for bar in figure.data} == {WRONG_BAR}
    assert len({bar.marker.pattern.shape for bar in figure.data}) == 2, "told apart all the same"
