"""The way from one digit to another through the latent space."""

import streamlit as st
from torch import Tensor

from mnist_core.errors import DataUnavailable
from mnist_core.latent.codes import encode, standard_normal
from mnist_core.latent.plane import load_map
from mnist_core.latent.ways import Way, way_between
from mnist_core.models.vae import VAE
from mnist_core.pictures.image_files import animated_gif, there_and_back
from ui.shared.digit.choose import LessonDigit, test_digit
from ui.shared.figures.strips import file_as_picture, strip
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder
from ui.shared.state import WAY_FROM, WAY_KIND, WAY_STEPS, WAY_TO, WayEnd
from ui.shared.widgets import number, pick, pills, segmented, slide

DIGIT, TEST, SAMPLE, MEAN = "The digit above", "Test digit", "Random sample", "Mean of a digit"
KINDS = [DIGIT, TEST, SAMPLE, MEAN]
LINEAR, SPHERICAL = "linear", "spherical"
STEPS = (5, 20)
FILE_SCALE = 8
BETWEEN = """
Both ends are places in the latent space. Walk from one to the other in small steps, and decode each
place on the way: one digit turns into the other. Near both ends it looks written by a hand;
half-way it is often neither of the two, and nothing that anybody would write. Mixing the *pixels*
of two digits instead would only lay one over the other.
"""
FORMULAS = {
    LINEAR: r"z(t) = (1-t)\,z_0 + t\,z_1",
    SPHERICAL: r"z(t) = \frac{\sin((1-t)\,\Omega)\,z_0 + \sin(t\,\Omega)\,z_1}{\sin \Omega}",
}
SAYS = {
    LINEAR: "along the straight line. Look at the length ‖z‖: a straight line cuts the corner, so "
    "on the way it may come nearer to 0 than both ends are.",
    SPHERICAL: "along the arc. The length ‖z‖ stays near those of the ends: the distance at which "
    "digits are.",
}
TWO_WAYS = """
Both formulas lead from $z_0$ to $z_1$ while $t$ goes from 0 to 1. $\\Omega$ is the angle between
both ends.
"""
NO_TEST_DIGITS = "There are no test digits here, so choose something else for this end of the way."


def show_between(digit: LessonDigit) -> None:
    """Two ends, the strip between them, and the animation."""
    st.subheader("Between two digits", anchor=False)
    say(BETWEEN)
    show_chosen_way(digit)


@section
def show_chosen_way(digit: LessonDigit) -> None:
    """What a choice reruns."""
    left, right = st.columns(2, gap="large")
    with left:
        choose_end("From", WAY_FROM)
        kind = segmented(WAY_KIND, "Way", [LINEAR, SPHERICAL])
    with right:
        choose_end("To", WAY_TO)
        steps = slide(WAY_STEPS, "Pictures on the way", *STEPS)
    model = shared_autoencoder("vae").model
    start, first = code_of(WAY_FROM, digit, model)
    end, last = code_of(WAY_TO, digit, model)
    st.markdown(f"From **{first}** to **{last}**, {SAYS[kind]}")
    show_way(way_between(model, start, end, steps, kind == SPHERICAL), f"{first} to {last}")


def choose_end(label: str, end: WayEnd) -> None:
    """Which kind of place, and which of that kind."""
    kind = pick(end.kind, label, KINDS)
    if kind == TEST:
        number(end.test_digit, "Which test digit (0 to 9999)", 0, 9_999)
    elif kind == SAMPLE:
        number(end.sample_seed, "Seed of the sample", 0, 9_999)
    elif kind == MEAN:
        pills(end.mean_of, "Mean code of the digit", range(10), wrap=True)


def code_of(end: WayEnd, digit: LessonDigit, model: VAE) -> tuple[Tensor, str]:
    """The code (latent_dim,) of an end, and what it is, for people. Raises DataUnavailable."""
    kind = end.kind.get()
    if kind == SAMPLE:
        seed = end.sample_seed.get()
        return standard_normal(1, model.latent_dim, seed)[0], f"the random sample {seed}"
    if kind == MEAN:
        mean_of = end.mean_of.get()
        return load_map("vae").class_means[mean_of], f"the mean of all {mean_of}s"
    there = test_digit(end.test_digit.get()) if kind == TEST else digit
    if there is None:
        raise DataUnavailable(NO_TEST_DIGITS)
    return encode(model, there.image).mean[0], there.name


def show_way(way: Way, says: str) -> None:
    """The animation that plays by itself, its file, and all pictures side by side."""
    frames = there_and_back(way.images)
    moving, still = st.columns([1, 4], gap="medium")
    with moving, st.container(key="way_moving"):
        st.html(file_as_picture(animated_gif(frames), "gif", f"Animation: {says} and back", 168))
        st.download_button(
            "Download as GIF", lambda: animated_gif(frames, FILE_SCALE), "from_digit_to_digit.gif",
            "image/gif", icon=":material/download:", on_click="ignore", key="way_gif",
        )  # fmt: skip
    captions = [
        f"t = {share:.2f}<br>‖z‖ = {length:.1f}"
        for share, length in zip(way.shares.tolist(), way.lengths.tolist(), strict=True)
    ]
    with still, st.container(key="way_strip"):
        st.html(strip(way.images, captions))


def show_formulas() -> None:
    """Of both kinds of way."""
    st.subheader("The two ways", anchor=False)
    say(TWO_WAYS)
    for kind, formula in FORMULAS.items():
        st.markdown(f"**{kind.capitalize()}**")
        st.latex(formula)
