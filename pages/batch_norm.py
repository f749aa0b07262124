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
from ui.batch_norm.before_after import before_and_after, choose_scale
from ui.batch_norm.bias import bias
from ui.batch_norm.channel import choose_company, company_says
from ui.batch_norm.questions import ask_about_bias, ask_about_gamma, ask_about_one
from ui.batch_norm.running import running_averages
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import choose_digit
from ui.shared.glossary import say
from ui.shared.lesson import open_lesson, show_code, try_or_say
from ui.shared.state import NORM_BATCH
from ui.shared.tour.stops import BATCH_NORM

IDEA = """
Inside a network some numbers are tiny and others huge. Batch normalisation brings all of a
channel's numbers to one scale: take their mean away, and divide by their spread. Then let the
network choose a better spread γ and a better mean β, which it learns.
"""
EVALUATION = """
**In evaluation** there may be one picture only, and an answer must not depend on who else is asked
about. So the layer then uses *running averages* of mean and variance instead, stored in training.
"""
RULE = """
Each channel is normalised on its own. Of all its values $x$ in the batch (all $n$ of them: every
picture, and after a convolution every place in it) take the mean $\\mu_B$ and the variance
$\\sigma^2_B$, the mean square distance from that mean. Subtract, divide, and you have mean 0 and
spread 1. ($\\varepsilon = 10^{-5}$ keeps it from dividing by 0.)
"""
FORMULA = r"""
\begin{gathered}
\mu_B = \frac{1}{n}\sum x, \qquad \sigma^2_B = \frac{1}{n}\sum (x - \mu_B)^2 \\[6pt]
y = \gamma\,\frac{x - \mu_B}{\sqrt{\sigma^2_B + \varepsilon}} + \beta
\end{gathered}
"""


def idea(image: Tensor) -> None:
    """Who is in the batch, and what becomes of a digit alone."""
    say(IDEA)
    say(EVALUATION)
    choose_company()
    say(
        f"The batch: your digit, and {company_says()}. Only this layer is switched between "
        "training and evaluation; those before it stay in evaluation.",
        small=True,
    )
    alone(image)
    ask_about_one(image)


def numbers(image: Tensor) -> None:
    """The formula, and why a bias before it does nothing."""
    say(RULE)
    st.latex(FORMULA)
    choose_scale(image)
    bias(image)
    ask_about_bias(image)


def experts(image: Tensor) -> None:
    """Running averages, PyTorch's two variances, and the code."""
    running_averages(image)
    show_code(batch_statistics, normalise, batch_norm_train, batch_norm_eval, Running.update)


open_lesson(BATCH_NORM)
shown = choose_digit().image
try_or_say(lambda: before_and_after(shown))
ask_about_gamma(shown)
chapters(
    Chapter(lambda: idea(shown), [NORM_BATCH]),
    Chapter(lambda: numbers(shown)),
    Chapter(lambda: experts(shown)),
)
