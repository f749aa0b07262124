"""Why this answer: saliency, Grad-CAM and occlusion of one network and one digit."""

import streamlit as st
from torch import Tensor

from mnist_core.inside.saliency import (
    Occlusion,
    class_gradient,
    grad_cam,
    gradient_times_input,
    occlude,
    on_picture,
    probabilities_of,
)
from mnist_core.inside.trace import Block, blocks_of
from mnist_core.layers.activations import none_stands_out
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.words import percent
from ui.layer_by_layer.answer import UNSURE
from ui.layer_by_layer.network import DIVERGED
from ui.layer_by_layer.unit_figures import field_mark
from ui.layer_by_layer.why_figures import explained_map, explained_with_scale, full_limit
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.html import Values
from ui.shared.figures.pixel_maps import Look
from ui.shared.figures.tiles import scale_bar
from ui.shared.session.networks import Network
from ui.shared.state import EXPLAINED, GRADIENT_SHOWN, WINDOW_PX, WINDOW_STEP_PX, cam_layer_of
from ui.shared.widgets import pick, pills, segmented, slide

ITS_ANSWER = EXPLAINED.default
SIGNED, SIZE, TIMES_INK = "signed", "size only", "times ink"
LEAST_DROP = 0.01
MAP_PX = 300
CACHED_OCCLUSIONS = 64
ASKED = """
Which pixels made the network say so? Three ways to ask. Each gives a map on which the outline of
the digit is drawn; **orange** speaks for the digit $c$ that you choose, **blue** against it, and
where nothing matters you see the page's own background. $z_c$ is the network's score (logit) for
$c$, $p_c$ its probability.
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
NOT_TRACED = """
This network enlarges each picture to 224×224 pixels, so it is far too slow to be asked at hundreds
of places, and its layers are not shown one by one.
"""


def show_why(network: Network, digit: LessonDigit) -> None:
    """The three maps beside each other, for the network's answer or another digit."""
    st.subheader("Why this answer?", anchor=False)
    probabilities = probabilities_of(network.model, digit.image, network.temperature)
    if not probabilities.isfinite().all():
        st.info(DIVERGED, icon=":material/info:")
        return
    st.markdown(ASKED)
    asked = _choose_explained(probabilities)
    columns = st.columns(3, gap="medium")
    with columns[0]:
        _saliency(network, digit.image, asked)
    if not isinstance(network.model, FeatureClassifier):
        columns[1].markdown(NOT_TRACED)
        return
    with columns[1]:
        _grad_cam(network, network.model, digit.image, asked)
    with columns[2]:
        _occlusion(network, digit.image, asked)


def _choose_explained(probabilities: Tensor) -> int:
    """Which digit's score is explained."""
    answer = int(probabilities.argmax())
    digits = [str(digit) for digit in range(10)]
    chosen = pills(EXPLAINED, "What speaks for …", [ITS_ANSWER, *digits])
    asked = answer if chosen == ITS_ANSWER else int(chosen)
    chance = percent(float(probabilities[answer]))
    other = f", and {asked} with {percent(float(probabilities[asked])) or '0 %'}"
    if none_stands_out(probabilities):
        says = f"The network {UNSURE}: none of the ten stands out. Its best guess is {answer}"
    else:
        says = f"The network reads **{answer}**"
    st.markdown(
        f"{says} with a probability of {chance}{other if asked != answer else ''}. "
        f"The maps explain its score for **{asked}**."
    )
    return asked


def _saliency(network: Network, image_01: Tensor, asked: int) -> None:
    st.markdown("##### Gradient saliency")
    st.markdown(SALIENCY)
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


def _grad_cam(network: Network, model: FeatureClassifier, image_01: Tensor, asked: int) -> None:
    st.markdown("##### Grad-CAM")
    blocks = [block for block in blocks_of(model) if block.is_convolution]
    if not blocks:
        st.markdown(NO_MAPS)
        return
    st.markdown(CAM)
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


def _occlusion(network: Network, image_01: Tensor, asked: int) -> None:
    st.markdown("##### Occlusion")
    st.markdown(OCCLUSION)
    left, right = st.columns(2)
    with left:
        size = slide(WINDOW_PX, "Window (pixels)", 1, 9)
    with right:
        stride = segmented(WINDOW_STEP_PX, "Step (pixels)", [1, 2, 3])
    st.latex(OCCLUSION_FORMULA)
    found = cached_occlusion(
        network.key, image_01.numpy().tobytes(), size, stride,
        _network=network, _image_01=image_01,
    )  # fmt: skip
    _show_occlusion(found, image_01, asked)


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


@st.cache_data(max_entries=CACHED_OCCLUSIONS, show_spinner=False)
def cached_occlusion(
    network_key: str, image: bytes, size: int, stride: int, _network: Network, _image_01: Tensor
) -> Occlusion:
    """One result for all visitors who ask the same; a network's key tells it from all others."""
    return occlude(_network.model, _image_01, size, stride, _network.temperature)


def _pixels(image_01: Tensor) -> Values:
    return image_01[0, 0].numpy()
