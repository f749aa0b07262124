"""What the visitor predicts on this page; the right answer is computed."""

from torch import Tensor

from ui.row_by_row.rows import read_here
from ui.shared.predict import Answer, predict

PARTS = {"in rows 1 to 9": 9, "in rows 10 to 19": 19, "in rows 20 to 28": 28}
"""Parts of the picture, each with its last row."""


def ask_when_it_knows(image: Tensor) -> None:
    """image: (1, 1, 28, 28)."""
    predict(
        "knows_at_row",
        "The network reads your digit from the top. Where does it find the answer that it then "
        "keeps to the end?",
        list(PARTS),
        lambda: find_when_it_knows(image),
    )


def find_when_it_knows(image: Tensor) -> Answer:
    """By reading it."""
    read = read_here(image)
    rows, answer = read.decided_after, int(read.probabilities[-1].argmax())
    right = next(i for i, last in enumerate(PARTS.values()) if rows <= last)
    return right, (
        f"From row {rows} on the likeliest digit is {answer}, and it stays that. Before, the rows "
        "fitted others as well: many digits begin alike. Drag over the digit and watch the bars."
    )
