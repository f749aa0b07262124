"""What components with points to move share: the plane in the browser, and points in an address."""

from ui.shared.address import Spelling
from ui.shared.components.script import read_beside
from ui.shared.state import Points

PLOT_JS = read_beside(__file__, "plot.js")
PLOT_CSS = read_beside(__file__, "plot.css")


def points(least: int, most: int, within: tuple[tuple[float, float], ...]) -> Spelling[Points]:
    """`least` to `most` points as an address says them: “1,2.5;3,1”.

    within: the least and the greatest number of each coordinate
    """

    def read(text: str) -> Points:
        found = tuple(
            tuple(float(number) for number in point.split(",")) for point in text.split(";")
        )
        check(found)
        return found

    def check(found: Points) -> None:
        if not least <= len(found) <= most:
            raise ValueError(found)
        for point in found:
            for number, (low, high) in zip(point, within, strict=True):
                if not low <= number <= high:
                    raise ValueError(found)

    def write(found: Points) -> str:
        return ";".join(",".join(f"{number:g}" for number in point) for point in found)

    count = f"{least}" if least == most else f"{least} to {most}"
    limits = ", ".join(f"{low:g} to {high:g}" for low, high in within)
    return Spelling(read, write, f"{count} points such as `1,2;3,1`, each within {limits}")


def as_points(sent: object, spelling: Spelling[Points]) -> Points | None:
    """What the browser has sent as lists of numbers; None where it is none of the possible."""
    try:
        found = tuple(tuple(float(number) for number in point) for point in sent)  # type: ignore[attr-defined]
        return spelling.read(spelling.write(found))
    except (TypeError, ValueError):
        return None
