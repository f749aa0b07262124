"""A table for the page on bending. Nothing here takes text from a visitor."""

from mnist_core.experiments.regression.bending import Bent
from ui.shared.figures.colours import FRAME, SMALL, TABULAR


def units_table(network: Bent) -> str:
    """Each unit's three numbers, and where it bends."""
    columns = (network.inward, network.shift, network.outward, network.bends())
    rows = "".join(
        f'<tr style="border-top:{FRAME}">{_cell(str(unit))}'
        + "".join(_cell(f"{value:.2f}".replace("-", "−")) for value in row)
        + "</tr>"
        for unit, row in enumerate(
            zip(*(column.tolist() for column in columns), strict=True), start=1
        )
    )
    heads = "".join(_cell(f"<b>{name}</b>") for name in ("unit", "w", "c", "v", "bends at −c/w"))
    style = f"border-collapse:collapse;{SMALL};{TABULAR}"
    return f'<table style="{style}"><tr>{heads}</tr>{rows}</table>'


def _cell(text: str) -> str:
    return f'<td style="padding:4px 16px 4px 0;text-align:right">{text}</td>'
