"""The 512 units of the MLP's first layer."""

import streamlit as st

from mnist_core.inside.first_layer import Use, as_pictures, ranked, squared_norms, use_of_units
from ui.first_layer.figures import maps_row, unit_caption
from ui.first_layer.moments import choose_moment, choose_page, moments_of
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.tiles import scale_bar, scale_limit
from ui.shared.glossary import say
from ui.shared.process import shared_reader
from ui.shared.state import UNIT_MOMENT, UNITS_BY, UNITS_PAGE, UNITS_PLAY
from ui.shared.walk import Walk
from ui.shared.widgets import segmented

UNITS = """
In the **MLP** the first layer has 512 units, and each has weights of its own for all 784 pixels: a
*filter*. Few of them look like a digit; most are strokes, spots and edges that the next layers put
together. Sort them, and each keeps its place while you move through the training.
"""
USE = """
*Use for this digit* is the unit's activation $a_j$ (what it says about your digit, after ReLU)
times the length of its outgoing weights: how much it adds to what the next layer sees. The *squared
norm* is the sum of its squared weights after training.
"""
USE_RULE = (
    r"\begin{aligned} \text{use: } u_j &= a_j \cdot \lVert W^{(2)}_{\cdot j} \rVert_2 \\"
    r"\text{squared norm: } \lVert w_j \rVert_2^2 &= \sum_i w_{ji}^2 \end{aligned}"
)
NORM, BY_USE = "squared norm", "use for this digit"
units_walk = Walk(UNIT_MOMENT, UNITS_PLAY)


def units(digit: LessonDigit) -> None:
    """The filters of the MLP, sorted."""
    moments = moments_of("mlp")
    moment = choose_moment(units_walk, moments)
    left, right = st.columns(2, gap="large")
    with left:
        by = segmented(UNITS_BY, "Sorted by", [BY_USE, NORM])
    found = use_of_units(shared_reader("mlp").trained.model, digit.image)
    measure = squared_norms(moments[-1].weight) if by == NORM else found.use
    with right:
        chosen = choose_page(UNITS_PAGE, ranked(measure))
    limit = scale_limit(moments[-1].weight.numpy())
    captions = [unit_caption(int(unit), measure[unit].item()) for unit in chosen]
    filters = as_pictures(moment.weight[chosen]).numpy()
    show_picture(
        maps_row(filters, limit, captions, "filter", 64)
        + scale_bar(limit, "one scale for all, at all moments; below each: "
                    + (r"Σ w²" if by == NORM else "its use")),
        "units",
    )  # fmt: skip
    say_use(found)


def say_use(found: Use) -> None:
    """How many of the units take part."""
    say(
        f"{found.active} of the {len(found.activation)} units are active for this digit; "
        "the others say 0.",
        small=True,
    )
