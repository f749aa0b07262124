"""What an evaluation looks like in words and pictures: headline, gallery, changed digits."""

import math

import streamlit as st
import torch

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.evaluation.metrics import Ranking, Summary
from mnist_core.evaluation.robustness import Change, apply_all
from mnist_core.layers.activations import to_probabilities
from mnist_core.words import in_percent, percent, spaced
from ui.shared.figures.colours import WRONG
from ui.shared.figures.html import captioned_row, picture
from ui.shared.session.networks import Network

GALLERY_PX, SAMPLE_PX = 84, 56
UNITS = {"rotation": "°", "shift": " px", "thickness": " px"}


def show_summary(summary: Summary) -> None:
    """Four figures side by side; on a phone two by two; and a sentence about digits without any."""
    if summary.unanswered:
        st.warning(say_unanswered(summary), icon=":material/warning:")
    none_answered = summary.unanswered == summary.count
    shown = (
        (in_percent(summary.accuracy), "read right"),
        (f"{summary.wrong}", f"wrong of {spaced(summary.count)}"),
        ("–" if none_answered else f"{summary.loss:.4f}", "mean loss −log p, in nats"),
        ("–" if none_answered else in_percent(summary.ece), "calibration error (ECE)"),
    )
    cells = "".join(
        f'<div><div style="font-size:2rem;font-weight:700;line-height:1.2">{value}</div>'
        f'<div style="font-size:.9rem;opacity:.8">{name}</div></div>'
        for value, name in shown
    )
    st.html(
        '<div class="evaluation-summary" style="display:grid;gap:12px 24px;'
        "font-variant-numeric:tabular-nums;"
        f'grid-template-columns:repeat(auto-fit,minmax(150px,1fr))">{cells}</div>'
    )


def say_unanswered(summary: Summary) -> str:
    """For how many digits the network has no answer, and what becomes of them."""
    which = f"{spaced(summary.unanswered)} of the digits"
    if summary.unanswered == summary.count:
        which = "every digit"
    elif summary.unanswered == 1:
        which = "one of the digits"
    return (
        f"For {which} the network has no answer: what it computes are no finite numbers. That "
        "counts as wrong, and stands in none of the tables and pictures. Most likely its training "
        "had diverged."
    )


def show_gallery(digits: Digits, ranking: Ranking) -> None:
    """Each picture with what it is, and what it was read as."""
    rows = zip(
        ranking.indices.tolist(),
        ranking.labels.tolist(),
        ranking.read.tolist(),
        ranking.p_read.tolist(),
        strict=True,
    )
    cells = []
    for index, label, read, p_read in rows:
        image = to_images_01(digits.images[index : index + 1])[0, 0].numpy()
        text = f"Test digit {index}: is {label}, read as {read} ({percent(p_read)})"
        caption = f"is <b>{label}</b>, read as <b>{read}</b> ({percent(p_read)})"
        cells.append((picture(image, text, side_px=GALLERY_PX), caption))
    st.html(captioned_row(cells, cell_px=GALLERY_PX))


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
        amount = (f"{value:+g}" if value else "0").replace("-", "−") + UNITS.get(change.key, "")
        text, shown = f"read as {digit} ({percent(p)})", str(digit)
        if not math.isfinite(p):
            text = shown = "no answer"
        text = f"{change.title}, {amount}: {text}"
        style = "" if shown == str(label) else f"color:{WRONG};font-weight:700"
        caption = f'{amount}<br><span style="{style}">→ {shown}</span>'
        cells.append((picture(image, text, side_px=SAMPLE_PX), caption))
    st.html(captioned_row(cells, cell_px=SAMPLE_PX))
