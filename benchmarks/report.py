"""Rows of figures, printed as a Markdown table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure. bar: what it must reach, as text; holds: None where there is no bar."""

    what: str
    measured: str
    bar: str = "–"
    holds: bool | None = None


def share_row(what: str, share: float, at_least: float | None = None) -> Row:
    """A share in percent that must be at least so large."""
    if at_least is None:
        return Row(what, f"{share:.2%}")
    return Row(what, f"{share:.2%}", f"≥ {at_least:.2%}", share >= at_least)


def limit_row(what: str, value: float, unit: str, at_most: float) -> Row:
    """A number that must not be larger than so much."""
    return Row(what, f"{value:.3g}{unit}", f"≤ {at_most:g}{unit}", value <= at_most)


def least_row(what: str, value: float, at_least: float) -> Row:
    """A number that must be at least so large."""
    return Row(what, f"{value:.3g}", f"≥ {at_least:g}", value >= at_least)


def print_table(title: str, rows: list[Row]) -> None:
    """Print `rows` at once, so that a long run shows how far it is."""
    marks = {True: "yes", False: "**NO**", None: ""}
    print(f"\n## {title}\n\n| what | measured | bar | holds |\n|---|---|---|---|")
    for row in rows:
        print(f"| {row.what} | {row.measured} | {row.bar} | {marks[row.holds]} |", flush=True)
