"""Saliency, Grad-CAM and occlusion of one network and one digit, with formulas and settings."""

import streamlit as st
from torch import Tensor

from mnist_core.inside.saliency import (
    Occlusion,
    class_gradient,
    grad_cam,
    gradient_times_input,
    on_picture,
)
from mnist_core.inside.trace import Block, blocks_of
from mnist_core.words import percent
from ui.shared.components.pictures import show_picture
from ui.shared.figures.explained import explained_map, explained_with_scale, full_limit
from ui.shared.figures.html import Values
from ui.shared.figures.pixel_maps import Look, field_mark
from ui.shared.figures.tiles import scale_bar
from ui.shared.glossary import say
from ui.shared.inside.traced import model_of
from ui.shared.lesson import section
from ui.shared.session.networks import Network
from ui.shared.state import GRADIENT_SHOWN, WINDOW_PX, WINDOW_STEP_PX, cam_layer_of
from ui.shared.widgets import pick, segmented, slide
from ui.why_this_answer.occlusion import LEAST_DROP, cached_occlusion

SIGNED, SIZE, TIMES_INK = "signed", "size only", "times ink"
MAP_PX = 300
ASKED = """
$z_c$ is the network's score (logit) for the digit $c$ that is explained, $p_c$ its probability, and
$x$ the picture. Change a setting and look at the map below it.
"""
SALIENCY = """
*Would a little more ink here help?* The gradient says how fast the score grows with the ink in
each pixel.
"""
SALIENCY_FORMULAS = {
    SIGNED: r"S = \frac{\partial z_c}{\partial x}",
    SIZE: r"S = \left|\frac{\partial z_c}{\partial x}\right|",
    TIMES_INK: r"S = x \cdot \frac{\partial z_c}{\partial x}",
}
SALIENCY_SAYS = {
    SIGNED: "Orange: more ink here raises the score; blue: more ink lowers it.",
    SIZE: "The stronger, the more the score depends on this pixel, in either direction.",
    TIMES_INK: "Paper has $x = 0$, so only the ink that is there can count.",
}
NO_GRADIENT = """
The gradient is exactly 0 everywhere: on every way from the pixels to this score stands a ReLU that
is off, so a little more ink changes nothing.
"""
CAM = """
*Where do the maps find what speaks for it?* Each of the $K$ maps $A_k$ of a layer counts with
$\\alpha_k$, the mean gradient of the score over its places.
"""
CAM_FORMULA = r"""
\begin{aligned}
L &= \operatorname{ReLU}\Bigl(\sum_k \alpha_k A_k\Bigr) \\
\alpha_k &= \frac{1}{hw}\sum_{i,j} \frac{\partial z_c}{\partial A_{kij}}
\end{aligned}
"""
CAM_SAYS = """
Each pixel has the value of the cell whose receptive field has its middle nearest; the paper blends
the cells. The last convolution knows most about digits and least about places.
"""
NOTHING_SPEAKS = """
Everywhere the maps of this layer, weighed and added, speak against this digit: ReLU leaves nothing.
"""
NO_MAPS = "This network has no convolution, so it has no maps in which to look for places."
OCCLUSION = """
*What if a part were missing?* A window of paper $w$ is slid over the digit, and the network reads
it again at each place.
"""
OCCLUSION_FORMULA = r"D_w = p_c(x) - p_c(x_{\text{without } w})"


def show_ways(network: Network, image_01: Tensor, asked: int) -> None:
    """Three maps beside each other, each with its formula and its settings."""
    say(ASKED)
    columns = st.columns(3, gap="medium")
    with columns[0]:
        _saliency(network, image_01, asked)
    with columns[1]:
        _grad_cam(network, image_01, asked)
    with columns[2]:
        _occlusion(network, image_01, asked)


@section
def _saliency(network: Network, image_01: Tensor, asked: int) -> None:
    st.subheader("Gradient saliency", anchor=False)
    say(SALIENCY)
    shown = segmented(GRADIENT_SHOWN, "Show it", [SIGNED, SIZE, TIMES_INK])
    st.latex(SALIENCY_FORMULAS[shown])
    gradient = class_gradient(network.model, image_01, asked)
    maps = {
        SIGNED: gradient,
        SIZE: gradient.abs(),
        TIMES_INK: gradient_times_input(gradient, image_01),
    }
    look = Look(f"Gradient saliency for {asked}, {shown}", width_px=MAP_PX)
    show_picture(
        explained_with_scale(maps[shown].numpy(), _pixels(image_01), look, "score per unit of ink"),
        key="saliency",
    )
    st.caption(SALIENCY_SAYS[shown] if gradient.any() else NO_GRADIENT)


@section
def _grad_cam(network: Network, image_01: Tensor, asked: int) -> None:
    st.subheader("Grad-CAM", anchor=False)
    model = model_of(network)
    blocks = [block for block in blocks_of(model) if block.is_convolution]
    if not blocks:
        say(NO_MAPS)
        return
    say(CAM)
    block = _choose_block(network, blocks)
    st.latex(CAM_FORMULA)
    cells = grad_cam(model, image_01, asked, block.end)
    height, width = cells.shape
    values = on_picture(model, block.end, cells).numpy()
    look = Look(f"Grad-CAM for {asked} at {block.title}, {height} × {width} cells", width_px=MAP_PX)
    text = f"{height} × {width} cells"
    show_picture(explained_with_scale(values, _pixels(image_01), look, text), key="grad_cam")
    st.caption(CAM_SAYS if cells.any() else NOTHING_SPEAKS)


def _choose_block(network: Network, blocks: list[Block]) -> Block:
    titles = {block: f"{number}. {block.title}" for number, block in enumerate(blocks, 1)}
    return pick(cam_layer_of(network.key, blocks[-1]), "Maps of", titles)


@section
def _occlusion(network: Network, image_01: Tensor, asked: int) -> None:
    st.subheader("Occlusion", anchor=False)
    say(OCCLUSION)
    left, right = st.columns(2)
    with left:
        size = slide(WINDOW_PX, "Window (pixels)", 1, 9)
    with right:
        stride = segmented(WINDOW_STEP_PX, "Step (pixels)", [1, 2, 3])
    st.latex(OCCLUSION_FORMULA)
    _show_occlusion(cached_occlusion(network, image_01, size, stride), image_01, asked)


def _show_occlusion(found: Occlusion, image_01: Tensor, asked: int) -> None:
    window, left = found.strongest(asked)
    drops = found.drop(asked).float().numpy()
    limit = full_limit(drops, least=LEAST_DROP)
    look = Look(f"Drop of the probability of {asked}", (field_mark(window),), MAP_PX)
    show_picture(
        explained_map(drops, limit, _pixels(image_01), look)
        + scale_bar(limit, "drop of the probability"),
        key="occlusion",
    )
    before, after = (percent(float(p[asked])) or "0 %" for p in (found.whole, left))
    st.caption(
        f"Covering the marked window costs most: the probability of {asked} goes from {before} "
        f"to {after}, and the network reads {int(left.argmax())}."
    )


def _pixels(image_01: Tensor) -> Values:
    return image_01[0, 0].numpy()
