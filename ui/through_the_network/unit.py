"""One unit: what it sees, and how its value is worked out, number by number."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.inside.trace import Layer
from mnist_core.inside.units import (
    BatchNormed,
    Flattened,
    Pooled,
    Rectified,
    Softmaxed,
    Standardised,
    Step,
    Unchanged,
    Unit,
    UnitArithmetic,
    WeightedSum,
)
from ui.shared.components.pictures import Pick, pickable, show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.pixel_maps import captioned
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import INPUT_RANK
from ui.shared.widgets import slide_up_to
from ui.through_the_network.network import title_in_list
from ui.through_the_network.network_figure import selection_style
from ui.through_the_network.unit_figures import (
    arithmetic,
    field_figures,
    input_products,
    patch_products,
    place_in_words,
    pooled_window,
    share_bars,
    softmax_table,
    unit_summary,
)

FORMULAS: dict[type[Step], str] = {
    Standardised: r"y = \frac{x - \mathrm{mean}}{\mathrm{std}}",
    BatchNormed: r"y = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}}\,\gamma + \beta",
    Rectified: r"y = \max(0, x)",
    Unchanged: r"y = x",
    Pooled: r"y_{cij} = \max_{u,v} x_{c,\,si+u,\,sj+v}",
    Flattened: r"y_{(c h + i) w + j} = x_{cij}",
    Softmaxed: r"\begin{gathered} p_k = \frac{e^{z_k/T}}{\sum_j e^{z_j/T}}"
    r" = \frac{e^{(z_k - z_+)/T}}{\sum_j e^{(z_j - z_+)/T}} \\ z_+ = \max_j z_j \end{gathered}",
}
CONV = r"y_{kij} = \sum_{c,u,v} w_{kcuv}\, x_{c,\,si+u-p,\,sj+v-p} + b_k"
LINEAR = r"y_k = \sum_i w_{ki}\, x_i + b_k"
UNIT = """
How the chosen unit comes by its value: the numbers under a small window, each times a weight that
was learnt, all added up; then the block's other steps, in this order.
"""
EXCITES_SAYS = """
A picture $x$ excites unit $k$ as much as the largest value in its map $A_k$ says. The nine patches
beside the maps are those with the largest $a_k$.
"""
EXCITES = r"a_k(x) = \max_{i,j} A_{kij}(x)"
SHARES = """
Each bar is what one input channel adds to the sum: its inputs under the window, times their
weights. Click on a bar, or move the slider, to see the products of one channel.
"""


def show_summary(layers: Sequence[Layer], digit: LessonDigit, done: UnitArithmetic) -> None:
    """Which unit it is and what it sees, and its outline in the picture of the network."""
    figures = field_figures(
        digit.image[0, 0].numpy(), done.field, outputs_of(layers, done.unit), done.unit, 84
    )
    title = title_in_list(layers, done.unit.layer)
    summary = unit_summary(title, where_is(layers, done.unit), done.value, figures)
    show_picture(outline(layers, done.unit) + summary, key="unit_in_short")


def show_arithmetic(done: UnitArithmetic) -> None:
    """How its value comes about, number by number."""
    show_picture(arithmetic(done), key="unit_arithmetic")


@section
def show_formulas(layers: Sequence[Layer], digit: LessonDigit, done: UnitArithmetic) -> None:
    """What it sees, the formulas of its steps, and the pictures of its inputs."""
    say(UNIT)
    left, right = st.columns(2, gap="large")
    with left:
        outputs = outputs_of(layers, done.unit)
        figures = field_figures(digit.image[0, 0].numpy(), done.field, outputs, done.unit)
        show_picture(captioned(figures), key="unit_field")
        st.latex(formulas_of(done.steps))
    with right:
        show_inputs(done.steps)
    say(EXCITES_SAYS)
    st.latex(EXCITES)


def show_inputs(steps: Sequence[Step]) -> None:
    """The first step's inputs as pictures, and the softmax as a table."""
    first, last = steps[0], steps[-1]
    if isinstance(first, WeightedSum):
        show_products(first)
    if isinstance(first, Pooled):
        show_picture(pooled_window(first), key="unit_window")
    if isinstance(last, Softmaxed):
        show_picture(softmax_table(last), key="unit_softmax")


def show_products(step: WeightedSum) -> None:
    """Inputs × weights = products; of a convolution, of one input channel at a time."""
    if step.inputs.ndim == 1:
        show_picture(input_products(step), key="unit_products")
        return
    order = step.channels_by_strength
    chosen = order[choose_rank(order) - 1] if len(order) > 1 else 0
    if len(order) > 1:
        pickable(
            share_bars(step, chosen),
            key="unit_shares",
            on_pick=lambda pick: choose_share(order, pick),
        )
    show_picture(patch_products(step, chosen), key="unit_products")


def choose_rank(order: Sequence[int]) -> int:
    """Which input channel is shown: 1 is the one that adds or takes away most."""
    say(SHARES)
    label = "Input channel by strength (1 = adds or takes away most)"
    rank = slide_up_to(INPUT_RANK, label, 1, len(order))
    st.caption(f"Input channel {order[rank - 1]}")
    return rank


def choose_share(order: Sequence[int], pick: Pick) -> None:
    """Show the input channel whose bar was clicked."""
    if int(pick.part) in order:
        INPUT_RANK.set(order.index(int(pick.part)) + 1)


def formulas_of(steps: Sequence[Step]) -> str:
    """In LaTeX, one below another."""
    lines = r" \\[1.2em] ".join(formula_of(step) for step in steps)
    return rf"\begin{{gathered}} {lines} \end{{gathered}}"


def formula_of(step: Step) -> str:
    """In LaTeX."""
    if isinstance(step, WeightedSum):
        formula = CONV if step.inputs.ndim > 1 else LINEAR
        return formula if step.bias is not None else formula.removesuffix(" + b_k")
    return FORMULAS[type(step)]


def layer_of(layers: Sequence[Layer], unit: Unit) -> tuple[int, Layer]:
    """Place and layer of a unit; the softmax's are the last layer's."""
    names = [layer.name for layer in layers]
    index = names.index(unit.layer) if unit.layer in names else len(layers) - 1
    return index, layers[index]


def outputs_of(layers: Sequence[Layer], unit: Unit) -> NDArray[np.float32]:
    """All that the unit's layer makes of the digit, (C, H, W) or (F,)."""
    values: NDArray[np.float32] = layer_of(layers, unit)[1].outputs[0].numpy()
    return values


def outline(layers: Sequence[Layer], unit: Unit) -> str:
    """A style sheet that marks the unit in the picture of the network."""
    index, layer = layer_of(layers, unit)
    return selection_style(index, tuple(layer.outputs.shape[1:]), unit)


def where_is(layers: Sequence[Layer], unit: Unit) -> str:
    """“channel 3, row 4, column 5” or “unit 17”."""
    return place_in_words(unit, layer_of(layers, unit)[1].outputs.ndim == 4)
