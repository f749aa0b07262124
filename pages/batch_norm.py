"""Batch normalisation: before and after, training and evaluation, one digit alone, the bias."""

import streamlit as st
from torch import Tensor

from mnist_core.layers.batch_norm import (
    Running,
    batch_norm_eval,
    batch_norm_train,
    batch_statistics,
    normalise,
)
from ui.batch_norm.alone import alone
from ui.batch_norm.before_after import before_and_after
from ui.batch_norm.bias import bias
from ui.batch_norm.channel import choose_channel, company_says
from ui.batch_norm.running import running_averages
from ui.shared.digit.choose import choose_digit
from ui.shared.lesson import close_lesson, open_lesson, section
from ui.shared.tour.stops import BATCH_NORM

ANSWERS = """
Inside a network some numbers are tiny and others huge: how does batch normalisation bring all of
them to one scale, and why does it work differently in training and afterwards? Here you see what a
layer is given before and after it, and what becomes of your digit among others, and alone.
"""
RULE = """
Each channel is normalised on its own. Of all its values $x$ in the batch (all $n$ of them: every
picture, and after a convolution every place in it) take the mean $\\mu_B$ and the variance
$\\sigma^2_B$, the mean square distance from that mean. Subtract, divide, and you have mean 0 and
spread 1. Then let the network choose a better spread γ and a better mean β, which it learns.
($\\varepsilon = 10^{-5}$ keeps it from dividing by 0.)
"""
FORMULA = r"""
\begin{gathered}
\mu_B = \frac{1}{n}\sum x, \qquad \sigma^2_B = \frac{1}{n}\sum (x - \mu_B)^2 \\[6pt]
y = \gamma\,\frac{x - \mu_B}{\sqrt{\sigma^2_B + \varepsilon}} + \beta
\end{gathered}
"""
EVALUATION = """
**In evaluation** there may be one picture only, and an answer must not depend on who else is asked
about. So the layer then uses *running averages* of mean and variance instead, stored in training.
"""
TRY_IT = [
    (
        "**Choose the fifth normalisation, and a batch of 1.**",
        "a sentence instead of the lower histogram: alone, one number has no spread, and all that "
        "would be left is β. Switch to evaluation: now it works.",
    ),
    (
        "**Move γ to 2 and β to 1.**",
        "in training the mean after it becomes 1 and the variance 4 (or a hair less, for ε), "
        "whatever channel you look at. In evaluation only roughly.",
    ),
    (
        "**Move the bias from −5 to 5.**",
        "the upper histogram slides along, the lower one stands still, and the greatest change in "
        "training stays under 0.0001.",
    ),
]


@section
def lesson(image: Tensor) -> None:
    """Which channel, and the four sections about it."""
    words, formula = st.columns(2, gap="large")
    words.markdown(RULE)
    formula.latex(FORMULA)
    formula.markdown(EVALUATION)
    choose_channel()
    st.caption(
        f"The batch: your digit, and {company_says()}. Only this layer is switched between "
        "training and evaluation; those before it stay in evaluation."
    )
    before_and_after(image)
    alone(image)
    bias(image)
    running_averages(image)


open_lesson(BATCH_NORM, ANSWERS)
lesson(choose_digit().image)
close_lesson(TRY_IT, batch_statistics, normalise, batch_norm_train, batch_norm_eval, Running.update)
