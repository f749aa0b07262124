"""Two answers abreast."""

import numpy as np

from ui.compare_networks.figures import legend, paired_bars
from ui.shared.figures.colours import ABOVE_ZERO, BELOW_ZERO


def test_paired_bars_say_both_probabilities() -> None:
    first, second = np.eye(10)[3] * 0.75, np.eye(10)[4] * 0.5
    html = paired_bars(first, second)
    assert "3: 75.0 % and 0," in html
    assert "4: 0 and 50.0 %," in html
    assert "width:75.00%" in html


def test_a_name_in_a_legend_cannot_be_markup() -> None:
    assert "&lt;b&gt;" in legend("<b>", "other")


def test_blue_and_orange_stay_with_the_sign() -> None:
    shown = paired_bars(np.eye(10)[3], np.eye(10)[4]) + legend("one", "other")
    assert BELOW_ZERO not in shown
    assert ABOVE_ZERO not in shown
