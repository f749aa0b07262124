"""The slopes of softmax as a map with numbers."""

import numpy as np

from ui.shared.figures.html import Values
from ui.shared.figures.pixel_maps import Look, number_map
from ui.shared.figures.tiles import scale_bar

GREATEST_SLOPE = 0.25
"""Of p (1 − p), at p = ½."""


def jacobian_map(jacobian: Values, temperature: float) -> str:
    """∂pᵢ/∂zⱼ with its numbers: rows are the probabilities, columns the logits.

    The strongest colour is for the greatest slope that there can be, 1 / (4 T).
    """
    limit = GREATEST_SLOPE / temperature
    count = len(jacobian)
    labels = "".join(
        f'<text x="{i + 0.5}" y="-.35">{i}</text><text x="-.4" y="{i + 0.62}">{i}</text>'
        for i in range(count)
    )
    over = (
        '<g font-size=".36" font-weight="600" fill="currentColor" text-anchor="middle">'
        f"{labels}</g>"
    )
    alt = "How each of the ten probabilities depends on each of the ten logits"
    shown = np.round(jacobian, 2).astype(np.float32) + 0.0  # no “−0.00”
    picture = number_map(shown, limit, Look(alt, width_px=460, over=over))
    return (
        f'<div style="padding:2em 0 0 1.7em;max-width:520px">{picture}'
        f"{scale_bar(limit, 'row: probability of · column: logit of')}</div>"
    )
