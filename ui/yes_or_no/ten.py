"""Ten such neurons that compete: the shipped softmax regression, on the visitor's digit."""

import streamlit as st
import torch
from torch import Tensor

from mnist_core.experiments.regression.linear import Line
from mnist_core.experiments.regression.softmax import (
    cross_entropy,
    cross_entropy_slope,
    gradient,
    rivals,
)
from mnist_core.inside.first_layer import as_pictures, bias_on_pixels, on_pixels
from mnist_core.layers.activations import softmax
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.parts import first_layer
from mnist_core.words import minus
from ui.shared.components.pictures import show_picture
from ui.shared.figures.tiles import scale_bar, scale_limit
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_reader
from ui.shared.right_answer import choose_right_answer, digit_meant
from ui.shared.tour.stops import FIRST_LAYER
from ui.yes_or_no.figures import score_caption, slope_caption, ten_maps

NETWORK = "softmax_regression"
TEN = """
Put ten such neurons side by side, one for each digit. Each gives your digit a score z, the
**logit**. **Softmax** turns the ten scores into probabilities p that add up to 1: what one digit
gains, the others lose. This is **softmax regression**, the smallest network of this app.
"""
RULE = r"""
\begin{gathered}
z_k = \sum_{i=1}^{784} w_{ki}\, x_i + b_k \\[4pt]
p_k = \frac{e^{z_k}}{\sum_{j=0}^{9} e^{z_j}}
\end{gathered}
"""
TWO = """
With **two classes** only, softmax is the sigmoid of the difference of the two scores: the neuron
at the top of this page.
"""
TWO_RULE = r"""
\begin{gathered}
\frac{e^{z_1}}{e^{z_0} + e^{z_1}} = \frac{1}{1 + e^{-(z_1 - z_0)}} \\[4pt]
= \sigma(z_1 - z_0)
\end{gathered}
"""
SLOPE = """
How does it learn? Tell it the right answer: $y_k$ is 1 for that digit and 0 for the other nine. The
slope of the cross-entropy by each score is again $p - y$, as with yes or no. For a weight it is
that times the pixel:
"""
SLOPE_RULE = r"""
\begin{gathered}
L = -\sum_{k=0}^{9} y_k \ln p_k \\[4pt]
\frac{\partial L}{\partial z_k} = p_k - y_k \\[4pt]
\frac{\partial L}{\partial w_{ki}} = (p_k - y_k)\, x_i
\end{gathered}
"""
STEP = """
A step of learning goes **against** the slope. Where a picture is blue, weights grow: the right
digit learns to like this ink. Where it is orange, they shrink.
"""
MORE = """
The page below shows how the ten pictures of weights come out of noise; on *Train* you can teach
such a network yourself.
"""


@section
def ten_neurons(image: Tensor) -> None:
    """Scores and probabilities of a digit (1, 1, 28, 28), and how it would pull at the weights."""
    reader = shared_reader(NETWORK)
    line, x = line_of(reader.trained.model), image.flatten(1).double()
    scores = line.at(x)[0]
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with left:
        _weights(line, scores)
    with right:
        st.latex(RULE)
    say(
        "The network was trained on standardised pixels. That is worked into weights and biases "
        "here, so that paper counts as 0. Other pages divide the scores by "
        f"{reader.temperature:.3f} before softmax, so their probabilities differ a little.",
        small=True,
    )
    _two(scores)
    _slopes(line, x, scores)
    say(MORE)
    st.page_link(FIRST_LAYER.file, label=FIRST_LAYER.title, icon=":material/arrow_forward:")


def line_of(model: FeatureClassifier) -> Line:
    """Weights (10, 784) and biases (10,) of a network of one layer, for pixels in [0, 1]; float64.

    Raises LayerImpossible.
    """
    layer = first_layer(model)
    assert layer.bias is not None
    weight, bias = layer.weight.detach(), layer.bias.detach()
    on_ink = on_pixels(model, weight).flatten(1).double()
    return Line(on_ink, bias_on_pixels(model, weight, bias).double())


def _weights(line: Line, scores: Tensor) -> None:
    maps, best = as_pictures(line.weight).numpy(), int(scores.argmax())
    limit = scale_limit(maps)
    pairs = enumerate(zip(scores.tolist(), softmax(scores).tolist(), strict=True))
    captions = [score_caption(k, z, p, k == best) for k, (z, p) in pairs]
    bar = scale_bar(limit, "784 weights each; one scale for all ten")
    show_picture(ten_maps(maps, limit, captions, "weights of digit", best) + bar, "ten_weights")


def _two(scores: Tensor) -> None:
    found = rivals(scores)
    a, b = found.first, found.second
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with left:
        say(TWO)
        say(
            minus(
                f"Here {a} and {b} lead. The difference of their scores is {found.difference:.3f}, "
                f"and its sigmoid **{found.by_sigmoid:.4f}**. The share of {a} in the "
                f"probabilities of both, $p_{a} / (p_{a} + p_{b})$, is **{found.by_shares:.4f}**."
            )
        )
    with right:
        st.latex(TWO_RULE)


def _slopes(line: Line, x: Tensor, scores: Tensor) -> None:
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with left:
        say(SLOPE)
    with right:
        st.latex(SLOPE_RULE)
    truth = digit_meant(choose_right_answer(), scores)
    label = torch.tensor([truth])
    slopes = cross_entropy_slope(scores[None], label)[0].tolist()
    loss = float(cross_entropy(scores[None], label))
    say(f"If the right answer is {truth}, the loss L is **{loss:.3g}** nats.")
    captions = [slope_caption(k, slope, k == truth) for k, slope in enumerate(slopes)]
    maps = as_pictures(gradient(line, x, label).weight).numpy()
    pictures = ten_maps(maps, 1.0, captions, "slope by the weights of digit", truth)
    said = "slope of L by each of 784 weights; the last line is p − y"
    show_picture(pictures + scale_bar(1.0, said), "ten_slopes")
    say(STEP)
