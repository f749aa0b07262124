"""Activations and initialisation: curves and slopes, a deep stack, and where weights begin."""

import streamlit as st

from mnist_core.errors import MnistLabError
from mnist_core.experiments.activation_curves import (
    ASLEEP_BELOW,
    REACH,
    curve,
    histogram,
    share_asleep,
)
from mnist_core.experiments.deep_stack import run_stack, scales, stack_digits, told_apart
from mnist_core.experiments.equal_weights import (
    GUESSING_NATS,
    STEPS,
    UNITS,
    different_units,
    greatest_difference,
    learn_ten_digits,
    read_digit,
    right_of_ten,
)
from mnist_core.experiments.matrix_powers import (
    power_by_eigenvalues,
    power_by_multiplication,
    power_of,
    spectrum,
)
from mnist_core.inside.trace import first_sums
from mnist_core.layers.activations import (
    ACTIVATIONS,
    by_loops,
    softmax,
    softmax_by_loops,
    softmax_jacobian,
)
from mnist_core.layers.initialisation import INITIALISATIONS, draw_weight, kaiming_uniform_std
from mnist_core.models.registry import MODELS
from ui.activations_view import (
    choose_eigenvalues,
    choose_shape,
    choose_stack,
    pick,
    rules_table,
    say_back,
    say_forward,
    say_lines,
    show_chart,
    slide,
)
from ui.figures.activations import (
    function_chart,
    jacobian_map,
    losses_chart,
    matrix_latex,
    repeated_digit,
    say_length,
    scales_chart,
    spectrum_picture,
    stack_maps,
    transformed_digit,
    unit_tiles,
)
from ui.figures.marked import captioned
from ui.lesson import LessonDigit, choose_digit, close_lesson, open_lesson
from ui.markup import percent, probability_bars
from ui.pictures import show_picture
from ui.runtime import shared_reader
from ui.state import (
    CURVE_AT,
    CURVE_OF,
    EIGEN_TIMES,
    EQUAL_PLAYING,
    EQUAL_STEP,
    SOFTMAX_OF,
    SOFTMAX_SHIFT,
    SOFTMAX_TEMPERATURE,
    SPECTRUM_START,
    SPECTRUM_TIMES,
    STACK_SEED,
)
from ui.walk import Walk, walk_through

ANSWERS = """
Which function should stand between two layers, and how large should the first random weights be?
Here you send your digit through up to 50 layers and see why some networks learn nothing at all:
their numbers fade away, or grow beyond all bounds.
"""
TITLES = {key: activation.title for key, activation in ACTIVATIONS.items()} | {"maxout": "Maxout"}
FORMULAS = {
    "sigmoid": (
        r"\sigma(z) = \frac{1}{1 + e^{-z}}", r"\sigma'(z) = \sigma(z)\,(1 - \sigma(z))",
        "Squeezes every number to between 0 and 1. Its slope is ¼ at most, and far from 0 almost "
        "nothing.",
    ),
    "tanh": (
        r"\tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}", r"\tanh'(z) = 1 - \tanh^2(z)",
        "A sigmoid from −1 to 1. Its slope is 1 in the middle, and far from 0 almost nothing.",
    ),
    "relu": (
        r"\text{ReLU}(z) = \max(0, z)",
        r"\text{ReLU}'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}",
        "Lets positive numbers pass and makes 0 of all others. Where it is 0 its slope is 0, too: "
        "that unit learns nothing from this digit.",
    ),
    "leaky_relu": (
        r"f(z) = \begin{cases} z & z > 0 \\ a\,z & z \le 0 \end{cases}",
        r"f'(z) = \begin{cases} 1 & z > 0 \\ a & z \le 0 \end{cases}",
        "A ReLU that lets a little of the negative side leak through, so that no unit is ever "
        "wholly cut off.",
    ),
    "elu": (
        r"f(z) = \begin{cases} z & z > 0 \\ \alpha\,(e^z - 1) & z \le 0 \end{cases}",
        r"f'(z) = \begin{cases} 1 & z > 0 \\ \alpha\,e^z & z \le 0 \end{cases}",
        "A ReLU that bends smoothly to −α instead of stopping at 0.",
    ),
    "maxout": (
        r"f(z) = \max(w_1 z + b_1,\; w_2 z + b_2)",
        r"f'(z) = \text{the } w \text{ of the higher line}",
        "Each unit has two sums (or more) and takes the larger one. So the network learns the "
        "shape of the function itself.",
    ),
}  # fmt: skip
CURVE = """
A layer computes sums $z = w \\cdot x + b$. If that were all, any number of layers would be no more
than one: straight lines put together give a straight line. The **activation function** $f$ bends
it. Learning goes backwards through the network, and there each unit multiplies the message by the
**slope** $f'(z)$. The grey bars are the sums that the first layer of the *MLP* computes for the
digit above.
"""
ASLEEP = """
With {title}, **{share}** of these {units} units would have a slope of less than {below}: hardly
anything that is to be learned would get through them. (The MLP itself was trained with ReLU. Sums
beyond ±{reach:g} are counted at the ends.)
"""
SOFTMAX_SAYS = """
The last layer gives ten sums, the **logits** $z_0 \\dots z_9$. **Softmax** makes probabilities of
them: all positive, together 1. The **temperature** $T$ flattens them (large) or sharpens them
(small). Adding the same number to all ten changes nothing. The table is the slope of every
probability with respect to every logit.
"""
SOFTMAX_SLOPE = r"""
\begin{gathered} \frac{\partial p_i}{\partial z_j} = \frac{p_i\,(\delta_{ij} - p_j)}{T} \\[4pt]
\delta_{ij} = 1 \text{ if } i = j, \text{ else } 0 \end{gathered}
"""
SOFTMAX_NOTE = """
All rows and all columns add up to 0: what one digit wins, the others lose. When the network is very
sure, the whole table is nearly 0, so no gradient gets through. That is why training uses softmax
together with the logarithm (*cross-entropy*): the gradient of both is simply $p - y$, where $y$ is
1 for the right digit and 0 for the others.
"""
STACK_SAYS = """
Your digit and 31 others go through a stack of layers that has not learned anything yet. Then a
gradient with standard deviation 1 comes in at the last layer and travels back to the first. Each
step multiplies, so after many layers the sizes shrink or grow like a power.
"""
FORWARD = r"""
\begin{gathered} z_l = W_l\,h_{l-1} + b_l, \qquad h_l = f(z_l) \\[4pt]
\text{Var}(z_l) \approx n\,\text{Var}(w)\,\overline{h_{l-1}^2} \end{gathered}
"""
BACKWARD = (
    r"\frac{\partial L}{\partial h_{l-1}} = W_l^{\top}"
    r"\left( f'(z_l) \odot \frac{\partial L}{\partial h_l} \right)"
)
STACK_NOTE = """
*Size* is the root mean square of a layer's values. *Difference between digits* is their standard
deviation over the 32 digits: when it is gone, the network sees the same in all of them, even if the
values are not small. A line that turns flat near $10^{-16}$ has met the limit of the computer's
numbers. Most deep networks also use batch normalisation, which sets the size anew at each layer.
"""
RULES = """
**How the weights begin.** With $n$ inputs and $m$ outputs of a layer, each rule says how widely
its weights $w$ are spread (their standard deviation, Std). Xavier keeps the size where $f$ is
nearly straight around 0 (tanh). He's rule makes them larger, since ReLU throws half of all away.
"""
RULES_RULE = r"""
\begin{array}{ll} \text{Xavier:} & \text{Std}(w) = \sqrt{2/(n + m)} \\
\text{He:} & \text{Std}(w) = \sqrt{2/n} \\
\text{PyTorch:} & \text{Std}(w) = 1/\sqrt{3n} \end{array}
"""
MISTAKE = """
**A mistake that is often repeated:** “PyTorch initialises its layers with Xavier.” It does not, for
linear and for convolutional layers alike: it draws evenly from $\\pm 1/\\sqrt n$ (*Kaiming-uniform*
with $a = \\sqrt 5$). That is too small for a deep stack:
"""
LINEAR_SAYS = """
Without any activation function a stack is a product of matrices. Take the same $W$ each time. In
the direction of an **eigenvector** $v$ it does nothing but multiply by a number, the **eigenvalue**
$\\lambda$. So after $t$ times that direction has been multiplied by $\\lambda^t$: gone if
$|\\lambda| < 1$, exploded if $|\\lambda| > 1$. The dashed circle is before, the blue line after.
"""
POWER_RULE = r"""
\begin{gathered} W = V\,\text{diag}(\lambda)\,V^{-1} \\[4pt]
\Rightarrow\; W^t = V\,\text{diag}(\lambda)^t\,V^{-1} \end{gathered}
"""
SPECTRUM_SAYS = """
A layer of 100 × 100 random weights has 100 eigenvalues, mostly complex numbers (each such pair
turns a plane while it stretches it). They fill a disc of radius about
$\\sqrt n$ times the standard deviation of the weights. The orange dashed circle is
$|\\lambda| = 1$. Your digit, squeezed to 10 × 10 numbers of length 1, goes through the same layer
again and again.
"""
EQUAL_SAYS = """
Two small networks (784 → 16 → 10, ReLU) learn the ten digits that this program draws. One begins
with random weights, in the other all weights of a layer are equal. Then all 16 hidden units compute
the same, so they get the same gradient, so they change in the same way:
"""
EQUAL_RULE = r"""
\begin{gathered} w_i = w_j \;\text{ for all units } i, j \\[4pt]
\Rightarrow\; \frac{\partial L}{\partial w_i} = \frac{\partial L}{\partial w_j}
\;\Rightarrow\; w_i = w_j \;\text{ after the step} \end{gathered}
"""
TRY_IT = [
    (
        "**In the stack, choose Sigmoid with PyTorch's default**, and pull the depth from 5 to 50.",
        "the gradient (orange, dashed) falls along a straight line: each layer multiplies it by "
        "about 0.14. At 50 layers the first one gets about 10⁻⁴² of it: it learns nothing.",
    ),
    (
        "**Now choose ReLU**, and compare *PyTorch's default*, *Xavier* and *He* at depth 50.",
        "with the default each layer keeps about 0.4 of the gradient, with Xavier about 0.7; with "
        "He both ends are of similar size.",
    ),
    (
        "**With the two equal and random networks, pull the steps from 0 to 100.**",
        "the random network soon reads all ten digits. In the other the 16 pictures change, but "
        "they stay the same picture 16 times: it reads two digits and its loss stays above 1.6.",
    ),
]
WALK = Walk(EQUAL_STEP, EQUAL_PLAYING)


@st.fragment
def curves(digit: LessonDigit) -> None:
    """A function, its slope, and where the digit's own sums lie."""
    st.subheader("One function and its slope", anchor=False)
    sums = None
    try:
        sums = first_sums(shared_reader("mlp").model, digit.image)
    except MnistLabError as error:
        st.warning(str(error))
    st.markdown(CURVE)
    left, right = st.columns([2, 3], gap="large")
    with left:
        key = pick(CURVE_OF, "Activation function", TITLES)
        activation = choose_shape(key)
        at_z = slide(CURVE_AT, "z", -REACH, REACH, 0.1)
        at = activation.at(at_z)
        value, slope, says = FORMULAS[key]
        st.latex(value)
        st.latex(slope)
        st.markdown(
            f"$f({at_z:.1f}) = {at.value:.4f}$ and $f'({at_z:.1f}) = {at.slope:.4f}$. {says}"
        )
    with right:
        counts = None if sums is None else histogram(sums).numpy()
        show_chart(function_chart(curve(activation), at_z, at, counts))
        if sums is not None:
            share = percent(share_asleep(activation, sums)) or "0 %"
            st.caption(
                ASLEEP.format(
                    title=TITLES[key], share=share, units=len(sums), below=ASLEEP_BELOW,
                    reach=REACH,
                )
            )  # fmt: skip


@st.fragment
def softmax_and_slopes(digit: LessonDigit) -> None:
    """From a network's logits to probabilities, and the table of slopes."""
    st.subheader("Softmax: from ten sums to ten probabilities", anchor=False)
    st.markdown(SOFTMAX_SAYS)
    left, right = st.columns(2, gap="large")
    with left:
        key = pick(SOFTMAX_OF, "Logits of", {key: entry.title for key, entry in MODELS.items()})
        temperature = slide(SOFTMAX_TEMPERATURE, "Temperature T", 0.2, 10.0, 0.1)
        shift = slide(SOFTMAX_SHIFT, "Add to all ten logits", -50, 50)
        try:
            logits = shared_reader(key).model(digit.image)[0].detach().double() + shift
        except MnistLabError as error:
            st.warning(str(error))
            return
        probabilities = softmax(logits, temperature)
        st.latex(r"p_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}")
        st.html(probability_bars(probabilities.numpy(), int(probabilities.argmax())))
        listed = ", ".join(f"{z:.1f}" for z in logits.tolist())
        st.caption(f"Logits of 0 … 9: {listed}".replace("-", "−"))
    with right:
        st.latex(SOFTMAX_SLOPE)
        slopes = softmax_jacobian(probabilities, temperature)
        show_picture(jacobian_map(slopes.numpy(), temperature), "softmax_slopes")
    st.markdown(SOFTMAX_NOTE)


@st.fragment
def deep_stack(digit: LessonDigit) -> None:
    """Depth, activation and initialisation, and what becomes of the numbers."""
    st.subheader("A deep stack", anchor=False)
    words, formulas = st.columns([3, 2], gap="large")
    words.markdown(STACK_SAYS)
    formulas.latex(FORWARD)
    formulas.latex(BACKWARD)
    left, right = st.columns([2, 3], gap="large")
    with left:
        settings = choose_stack()
    stack = run_stack(stack_digits(digit.image), settings)
    with right:
        measured = scales(stack)
        show_chart(scales_chart(measured))
        st.markdown(say_forward(stack, measured, settings) + " " + say_back(stack, measured))
    show_picture(stack_maps(told_apart(stack).numpy(), stack.gradients[:, 0].numpy()), "stack_maps")
    st.caption(STACK_NOTE)
    st.markdown(RULES)
    st.latex(RULES_RULE)
    st.markdown(MISTAKE)
    st.html(rules_table(settings.width))


@st.fragment
def linear_case(digit: LessonDigit) -> None:
    """A 2 × 2 matrix by its eigenvalues, applied again and again."""
    st.subheader("The same layer again and again: eigenvalues", anchor=False)
    st.markdown(LINEAR_SAYS)
    left, right = st.columns(2, gap="large")
    with left:
        st.latex(POWER_RULE)
        eigen = choose_eigenvalues()
        times = slide(EIGEN_TIMES, "t, how often", 0, 50)
    power = power_of(eigen, times)
    with right:
        picture = transformed_digit(digit.image[0, 0].numpy(), eigen, power)
        show_picture(picture, "transformed_digit")
        st.caption(say_lines(eigen))
        first, second = (say_length(size) for size in power.sizes)
        st.latex(rf"W = {matrix_latex(eigen.matrix.numpy())}")
        st.latex(rf"W^{{{times}}} = {matrix_latex(power.multiplied.numpy())}")
        st.markdown(
            f"$|\\lambda_1|^{{{times}}}$ = **{first}**, $|\\lambda_2|^{{{times}}}$ = **{second}**. "
            f"Multiplied {times} times, and computed from the eigenvalues: the two matrices differ "
            f"by {say_length(power.disagreement)} of their size, which is rounding."
        )


@st.fragment
def many_eigenvalues(digit: LessonDigit) -> None:
    """The eigenvalues of a layer as it is drawn, and what it does to the digit."""
    st.markdown(SPECTRUM_SAYS)
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
    st.caption("The digit's colours are scaled to its own largest numbers at every t.")


def equal_weights(digit: LessonDigit) -> None:
    """Two trainings side by side."""
    equal, random = learn_ten_digits("equal"), learn_ten_digits("default")
    step = walk_through(WALK, STEPS + 1, "Steps of training")
    both = [learning.weights[step] for learning in (equal, random)]
    tiles, chart = st.columns([3, 2], gap="large")
    with tiles:
        captions = [
            f"<b>{name}</b><br>different units: <b>{different_units(weights)}</b> of {UNITS}<br>"
            f"greatest difference: <b>{greatest_difference(weights):.3g}</b><br>"
            f"reads <b>{right_of_ten(weights)}</b> of 10 right"
            for name, weights in zip(("All equal", "Random"), both, strict=True)
        ]
        pictures = [weights.hidden.unflatten(1, (28, 28)).numpy() for weights in both]
        show_picture(unit_tiles(pictures, captions), "unit_tiles")
    with chart:
        show_chart(losses_chart(equal.losses, random.losses, GUESSING_NATS, step))
        st.markdown(
            f"After {step} steps the loss is **{equal.losses[step]:.3f}** with equal and "
            f"**{random.losses[step]:.3f}** with random weights."
        )
    st.markdown("What both make of the digit above:")
    for column, name, weights in zip(st.columns(2), ("All equal", "Random"), both, strict=True):
        probabilities = read_digit(weights, digit.image).numpy()
        column.caption(name)
        column.html(probability_bars(probabilities, int(probabilities.argmax())))


open_lesson("Activations and initialisation", ANSWERS)
chosen = choose_digit()
curves(chosen)
softmax_and_slopes(chosen)
deep_stack(chosen)
linear_case(chosen)
many_eigenvalues(chosen)
st.subheader("All weights equal", anchor=False)
st.markdown(EQUAL_SAYS)
st.latex(EQUAL_RULE)
st.fragment(equal_weights, run_every=WALK.run_every)(chosen)
close_lesson(
    TRY_IT,
    by_loops,
    softmax_by_loops,
    softmax_jacobian,
    kaiming_uniform_std,
    draw_weight,
    run_stack,
    power_by_multiplication,
    power_by_eigenvalues,
    learn_ten_digits,
)
