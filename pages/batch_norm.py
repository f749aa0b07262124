"""Batch normalisation: before and after, training and evaluation, one digit alone, the bias."""

import streamlit as st
from torch import Tensor

from mnist_core.errors import LayerImpossible, MnistLabError
from mnist_core.inside.batch_norm import (
    Channel,
    Company,
    bias_effect,
    compare_company,
    draw_batches,
    histogram,
    shared_limit,
)
from mnist_core.layers.batch_norm import (
    Running,
    batch_norm_eval,
    batch_norm_train,
    batch_statistics,
    normalise,
    running_path,
)
from mnist_core.words import spaced
from ui.batch_norm_view import (
    LARGEST_BATCH,
    choose_channel,
    chosen_channel,
    chosen_layer,
    company_says,
)
from ui.figures.batch_norm import company_maps, running_chart, running_key
from ui.figures.histograms import BLUE, ORANGE, Shown, stacked_histograms
from ui.figures.marked import captioned
from ui.lesson import choose_digit, close_lesson, open_lesson
from ui.pictures import show_picture
from ui.state import NORM_BATCH, NORM_BETA, NORM_BIAS, NORM_GAMMA, NORM_MODE, NORM_MOMENTUM

TRAIN, EVAL = "train", "eval"
MODES = {TRAIN: "In training: this batch's", EVAL: "In evaluation: the running ones"}
STEPS = 30
GREATEST_BIAS = 5.0

ANSWERS = """
Inside a network some numbers are tiny and others huge: how does batch normalisation bring all of
them to one scale, and why does it work differently in training and afterwards? Here you see what a
layer is given before and after it, and what becomes of your digit among others, and alone.
"""
RULE = """
Each channel is normalised on its own. Of all its values $x$ in the batch (all $n$ of them: every
picture, and after a convolution every place in it) take the mean $\\mu_B$ and the variance
$\\sigma^2_B$, the mean square distance from that mean. Subtract, divide, and you have mean 0 and
spread 1. Then let the network choose a better spread γ and a better mean β, which it learns.
($\\varepsilon = 10^{-5}$ keeps it from dividing by 0.)
"""
FORMULA = r"""
\begin{gathered}
\mu_B = \frac{1}{n}\sum x, \qquad \sigma^2_B = \frac{1}{n}\sum (x - \mu_B)^2 \\[6pt]
y = \gamma\,\frac{x - \mu_B}{\sqrt{\sigma^2_B + \varepsilon}} + \beta
\end{gathered}
"""
EVALUATION = """
**In evaluation** there may be one picture only, and an answer must not depend on who else is asked
about. So the layer then uses *running averages* of mean and variance instead, stored in training.
"""
ALONE = """
In training, what comes out for a picture depends on the other pictures in the batch. Here is what
this channel makes of your digit (with the γ and β that the network has learned): among the others,
alone as a batch of one, and in evaluation.
"""
PLACES = """
Even alone, the digit has {count} places in this channel, so it has a mean and a spread: its own.
The greatest difference that the company makes here is {difference:.2f}. In evaluation nobody else
counts. Choose the fifth or sixth normalisation to see a batch of one go wrong: after a linear layer
each picture has one number per channel.
"""
ONE_NUMBER = """
| | x | y |
|:--|--:|--:|
| in training, in this batch of {count} | {x} | {in_batch} |
| in training, alone, by the formula | {x} | **{alone}** (this is β) |
| in evaluation | {x} | {in_evaluation} |

A single number is its own mean: $x - \\mu_B = 0$ and $\\sigma^2_B = 0$, so $y = \\beta$, **whatever
the digit**. All that the layers before have found out would be lost, and so PyTorch refuses it:
“Expected more than 1 value per channel when training”.
"""
BIAS = """
The layer before could add a constant $b$, its bias, to all values of a channel. But then the mean
grows by $b$, too, and normalisation subtracts it again:
"""
BIAS_RULE = r"(x + b) - (\mu_B + b) = x - \mu_B"
BIAS_SAYS = """
Measured, the greatest change of any value by this bias:

| | greatest change |
|:--|--:|
| before the normalisation | {before:.3f} |
| after it, **in training** | **{in_training:.7f}** |
| after it, in evaluation | {in_evaluation:.3f} |

What is left in training is rounding. So a bias there would be a number to learn that changes
nothing: our networks leave it out wherever a batch normalisation follows, and β does its work. In
evaluation the stored mean does not know about a bias that comes in later, so everything moves. Had
the bias been there in training, it would be in the stored mean, too, and cancel again.
"""
RUNNING = """
A new layer stores mean 0 and variance 1. After each batch in training it moves a little towards
that batch's statistics $s$, by the *momentum* $m$ (0.1 in PyTorch if you say nothing):
"""
RUNNING_RULE = r"r \leftarrow (1 - m)\, r + m\, s"
RUNNING_SAYS = """
One detail is easily got wrong. To *normalise*, PyTorch divides the squares by $n$ (the biased
variance); to *store*, it divides by $n - 1$ (the unbiased one, which is right on average for
pictures that are not in the batch). For this batch of $n$ = {count} numbers: {biased:.4f} and
{unbiased:.4f}.
"""
TRY_IT = [
    (
        "**Choose the fifth normalisation, and a batch of 1.**",
        "a sentence instead of the lower histogram: alone, one number has no spread, and all that "
        "would be left is β. Switch to evaluation: now it works.",
    ),
    (
        "**Move γ to 2 and β to 1.**",
        "in training the mean after it becomes 1 and the variance 4 (or a hair less, for ε), "
        "whatever channel you look at. In evaluation only roughly.",
    ),
    (
        "**Move the bias from −5 to 5.**",
        "the upper histogram slides along, the lower one stands still, and the greatest change in "
        "training stays under 0.0001.",
    ),
]


@st.fragment
def lesson(image: Tensor) -> None:
    """Which channel, and the four sections about it."""
    words, formula = st.columns(2, gap="large")
    words.markdown(RULE)
    formula.latex(FORMULA)
    formula.markdown(EVALUATION)
    try:
        choose_channel()
    except MnistLabError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.caption(
        f"The batch: your digit, and {company_says()}. Only this layer is switched between "
        "training and evaluation; those before it stay in evaluation."
    )
    before_and_after(image)
    alone(image)
    bias(image)
    running_averages(image)


@st.fragment
def before_and_after(image: Tensor) -> None:
    """Two histograms, γ and β, and whose statistics are used."""
    st.subheader("Before and after", anchor=False)
    channel = chosen_channel(image)
    choose_mode(channel)
    ours = channel.scaled(NORM_GAMMA.get(), NORM_BETA.get())
    try:
        after = ours.normalised(NORM_MODE.get() == TRAIN)
    except LayerImpossible as error:
        st.warning(f"{error} PyTorch refuses it, too.", icon=":material/block:")
        after = None
    numbers, pictures = st.columns([2, 3], gap="large")
    numbers.markdown(table(channel, after))
    pictures.html(two_histograms(channel, after))


def choose_mode(channel: Channel) -> None:
    """Training or evaluation, γ and β."""
    st.segmented_control(
        "Which mean and variance", list(MODES), format_func=lambda mode: MODES[mode],
        required=True, default=NORM_MODE.default, key=NORM_MODE.key, bind="query-params",
    )  # fmt: skip
    gamma, beta = st.columns(2, gap="large")
    with gamma:
        st.slider("Spread γ", -3.0, 3.0, NORM_GAMMA.default, 0.01, key=NORM_GAMMA.key)
    with beta:
        st.slider("Mean β", -3.0, 3.0, NORM_BETA.default, 0.01, key=NORM_BETA.key)
    learned = float(channel.gamma), float(channel.beta)
    st.button(
        f"Use what the network has learned: γ = {plain(learned[0])}, β = {plain(learned[1])}",
        on_click=use, args=learned,
    )  # fmt: skip


def use(gamma: float, beta: float) -> None:
    """On the sliders."""
    NORM_GAMMA.set(round(gamma, 2))
    NORM_BETA.set(round(beta, 2))


def table(channel: Channel, after: Tensor | None) -> str:
    """Means and variances; the ones that are used stand out."""
    batch, running = channel.batch, channel.running
    rows = [
        (
            f"this batch (n = {spaced(batch.count)})",
            batch.mean,
            batch.variance,
            NORM_MODE.get() == TRAIN,
        ),
        ("running averages", running.mean, running.variance, NORM_MODE.get() == EVAL),
    ]
    if after is not None:
        made = batch_statistics(after)
        rows.append(("after it", made.mean, made.variance, False))
    lines = ["| | mean | variance |", "|:--|--:|--:|"]
    for name, mean, variance, used in rows:
        bold = "**" if used else ""
        says = f"{bold}{name}{', used' * used}{bold}"
        lines.append(f"| {says} | {plain(float(mean))} | {plain(float(variance))} |")
    return "\n".join(lines)


def plain(value: float) -> str:
    """Three decimals; never “-0.000”."""
    return f"{value:z.3f}".replace("-", "−")


def two_histograms(channel: Channel, after: Tensor | None) -> str:
    """On shared axes."""
    limit = shared_limit(*(each for each in (channel.values, after) if each is not None))
    stored = float(channel.running.mean)
    lines = [mean_line(channel.values), (stored, True, f"running mean {plain(stored)}")]
    shown = [Shown(histogram(channel.values, limit), "Before", BLUE, lines)]
    if after is not None:
        shown.append(Shown(histogram(after, limit), "After", ORANGE, [mean_line(after)]))
    return stacked_histograms(shown)


def mean_line(values: Tensor) -> tuple[float, bool, str]:
    """For a histogram of these values."""
    mean = float(batch_statistics(values).mean)
    return mean, False, f"mean {plain(mean)}"


@st.fragment
def alone(image: Tensor) -> None:
    """What the company does to a digit, and what happens to it in a batch of one."""
    st.subheader("Your digit among others, and alone", anchor=False)
    st.markdown(ALONE)
    channel = chosen_channel(image)
    company = compare_company(channel)
    if not chosen_layer().has_places:
        st.markdown(one_number(channel, company))
        return
    others = NORM_BATCH.get() - 1
    titles = (f"in training, with {others} others", "in training, alone", "in evaluation")
    show_picture(company_maps(company, titles), "norm_company")
    st.markdown(
        PLACES.format(count=spaced(channel.alone().batch.count), difference=company.difference)
    )


def one_number(channel: Channel, company: Company) -> str:
    """A table of the three companies, after a linear layer."""
    in_batch = "refused" if company.in_batch is None else plain(float(company.in_batch))
    return ONE_NUMBER.format(
        count=len(channel.values),
        x=plain(float(channel.values[0])),
        in_batch=in_batch,
        alone=plain(float(company.alone)),
        in_evaluation=plain(float(company.in_evaluation)),
    )


@st.fragment
def bias(image: Tensor) -> None:
    """A constant added before the normalisation."""
    st.subheader("Why the layer before needs no bias", anchor=False)
    words, pictures = st.columns([2, 3], gap="large")
    with words:
        st.markdown(BIAS)
        st.latex(BIAS_RULE)
        st.slider(
            "Bias b", -GREATEST_BIAS, GREATEST_BIAS, NORM_BIAS.default, 0.1, key=NORM_BIAS.key
        )
    channel = chosen_channel(image)
    try:
        effect = bias_effect(channel, NORM_BIAS.get())
    except LayerImpossible as error:
        pictures.warning(f"{error}", icon=":material/block:")
        return
    words.markdown(
        BIAS_SAYS.format(
            before=effect.before,
            in_training=effect.in_training,
            in_evaluation=effect.in_evaluation,
        )
    )
    pictures.html(biased_histograms(channel, NORM_BIAS.get()))


def biased_histograms(channel: Channel, value: float) -> str:
    """Before and after in training, on axes that stand still while the bias moves."""
    biased = channel.with_bias(value)
    before, after = biased.values, biased.normalised(True)
    furthest = [channel.with_bias(sign * GREATEST_BIAS).values for sign in (-1, 1)]
    limit = shared_limit(*furthest, after)
    return stacked_histograms(
        [
            Shown(histogram(before, limit), "Before, with the bias", BLUE, [mean_line(before)]),
            Shown(histogram(after, limit), "After, in training", ORANGE, [mean_line(after)]),
        ]
    )


@st.fragment
def running_averages(image: Tensor) -> None:
    """How the stored statistics come about."""
    st.subheader("Where the running averages come from", anchor=False)
    words, formula = st.columns(2, gap="large")
    words.markdown(RUNNING)
    formula.latex(RUNNING_RULE)
    st.slider("Momentum m", 0.0, 1.0, NORM_MOMENTUM.default, 0.01, key=NORM_MOMENTUM.key)
    everybody = chosen_channel(image, LARGEST_BATCH)
    batches = draw_batches(everybody, NORM_BATCH.get(), STEPS)
    if batches[0].count == 1:
        st.warning(
            "Batches of one number have no variance to store: take more pictures per batch.",
            icon=":material/block:",
        )
        return
    path = running_path(batches, NORM_MOMENTUM.get())
    means = [float(batch.mean) for batch in batches], [float(each.mean) for each in path]
    variances = (
        [float(batch.unbiased_variance) for batch in batches],
        [float(each.variance) for each in path],
    )
    charts = captioned(
        [
            (running_chart("Mean", *means, float(everybody.batch.mean)), "Mean"),
            (
                running_chart("Variance", *variances, float(everybody.batch.unbiased_variance)),
                "Variance",
            ),
        ]
    )
    show_picture(running_key() + charts, "norm_running")
    st.caption(
        f"{STEPS} batches of {NORM_BATCH.get()} of {LARGEST_BATCH} pictures; across: batches seen."
    )
    st.markdown(
        RUNNING_SAYS.format(
            count=spaced(batches[0].count),
            biased=float(batches[0].variance),
            unbiased=float(batches[0].unbiased_variance),
        )
    )


open_lesson("Batch normalisation", ANSWERS)
lesson(choose_digit().image)
close_lesson(TRY_IT, batch_statistics, normalise, batch_norm_train, batch_norm_eval, Running.update)
