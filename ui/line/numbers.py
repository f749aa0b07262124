"""The loss and its slopes, with the numbers of the figure; and how fast one may go."""

import streamlit as st
import torch

from mnist_core.experiments.regression.linear import (
    Convention,
    curvatures,
    descend,
    gradient,
    greatest_rate,
    least_squares,
    loss,
    loss_over,
    residuals,
)
from mnist_core.words import minus
from ui.line.figure import Asked, asked, numbers_of
from ui.line.figures import points_table, rates_table, valley
from ui.shared.glossary import say

WEIGHTS, BIASES, CELLS = (-2.0, 3.0), (-2.0, 5.0), 31
LOSS = r"""
\begin{gathered}
\hat y_n = w x_n + b \\
J = \frac{1}{N} \sum_{n=1}^{N} (\hat y_n - y_n)^2 \\[6pt]
\frac{\partial J}{\partial w} = \frac{2}{N} \sum_n (\hat y_n - y_n)\, x_n \\
\frac{\partial J}{\partial b} = \frac{2}{N} \sum_n (\hat y_n - y_n) \\[6pt]
w \leftarrow w - \eta\,\frac{\partial J}{\partial w} \\
b \leftarrow b - \eta\,\frac{\partial J}{\partial b}
\end{gathered}
"""
LOSS_SAYS = """
$J$ here is the **mean** of the squares, without a ½. Each point adds its error to the slopes; a
step goes against them, by $\\eta$ times their size. Two sums decide everything:
"""
LIMIT = r"\eta < \frac{2}{\lambda_{\max}}"
LIMIT_SAYS = """
The loss is a valley with two **curvatures** λ: the eigenvalues of its matrix of second derivatives
(the **Hessian**). Along the direction of λ each step multiplies the distance from the best line by
$1 - \\eta\\lambda$. Where that is below −1, the distance grows. So the steeper direction sets the
limit, and the flatter one then decides how long it takes.
"""
CONVENTIONS = """
Books and libraries multiply the sum of squares by different numbers. The best line is always the
same, but slopes, curvatures and so the limit are not. The figure has the mean, as PyTorch's
`mse_loss` has.
"""


def numbers() -> None:
    """All of it for the points of the figure."""
    now = asked()
    st.latex(LOSS)
    say(LOSS_SAYS)
    show_step(now)
    show_valley(now)
    st.subheader("How fast may one go?", anchor=False)
    st.latex(LIMIT)
    say(LIMIT_SAYS)
    say(limit_of(now))
    say(CONVENTIONS)
    st.html(rates_table({each: greatest_rate(now.x, each) for each in Convention}))


def show_step(now: Asked) -> None:
    """Each point's error where the figure stands, and what the next step does."""
    here = descend(now.start, now.x, now.y, Convention.MEAN, rate=now.rate, steps=now.steps)[-1]
    errors = residuals(here, now.x, now.y)[:, 0].tolist()
    st.html(points_table(now.x[:, 0].tolist(), now.y[:, 0].tolist(), errors))
    (w, b), (by_w, by_b) = (
        numbers_of(here),
        numbers_of(gradient(here, now.x, now.y, Convention.MEAN)),
    )
    after = here.stepped(gradient(here, now.x, now.y, Convention.MEAN), now.rate)
    to_w, to_b = numbers_of(after)
    best = least_squares(now.x, now.y)
    best_w, best_b = numbers_of(best)
    st.latex(
        rf"\begin{{gathered}} w = {w:.3f} - {now.rate:g} \cdot ({by_w:.3f}) = {to_w:.3f} \\"
        rf"b = {b:.3f} - {now.rate:g} \cdot ({by_b:.3f}) = {to_b:.3f} \end{{gathered}}"
    )
    say(
        f"Step {now.steps + 1} changes the loss from "
        f"{float(loss(here, now.x, now.y, Convention.MEAN)):.4f} to "
        f"{float(loss(after, now.x, now.y, Convention.MEAN)):.4f}. The **least-squares** line "
        f"needs no steps at all: w = {best_w:.3f}, b = {best_b:.3f}, with the loss "
        f"{float(loss(best, now.x, now.y, Convention.MEAN)):.4f}. Networks have no such short way: "
        "that is why they learn by steps."
    )


def show_valley(now: Asked) -> None:
    """The second picture of the figure with the loss as its height, and the steps on it."""
    st.subheader("The valley, to turn", anchor=False)
    weights = torch.linspace(*WEIGHTS, CELLS, dtype=torch.float64)
    biases = torch.linspace(*BIASES, CELLS, dtype=torch.float64)
    losses = loss_over(weights, biases, now.x, now.y, Convention.MEAN)
    lines = descend(now.start, now.x, now.y, Convention.MEAN, rate=now.rate, steps=now.steps)
    path = [[*numbers_of(line), float(loss(line, now.x, now.y, Convention.MEAN))] for line in lines]
    inside = [row for row in path if row[-1] <= float(losses.max())]
    st.plotly_chart(
        valley(weights, biases, losses, inside or path[:1]), key="valley",
        config={"displayModeBar": False},
    )  # fmt: skip
    say(
        "Across w and b, upwards the loss J. Pink: the steps, as far as they stay here.", small=True
    )


def limit_of(now: Asked) -> str:
    """The curvatures of these points, and the limit."""
    least, most = curvatures(now.x, Convention.MEAN).tolist()
    rate = greatest_rate(now.x, Convention.MEAN)
    return minus(
        f"Your points: λ = {least:.3f} and λ = {most:.3f}, so the limit is 2 / {most:.3f} = "
        f"**{rate:.4f}**. Your rate of {now.rate:g} multiplies the two distances by "
        f"{1 - now.rate * least:.3f} and {1 - now.rate * most:.3f} in each step."
    )
