"""What the visitor predicts on this page; each right answer is computed."""

from functools import partial

from torch import Tensor

from mnist_core.inside.dropout import (
    MASKS,
    all_in_training,
    both_conventions,
    predict_with_masks,
)
from mnist_core.inside.first_layer import unit_on_pixels
from ui.dropout.sparser import at_all_rates
from ui.dropout.uncertainty import WITH_BATCH_NORM
from ui.shared.digit.choose import test_digit
from ui.shared.predict import Answer, predict
from ui.shared.process import shared_reader
from ui.shared.state import (
    ALL_IN_TRAINING,
    LESSON_SOURCE,
    MEAN_OVER,
    MEAN_RATE,
    SPREAD_AS_TRAINED,
    SPREAD_NETWORK,
    SPREAD_RATE,
    TEST,
    TEST_DIGIT,
)

THIRDS = ((0.1, 0.3), (0.4, 0.6), (0.7, 0.9))
HARD_DIGIT, HARD_FOR = 9664, "deep_cnn"
HIGH_RATE, AT_HIGH_RATE = 0.9, "convnet"
MANY = 1000


def ask_when_it_breaks(image: Tensor) -> None:
    """image: (1, 1, 28, 28), as for all questions."""
    predict(
        "breaks",
        "From which share of missing pixels on is something else read than in the whole digit?",
        [*(f"{low * 100:.0f} to {high * 100:.0f} %" for low, high in THIRDS), "never here"],
        partial(find_when_it_breaks, image),
    )


def find_when_it_breaks(image: Tensor) -> Answer:
    """The first rate at which the network's answer is another one."""
    whole, *others = at_all_rates(image)
    first = next((one for one in others if one.digit != whole.digit), None)
    if first is None:
        return len(THIRDS), f"At every rate of this row it reads {whole.digit}."
    part = next(i for i, (_, high) in enumerate(THIRDS) if first.rate <= high + 0.01)
    return part, (
        f"It reads {whole.digit} in the whole digit, and {first.digit} for the first time when "
        f"{first.rate * 100:.0f} % of the pixels fall out. Other dice, another answer: throw them."
    )


def ask_about_the_mean(image: Tensor) -> None:
    """Of many masks in train mode."""
    predict(
        "mean_of_masks",
        f"What is the mean of {MANY} digits, each with other holes?",
        ["a digit full of holes", "the digit itself, or nearly"],
        partial(find_mean, image),
        lambda: MEAN_OVER.set(MANY),
    )


def find_mean(image: Tensor) -> Answer:
    """How far the means of one mask and of many are from what evaluation hands on."""
    model = shared_reader("softmax_regression").trained.model
    weight, bias = unit_on_pixels(model, 0)
    digit, off = image[0, 0], []
    for count in (1, MANY):
        found, _ = both_conventions(digit, weight, bias, rate=MEAN_RATE.get(), count=count, seed=0)
        off.append(float((found.mean_input - found.eval_input).abs().sum() / digit.sum()))
    return int(off[1] < off[0] / 2), (
        f"Of all ink, {off[0] * 100:.0f} % is off with one mask and {off[1] * 100:.0f} % with "
        f"{MANY}. In the table the means come as near to eval mode as their ± says, in both "
        "conventions."
    )


def ask_about_a_hard_digit() -> None:
    """A test digit of MNIST, so only where MNIST is."""
    predict(
        "hard_digit",
        f"Test digit {HARD_DIGIT} is a 2. How many of {MASKS} masks of the *Deep CNN* read a 2?",
        ["more than half", "less than half: they split", "hardly any, and they agree on another"],
        find_hard_digit,
        _show_hard_digit,
    )


def find_hard_digit() -> Answer:
    """By asking them all."""
    digit = test_digit(HARD_DIGIT)
    reader = shared_reader(HARD_FOR)
    assert digit is not None, "MNIST is here"
    found = predict_with_masks(reader.trained.model, digit.image, 0, temperature=reader.temperature)
    most = int(found.counts.argmax())
    of_two, agree = int(found.counts[2]), int(found.counts[most])
    says = f"{of_two} read 2, and {agree} agree on {most}. That they agree is no proof."
    return (0 if of_two > MASKS / 2 else 2 if agree > MASKS / 2 else 1), says + (
        " Now take test digit 4761, a 9, with the *Small CNN*: there the masks split."
    )


def _show_hard_digit() -> None:
    LESSON_SOURCE.set(TEST)
    TEST_DIGIT.set(HARD_DIGIT)
    SPREAD_NETWORK.set(HARD_FOR)
    SPREAD_AS_TRAINED.set(True)


def ask_about_a_high_rate(image: Tensor) -> None:
    """How far the masks come apart."""
    predict(
        "high_rate",
        f"Let {HIGH_RATE * 100:.0f} % of the numbers fall out in every dropout layer of the "
        f"*Small CNN*. How many of {MASKS} masks still agree?",
        ["over 90", "50 to 90", "less than 50"],
        partial(find_high_rate, image),
        _show_high_rate,
    )


def find_high_rate(image: Tensor) -> Answer:
    """By asking them all."""
    reader = shared_reader(AT_HIGH_RATE)
    found = predict_with_masks(
        reader.trained.model, image, 0, rate=HIGH_RATE, temperature=reader.temperature
    )
    agree = int(found.counts.max())
    return (0 if agree > 90 else 1 if agree >= 50 else 2), (
        f"{agree} agree, and the entropy of the mean is {found.entropy_bits:.2f} of at most 3.32 "
        "bits."
    )


def _show_high_rate() -> None:
    SPREAD_NETWORK.set(AT_HIGH_RATE)
    SPREAD_AS_TRAINED.set(False)
    SPREAD_RATE.set(HIGH_RATE)


def ask_about_all_awake(image: Tensor) -> None:
    """What train mode does to more than dropout."""
    predict(
        "all_awake",
        f"If the *whole* Deep CNN were in train mode: as what are {MASKS} copies of this digit "
        "read?",
        ["nearly all as one digit", "as several digits"],
        partial(find_all_awake, image),
        lambda: ALL_IN_TRAINING.set(True),
    )


def find_all_awake(image: Tensor) -> Answer:
    """By asking a copy."""
    found = all_in_training(shared_reader(WITH_BATCH_NORM).trained.model, image, seed=0)
    most = max(found.counts)
    return int(most < 90), f"{most} of {MASKS} copies are read alike."
