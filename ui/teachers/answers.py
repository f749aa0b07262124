"""The answer key: what the class should find, asked of the live networks."""

import streamlit as st
import torch
from torch import Tensor
from torch.nn.functional import conv2d

from mnist_core.evaluation.metrics import accuracy, confusion, predict_logits
from mnist_core.evaluation.published import epoch_figures, load_ten_seeds
from mnist_core.experiments.kernels import edges
from mnist_core.inside.attack import fgsm
from mnist_core.inside.dropout_study import load_study, paired_gain
from mnist_core.inside.shifts import shift_stages
from mnist_core.latent.codes import encode
from mnist_core.latent.ways import way_between
from mnist_core.models.parts import first_layer
from mnist_core.models.registry import DEFAULT_MODEL, READERS
from mnist_core.pictures.own_digits import DIGITS, in_the_corner, on_canvas, own_digit, slashed
from mnist_core.pictures.preprocessing import canvas_to_mnist
from mnist_core.words import a_digit, in_percent, percent, spaced
from ui.shared.digit.says import describe
from ui.shared.digit.test_digits import quiet_test_digits
from ui.shared.process import shared_autoencoder, shared_reader

LESSON_DIGIT = 5
"""The program's digit that the plan's links open the lessons with."""
QUIZZED = "softmax_regression"
HALFWAY = (4, 9)
EPSILONS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)


def who_is_fooled() -> str:
    """The slashed zero, read by both upbringings of the same network."""
    picture = slashed(0)
    return " ".join(
        f"Trained on {READERS[key].trained_on}: {describe(shared_reader(key).read(picture))}"
        for key in READERS
    )


def what_centring_does() -> str:
    """A small digit in a corner, after the first step and after the last."""
    reader = shared_reader(DEFAULT_MODEL)
    stages = canvas_to_mnist(in_the_corner(LESSON_DIGIT)).stages
    images = torch.stack([torch.from_numpy(stages[step].image) for step in (0, -1)])[:, None]
    first, last = reader.probabilities(images)
    return (
        f"{a_digit(LESSON_DIGIT).capitalize()} drawn small in a corner has a probability of "
        f"{percent(float(first[LESSON_DIGIT]))} after the first step (there it looks most like "
        f"{a_digit(int(first.argmax()))}), and of {percent(float(last[LESSON_DIGIT]))} after the "
        f"last, “{stages[-1].name}”."
    )


def where_edges_are() -> str:
    """How much of a digit's picture has no edge."""
    picture = own_digit(LESSON_DIGIT)
    out = conv2d(picture, edges(3)[None, None], padding=1)
    still = float((out.abs() < 1e-6).double().mean())
    return (
        f"{in_percent(still)} of the cells give exactly 0: paper, where all nine numbers are equal "
        f"and the weights add up to {float(edges(3).sum()):.0f}. Everything else is the outline."
    )


def what_the_network_is_made_of() -> str:
    """Numbers of the network that reads on the first page."""
    reader = shared_reader(DEFAULT_MODEL)
    maps = len(first_layer(reader.model).weight)
    numbers = sum(parameter.numel() for parameter in reader.model.parameters())
    says = describe(reader.read(on_canvas(DIGITS[LESSON_DIGIT])))
    return f"{maps} maps in the first layer, {spaced(numbers)} learnt numbers in all. {says}"


def how_slow_sgd_is() -> str:
    """What ten trainings by the preset reached."""
    measured = load_ten_seeds()
    figures = epoch_figures(measured)
    shares = " / ".join(in_percent(one.mean_accuracy) for one in figures)
    return (
        f"Plain SGD reads {shares} of the test digits after {len(figures)} epochs (the mean of "
        f"{len(measured.seeds)} trainings). The race shows where Adam is by then: its steps are as "
        "large for weights with small gradients as for others."
    )


def which_digits_are_confused() -> str:
    """By the simplest network, on the test digits."""
    found = quiet_test_digits()
    if found is None:
        return "There are no test digits here: the page says how to get them."
    logits, labels = _logits_of_quizzed(found.generated, found.digits.images), found.digits.labels
    counts = confusion(logits, labels)
    worst = int(counts.recall.argmin())
    pair = int(counts.mistakes.argmax())
    times = int(counts.mistakes.max())
    return (
        f"Softmax regression reads {in_percent(accuracy(logits, labels))} right. Hardest is the "
        f"{worst}: {in_percent(float(counts.recall[worst]))} of them are read as such. The most "
        f"frequent mistake: {a_digit(pair // 10)} read as {a_digit(pair % 10)}, {times} times."
    )


@st.cache_resource(show_spinner=False)
def _logits_of_quizzed(generated: bool, _images: Tensor) -> Tensor:
    """Of all test digits; generated: whether they are the stand-in, which tells the two apart."""
    return predict_logits(shared_reader(QUIZZED).model, _images)


def what_a_shift_changes() -> str:
    """The picture against the answer, when the digit moves by one pixel."""
    reader = shared_reader(DEFAULT_MODEL)
    stages = shift_stages(reader.model, own_digit(LESSON_DIGIT), 1, 0, reader.temperature)
    return (
        f"The picture changes by {stages[0].change * 100:.0f} %, the ten probabilities by "
        f"{stages[-1].change * 100:.1f} %. Each pooling on the way forgets a little of *where*."
    )


def how_little_it_takes() -> str:
    """The smallest of the page's steps that the network trained on MNIST alone falls for."""
    model, image = shared_reader("deep_cnn").model, own_digit(LESSON_DIGIT)
    labels = torch.tensor([LESSON_DIGIT])
    for epsilon in EPSILONS:
        with torch.no_grad():
            read = int(model(fgsm(model, image, labels, epsilon)).argmax())
        if read != LESSON_DIGIT:
            return f"At ε = {epsilon:g} the {LESSON_DIGIT} is read as {a_digit(read)}."
    return f"Not even at ε = {EPSILONS[-1]:g} is the {LESSON_DIGIT} read as another digit."


def whether_dropout_helps() -> str:
    """What our study measured."""
    study = load_study()
    gain, error = paired_gain(study)
    way = "fewer" if gain > 0 else "more"
    return (
        f"Trained on {spaced(study.digits)} digits, with p = {study.rates[-1].rate:g} a network "
        f"misreads {abs(gain) * 100:.2f} ± {error * 100:.2f} test digits in 100 {way} than "
        "without dropout. Two standard errors or less are no difference."
    )


def what_lies_between() -> str:
    """Half-way between two digits, as the reader reads it."""
    model = shared_autoencoder("vae2d").model
    start, end = encode(model, torch.cat([own_digit(k) for k in HALFWAY])).mean
    middle = way_between(model, start, end, 3, spherical=False).images[1]
    reader = shared_reader(DEFAULT_MODEL)
    p = reader.probabilities(middle[None, None])[0]
    return (
        f"Half-way between {a_digit(HALFWAY[0])} and {a_digit(HALFWAY[1])} lies what the reader "
        f"takes for {a_digit(int(p.argmax()))} ({percent(float(p.max()))})."
    )
