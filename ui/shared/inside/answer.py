"""What a network answers, in words: a digit, or that none stands out."""

import streamlit as st
from torch import Tensor

from mnist_core.layers.activations import none_stands_out
from mnist_core.words import percent

UNSURE = "is **not sure** that this is a digit"
DIVERGED = (
    "For this picture the network has no answer: what it computes are no finite numbers. Most "
    "likely the training of this network diverged."
)


def is_an_answer(*probabilities: Tensor) -> bool:
    """Whether all are numbers; when a training diverged, the page says so."""
    if all(p.isfinite().all() for p in probabilities):
        return True
    st.info(DIVERGED, icon=":material/info:")
    return False


def reads(probabilities: Tensor) -> str:
    """“reads **7** (98.1 %)”, or that it is not sure; of finite probabilities (10,)."""
    answer = int(probabilities.argmax())
    chance = percent(float(probabilities[answer]))
    if none_stands_out(probabilities):
        return f"{UNSURE} (best guess {answer}, {chance})"
    return f"reads **{answer}** ({chance})"
