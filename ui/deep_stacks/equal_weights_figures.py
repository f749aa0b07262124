"""Two networks in training, one with all weights equal: their hidden units, and both losses."""

import math
from collections.abc import Sequence

import numpy as np

from ui.shared.figures.charts import CHART_FRAME, LiveChart, dot, level, named_lines, quantity
from ui.shared.figures.colours import FIRST, OUTLINE, SECOND
from ui.shared.figures.html import Values
from ui.shared.figures.pixel_maps import Look, captioned, signed_map
from ui.shared.figures.tiles import scale_bar, scale_limit

EQUAL, RANDOM, GUESSING = "all equal", "random (PyTorch's default)", "guessing"


def unit_tiles(networks: Sequence[Values], captions: Sequence[str]) -> str:
    """The weights (16, 28, 28) of the hidden units of the equal and the random network."""
    limit = scale_limit(np.stack(networks))
    names = (EQUAL, RANDOM)
    grids = [
        (_grid(values, limit, f"the weights of 16 hidden units, started {name}"), caption)
        for values, name, caption in zip(networks, names, captions, strict=True)
    ]
    return captioned(grids, gap_px=28) + scale_bar(limit, "one scale for both networks")


def _grid(tiles: Values, limit: float, alt: str) -> str:
    count, height, width = tiles.shape
    columns = math.isqrt(count)
    rows = tiles.reshape(columns, columns, height, width).swapaxes(1, 2)
    lines = "".join(
        f"M{i * width} 0V{columns * height}M0 {i * height}H{columns * width}"
        for i in range(1, columns)
    )
    over = f'<path d="{lines}" stroke="{OUTLINE}" stroke-width=".8"/>'
    grid = rows.reshape(columns * height, columns * width)
    return signed_map(grid, limit, Look(alt, width_px=260, over=over))


def losses_chart(
    equal: Sequence[float], random: Sequence[float], guessing: float, step: int
) -> LiveChart:
    """Both losses over the steps, the present step marked, and what guessing costs."""
    steps = np.arange(len(equal))
    names = [EQUAL, RANDOM]
    losses = {
        "step": np.tile(steps, 2),
        "loss": np.concatenate([equal, random]),
        "line": np.repeat(np.array(names, dtype=object), len(steps)),
    }
    now = {
        "step": np.array([step, step]),
        "loss": np.array([equal[step], random[step]]),
        "line": np.array(names, dtype=object),
    }
    x = quantity("step", "steps of training", axis={"grid": False}, scale={"nice": False})
    y = quantity("loss", "loss (nats)")
    named = named_lines(names, [SECOND, FIRST], [[6, 4], [1, 0]])
    says = f"{GUESSING}: {guessing:.3f}"
    spec = {
        **CHART_FRAME,
        "layer": [
            *level(guessing, says, "width", {"strokeDash": [2, 3]}, {"align": "right"}),
            {
                "data": {"name": "losses"}, "mark": {"type": "line", "strokeWidth": 2.5},
                "encoding": {"x": x, "y": y, **named},
            },
            {
                "data": {"name": "now"}, "mark": dot(110),
                "encoding": {"x": x, "y": y, "color": named["color"]},
            },
        ],
    }  # fmt: skip
    alt = "The loss over the steps of training, from equal and from random weights."
    return LiveChart({"losses": losses, "now": now}, spec, alt, "")
