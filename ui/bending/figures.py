"""A table for the page on bending. Nothing here takes text from a visitor."""

from mnist_core.experiments.regression.bending import Bent
from mnist_core.words import minus
from ui.shared.figures.html import table


def units_table(network: Bent) -> str:
    """Each unit's three numbers, and where it bends."""
    columns = (network.inward, network.shift, network.outward, network.bends())
    numbers = zip(*(column.tolist() for column in columns), strict=True)
    rows = [
        [str(unit), *(minus(f"{value:.2f}") for value in row)]
        for unit, row in enumerate(numbers, start=1)
    ]
    return table(["unit", "w", "c", "v", "bends at −c/w"], rows, "right")
