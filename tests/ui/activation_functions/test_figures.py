"""The lesson's chart."""

import numpy as np

from mnist_core.experiments.activation_curves import curve
from mnist_core.layers.activations import ACTIVATIONS
from ui.activation_functions.curves_figures import function_chart


def test_the_chart_changes_nothing_but_its_data() -> None:
    activation = ACTIVATIONS["tanh"]
    drawn = curve(activation)
    first = function_chart(drawn, 1.0, activation.at(1.0), None)
    second = function_chart(drawn, -2.0, activation.at(-2.0), np.ones(64, dtype=np.int64))
    assert (first.spec, first.alt) == (second.spec, second.alt)
    assert first.data["here"]["z"].tolist() != second.data["here"]["z"].tolist()
