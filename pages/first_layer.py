"""First-layer weights: what looks at the picture itself, before, during and after training."""

import streamlit as st
from torch import Tensor

from mnist_core.inside.first_layer import (
    FirstLayer,
    Use,
    as_pictures,
    bias_on_pixels,
    decoder_columns,
    on_pixels,
    passed_on,
    ranked,
    responses,
    squared_norms,
    use_of_units,
    vote,
)
from ui.figures.first_layer import Looking, kernel_cards, maps_row, unit_caption, vote_caption
from ui.figures.tiles import scale_bar, scale_limit, signed_tiles
from ui.first_layer_view import WITHOUT_MOMENTS, autoencoders, moments_of, say_moment, title_of
from ui.lesson import LessonDigit, choose_digit, close_lesson, open_lesson
from ui.pictures import show_picture
from ui.runtime import shared_reader
from ui.section import section
from ui.state import (
    COLUMNS_OF,
    COLUMNS_PAGE,
    KERNEL_MOMENT,
    KERNELS_OF,
    KERNELS_PLAY,
    TEMPLATE_MOMENT,
    TEMPLATES_ONE_SCALE,
    TEMPLATES_PLAY,
    UNIT_MOMENT,
    UNITS_BY,
    UNITS_PAGE,
    UNITS_PLAY,
    Setting,
)
from ui.walk import Walk, walk_through

ANSWERS = """
What does a network look for in a picture, and where does that come from? Only the weights of its
first layer touch the pixels, so those can be shown as pictures: random at first, and shaped by
training.
"""
COLOURS = """
In all pictures of weights **orange** is a positive number (ink here speaks *for* it), **blue** a
negative one (ink here speaks *against* it), and clear is zero.
"""
TEMPLATES = """
**Softmax regression** is one layer only: for each digit a *template* of 28 × 28 weights. Move the
slider, or play it, to see ten digits appear out of the noise.
"""
VOTE = """
**How the templates vote on your digit.** Each pixel of ink is multiplied by the template's weight
there. The sum Σ of this picture, plus a constant $b$ (the *bias*), is the logit $z$: exactly the
number that the network gives this digit. The largest one wins.
"""
UNITS = """
In the **MLP** the first layer has 512 units, and each has weights of its own for all 784 pixels: a
*filter*. Few of them look like a digit; most are strokes, spots and edges that the next layers put
together. Sort them, and each keeps its place while you move through the training.
"""
USE = """
*Use for this digit* is the unit's activation $a_j$ (what it says about your digit, after ReLU)
times the length of its outgoing weights: how much it adds to what the next layer sees. *Norm* is
the sum of its squared weights after training.
"""
KERNELS = """
In a **convolutional network** the first weights are tiny *kernels* of 3 × 3 that slide over the
picture. Each is shown with its **response** to your digit at every place (orange where what is
there looks like the kernel) and with what **ReLU** leaves of that: the positive part. No bias is
added here.
"""
NO_DURING = """
Of this network's training no moments were kept: there is only *before*, drawn again from the seed
of its recipe, and *after*. On the page *Train* you can watch one in training.
"""
COLUMNS = """
A **variational autoencoder** (VAE) works the other way round: its decoder *draws*. The last layer's
columns are the strokes that it draws with, one for each of its hidden units. Those with the largest
weights come first.
"""
NO_VAE = """
There is no VAE here yet: open *Train*, choose the network *VAE*, let it train for a minute and
come back.
"""
NORM, BY_USE = "norm", "use for this digit"
ON_A_PAGE = 64
CONVOLUTIONAL = ["convnet", "deep_cnn", "deep_cnn_pen"]

templates_walk = Walk(TEMPLATE_MOMENT, TEMPLATES_PLAY)
units_walk = Walk(UNIT_MOMENT, UNITS_PLAY)
kernels_walk = Walk(KERNEL_MOMENT, KERNELS_PLAY)


def choose_moment(walk: Walk, moments: list[FirstLayer]) -> FirstLayer:
    """Walk through the training."""
    chosen = moments[walk_through(walk, len(moments), "Moment of the training")]
    st.markdown(f"**{say_moment(chosen).capitalize()}**")
    return chosen


def templates(digit: LessonDigit) -> None:
    """The ten templates through the training."""
    moments = moments_of("softmax_regression")
    moment = choose_moment(templates_walk, moments)
    st.toggle(
        "One scale of colours for all moments", value=TEMPLATES_ONE_SCALE.default,
        key=TEMPLATES_ONE_SCALE.key, bind="query-params",
    )  # fmt: skip
    one_scale = TEMPLATES_ONE_SCALE.get()
    limit = scale_limit((moments[-1] if one_scale else moment).weight.numpy())
    names = [f"<b>{k}</b>" for k in range(10)]
    pictures = maps_row(as_pictures(moment.weight).numpy(), limit, names, "template of digit")
    said = "one scale for all ten, at all moments" if one_scale else "one scale for all ten"
    show_picture(pictures + scale_bar(limit, said), "templates")


@section
def votes(digit: LessonDigit) -> None:
    """What each template makes of the digit, in the shipped network."""
    st.markdown(VOTE)
    st.latex(r"z_k = \sum_i w_{ki} \, x_i + b_k")
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
    st.caption(
        "The network sees standardised pixels; their mean and standard deviation are worked into "
        "the weights and biases here, so that paper counts as 0."
    )


def units(digit: LessonDigit) -> None:
    """The filters of the MLP, sorted."""
    moments = moments_of("mlp")
    moment = choose_moment(units_walk, moments)
    left, right = st.columns(2, gap="large")
    with left:
        st.segmented_control(
            "Sorted by", [BY_USE, NORM], required=True, default=UNITS_BY.default,
            key=UNITS_BY.key, bind="query-params",
        )  # fmt: skip
    found = use_of_units(shared_reader("mlp").trained.model, digit.image)
    measure = squared_norms(moments[-1].weight) if UNITS_BY.get() == NORM else found.use
    with right:
        chosen = choose_page(UNITS_PAGE, ranked(measure))
    limit = scale_limit(moments[-1].weight.numpy())
    captions = [unit_caption(int(unit), measure[unit].item()) for unit in chosen]
    filters = as_pictures(moment.weight[chosen]).numpy()
    show_picture(
        maps_row(filters, limit, captions, "filter", 64)
        + scale_bar(limit, "one scale for all, at all moments; below each: "
                    + (r"Σ w²" if UNITS_BY.get() == NORM else "its use")),
        "units",
    )  # fmt: skip
    say_use(found)


def say_use(found: Use) -> None:
    """How many of the units take part."""
    st.caption(
        f"{found.active} of the {len(found.activation)} units are active for this digit; "
        "the others say 0."
    )


def choose_page(setting: Setting[int], order: Tensor) -> Tensor:
    """The places of `order` that are on the chosen page."""
    pages = -(-len(order) // ON_A_PAGE)
    setting.set(min(max(setting.get(), 1), pages))
    page = st.slider(f"Page, of {ON_A_PAGE} each", 1, pages, key=setting.key)
    return order[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]


def kernels(digit: LessonDigit) -> None:
    """The kernels of a convolutional network, and what they respond to."""
    st.segmented_control(
        "Network", CONVOLUTIONAL, format_func=title_of, required=True,
        default=KERNELS_OF.default, key=KERNELS_OF.key, bind="query-params",
    )  # fmt: skip
    key = KERNELS_OF.get()
    moments = moments_of(key)
    moment = choose_moment(kernels_walk, moments)
    if key in WITHOUT_MOMENTS:
        st.caption(NO_DURING)
        st.page_link("pages/train.py", label="Train", icon=":material/model_training:")
    model = shared_reader(key).trained.model
    answers = responses(model, moment.weight, digit.image)
    kernel_limit = scale_limit(moments[-1].weight.numpy())
    response_limit = scale_limit(responses(model, moments[-1].weight, digit.image).numpy())
    cards = [
        Looking(kernel[0].numpy(), answer.numpy(), answer.relu().numpy())
        for kernel, answer in zip(moment.weight, answers, strict=True)
    ]
    show_picture(
        kernel_cards(cards, kernel_limit, response_limit)
        + scale_bar(kernel_limit, "kernels, at all moments")
        + scale_bar(response_limit, "responses, before and after ReLU, at all moments"),
        "kernels",
    )
    if moment.step is None:
        in_the_network(passed_on(model, digit.image))


def in_the_network(maps: Tensor) -> None:
    """What really goes on to the next layer."""
    st.markdown(
        "**In the shipped network** the bias (or batch norm) comes before ReLU, so this is what "
        "really goes on to the next layer:"
    )
    limit = scale_limit(maps.numpy())
    names = [f"kernel {k}" for k in range(len(maps))]
    show_picture(
        maps_row(maps.numpy(), limit, names, "map of kernel") + scale_bar(limit, "one scale"),
        "passed_on",
    )


@section
def columns(digit: LessonDigit) -> None:
    """The strokes of a VAE's decoder."""
    st.subheader("The strokes that a VAE draws with", anchor=False)
    st.markdown(COLUMNS)
    st.latex(r"\text{logits} = \sum_j h_j \, W_{\cdot j} + b")
    found = autoencoders()
    if not found:
        st.info(NO_VAE, icon=":material/info:")
        st.page_link("pages/train.py", label="Train", icon=":material/model_training:")
        return
    if COLUMNS_OF.get() not in found:
        COLUMNS_OF.set(next(iter(found)))
    name = st.selectbox("VAE", list(found), key=COLUMNS_OF.key)
    strokes = decoder_columns(found[name])
    chosen = choose_page(COLUMNS_PAGE, ranked(squared_norms(strokes)))
    st.html(signed_tiles(strokes[chosen], ON_A_PAGE, of="columns on this page"))


EXPERIMENTS = [
    (
        "In *Ten templates*, switch off *One scale of colours* and move the slider to 0, then step "
        "by step to 7.",
        "noise, out of which ten digits grow; after 1000 batches you can read them. The shipped "
        "templates look worse but read better: they have gone on to what tells the digits apart.",
    ),
    (
        "In *512 filters*, sort by *norm* and compare page 1 with page 8.",
        "clear strokes and edges on page 1, pale noise on page 8: those units have hardly found "
        "anything to do.",
    ),
    (
        "In *Kernels*, look at kernel 3 of the *Small CNN*, which is mostly blue.",
        "it responds to paper: after ReLU everything *but* your digit is orange.",
    ),
]

open_lesson("First-layer weights", ANSWERS)
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
    r"\text{norm: } \lVert w_j \rVert_2^2 &= \sum_i w_{ji}^2 \end{aligned}"
)
section(units, units_walk.run_every)(shown)
st.subheader("Kernels and what they respond to", anchor=False)
st.markdown(KERNELS)
st.latex(r"r_k = w_k * x \qquad \text{ReLU}(r) = \max(0, r)")
section(kernels, kernels_walk.run_every)(shown)
columns(shown)
close_lesson(
    EXPERIMENTS, vote, on_pixels, bias_on_pixels, squared_norms, use_of_units, responses,
    decoder_columns,
)  # fmt: skip
