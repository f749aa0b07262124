"""Dropout: values that fall out at random, and what many such accidents say together."""

import streamlit as st

from mnist_core.data.mnist import mnist_is_here
from mnist_core.inside.dropout import (
    MASKS,
    AllInTraining,
    ManyMasks,
    Spread,
    all_in_training,
    both_conventions,
    both_modes,
    drop_maps,
    ever_sparser,
    predict_with_masks,
)
from mnist_core.inside.first_layer import unit_on_pixels
from mnist_core.inside.trace import feature_maps
from mnist_core.layers.dropout import (
    channel_mask,
    dropout,
    dropout_by_loops,
    dropout_gradient,
    element_mask,
    original_dropout,
    original_evaluation,
)
from mnist_core.models.registry import MODELS
from ui.figures.dropout import (
    Sparse,
    Sums,
    answers,
    map_grid,
    numbers,
    probability_histogram,
    scale,
    sparse_row,
    sums_table,
)
from ui.figures.marked import Look, Mark, captioned, grey_map
from ui.figures.tiles import scale_limit
from ui.lesson import LessonDigit, choose_digit, close_lesson, open_lesson
from ui.markup import percent
from ui.pictures import show_picture
from ui.runtime import shared_reader
from ui.section import section
from ui.state import (
    ALL_IN_TRAINING,
    DROPPED_SEED,
    MAPS_NETWORK,
    MAPS_RATE,
    MAPS_SEED,
    MEAN_OVER,
    MEAN_RATE,
    MEAN_SEED,
    MODES_RATE,
    MODES_SEED,
    SPREAD_AS_TRAINED,
    SPREAD_NETWORK,
    SPREAD_RATE,
    SPREAD_SEED,
    Setting,
)
from ui.training_view import figures_row

ANSWERS = """
What happens to a picture, and to a network, when some of its numbers are set to 0 at random? And
why does a network that learns like that answer better, and can even tell how sure it is?
"""
RATES = [k / 10 for k in range(10)]
OF_A_SPARSE_DIGIT = "deep_cnn_pen"
# The layer whose maps the network's own first dropout gets
WITH_MAPS = {"convnet": "features.4", "deep_cnn_pen": "features.2"}
WITH_BATCH_NORM = "deep_cnn"
WITH_DROPOUT = ["convnet", "deep_cnn", "deep_cnn_pen"]
MEANS_OVER = [1, 3, 10, 30, 100, 300, 1000]

RATE = """
Each pixel throws dice of its own and falls out with probability $p$, the **rate**. In the row the
dice are thrown once: what is gone at one rate stays gone at all higher ones. The pictures show what
is kept as it was, not yet scaled. Below each: what the *Deep CNN + pen* reads in it.
"""
MAPS = """
Inside a network the numbers are **feature maps**: pictures of where one feature was found, one
map for each channel. *Element dropout* drops single places. But neighbours in a map say nearly the
same, so what one place has lost can be guessed from the next. *Channel dropout* throws the dice
once for a whole map: then this feature really is missing. PyTorch calls it `Dropout2d`.
"""
FLAT = """
The source of the small CNN applies `Dropout2d` once more, after *Flatten*. There the maps have
become one long list of numbers, without any channels that could fall out, so that is a mistake.
Our network uses plain `Dropout` there.
"""
MODES = """
Dropout is for learning only. In **train mode** (`model.train()`) numbers fall out, and PyTorch
multiplies those that stay by $1/(1-p)$. In **eval mode** (`model.eval()`), when the network is
used, dropout does *nothing at all*. The last picture is the gradient, the message of how to get
better that flows back: where a number fell out, none gets through.
"""
CONVENTIONS = """
If half of the numbers are missing in training and none later, the next layer would suddenly get
twice as much. There are two cures. **PyTorch's (“inverted”)**: enlarge by $1/(1-p)$ in training,
do nothing later. **The original of 2014**: do nothing in training, shrink by $1-p$ later. You may
read “after training, multiply the weights by $1-p$”: that is the original, and with PyTorch it
would be a mistake. In both, evaluation is the mean over all masks of training:
"""
UNIT = """
The same for a number that the network needs: the logit $z$ of the digit {digit} in softmax
regression, a weighted sum of the pixels, when pixels fall out before it. Both conventions get the
same {count} masks; the bias of $z$ never falls out.
"""
SPREAD = """
Now leave dropout **on** while the network reads your digit, {masks} times with {masks} masks. That
is like asking {masks} slightly different networks. If they agree, the answer hardly depends on any
single feature; if they contradict one another, do not trust it. This is *Monte-Carlo dropout* (Gal
and Ghahramani 2016), and how much the answers differ is a measure of **uncertainty**.
"""
ENTROPY = """
**Entropy** tells how spread out the mean $\\bar p$ of all answers is: 0 bits when one digit has it
all, 3.32 bits when all ten are equally likely. It is a hint and no guarantee: all masks may agree
on something wrong.
"""
FULL_TRAIN = """
`model.train()` would switch on more than dropout: **batch norm** would no longer use the mean and
spread that it remembers from training but those of the present batch, and would change its memory
with each look. For one picture alone there is no spread. So we leave batch norm in eval mode. With
a copy of the *Deep CNN*, which has batch norm, and your digit, this would happen:
"""


def throw_again(setting: Setting[int], label: str) -> None:
    """A button for other masks."""
    st.button(
        label, icon=":material/casino:", key=f"{setting.key}_button",
        on_click=lambda: setting.set(setting.get() + 1),
    )  # fmt: skip


def rate_slider(setting: Setting[float], label: str = "Rate p") -> float:
    """From 0 to 0.9."""
    return st.slider(
        label, 0.0, 0.9, step=0.05, value=setting.default, key=setting.key, bind="query-params"
    )


@section
def sparser(digit: LessonDigit) -> None:
    """The source's row of ever sparser digits."""
    st.subheader("A digit that falls apart", anchor=False)
    st.markdown(RATE)
    st.latex(r"m_i \sim \text{Bernoulli}(1-p), \qquad \tilde x_i = m_i \cdot x_i")
    reader = shared_reader(OF_A_SPARSE_DIGIT)
    found = ever_sparser(
        reader.model, digit.image, RATES, seed=DROPPED_SEED.get(), temperature=reader.temperature
    )
    row = [Sparse(d.rate, d.kept, d.image.numpy(), d.digit, d.probability) for d in found]
    show_picture(sparse_row(row), "sparse_row")
    throw_again(DROPPED_SEED, "Throw the dice again")


@section
def on_maps(digit: LessonDigit) -> None:
    """Element against channel dropout, on the maps that the network's own dropout gets."""
    st.subheader("Single places or whole maps", anchor=False)
    st.markdown(MAPS)
    left, right = st.columns(2, gap="large")
    with left:
        key = choose_network(MAPS_NETWORK, list(WITH_MAPS), "Maps of")
    with right:
        rate = rate_slider(MAPS_RATE)
    maps = feature_maps(shared_reader(key).model, digit.image, WITH_MAPS[key])
    elements, channels = drop_maps(maps, rate, MAPS_SEED.get())
    limit = scale_limit(maps.numpy())
    figures = [
        (map_grid(maps.numpy(), limit, f"{len(maps)} feature maps"), "<b>Before</b> dropout"),
        (
            map_grid(elements.maps.numpy(), limit, "The maps after element dropout"),
            f"<b>Element dropout</b>: {percent(elements.share_gone) or '0 %'} of the places gone, "
            f"{len(elements.channels_gone)} of {len(maps)} maps",
        ),
        (
            map_grid(channels.maps.numpy(), limit, "The maps after channel dropout",
                     channels.channels_gone),
            f"<b>Channel dropout</b>: {percent(channels.share_gone) or '0 %'} of the places gone, "
            f"{len(channels.channels_gone)} of {len(maps)} maps",
        ),
    ]  # fmt: skip
    show_picture(
        captioned(figures) + scale(limit, "one scale for all; what is beyond gets the strongest"),
        "dropped_maps",
    )
    throw_again(MAPS_SEED, "Other masks")
    st.caption(FLAT)


def choose_network(setting: Setting[str], keys: list[str], label: str) -> str:
    """One of the shipped networks by its title."""
    st.segmented_control(
        label, keys, format_func=lambda key: MODELS[key].title, required=True,
        default=setting.default, key=setting.key, bind="query-params",
    )  # fmt: skip
    return setting.get()


@section
def modes(digit: LessonDigit) -> None:
    """The two modes on a patch, number by number."""
    st.subheader("Train mode and eval mode", anchor=False)
    st.markdown(MODES)
    st.latex(
        r"\begin{aligned}"
        r"\text{train: } \tilde x &= \frac{m \cdot x}{1-p} \\ \text{eval: } \tilde x &= x \\"
        r"\frac{\partial L}{\partial x} &= \frac{m}{1-p} \cdot"
        r"\frac{\partial L}{\partial \tilde x} \end{aligned}"
    )
    rate = rate_slider(MODES_RATE)
    found = both_modes(digit.image[0, 0], rate, MODES_SEED.get())
    limit = 1 / (1 - rate)
    where = Mark(found.row, found.column, *found.inputs.shape)
    whole = Look("The digit, with a frame round the patch", [where], 168)
    parts = {
        "x, the patch": found.inputs,
        "m, the mask: 1 stays, 0 falls out": found.mask.float(),
        f"train mode: m · x × {limit:.2f}": found.training,
        "eval mode: x itself": found.evaluation,
        f"gradient in train mode: m × {limit:.2f}": found.gradient,
    }
    figures = [(grey_map(digit.image[0, 0].numpy(), whole), "the patch in the digit")]
    figures += [(numbers(values.numpy(), limit, name), name) for name, values in parts.items()]
    show_picture(captioned(figures) + scale(limit, "one scale for all five"), "both_modes")
    throw_again(MODES_SEED, "Another mask")


@section
def conventions(digit: LessonDigit) -> None:
    """The mean over many masks in both conventions, beside what it comes near to."""
    st.subheader("Two conventions, one expectation", anchor=False)
    st.markdown(CONVENTIONS)
    st.latex(
        r"\begin{aligned}"
        r"\text{PyTorch: } E\left[\tfrac{m \cdot x}{1-p}\right] &= x \\"
        r"\text{original: } E[m \cdot x] &= (1-p) \cdot x \end{aligned}"
    )
    left, right = st.columns(2, gap="large")
    with left:
        rate = rate_slider(MEAN_RATE)
    with right:
        count = st.select_slider(
            "Masks", MEANS_OVER, value=MEAN_OVER.default, key=MEAN_OVER.key, bind="query-params"
        )
    model = shared_reader("softmax_regression").trained.model
    unit = int(model(digit.image).argmax())
    weight, bias = unit_on_pixels(model, unit)
    inverted, original = both_conventions(
        digit.image[0, 0], weight, bias, rate=rate, count=count, seed=MEAN_SEED.get()
    )
    show_means({"PyTorch": inverted, "Original": original}, count)
    throw_again(MEAN_SEED, "Other masks")
    st.markdown(UNIT.format(digit=unit, count=count))
    rows = {"PyTorch": inverted, "Original": original}
    st.html(
        sums_table(
            {
                name: Sums(found.mean_sum, found.standard_error, found.eval_sum)
                for name, found in rows.items()
            }
        )
    )


def show_means(both: dict[str, ManyMasks], count: int) -> None:
    """For each convention the mean of the masked digits, and what evaluation hands on."""
    masks = "one mask" if count == 1 else f"mean of {count} masks"
    figures = []
    for name, found in both.items():
        parts = {f"train, {masks}": found.mean_input, "eval": found.eval_input}
        figures += [
            (
                grey_map(values.numpy(), Look(f"{name}, {part}", width_px=168)),
                f"<b>{name}</b><br>{part}",
            )
            for part, values in parts.items()
        ]
    show_picture(captioned(figures), "means")
    st.caption("One scale for all four: black is 0, white is 1 or more.")


@section
def spread(digit: LessonDigit) -> None:
    """Many masks through a shipped network."""
    st.subheader("How sure is the network? Ask it a hundred times", anchor=False)
    st.markdown(SPREAD.format(masks=MASKS))
    key = choose_network(SPREAD_NETWORK, WITH_DROPOUT, "Network")
    rate = choose_rate()
    reader = shared_reader(key)
    found = predict_with_masks(
        reader.trained.model, digit.image, SPREAD_SEED.get(), rate=rate,
        temperature=reader.temperature,
    )  # fmt: skip
    show_spread(found)
    throw_again(SPREAD_SEED, "Other masks")
    st.markdown(ENTROPY)
    st.latex(
        r"\begin{aligned}"
        r"\bar p_k &= \frac{1}{M} \sum_{j=1}^{M} p_k(\text{mask } j) \\"
        r"H(\bar p) &= -\sum_k \bar p_k \log_2 \bar p_k \end{aligned}"
    )


def choose_rate() -> float | None:
    """The rate for all dropouts, or None for that which each was trained with."""
    as_trained = st.toggle(
        "The rates that it was trained with", value=SPREAD_AS_TRAINED.default,
        key=SPREAD_AS_TRAINED.key, bind="query-params",
    )  # fmt: skip
    return None if as_trained else rate_slider(SPREAD_RATE, "Rate p of every dropout layer")


def show_spread(found: Spread) -> None:
    """Answers and probabilities of the masks, and three figures."""
    st.html(
        figures_row(
            {
                "Answer in eval mode": str(found.answer),
                "Sure in eval mode": percent(found.evaluation[found.answer].item()),
                "Masks that agree": f"{found.counts[found.answer]} of {MASKS}",
                f"Mean probability of the {found.answer}": percent(found.mean[found.answer].item()),
                "Entropy of the mean": f"{found.entropy_bits:.2f} bits",
                "Entropy in eval mode": f"{found.eval_entropy_bits:.2f} bits",
            }
        )
    )
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**What is read**: probability in eval mode, and masks that read it")
        st.html(answers(found.evaluation.numpy(), found.counts.numpy()))
    with right:
        st.markdown(
            f"**How probable each mask finds the {found.answer}**: number of masks "
            "(blue: eval mode; dashed: mean of the masks)"
        )
        show_picture(
            probability_histogram(
                found.histogram.numpy(), found.evaluation[found.answer].item(),
                found.mean[found.answer].item(), found.answer,
            ),
            "probability_histogram",
        )  # fmt: skip


@section
def everything_awake(digit: LessonDigit) -> None:
    """What a plain `model.train()` would do, on request."""
    if not st.toggle(
        "And if the whole network were in train mode?", key=ALL_IN_TRAINING.key,
        persist_state="session",
    ):  # fmt: skip
        return
    st.markdown(FULL_TRAIN)
    model = shared_reader(WITH_BATCH_NORM).trained.model
    st.markdown(say_all_in_training(all_in_training(model, digit.image, seed=0)))


def say_all_in_training(found: AllInTraining) -> str:
    """In sentences, since the point is what goes wrong."""
    read = ", ".join(f"{k}: {count} times" for k, count in enumerate(found.counts) if count)
    return (
        f"- To one picture alone, PyTorch says: *{found.alone}*\n"
        f"- A batch of {MASKS} copies of this digit is read as {read}.\n"
        f"- That one look moved batch norm's memory of the means by {found.moved:.2f} standard "
        "deviations on average."
    )


IN_THE_MEAN = (
    "In *Two conventions*, move *Masks* from 1 to 1000.",
    "a digit full of holes turns into the digit itself. In the table the means come near to what "
    "eval mode gives, about as near as their ± says, in both conventions.",
)
HARD_DIGITS = (
    "Choose test digit 4761, a 9, with the *Small CNN*; then test digit 9664, a 2, with the "
    "*Deep CNN*.",
    "on the first the masks split between 4, 8 and 9. On the second nearly all of them agree on "
    "7 and are wrong: that they agree is no proof.",
)
HIGH_RATES = (
    "With the *Small CNN* and a digit drawn by the program, switch off *The rates that it was "
    "trained with* and move p from 0.3 to 0.9.",
    "at 0.3 all masks agree. At 0.9 hardly any two do, and the entropy is near its greatest value.",
)
ALL_AWAKE = (
    "Ask the *Deep CNN* with 100 masks, then switch on *And if the whole network were in train "
    "mode?*",
    "a clear digit, on which all masks agree while dropout alone is awake, is then read as just "
    "about anything.",
)

open_lesson("Dropout", ANSWERS)
shown = choose_digit()
sparser(shown)
on_maps(shown)
modes(shown)
conventions(shown)
spread(shown)
everything_awake(shown)
close_lesson(
    [IN_THE_MEAN, HARD_DIGITS if mnist_is_here() else HIGH_RATES, ALL_AWAKE],
    element_mask, channel_mask, dropout, original_dropout, original_evaluation,
    dropout_gradient, dropout_by_loops, predict_with_masks,
)  # fmt: skip
