"""Widgets and sentences of the lesson on activations and initialisation."""

from typing import TypeVar

import streamlit as st

from mnist_core.experiments.deep_stack import (
    STACKED,
    Scales,
    Settings,
    Stack,
    journey_back,
    journey_forward,
    layers_that_differ,
    spread_of_rules,
    too_large_for_float32,
    too_small_for_float32,
    units_are_alike,
)
from mnist_core.experiments.matrix_powers import Eigen, with_complex_pair, with_real_eigenvalues
from mnist_core.layers.activations import (
    ACTIVATIONS,
    Activation,
    elu_with,
    leaky_relu_with,
    maxout_with,
)
from mnist_core.layers.initialisation import INITIALISATIONS
from ui.figures.activations import say_fate
from ui.figures.live import LiveChart
from ui.state import (
    EIGEN_ANGLE,
    ELU_ALPHA,
    FIRST_EIGENVALUE,
    FIRST_HEIGHT,
    FIRST_SLOPE,
    LEAK,
    PAIR,
    PAIR_ANGLE,
    PAIR_SIZE,
    SECOND_EIGENVALUE,
    SECOND_HEIGHT,
    SECOND_SLOPE,
    STACK_ACTIVATION,
    STACK_DEPTH,
    STACK_SEED,
    STACK_START,
    STACK_WIDTH,
    Setting,
)

Number = TypeVar("Number", int, float)


def slide(
    setting: Setting[Number],
    label: str,
    lowest: Number,
    highest: Number,
    step: Number | None = None,
) -> Number:
    """A slider whose value stands in the URL."""
    return st.slider(
        label, lowest, highest, setting.default, step, key=setting.key, bind="query-params"
    )


def pick(setting: Setting[str], label: str, titles: dict[str, str]) -> str:
    """One of several, by its title; it stands in the URL."""
    return st.selectbox(
        label, list(titles), list(titles).index(setting.default), titles.__getitem__,
        key=setting.key, bind="query-params",
    )  # fmt: skip


def show_chart(chart: LiveChart) -> None:
    """It changes in place when its data do."""
    st.vega_lite_chart(chart.with_data(), alt=chart.alt)


def choose_shape(key: str) -> Activation:
    """The function with the settings that it has."""
    if key == "leaky_relu":
        return leaky_relu_with(slide(LEAK, "a, the slope below 0", 0.0, 0.5, 0.01))
    if key == "elu":
        return elu_with(slide(ELU_ALPHA, "α", 0.0, 3.0, 0.1))
    if key == "maxout":
        first, second = st.columns(2)
        with first:
            line = (
                slide(FIRST_SLOPE, "w₁", -2.0, 2.0, 0.1),
                slide(FIRST_HEIGHT, "b₁", -3.0, 3.0, 0.1),
            )
        with second:
            other = (
                slide(SECOND_SLOPE, "w₂", -2.0, 2.0, 0.1),
                slide(SECOND_HEIGHT, "b₂", -3.0, 3.0, 0.1),
            )
        return maxout_with([line, other])
    return ACTIVATIONS[key]


def choose_stack() -> Settings:
    """From the widgets."""
    depth = slide(STACK_DEPTH, "Depth (layers)", 1, 50)
    activation = pick(STACK_ACTIVATION, "Activation between the layers", STACKED)
    titles = {key: rule.title for key, rule in INITIALISATIONS.items()}
    start = pick(STACK_START, "Initialisation", titles)
    width = slide(STACK_WIDTH, "Width (units per layer)", 20, 120, 10)
    st.button(
        "Draw other weights", icon=":material/casino:", key="stack_seed_button",
        on_click=lambda: STACK_SEED.set(STACK_SEED.get() + 1),
    )  # fmt: skip
    return Settings(depth, width, activation, start, STACK_SEED.get())


def say_forward(stack: Stack, measured: Scales, settings: Settings) -> str:
    """What becomes of the differences between the digits, in sentences."""
    said = [say_fate("On the way forward, what tells the digits apart", journey_forward(measured))]
    left = layers_that_differ(measured)
    if left < settings.depth:
        said.append(f"From layer {left + 1} on, the computer cannot tell the digits apart at all.")
    if (layers := too_large_for_float32(stack.outputs)) > 0:
        said.append(
            f"In {layers} of {settings.depth} layers the values are beyond 3.4 · 10³⁸: a usual "
            "network (32-bit numbers) would compute *infinite* there, and soon *not a number*."
        )
    if settings.width > 1 and units_are_alike(stack.outputs):
        said.append("**All units of the last layer say the same:** it could be a single unit.")
    return " ".join(said)


def say_back(stack: Stack, measured: Scales) -> str:
    """What becomes of the gradient, in sentences."""
    said = [say_fate("On the way back, the gradient", journey_back(measured))]
    depth = len(stack.gradients)
    if (layers := too_large_for_float32(stack.gradients)) > 0:
        said.append(f"In {layers} of {depth} layers it would be infinite in 32-bit numbers.")
    if (layers := too_small_for_float32(stack.gradients)) > 0:
        said.append(
            f"In {layers} of {depth} layers it would be exactly 0 in 32-bit numbers: they could "
            "not learn at all."
        )
    return " ".join(said)


def rules_table(width: int) -> str:
    """Standard deviation of the weights by each rule."""
    rows = "".join(
        f"<tr><td>{title}</td><td>{by_formula:.4f}</td><td>{drawn:.4f}</td></tr>"
        for title, by_formula, drawn in spread_of_rules(width, STACK_SEED.get())
    )
    return (
        '<table style="font-size:.9rem;font-variant-numeric:tabular-nums;border-spacing:1.2em .2em;'
        'border-collapse:separate;margin-left:-1.2em;text-align:left">'
        f"<tr><th>{width} → {width}</th><th>Std by formula</th><th>of drawn weights</th></tr>"
        f"{rows}</table>"
    )


def choose_eigenvalues() -> Eigen:
    """Two real ones with their directions, or a complex pair."""
    if st.toggle("A complex pair (turns)", PAIR.default, key=PAIR.key, bind="query-params"):
        size = slide(PAIR_SIZE, "|λ|, the size of both", 0.0, 1.5, 0.05)
        return with_complex_pair(size, slide(PAIR_ANGLE, "Turns by (degrees)", 5, 175, 5))
    first = slide(FIRST_EIGENVALUE, "λ₁", -1.5, 1.5, 0.05)
    second = slide(SECOND_EIGENVALUE, "λ₂", -1.5, 1.5, 0.05)
    angle = slide(EIGEN_ANGLE, "Angle between the two eigenvectors (degrees)", 15, 90, 5)
    return with_real_eigenvalues(first, second, angle)


def say_lines(eigen: Eigen) -> str:
    """What the lines in the picture are."""
    if eigen.values.imag.abs().max() > 0:
        return "λ = |λ| (cos φ ± i sin φ): no direction stays where it is, everything turns."
    return "Orange, dashed: eigenvector of λ₁. Green, dotted: eigenvector of λ₂."
