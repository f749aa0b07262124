"""First-layer weights: what looks at the picture itself, before, during and after training."""

import streamlit as st

from mnist_core.inside.first_layer import (
    bias_on_pixels,
    decoder_columns,
    on_pixels,
    responses,
    squared_norms,
    use_of_units,
    vote,
)
from ui.first_layer.decoder import columns
from ui.first_layer.kernels import KERNELS, kernels, kernels_walk
from ui.first_layer.templates import TEMPLATES, templates, templates_walk, votes
from ui.first_layer.units import UNITS, USE, units, units_walk
from ui.shared.digit.choose import choose_digit
from ui.shared.lesson import close_lesson, open_lesson, section
from ui.shared.tour.stops import FIRST_LAYER

ANSWERS = """
What does a network look for in a picture, and where does that come from? Only the weights of its
first layer touch the pixels, so those can be shown as pictures: random at first, and shaped by
training.
"""
COLOURS = """
In all pictures of weights **orange** is a positive number (ink here speaks *for* it), **blue** a
negative one (ink here speaks *against* it), and clear is zero.
"""
EXPERIMENTS = [
    (
        "In *Ten templates*, switch off *One scale of colours* and move the slider to 0, then step "
        "by step to 7.",
        "noise, out of which ten digits grow; after 1000 batches you can read them. The shipped "
        "templates look worse but read better: they have gone on to what tells the digits apart.",
    ),
    (
        "In *512 filters*, sort by *squared norm* and compare page 1 with page 8.",
        "clear strokes and edges on page 1, pale noise on page 8: those units have hardly found "
        "anything to do.",
    ),
    (
        "In *Kernels*, look at kernel 3 of the *Small CNN*, which is mostly blue.",
        "it responds to paper: after ReLU everything *but* your digit is orange.",
    ),
]

open_lesson(FIRST_LAYER, ANSWERS)
shown = choose_digit()

st.markdown(COLOURS)
st.subheader("Ten templates", anchor=False)
st.markdown(TEMPLATES)
section(templates, templates_walk.run_every)(shown)
votes(shown)
st.subheader("512 filters", anchor=False)
st.markdown(UNITS + USE)
st.latex(
    r"\begin{aligned} \text{use: } u_j &= a_j \cdot \lVert W^{(2)}_{\cdot j} \rVert_2 \\"
    r"\text{squared norm: } \lVert w_j \rVert_2^2 &= \sum_i w_{ji}^2 \end{aligned}"
)
section(units, units_walk.run_every)(shown)
st.subheader("Kernels and what they respond to", anchor=False)
st.markdown(KERNELS)
st.latex(r"r_k = w_k \star x \qquad \text{ReLU}(r) = \max(0, r)")
section(kernels, kernels_walk.run_every)(shown)
columns(shown)
close_lesson(
    EXPERIMENTS, vote, on_pixels, bias_on_pixels, squared_norms, use_of_units, responses,
    decoder_columns,
)  # fmt: skip
