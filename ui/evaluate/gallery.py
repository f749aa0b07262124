"""Test digits as pictures, each with what was read in it; a click on one asks why."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
import torch

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.evaluation.metrics import Ranking
from mnist_core.evaluation.robustness import Change, apply_all
from mnist_core.layers.activations import to_probabilities
from mnist_core.words import finely, minus, percent
from ui.evaluate.why import ask_why, leave_soon_if_asked
from ui.shared.components.pictures import Pick, pickable
from ui.shared.figures.colours import WRONG
from ui.shared.figures.html import captioned_row, picture
from ui.shared.session.networks import Network
from ui.shared.state import Setting
from ui.shared.widgets import turn_pages

GALLERY_PX, SAMPLE_PX = 96, 56
UNITS = {"rotation": "°", "shift": " px", "thickness": " px"}
BARE_BUTTON = (
    "display:block;width:100%;padding:0;border:0;background:none;color:inherit;font:inherit;"
    "border-radius:6px"
)


@dataclass(frozen=True)
class Shown:
    """One of the test digits in a gallery.

    index:   which
    says:    what was read in it, for those who cannot see it
    caption: HTML
    """

    index: int
    says: str
    caption: str


def show_gallery(digits: Digits, shown: Sequence[Shown], network: Network, key: str) -> None:
    """Pictures with captions; a click on one, or Enter, asks why `network` answers so."""
    leave_soon_if_asked()
    cells = []
    for one in shown:
        image = to_images_01(digits.images[one.index : one.index + 1])[0, 0].numpy()
        drawn = picture(image, f"Test digit {one.index}: {one.says}", side_px=GALLERY_PX)
        button = (
            f'<button type="button" data-pick="{one.index}" title="Why this answer?" '
            f'style="{BARE_BUTTON}">{drawn}</button>'
        )
        cells.append((button, one.caption))

    def explain(pick: Pick) -> None:
        if pick.part in {str(one.index) for one in shown}:
            ask_why(network, int(pick.part))

    pickable(captioned_row(cells, cell_px=GALLERY_PX), key=key, on_pick=explain)


def shown_of(ranking: Ranking) -> list[Shown]:
    """Each digit with the probability of its label, by which a ranking is in order."""
    rows = zip(
        ranking.indices.tolist(),
        ranking.labels.tolist(),
        ranking.read.tolist(),
        ranking.p_label.tolist(),
        ranking.p_read.tolist(),
        strict=True,
    )
    return [
        Shown(
            index,
            f"is {label}, read as {read} ({percent(p_read)}); "
            f"probability of the {label}: {finely(p_label)}",
            f"is <b>{label}</b>: {finely(p_label)}<br>read as {judged(read, label)}",
        )
        for index, label, read, p_label, p_read in rows
    ]


def judged(read: int, label: int) -> str:
    """What was read, as HTML: plain with ✓ where it is right, red with ✗ where it is wrong."""
    if read == label:
        return f"<b>{read}</b> ✓"
    return f'<b style="color:{WRONG}">{read} ✗</b>'


def choose_page(setting: Setting[int], count: int, size: int) -> int:
    """Which page of `count` pictures, from 0; there is a choice when there are several."""
    pages = max(1, -(-count // size))
    if pages > 1:
        turn_pages(setting, pages)
    return min(setting.get(), pages) - 1


def show_changed(network: Network, digits: Digits, index: int, change: Change) -> None:
    """Test digit `index` changed by each value, and what the network reads then."""
    images = apply_all(to_images_01(digits.images[index : index + 1]), change)
    with torch.inference_mode():
        logits = network.model(images)
    sure, read = to_probabilities(logits, network.temperature).max(dim=1)
    label = int(digits.labels[index])
    cells = []
    for value, image, digit, p in zip(
        change.values, images[:, 0].numpy(), read.tolist(), sure.tolist(), strict=True
    ):
        amount = minus(f"{value:+g}" if value else "0") + UNITS.get(change.key, "")
        says, answer = f"read as {digit} ({percent(p)})", judged(digit, label)
        if not math.isfinite(p):
            says, answer = "no answer", f'<b style="color:{WRONG}">no answer ✗</b>'
        drawn = picture(image, f"{change.title}, {amount}: {says}", side_px=SAMPLE_PX)
        cells.append((drawn, f"{amount}<br>→ {answer}"))
    st.html(captioned_row(cells, cell_px=SAMPLE_PX))
