"""What the visitor predicts on this page; each right answer is computed."""

from functools import partial

import torch
from torch import Tensor

from mnist_core.errors import LayerImpossible
from mnist_core.experiments.kernels import Kernel, sum_channels, tinted
from mnist_core.layers.convolution import Sliding, output_size
from ui.shared.predict import Answer, predict
from ui.shared.state import (
    CHANNELS_IN,
    CHANNELS_OUT,
    KERNEL,
    KERNEL_DILATION,
    KERNEL_EDITED,
    KERNEL_PADDING,
    KERNEL_SAME,
    KERNEL_SIZE,
    KERNEL_STRIDE,
)

SIDE = 28
ONE_ON_THE_RIGHT = torch.tensor([[0.0, 0, 0], [0, 0, 1], [0, 0, 0]])
KEEPS_SIZE = Sliding((1, 1))
MOVES = {"one cell to the left": -1, "nowhere: it stays": 0, "one cell to the right": 1}
WIDE_KERNEL, WIDE, PADDED = 7, Sliding((0, 0), 1, 5), Sliding((2, 2), 1, 5)
RED_AGAINST_BLUE = 1
NEGATIVE_AT = ("nowhere", "mostly in the upper half", "mostly in the lower half")


def ask_where_it_moves(picture: Tensor) -> None:
    """picture: (28, 28) in [0, 1], as for all questions."""
    predict(
        "kernel_moves",
        "Every weight of the kernel is 0, but for a 1 in the cell to the *right* of the middle. "
        "Where does the digit go?",
        list(MOVES),
        partial(find_where_it_moves, picture),
        _show_one_on_the_right,
    )


def find_where_it_moves(picture: Tensor) -> Answer:
    """By laying the output on the digit, moved to either side."""
    output = Kernel(ONE_ON_THE_RIGHT).over(picture, KEEPS_SIZE)
    off = [float((output - torch.roll(picture, by, 1)).abs().sum()) for by in MOVES.values()]
    right = off.index(min(off))
    return right, (
        f"It goes {list(MOVES)[right]}: every output cell copies the input cell on its right. Laid "
        f"on the digit that has moved so, the output differs by {min(off):.2g} in all."
    )


def _show_one_on_the_right() -> None:
    KERNEL.set("Identity")
    KERNEL_SIZE.set(len(ONE_ON_THE_RIGHT))
    _slide(KEEPS_SIZE)
    KERNEL_EDITED.set(Kernel(ONE_ON_THE_RIGHT))


def ask_what_a_wide_window_makes() -> None:
    """About a window that is larger than the picture."""
    predict(
        "wide_window",
        f"A kernel of size {WIDE_KERNEL} with dilation {WIDE.dilation} and without padding: how "
        "large is the output?",
        [f"{SIDE} × {SIDE}", f"{SIDE - WIDE_KERNEL + 1} × {SIDE - WIDE_KERNEL + 1}",
         "there is none"],
        find_what_a_wide_window_makes,
        _show_wide_window,
    )  # fmt: skip


def find_what_a_wide_window_makes() -> Answer:
    """By trying it."""
    padded = output_size(SIDE, WIDE_KERNEL, PADDED)
    try:
        size = output_size(SIDE, WIDE_KERNEL, WIDE)
    except LayerImpossible as error:
        return 2, (
            f"“{error}” Raise the padding to {PADDED.padding[0]}, and the window fits in {padded} "
            f"places each way: the output is {padded} × {padded}."
        )
    return int(size != SIDE), f"The output is {size} × {size}."


def _show_wide_window() -> None:
    KERNEL_SIZE.set(WIDE_KERNEL)
    _slide(WIDE)


def _slide(sliding: Sliding) -> None:
    KERNEL_SAME.set(False)
    KERNEL_PADDING.set(sliding.padding[0])
    KERNEL_STRIDE.set(sliding.stride)
    KERNEL_DILATION.set(sliding.dilation)


def ask_where_it_is_negative(picture: Tensor) -> None:
    """About the second output channel, which sets red against blue."""
    predict(
        "red_against_blue",
        "Output channel 2 sets *red against blue*: its weights for blue are negative. The digit is "
        "red above and blue below. Where is this channel negative?",
        list(NEGATIVE_AT),
        partial(find_where_it_is_negative, picture),
        _show_all_colours,
    )


def find_where_it_is_negative(picture: Tensor) -> Answer:
    """From how much of its output lies under 0, in each half and with red alone."""
    colours = tinted(picture)
    alone, all_three = (
        (-sum_channels(colours, count, 2, 0.0).outputs[RED_AGAINST_BLUE]).clamp(min=0)
        for count in (1, len(colours))
    )
    upper, lower = (float(half.sum()) for half in all_three.chunk(2))
    right = 0 if upper + lower == 0 else 1 + int(lower > upper)
    return right, (
        f"Under 0 there is {upper:.1f} in the upper half and {lower:.1f} in the lower one; with "
        f"red alone (1 input channel) it is {float(alone.sum()):.1f} in all."
    )


def _show_all_colours() -> None:
    CHANNELS_IN.set(3)
    CHANNELS_OUT.set(max(CHANNELS_OUT.get(), RED_AGAINST_BLUE + 1))
