"""A digit that becomes ever sparser, and what is read in it."""

from torch import Tensor

from mnist_core.inside.dropout import SparseDigit, ever_sparser
from ui.dropout.figures import Sparse, sparse_row
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.lesson import section
from ui.shared.process import shared_reader
from ui.shared.state import DROPPED_SEED
from ui.shared.widgets import dice

RATES = [k / 10 for k in range(10)]
OF_A_SPARSE_DIGIT = "deep_cnn_pen"
MASK_RULE = r"m_i \sim \text{Bernoulli}(1-p), \qquad \tilde x_i = m_i \cdot x_i"
RATE = """
Each pixel throws dice of its own and falls out with probability $p$, the **rate**. In the row the
dice are thrown once: what is gone at one rate stays gone at all higher ones. The pictures show what
is kept as it was, not yet scaled. Below each: what the *Deep CNN + pen* reads in it.
"""


def at_all_rates(image: Tensor) -> list[SparseDigit]:
    """What is left of a digit (1, 1, 28, 28) at each of RATES, and what is read in it."""
    reader = shared_reader(OF_A_SPARSE_DIGIT)
    return ever_sparser(
        reader.model, image, RATES, seed=DROPPED_SEED.get(), temperature=reader.temperature
    )


@section
def sparser(digit: LessonDigit) -> None:
    """One digit at ten rates, each with what is read in it."""
    found = at_all_rates(digit.image)
    row = [Sparse(d.rate, d.kept, d.image.numpy(), d.digit, d.probability) for d in found]
    show_picture(sparse_row(row), "sparse_row")
    dice(DROPPED_SEED, "Throw the dice again")
