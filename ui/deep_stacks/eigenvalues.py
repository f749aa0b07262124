"""Powers of a matrix: what its eigenvalues do to a gradient."""

import streamlit as st

from mnist_core.experiments.matrix_powers import (
    Eigen,
    power_of,
    spectrum,
    with_complex_pair,
    with_real_eigenvalues,
)
from mnist_core.layers.initialisation import INITIALISATIONS
from ui.deep_stacks.eigenvalues_figures import (
    matrix_latex,
    repeated_digit,
    say_length,
    spectrum_picture,
    transformed_digit,
)
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.pixel_maps import captioned
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import (
    EIGEN_ANGLE,
    EIGEN_TIMES,
    FIRST_EIGENVALUE,
    PAIR,
    PAIR_ANGLE,
    PAIR_SIZE,
    SECOND_EIGENVALUE,
    SPECTRUM_START,
    SPECTRUM_TIMES,
    STACK_SEED,
)
from ui.shared.widgets import pick, slide, toggle

LINEAR_SAYS = """
Without any activation function a stack is a product of matrices. Take the same $W$ each time. In
the direction of an **eigenvector** $v$ it does nothing but multiply by a number, the **eigenvalue**
$\\lambda$. So after $t$ times that direction has been multiplied by $\\lambda^t$: gone if
$|\\lambda| < 1$, exploded if $|\\lambda| > 1$. The dashed circle is before, the teal line after.
"""
POWER_RULE = r"""
\begin{gathered} W = V\,\text{diag}(\lambda)\,V^{-1} \\[4pt]
\Rightarrow\; W^t = V\,\text{diag}(\lambda)^t\,V^{-1} \end{gathered}
"""
SPECTRUM_SAYS = """
A layer of 100 × 100 random weights has 100 eigenvalues, mostly complex numbers (each such pair
turns a plane while it stretches it). They fill a disc of radius about
$\\sqrt n$ times the standard deviation of the weights. The pink dashed circle is
$|\\lambda| = 1$. Your digit, squeezed to 10 × 10 numbers of length 1, goes through the same layer
again and again.
"""


@section
def linear_case(digit: LessonDigit) -> None:
    """A 2 × 2 matrix by its eigenvalues, applied again and again."""
    st.subheader("The same layer again and again: eigenvalues", anchor=False)
    say(LINEAR_SAYS)
    left, right = st.columns(2, gap="large")
    with left:
        st.latex(POWER_RULE)
        eigen = choose_eigenvalues()
        times = slide(EIGEN_TIMES, "t, how often", 0, 50)
    power = power_of(eigen, times)
    with right:
        picture = transformed_digit(digit.image[0, 0].numpy(), eigen, power)
        show_picture(picture, "transformed_digit")
        say(say_lines(eigen), small=True)
        first, second = (say_length(size) for size in power.sizes)
        st.latex(rf"W = {matrix_latex(eigen.matrix.numpy())}")
        st.latex(rf"W^{{{times}}} = {matrix_latex(power.multiplied.numpy())}")
        say(
            f"$|\\lambda_1|^{{{times}}}$ = **{first}**, $|\\lambda_2|^{{{times}}}$ = **{second}**. "
            f"Multiplied {times} times, and computed from the eigenvalues: the two matrices differ "
            f"by {say_length(power.disagreement)} of their size, which is rounding."
        )


@section
def many_eigenvalues(digit: LessonDigit) -> None:
    """The eigenvalues of a layer as it is drawn, and what it does to the digit."""
    st.subheader("The eigenvalues of a layer", anchor=False)
    say(SPECTRUM_SAYS)
    left, right = st.columns(2)
    with left:
        titles = {key: rule.title for key, rule in INITIALISATIONS.items()}
        start = pick(SPECTRUM_START, "Weights of the layer", titles)
    with right:
        times = slide(SPECTRUM_TIMES, "t, how often it is applied", 0, 50)
    found = spectrum(digit.image, start, times, STACK_SEED.get())
    show_picture(
        captioned(
            [
                (
                    spectrum_picture(found),
                    f"Largest |λ|: <b>{found.radius:.3f}</b>; "
                    f"|λ|<sup>{times}</sup> = <b>{say_length(found.radius**times)}</b>",
                ),
                (
                    repeated_digit(found, times),
                    f"Your digit after {times} times: length "
                    f"<b>{say_length(found.lengths[times])}</b>",
                ),
            ],
            gap_px=40,
        ),
        "spectrum",
    )
    say("The digit's colours are scaled to its own largest numbers at every t.", small=True)


def choose_eigenvalues() -> Eigen:
    """Two real ones with their directions, or a complex pair."""
    if toggle(PAIR, "A complex pair (turns)"):
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
    return "Pink, dashed: eigenvector of λ₁. Olive, dotted: eigenvector of λ₂."
