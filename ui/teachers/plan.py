"""The plan of a lesson: its steps in order, each with a link that sets its page up."""

from collections.abc import Callable
from dataclasses import dataclass, field

from mnist_core.models.presets import PLAIN_SGD, RACE
from ui.shared.state import (
    CHAPTER,
    EPSILON,
    EVALUATED,
    KERNEL,
    LESSON_OWN_DIGIT,
    LESSON_SOURCE,
    NETWORK,
    OWN,
    PRESET,
    SHIFT_RIGHT,
    TRACED,
)
from ui.shared.tour.stops import (
    CONVOLUTION,
    DRAW,
    DROPOUT,
    EVALUATE,
    MAP_OF_DIGITS,
    POOLING,
    THROUGH_THE_NETWORK,
    TRAIN,
    WHY_THIS_ANSWER,
    Stop,
)
from ui.teachers import answers

SHORT, LONG = 45, 90
A_FIVE = {LESSON_SOURCE.key: OWN, LESSON_OWN_DIGIT.key: str(answers.LESSON_DIGIT)}
"""So that all of the class, and the answer key, look at the same digit."""


@dataclass(frozen=True)
class Step:
    """One step of a lesson.

    minutes: in the lesson of SHORT and of LONG minutes; 0 where it is left out
    title:   what it is called in the plan
    stop:    the page on which it happens
    says:    what to say before
    does:    what the class does
    finds:   what it should find
    answer:  asks the live networks, in Markdown
    asked:   the settings that the link brings along
    """

    minutes: tuple[int, int]
    title: str
    stop: Stop
    says: str
    does: str
    finds: str
    answer: Callable[[], str]
    asked: dict[str, str] = field(default_factory=dict)


STEPS = (
    Step(
        (8, 8), "Draw and fool it", DRAW,
        "Nobody told this machine what a seven looks like. It saw examples.",
        "Everybody draws three digits. Then: a zero with a slash through it, with *MNIST alone*.",
        "It reads nearly everything, until a habit comes that its examples did not have.",
        answers.who_is_fooled, {"model": "deep_cnn"},
    ),
    Step(
        (5, 5), "What it sees", DRAW,
        "The network never sees your drawing, only 28 × 28 numbers made of it.",
        "Draw something small in a corner. Watch what each step would be read as.",
        "Without centring and scaling, even a neat digit is misread.",
        answers.what_centring_does, {CHAPTER.key: "xray"},
    ),
    Step(
        (8, 8), "Edges", CONVOLUTION,
        "Nine weights and one sum: that is all that a first layer does at each place.",
        "Move the window over the digit. Where is the result 0, and why?",
        "Edges are where neighbours differ: where all are equal, the weights cancel out.",
        answers.where_edges_are, A_FIVE | {KERNEL.key: "Edges"},
    ),
    Step(
        (0, 8), "Smaller, and still the same", POOLING,
        "A picture can lose three quarters of its numbers and still be read.",
        "Move the digit by one pixel and compare the bars from top to bottom.",
        "The picture changes a lot, the answer hardly: pooling forgets *where*, and keeps *what*.",
        answers.what_a_shift_changes, A_FIVE | {SHIFT_RIGHT.key: "1"},
    ),
    Step(
        (8, 8), "Through the network", THROUGH_THE_NETWORK,
        "Edges become parts, parts become a digit. Let us look in between.",
        "Click on a cell of a map. What nine numbers is it made of?",
        "Every number in there can be computed by hand. Nothing is hidden, there is only much.",
        answers.what_the_network_is_made_of, A_FIVE,
    ),
    Step(
        (0, 9), "Why this answer?", WHY_THIS_ANSWER,
        "What if somebody changed each pixel a little, in the worst way?",
        "Raise ε until the answer changes. Could you tell the two pictures apart?",
        "A change that we hardly see can change the answer.",
        answers.how_little_it_takes, A_FIVE | {TRACED.key: "deep_cnn", EPSILON.key: "0.1"},
    ),
    Step(
        (8, 12), "Teach it", TRAIN,
        "It starts with random numbers, and each batch of digits moves them a little.",
        "Press Play, and watch both curves. Then race plain SGD against Adam.",
        "Loss falls, accuracy rises; the way of stepping decides how fast.",
        answers.how_slow_sgd_is, {NETWORK.key: RACE[0], PRESET.key: PLAIN_SGD},
    ),
    Step(
        (0, 8), "Learning with holes", DROPOUT,
        "Half of the numbers are switched off at random, on purpose, while it learns.",
        "Guess before you look: does that make it better or worse on new digits?",
        "It depends on how little there is to learn from. Here is what we measured.",
        answers.whether_dropout_helps, A_FIVE,
    ),
    Step(
        (8, 8), "Quiz on mistakes", EVALUATE,
        "10 000 digits that it has never seen. Which will be hardest?",
        "Each group writes down its guess for the hardest digit and the most frequent mix-up.",
        "The guesses are often right: what confuses people confuses the network.",
        answers.which_digits_are_confused, {EVALUATED.key: answers.QUIZZED},
    ),
    Step(
        (0, 8), "Digits that nobody wrote", MAP_OF_DIGITS,
        "Turn it round: from a few numbers to a picture.",
        "Point at the map between two groups. What is there?",
        "Between two digits lie pictures that are a little of both, or of a third.",
        answers.what_lies_between,
    ),
    Step(
        (0, 8), "What have we learnt?", DRAW,
        "Three sentences each: what it can do, what it cannot, and who should check it.",
        "Read a few aloud. Draw what nobody has tried yet.",
        "It has learnt from examples: it is good where they were, and nowhere else.",
        answers.who_is_fooled,
    ),
)  # fmt: skip


def steps_of(minutes: int) -> list[tuple[int, Step]]:
    """The steps of a lesson of SHORT or LONG minutes, each with its own minutes."""
    which = (SHORT, LONG).index(minutes)
    return [(step.minutes[which], step) for step in STEPS if step.minutes[which]]
