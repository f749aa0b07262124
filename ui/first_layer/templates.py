"""The ten templates of softmax regression, and how they vote."""

import streamlit as st

from mnist_core.inside.first_layer import as_pictures, vote
from ui.first_layer.figures import maps_row, vote_caption
from ui.first_layer.moments import choose_moment, moments_of
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.tiles import scale_bar, scale_limit
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_reader
from ui.shared.state import TEMPLATE_MOMENT, TEMPLATES_ONE_SCALE, TEMPLATES_PLAY
from ui.shared.walk import Walk
from ui.shared.widgets import toggle

TEMPLATES = """
**Softmax regression** is one layer only: for each digit a *template* of 28 × 28 weights. **Orange**
is a positive number (ink here speaks *for* the digit), **blue** a negative one (ink here speaks
*against* it), and clear is zero. So it is in all pictures of weights on this page. Move the slider
above, or play it, to see ten digits appear out of the noise.
"""
VOTE = """
Each pixel of ink is multiplied by the template's weight there. The sum Σ of this picture, plus a
constant b (the *bias*), is the logit z: exactly the number that the network gives this digit. The
largest one wins.
"""
VOTE_RULE = r"z_k = \sum_i w_{ki} \, x_i + b_k"
VOTE_RULE_SAYS = """
The logit $z_k$ of digit $k$ is a sum over all pixels $x_i$, each times its weight in the template:
"""
templates_walk = Walk(TEMPLATE_MOMENT, TEMPLATES_PLAY)


def templates(digit: LessonDigit) -> None:
    """The ten templates through the training."""
    moments = moments_of("softmax_regression")
    place = st.container()
    moment = choose_moment(templates_walk, moments)
    one_scale = toggle(TEMPLATES_ONE_SCALE, "One scale of colours for all moments")
    limit = scale_limit((moments[-1] if one_scale else moment).weight.numpy())
    names = [f"<b>{k}</b>" for k in range(10)]
    pictures = maps_row(as_pictures(moment.weight).numpy(), limit, names, "template of digit")
    said = "orange speaks for the digit, blue against it; one scale for all ten"
    said += ", at all moments" if one_scale else ""
    with place:
        show_picture(pictures + scale_bar(limit, said), "templates")


@section
def votes(digit: LessonDigit) -> None:
    """What each template makes of the digit, in the shipped network."""
    st.subheader("How the templates vote on your digit", anchor=False)
    say(VOTE)
    found = vote(shared_reader("softmax_regression").trained.model, digit.image)
    limit = scale_limit(found.contributions.numpy())
    best = int(found.outputs.argmax())
    captions = [
        vote_caption(
            k, found.sums[k].item(), found.biases[k].item(), found.outputs[k].item(), k == best
        )
        for k in range(10)
    ]
    pictures = maps_row(found.contributions.numpy(), limit, captions, "what speaks for digit")
    show_picture(pictures + scale_bar(limit, "one scale for all ten"), "votes")
    say(
        "The network sees standardised pixels; their mean and standard deviation are worked into "
        "the weights and biases here, so that paper counts as 0.",
        small=True,
    )
