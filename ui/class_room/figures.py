"""The wall's pictures as HTML: digits in rows, counts, who is taken for whom."""

import html
from collections.abc import Sequence

import numpy as np
from torch import Tensor

from mnist_core.classroom.votes import Poll
from mnist_core.evaluation.metrics import Confusion
from mnist_core.pictures.image_files import encode_png
from mnist_core.words import a_digit
from ui.shared.figures.colours import (
    CHOSEN,
    DARK_INK,
    FRAME,
    GREY,
    MISTAKES,
    RIGHT_CELL,
    SMALL,
    TABULAR,
    WRONG,
)
from ui.shared.figures.html import bar, bar_chart, grid, image

TILE = "repeat(auto-fill,minmax(var(--tile,56px),1fr))"


def digit_tiles(
    images: Tensor, numbers: Sequence[int], captions: Sequence[str], chosen: int | None
) -> str:
    """Pictures, uint8 (N, 28, 28), each with a caption; a click on one tells its number.

    captions: a ✗ in it makes it red; chosen: the number of the framed one
    """
    cells = "".join(
        _tile(picture, number, caption, number == chosen)
        for picture, number, caption in zip(images.numpy(), numbers, captions, strict=True)
    )
    return grid(cells, TILE, "6px")


def _tile(picture: np.ndarray, number: int, caption: str, is_chosen: bool) -> str:
    wrong = "✗" in caption
    frame = f"3px solid {CHOSEN}" if is_chosen else f"3px solid {WRONG}" if wrong else FRAME
    ink = image(
        encode_png(picture.astype(np.float32) / np.float32(255)), caption,
        f"width:100%;border:{frame};border-radius:4px",
    )  # fmt: skip
    colour = f"color:{WRONG};font-weight:700" if wrong else ""
    return (
        f'<div data-pick="{number}" class="class-tile" style="cursor:pointer;text-align:center;'
        f'{SMALL};{colour}">{ink}{html.escape(caption)}</div>'
    )


def count_bars(counts: Sequence[int]) -> str:
    """How many of each digit."""
    most = max(1, *counts)
    rows = "".join(
        f"<span>{digit}</span>{bar(count / most, GREY, 'height:.9em')}"
        f'<span style="text-align:right">{count}</span>'
        for digit, count in enumerate(counts)
    )
    said = ", ".join(f"{a_digit(digit)}: {count}" for digit, count in enumerate(counts))
    return bar_chart(f"Handed in: {said}", rows, "1.2em 1fr 3em", "gap:4px 8px", "class-counts")


def confusion_table(confusion: Confusion) -> str:
    """How many of each digit (rows) were read as each (columns); mistakes are red."""
    counts = confusion.counts.tolist()
    most = max(1, int(confusion.mistakes.max()))
    head = "".join(f'<th scope="col">{digit}</th>' for digit in range(10))
    rows = "".join(
        f'<tr><th scope="row">{digit}</th>'
        + "".join(_cell(count, digit == read, most) for read, count in enumerate(row))
        + "</tr>"
        for digit, row in enumerate(counts)
    )
    return (
        f'<table class="class-confusion" style="border-collapse:separate;border-spacing:2px;'
        f'text-align:center;width:100%;max-width:28rem;table-layout:fixed;{TABULAR};{SMALL}">'
        f"<caption>asked for (rows), read as (columns)</caption>"
        f"<tr><th></th>{head}</tr>{rows}</table>"
    )


def _cell(count: int, is_right: bool, most: int) -> str:
    if not count:
        return "<td></td>"
    step = min(len(MISTAKES) - 1, (count - 1) * len(MISTAKES) // most)
    ground = RIGHT_CELL if is_right else MISTAKES[step]
    return f'<td style="background:{ground};color:{DARK_INK};border-radius:3px">{count}</td>'


def invitation(code: str, link: str, qr: str) -> str:
    """Code and link in large letters beside the QR code, to fill a projector."""
    return (
        f'<div class="class-invitation">{qr}<div><div class="class-code">{html.escape(code)}</div>'
        f'<div class="class-link">{html.escape(link)}</div></div></div>'
    )


def vote_bars(poll: Poll) -> str:
    """How many have voted for each answer; when it is revealed, the right one has ✓."""
    total = max(1, sum(poll.counts))
    rows = "".join(
        f'<span style="{"font-weight:700" if index == poll.right else ""}">{html.escape(answer)}'
        f"{' ✓' if index == poll.right else ''}</span>"
        f"{bar(count / total, CHOSEN if index == poll.right else GREY, 'height:1.2em')}"
        f'<span style="text-align:right">{count}</span>'
        for index, (answer, count) in enumerate(zip(poll.answers, poll.counts, strict=True))
    )
    said = ", ".join(f"{a}: {n}" for a, n in zip(poll.answers, poll.counts, strict=True))
    columns = "minmax(6em,auto) 1fr 2.5em"
    return bar_chart(f"Votes. {said}", rows, columns, "gap:8px 16px", "class-votes")
