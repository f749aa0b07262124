"""A hundred masks, a hundred answers: their spread says how unsure a network is."""

import streamlit as st

from mnist_core.inside.dropout import (
    MASKS,
    AllInTraining,
    Spread,
    all_in_training,
    predict_with_masks,
)
from mnist_core.words import percent
from ui.dropout.figures import answers, probability_histogram
from ui.dropout.rate import rate_slider
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.html import figures_row
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_reader
from ui.shared.state import (
    ALL_IN_TRAINING,
    SPREAD_AS_TRAINED,
    SPREAD_NETWORK,
    SPREAD_RATE,
    SPREAD_SEED,
)
from ui.shared.widgets import choose_shipped, dice, toggle

WITH_BATCH_NORM = "deep_cnn"
WITH_DROPOUT = ["convnet", "deep_cnn", "deep_cnn_pen"]
SPREAD = """
Now leave dropout **on** while the network reads your digit, {masks} times with {masks} masks. That
is like asking {masks} slightly different networks. If they agree, the answer hardly depends on any
single feature; if they contradict one another, do not trust it. This is *Monte-Carlo dropout* (Gal
and Ghahramani 2016), and how much the answers differ is a measure of **uncertainty**.
"""
ENTROPY = """
**Entropy** tells how spread out the mean $\\bar p$ of all answers is: 0 bits when one digit has it
all, 3.32 bits when all ten are equally likely. It is a hint and no guarantee: all masks may agree
on something wrong.
"""
FULL_TRAIN = """
`model.train()` would switch on more than dropout: **batch norm** would no longer use the mean and
spread that it remembers from training but those of the present batch, and would change its memory
with each look. For one picture alone that spread is only the one between its own places. And after
a linear layer a feature is a single number for each picture: there one picture has no spread at
all. So we leave batch norm in eval mode. With a copy of the *Deep CNN*, which has batch norm, and
your digit, this would happen:
"""


@section
def spread(digit: LessonDigit) -> None:
    """Many masks through a shipped network."""
    st.subheader("How sure is the network? Ask it a hundred times", anchor=False)
    say(SPREAD.format(masks=MASKS))
    key = choose_shipped(SPREAD_NETWORK, "Network", WITH_DROPOUT)
    rate = choose_rate()
    reader = shared_reader(key)
    found = predict_with_masks(
        reader.trained.model, digit.image, SPREAD_SEED.get(), rate=rate,
        temperature=reader.temperature,
    )  # fmt: skip
    show_spread(found)
    dice(SPREAD_SEED, "Other masks")
    say(ENTROPY)
    st.latex(
        r"\begin{aligned}"
        r"\bar p_k &= \frac{1}{M} \sum_{j=1}^{M} p_k(\text{mask } j) \\"
        r"H(\bar p) &= -\sum_k \bar p_k \log_2 \bar p_k \end{aligned}"
    )


def choose_rate() -> float | None:
    """The rate for all dropouts, or None for that which each was trained with."""
    as_trained = toggle(SPREAD_AS_TRAINED, "The rates that it was trained with")
    return None if as_trained else rate_slider(SPREAD_RATE, "Rate p of every dropout layer")


def show_spread(found: Spread) -> None:
    """Answers and probabilities of the masks, and three figures."""
    st.html(
        figures_row(
            {
                "Answer in eval mode": str(found.answer),
                "Sure in eval mode": percent(found.evaluation[found.answer].item()),
                "Masks that agree": f"{found.counts[found.answer]} of {MASKS}",
                f"Mean probability of the {found.answer}": percent(found.mean[found.answer].item()),
                "Entropy of the mean": f"{found.entropy_bits:.2f} bits",
                "Entropy in eval mode": f"{found.eval_entropy_bits:.2f} bits",
            }
        )
    )
    left, right = st.columns(2, gap="large")
    with left:
        say("**What is read**: probability in eval mode, and masks that read it")
        st.html(answers(found.evaluation.numpy(), found.counts.numpy()))
    with right:
        say(
            f"**How probable each mask finds the {found.answer}**: number of masks "
            "(teal: eval mode; dashed: mean of the masks)"
        )
        show_picture(
            probability_histogram(
                found.histogram.numpy(), found.evaluation[found.answer].item(),
                found.mean[found.answer].item(), found.answer,
            ),
            "probability_histogram",
        )  # fmt: skip


@section
def everything_awake(digit: LessonDigit) -> None:
    """What a plain `model.train()` would do, on request."""
    if not toggle(ALL_IN_TRAINING, "And if the whole network were in train mode?"):
        return
    say(FULL_TRAIN)
    model = shared_reader(WITH_BATCH_NORM).trained.model
    say(say_all_in_training(all_in_training(model, digit.image, seed=0)))


def say_all_in_training(found: AllInTraining) -> str:
    """In sentences, since the point is what goes wrong."""
    read = ", ".join(f"{k}: {count} times" for k, count in enumerate(found.counts) if count)
    return (
        f"- To one picture alone, PyTorch says: *{found.alone}*\n"
        f"- A batch of {MASKS} copies of this digit is read as {read}.\n"
        f"- That one look moved batch norm's memory of the means by {found.moved:.2f} standard "
        "deviations on average."
    )
