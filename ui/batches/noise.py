"""How much the slope of a batch trembles: measured, beside the law."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from mnist_core.experiments.descent.noise import measured_noise, predicted_noise, spread
from mnist_core.experiments.regression import softmax
from mnist_core.experiments.regression.linear import Line as Weights
from ui.batches.digits import COUNT, digits
from ui.batches.walk import gradients_at_start
from ui.shared.figures.charts import CHART_FRAME, LiveChart, named_lines, quantity
from ui.shared.figures.colours import FIRST, SECOND
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import NOISE_OF
from ui.shared.widgets import segmented, show_chart

LAW = r"""
\sqrt{\mathbb{E}\,\lVert g_n - \bar g \rVert^2} = \frac{\sigma}{\sqrt n}
\cdot \sqrt{\frac{N - n}{N - 1}}
"""
SAYS = """
Each example has a gradient of its own; the full one, $\\bar g$, is their mean. The gradient $g_n$
of a batch of $n$ is the mean of a few, and so it misses $\\bar g$ a little. $\\sigma$ is how far
the single ones lie apart. **Four times as many examples halve the noise**, and cost four times as
much: that is the first factor. The second is for batches in which no example comes twice, as in an
epoch: the batch of all $N$ has no noise at all.
"""
FOUND = """
The lines are the law, the dots are measured: {draws} batches of each size, and how far their
gradients were from the full one (root of the mean square). The greatest difference between a dot
and its line is {off:.1f} %; so few draws are themselves off by some percent.
"""
LINE, DIGITS = "The line", "Ten digits"
OF = {
    LINE: "The 64 points, two numbers (w, b), at the start of the paths above.",
    DIGITS: f"{COUNT} digits drawn by the shipped conditional VAE, and the 7 850 numbers of a "
    "softmax regression that has learned nothing yet.",
}
WITH, WITHOUT = "any example may come again", "none comes twice"
DRAWS = {LINE: 400, DIGITS: 60}
SEED = 5


@dataclass(frozen=True)
class Noise:
    """By batch size n: the law and the measurement, with examples that may come again or not."""

    sizes: tuple[int, ...]
    predicted: dict[bool, tuple[float, ...]]
    measured: dict[bool, tuple[float, ...]]

    @property
    def off_percent(self) -> float:
        """The greatest difference, where there is noise at all."""
        return max(
            abs(one / law - 1) * 100
            for again, laws in self.predicted.items()
            for one, law in zip(self.measured[again], laws, strict=True)
            if law > 0
        )


def noise_of(gradients: Tensor, draws: int) -> Noise:
    """gradients: of each example, (N, numbers); N a power of 2."""
    count = len(gradients)
    sizes = tuple(2**power for power in range(count.bit_length()))
    sigma, random = spread(gradients), torch.Generator().manual_seed(SEED)
    predicted = {
        again: tuple(predicted_noise(sigma, count, n, again) for n in sizes)
        for again in (True, False)
    }
    measured = {
        again: tuple(measured_noise(gradients, n, again, random, draws) for n in sizes)
        for again in (True, False)
    }
    return Noise(sizes, predicted, measured)


@st.cache_data(show_spinner="Measuring on digits …")
def noise_on_digits() -> Noise:
    """Of a softmax regression whose weights are all 0. Raises WeightsUnusable."""
    x, y = digits()
    start = Weights(x.new_zeros(10, x.shape[1]), x.new_zeros(10))
    return noise_of(softmax.per_example(start, x, y), DRAWS[DIGITS])


@section
def noise() -> None:
    """The law, and the chart for the line or for digits."""
    st.subheader("How noisy is a batch?", anchor=False)
    say(SAYS)
    st.latex(LAW)
    of = segmented(NOISE_OF, "Gradients of", [LINE, DIGITS])
    found = noise_of(gradients_at_start(), DRAWS[LINE]) if of == LINE else noise_on_digits()
    show_chart(noise_chart(found))
    say(OF[of], small=True)
    say(FOUND.format(draws=DRAWS[of], off=found.off_percent))


def noise_chart(found: Noise) -> LiveChart:
    """Both axes logarithmic; no noise at all is left out."""
    table = {
        "n": np.tile(np.array(found.sizes, dtype=float), 2),
        "law": _above_0(found.predicted),
        "measured": _above_0(found.measured),
        "line": np.repeat(np.array([WITH, WITHOUT], dtype=object), len(found.sizes)),
    }
    x = quantity(
        "n", "examples in a batch, n", scale={"type": "log", "base": 2}, axis={"grid": False}
    )
    log = {"type": "log", "nice": False, "padding": 8}
    named = named_lines([WITH, WITHOUT], [FIRST, SECOND], [[1, 0], [6, 4]])
    point = {"type": "point", "filled": True, "size": 60, "opacity": 1}
    spec = {
        **CHART_FRAME,
        "data": {"name": "noise"},
        "encoding": {"x": x, **named},
        "layer": [
            {
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {"y": quantity("law", "noise of the gradient", scale=log)},
            },
            {
                "mark": point,
                "encoding": {
                    "y": quantity("measured", "noise of the gradient", scale=log),
                    "strokeDash": {"value": [1, 0]},
                },
            },
        ],
    }
    alt = "Noise of a batch's gradient against its size, by the law as lines and measured as dots."
    return LiveChart({"noise": table}, spec, alt, "")


def _above_0(values: dict[bool, tuple[float, ...]]) -> np.ndarray:
    both = np.array([*values[True], *values[False]])
    return np.where(both > 1e-12, both, np.nan)
