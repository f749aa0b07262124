"""Pictures of first-layer weights as HTML: templates, votes, units, and kernels that look."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.words import minus
from ui.shared.figures.colours import TABULAR
from ui.shared.figures.html import Values, equal_columns, figure, grid
from ui.shared.figures.pixel_maps import Look, signed_map


def maps_row(
    maps: Values, limit: float, captions: Sequence[str], of: str, least_px: int = 62
) -> str:
    """Maps (n, h, w) side by side on one scale, each with a caption in HTML below.

    of:       what they are, for those who cannot see them
    least_px: width of the narrowest picture; five of 62 fit on a phone
    """
    cells = "".join(
        figure(
            signed_map(values, limit, Look(f"{of} {index}", width_px=200)),
            caption,
            caption_style=TABULAR,
        )
        for index, (values, caption) in enumerate(zip(maps, captions, strict=True))
    )
    return grid(cells, f"repeat(auto-fit,minmax({least_px}px,1fr))", "10px 6px")


def vote_caption(digit: int, total: float, bias: float, output: float, best: bool) -> str:
    """“Σ 9.1, b 0.4, z 9.5” in lines, the answer in bold."""
    weight = 700 if best else 400
    lines = [f"Σ {signed(total)}", f"b {signed(bias)}", f"<b>z {signed(output)}</b>"]
    return (
        f'<span style="font-weight:{weight}"><b>{digit}{" ◀" if best else ""}</b><br>'
        f"{'<br>'.join(lines)}</span>"
    )


def signed(value: float) -> str:
    """“+1.2” or “−0.3”."""
    return minus(f"{value:+.1f}")


@dataclass(frozen=True)
class Looking:
    """One kernel (k, k), and what it makes of the picture: (h, w) each."""

    kernel: Values
    response: Values
    positive: Values


def kernel_cards(cards: Sequence[Looking], kernel_limit: float, response_limit: float) -> str:
    """For each kernel three pictures: itself, its response, and the response after ReLU."""
    cells = ""
    for index, card in enumerate(cards):
        maps = (
            signed_map(card.kernel, kernel_limit, Look(f"kernel {index}")),
            signed_map(card.response, response_limit, Look(f"response of kernel {index}")),
            signed_map(card.positive, response_limit, Look(f"the same after ReLU, {index}")),
        )
        three, style = grid("".join(maps), equal_columns(3), "4px"), "margin-bottom:.2rem"
        cells += figure(three, f"kernel {index}", TABULAR, style, above=True)
    columns = "repeat(auto-fill,minmax(160px,1fr))"
    return grid(cells, columns, "14px 16px", "margin-bottom:.4rem")


def unit_caption(unit: int, value: float) -> str:
    """Which unit, and what it is sorted by."""
    return f'<span style="font-size:.72rem">{html.escape(f"no. {unit}")}<br>{value:.2f}</span>'
