"""What a part of the benchmark found, as Markdown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mnist_core.words import in_percent

MARKS = {True: "yes", False: "**NO**", None: ""}


@dataclass(frozen=True)
class Row:
    """One figure. bar: what it must reach, as text; holds: None where there is no bar."""

    what: str
    measured: str
    bar: str = "–"
    holds: bool | None = None


@dataclass(frozen=True)
class Found:
    """What a part found. text: tables and sentences; holds: whether every bar is reached."""

    text: str
    holds: bool = True


def share_row(what: str, share: float, at_least: float | None = None) -> Row:
    """A share in percent that must be at least so large."""
    if at_least is None:
        return Row(what, in_percent(share))
    return Row(what, in_percent(share), f"≥ {in_percent(at_least)}", share >= at_least)


def limit_row(what: str, value: float, unit: str, at_most: float) -> Row:
    """A number that must not be larger than so much."""
    return Row(what, f"{value:.3g}{unit}", f"≤ {at_most:g}{unit}", value <= at_most)


def least_row(what: str, value: float, at_least: float) -> Row:
    """A number that must be at least so large."""
    return Row(what, f"{value:.3g}", f"≥ {at_least:g}", value >= at_least)


def table(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a | within a cell is escaped."""
    cells = [columns, ["---"] * len(columns), *lines]
    rows = ([cell.replace("|", r"\|") for cell in line] for line in cells)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def found(rows: Sequence[Row], says: str = "") -> Found:
    """The table of `rows` and what is to be said about it."""
    lines = [(row.what, row.measured, row.bar, MARKS[row.holds]) for row in rows]
    text = table(("what", "measured", "bar", "holds"), lines)
    return Found(f"{text}\n\n{says.strip()}".strip(), all(row.holds is not False for row in rows))
