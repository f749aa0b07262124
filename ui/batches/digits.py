"""The same three descents on digits: softmax regression, seen on the plane of its paths."""

from typing import Any

import streamlit as st
import torch
from torch import Tensor

from mnist_core.data.mnist import to_images_01
from mnist_core.experiments.descent.digits_in_batches import (
    EPOCHS,
    LOOKS,
    descend,
    losses_of,
    plane_through,
)
from mnist_core.experiments.descent.race import grid_of
from mnist_core.latent.generate import generate_digits
from mnist_core.words import in_percent
from ui.shared.components.contours import Contours, Ends, Line, ground, legend, walked
from ui.shared.figures.colours import FIRST, GREY, SECOND
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import BATCH_POINTS, BATCH_RATE

COUNT, SEED = 128, 5
CELLS, MARGIN = 41, 0.2
SAYS = """
A **softmax regression** has 7 850 weights, so its path has 7 850 coordinates. What you see is the
plane along which the three paths differ most. They begin with all weights 0, use the page’s
batch size and learning rate, and read {count} digits that the shipped conditional VAE has drawn.
"""
FOUND = """
After {epochs} epochs each has seen every digit {epochs} times. The loss is {losses}. These digits
are so few that they can all be read without a mistake, and so even single ones pull in about the
same direction: here small batches have little to lose, and their many steps win.

The plane shows {shown} of the squared distances between the places on the paths. **The loss on the
plane is not the loss on the path**, which runs a little beside it: they differ by up to {off:.2f}
nats.
"""
ALT = "Contours of the loss on a plane, and three descents on it: by all digits, by a few, by one."

show_paths = Contours("batch_digits")


@st.cache_data(show_spinner=False)
def digits() -> tuple[Tensor, Tensor]:
    """Pictures float64 (N, 784) in [0, 1], and labels int64 (N,). Raises WeightsUnusable."""
    drawn = generate_digits(COUNT, SEED)
    return to_images_01(drawn.images).flatten(1).double(), drawn.labels.long()


@section
def on_digits() -> None:
    """The picture, and its numbers."""
    st.subheader("The same on digits", anchor=False)
    say(SAYS.format(count=COUNT))
    data, found = paths_on_digits(BATCH_POINTS.get(), BATCH_RATE.get())
    show_paths(data, "digit_paths")
    say(found)


def lines(size: int) -> list[Line]:
    """Of the three descents."""
    return [
        Line("full", f"All {COUNT} digits", GREY),
        Line("few", f"{size} digits", FIRST),
        Line("one", "1 digit", SECOND, dashed=True),
    ]


@st.cache_data(show_spinner="Descending on digits …", max_entries=32)
def paths_on_digits(size: int, rate: float) -> tuple[dict[str, Any], str]:
    """What is sent to the browser, and what it shows in words. Raises WeightsUnusable."""
    x, y = digits()
    paths = [descend(x, y, batch_size, rate) for batch_size in (COUNT, size, 1)]
    plane = plane_through(paths)
    places, losses = plane.places(torch.cat(paths)), losses_of(torch.cat(paths), x, y)
    across, up = (ends_of(places[:, axis]) for axis in (0, 1))
    values = grid_of(lambda where: plane.losses(where, x, y), across, up, CELLS)
    named, looks = lines(size), [look / LOOKS for look in range(EPOCHS * LOOKS + 1)]
    own_losses = losses.split(len(looks))
    data = {
        **ground(values.numpy(), across, up),
        "name": f"digits {size} {rate}", "steps": len(looks) - 1, "alt": ALT,
        "names": ["1st axis", "2nd axis"],
        "moments": [f"{look:.1f} epochs" for look in looks],
        "paths": legend(named), "shown": [line.key for line in named], "minima": [],
        "fixed": [
            walked(line.key, own, found)
            for line, own, found in zip(named, places.split(len(looks)), own_losses, strict=True)
        ],
    }  # fmt: skip
    said = ", ".join(
        f"{float(found[-1]):.3f} with {line.title[0].lower()}{line.title[1:]} at a time"
        for line, found in zip(named, own_losses, strict=True)
    )
    off = float((plane.losses(places, x, y) - losses).abs().max())
    return data, FOUND.format(epochs=EPOCHS, losses=said, shown=in_percent(plane.shown), off=off)


def ends_of(values: Tensor) -> Ends:
    """Least and greatest, with some room."""
    least, greatest = float(values.min()), float(values.max())
    room = MARGIN * (greatest - least)
    return least - room, greatest + room
