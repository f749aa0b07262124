"""Tables and pictures of the page on tensors. Nothing here takes text from a visitor."""

import html
from collections.abc import Sequence

from torch import Tensor

from mnist_core.experiments.tensors.broadcasting import Broadcast, Meeting
from mnist_core.experiments.tensors.numbers import Holds, Statement
from mnist_core.words import minus, plainly
from ui.shared.figures.colours import WRONG
from ui.shared.figures.html import table
from ui.shared.figures.pixel_maps import Look, captioned, grey_map, signed_map
from ui.shared.figures.tiles import scale_bar, scale_limit

MISSING = "–"


def meetings_table(found: Broadcast) -> str:
    """The dimensions from the last to the first: both sizes, the result, and a sentence."""
    return table(
        ["dimension", "first", "second", "result", ""],
        [_meeting(meeting) for meeting in found.meetings],
    )


def _meeting(meeting: Meeting) -> list[str]:
    sizes = [MISSING if size is None else str(size) for size in (meeting.first, meeting.second)]
    refused = f'<b style="color:{WRONG}">✗</b>'
    result = refused if meeting.result is None else f"<b>{meeting.result}</b>"
    return [minus(str(meeting.dimension)), *sizes, result, html.escape(meeting.says)]


def statements_table(statements: Sequence[Statement]) -> str:
    """Code, what it gave, what plain arithmetic gives, and why."""
    return table(
        ["statement", "gives", "exactly", ""],
        [
            [
                f"<code>{html.escape(one.code)}</code>",
                f"<b>{plainly(one.result)}</b>",
                MISSING if one.exact is None else plainly(one.exact),
                f'<span style="display:block;min-width:16em">{html.escape(one.says)}</span>',
            ]
            for one in statements
        ],
    )


def types_table(types: dict[str, Holds]) -> str:
    """What each type of numbers can hold."""
    return table(
        ["type", "bits", "from", "to", "next after 1", "counts up to"],
        [
            [
                f"<code>{name}</code>", str(held.bits), f"{held.least:.3g}", f"{held.most:.3g}",
                f"1 + {held.spacing:.2g}", f"{held.exact_up_to:.3g}",
            ]
            for name, held in types.items()
        ],
    )  # fmt: skip


def product_pictures(digit: Tensor, weights: Tensor, terms: Tensor, digit_class: int) -> str:
    """The digit, a row of weights and their products, each (28, 28); the last two are signed."""
    limit, most = (scale_limit(values.numpy()) for values in (weights, terms))
    pictures = [
        (grey_map(digit.numpy(), Look("the digit", width_px=200)), "x: 784 pixels"),
        (
            signed_map(weights.numpy(), limit, Look(f"weights of {digit_class}", width_px=200)),
            f"row {digit_class} of W: 784 weights",
        ),
        (
            signed_map(terms.numpy(), most, Look("their products", width_px=200)),
            "their 784 products",
        ),
    ]
    return captioned(pictures) + scale_bar(most, "blue counts against it, orange for it")


def along_picture(values: Tensor, dimension: int, what: str) -> str:
    """28 numbers as a row or a column of cells, from 0 (dark) to the largest (light)."""
    line = values / max(float(values.max()), 1e-9)
    shown = line[None, :] if dimension == 0 else line[:, None]
    width = 280 if dimension == 0 else 12
    return grey_map(shown.numpy(), Look(what, width_px=width))
