"""A channel before and after its normalisation, in both modes."""

import streamlit as st
from torch import Tensor

from mnist_core.errors import LayerImpossible
from mnist_core.inside.batch_norm import Channel, histogram, shared_limit
from mnist_core.layers.batch_norm import batch_statistics
from mnist_core.words import spaced
from ui.batch_norm.channel import choose_channel, chosen_channel
from ui.batch_norm.figures import AFTER, BEFORE, Shown, mean_line, plain, stacked_histograms
from ui.shared.state import NORM_BETA, NORM_GAMMA, NORM_MODE
from ui.shared.widgets import segmented, slide

TRAIN, EVAL = "train", "eval"
MODES = {TRAIN: "In training: this batch's", EVAL: "In evaluation: the running ones"}


def before_and_after(image: Tensor) -> None:
    """The main figure: two histograms, of which channel, and whose statistics are used."""
    choose_channel()
    segmented(NORM_MODE, "Which mean and variance", MODES)
    channel = chosen_channel(image)
    pictures, numbers = st.columns([3, 2], gap="large")
    with pictures:
        after = normalised(channel)
        st.html(two_histograms(channel, after))
    numbers.markdown(table(channel, after))


def choose_scale(image: Tensor) -> None:
    """The spread and the mean that come out, and what the network has learned about them."""
    slide(NORM_GAMMA, "Spread γ", -3.0, 3.0, 0.01)
    slide(NORM_BETA, "Mean β", -3.0, 3.0, 0.01)
    channel = chosen_channel(image)
    learned = float(channel.gamma), float(channel.beta)
    st.button(
        f"Use what the network has learned: γ = {plain(learned[0])}, β = {plain(learned[1])}",
        on_click=use, args=learned,
    )  # fmt: skip


def normalised(channel: Channel) -> Tensor | None:
    """With γ and β of the sliders; None, and a sentence, where one number is all there is."""
    ours = channel.scaled(NORM_GAMMA.get(), NORM_BETA.get())
    try:
        return ours.normalised(NORM_MODE.get() == TRAIN)
    except LayerImpossible as error:
        st.warning(f"{error} PyTorch refuses it, too.", icon=":material/block:")
        return None


def use(gamma: float, beta: float) -> None:
    """On the sliders."""
    NORM_GAMMA.set(round(gamma, 2))
    NORM_BETA.set(round(beta, 2))


def table(channel: Channel, after: Tensor | None) -> str:
    """Means and variances; the ones that are used stand out."""
    batch, running = channel.batch, channel.running
    rows = [
        (
            f"this batch (n = {spaced(batch.count)})",
            batch.mean,
            batch.variance,
            NORM_MODE.get() == TRAIN,
        ),
        ("running averages", running.mean, running.variance, NORM_MODE.get() == EVAL),
    ]
    if after is not None:
        made = batch_statistics(after)
        rows.append(("after it", made.mean, made.variance, False))
    lines = ["| | mean | variance |", "|:--|--:|--:|"]
    for name, mean, variance, used in rows:
        bold = "**" if used else ""
        says = f"{bold}{name}{', used' * used}{bold}"
        lines.append(f"| {says} | {plain(float(mean))} | {plain(float(variance))} |")
    return "\n".join(lines)


def two_histograms(channel: Channel, after: Tensor | None) -> str:
    """On shared axes."""
    limit = shared_limit(*(each for each in (channel.values, after) if each is not None))
    stored = float(channel.running.mean)
    lines = [mean_line(channel.values), (stored, True, f"running mean {plain(stored)}")]
    shown = [Shown(histogram(channel.values, limit), "Before", BEFORE, lines)]
    if after is not None:
        shown.append(Shown(histogram(after, limit), "After", AFTER, [mean_line(after)]))
    return stacked_histograms(shown)
