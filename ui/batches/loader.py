"""PyTorch's own loop around it: Dataset, DataLoader, transform; shown as it is, and run."""

import inspect

import streamlit as st
from torch.utils.data import DataLoader

from mnist_core.experiments.descent.line_in_batches import (
    COUNT,
    EPOCHS,
    Points,
    fit_by_loader,
    points,
)
from mnist_core.experiments.regression.linear import least_squares
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import BATCH_POINTS, BATCH_RATE

SAYS = """
A **Dataset** says how many examples there are and hands out any one of them; what is done to each
on its way out is its **transform**. A **DataLoader** draws them in a new order in every epoch, in
batches. The rest is always the same loop: forget the old gradients, compute the loss, go backwards,
take a step.
"""
RAN = """
It ran just now: {steps} steps in {epochs} epochs of {count} points, {size} in a batch. It found
w = {w:.3f}, b = {b:.3f}; the best line has w = {best_w:.3f}, b = {best_b:.3f}. With the transform
“twice as large” the first x of a batch is {first:.2f} in the place of {plain:.2f}.
"""


TOO_FAR = 1e6


@section
def loader() -> None:
    """The code, and what it gave."""
    st.subheader("Dataset, DataLoader, transform", anchor=False)
    say(SAYS)
    for part in (Points, fit_by_loader):
        st.code(inspect.getsource(part), language="python")
    say(say_what_it_gave(BATCH_POINTS.get(), BATCH_RATE.get()))


def say_what_it_gave(size: int, rate: float) -> str:
    """Run with the page's settings."""
    found, steps = fit_by_loader(size, rate, EPOCHS)
    best = least_squares(*points())
    plain, doubled = (
        next(iter(DataLoader(data, size)))[0][0].item()
        for data in (Points(), Points(lambda x: 2 * x))
    )
    if not bool((found.abs() < TOO_FAR).all()):
        return "It ran just now, and diverged: the learning rate is too high."
    w, b = found.tolist()
    return RAN.format(
        steps=steps, epochs=EPOCHS, count=COUNT, size=size, w=w, b=b,
        best_w=float(best.weight), best_b=float(best.bias), first=doubled, plain=plain,
    )  # fmt: skip
