"""Sliders that change the digit, by hand and along the gradient of the loss."""

from dataclasses import dataclass, replace

import streamlit as st
import torch
from torch import Tensor

from mnist_core.inside.attack import attack
from mnist_core.inside.saliency import probabilities_of
from mnist_core.layers.activations import none_stands_out
from mnist_core.pictures.changes import Bend, bend
from mnist_core.words import percent
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.pixel_maps import Look, captioned, grey_map, signed_map
from ui.shared.figures.tiles import scale_bar
from ui.shared.session.networks import Network
from ui.shared.state import DOWN_PX, EPSILON, NOISE_SD, RIGHT_PX, THICKER_PX, TURNED_DEG, Setting
from ui.shared.widgets import slide

SETTINGS: tuple[Setting[int] | Setting[float], ...] = (
    TURNED_DEG, RIGHT_PX, DOWN_PX, THICKER_PX, NOISE_SD, EPSILON,
)  # fmt: skip
SIDE_PX = 128
NO_DIRECTION = """
The attack changes nothing: the gradient is 0 wherever there is room for a step, so it has no
direction. The network is deaf to small changes here.
"""


@dataclass(frozen=True)
class Changed:
    """A digit that was changed. before_attack: (1, 1, 28, 28), as it is without the attack."""

    digit: LessonDigit
    before_attack: Tensor


def change_digit(digit: LessonDigit, network: Network) -> Changed:
    """Sliders in a fold-out; the digit as they change it, the same where all are 0.

    network: reads the digit, and has the gradient that the attack follows
    """
    with st.expander("Turn it, move it, thicken it, attack it", icon=":material/tune:"):
        by, epsilon = _sliders()
        st.button("Reset", icon=":material/restart_alt:", on_click=reset_changes)
        bent = bend(digit.image, by)
        attacked = attack(network.model, bent, epsilon) if epsilon else bent
        if by != Bend() or epsilon:
            _show_steps(network, [digit.image, bent, attacked], epsilon)
    changed = _in_words(by, epsilon)
    if not changed:
        return Changed(digit, digit.image)
    st.caption(f"Shown: {digit.name}, {changed}.")
    return Changed(replace(digit, image=attacked, name=f"{digit.name}, {changed}"), bent)


def reset_changes() -> None:
    """All sliders back to 0."""
    for setting in SETTINGS:
        st.session_state[setting.key] = setting.default


def _sliders() -> tuple[Bend, float]:
    left, middle, right = st.columns(3, gap="medium")
    with left:
        turned = slide(TURNED_DEG, "Turn (degrees, anticlockwise)", -45, 45, 1)
        thicker = slide(THICKER_PX, "Thicken the strokes (pixels)", -2.0, 2.0, 0.25)
    with middle:
        to_right = slide(RIGHT_PX, "Move to the right (pixels)", -6, 6, 1)
        noise = slide(NOISE_SD, "Noise (standard deviation)", 0.0, 1.0, 0.05)
    with right:
        down = slide(DOWN_PX, "Move down (pixels)", -6, 6, 1)
        epsilon = slide(EPSILON, "Attack: step ε for each pixel", 0.0, 0.5, 0.01)
    return Bend(turned, to_right, down, thicker, noise), epsilon


def _show_steps(network: Network, images: list[Tensor], epsilon: float) -> None:
    """The digit before and after; with an attack, also how much it adds to each pixel."""
    before, bent, attacked = images
    shown = (
        [(before, "before"), (bent, "changed")]
        if not torch.equal(before, bent)
        else [(before, "before")]
    )
    figures = [_read_figure(network, image, name) for image, name in shown]
    if epsilon:
        step = (attacked - bent)[0, 0].numpy()
        text = f"what the attack adds, at most {epsilon:.2f} to a pixel"
        added = signed_map(step, epsilon, Look(text, width_px=SIDE_PX))
        figures += [
            (added, f"+ what the attack adds<br>at most {epsilon:.2f} to a pixel"),
            _read_figure(network, attacked, "= attacked"),
        ]
    if epsilon and torch.equal(bent, attacked):
        st.caption(NO_DIRECTION)
    scale = scale_bar(epsilon, "ink taken away or added by the attack") if epsilon else ""
    show_picture(captioned(figures) + scale, key="changes")


def _read_figure(network: Network, image_01: Tensor, name: str) -> tuple[str, str]:
    """The picture, and what the network reads in it."""
    probabilities = probabilities_of(network.model, image_01, network.temperature)
    digit = int(probabilities.argmax())
    chance = percent(float(probabilities[digit]))
    if not probabilities.isfinite().all():
        reads, shown = "no answer", "<b>no answer</b>"
    elif none_stands_out(probabilities):
        reads = f"not sure, best guess {digit}, {chance}"
        shown = f"<b>not sure</b> ({digit}: {chance})"
    else:
        reads, shown = f"read as {digit}, {chance}", f"read as <b>{digit}</b> ({chance})"
    picture = grey_map(image_01[0, 0].numpy(), Look(f"{name}: {reads}", width_px=SIDE_PX))
    return picture, f"{name}<br>{shown}"


def _in_words(by: Bend, epsilon: float) -> str:
    """“turned, noisy”; empty where nothing is changed."""
    done = {
        "turned": by.rotation_deg,
        "moved": by.right_px or by.down_px,
        "thicker": by.thickness_px > 0,
        "thinner": by.thickness_px < 0,
        "noisy": by.noise_sd,
        f"attacked with ε = {epsilon:.2f}": epsilon,
    }
    return ", ".join(word for word, is_so in done.items() if is_so)
