"""The main figure: an operation on the digit, and what it reads from the strip."""

from torch import Tensor

from mnist_core.experiments.tensors.strip import OPERATIONS, layout_of
from ui.shared.lesson import section, try_or_say
from ui.shared.state import TENSOR_OPERATION
from ui.shared.widgets import pick
from ui.tensors.strip_view import strip_view

TITLES = {key: f"{one.title}: {one.code}" for key, one in OPERATIONS.items()}
IDEA = """
A **tensor** is a table of numbers with any number of **dimensions**: a digit has two (rows and
columns), a batch of digits three. But memory has only one dimension. There all 784 numbers of your
digit lie one after the other, as one long **strip**.

So each tensor carries a reading plan. Its **shape** says how many numbers there are in each
dimension. Its **stride** says how far it is on the strip to the next row and to the next column.
Its **offset** says where to begin. Another plan for the same strip is a **view**: it costs nothing,
and whoever writes into it writes into the digit. Where no plan can do it, the numbers are copied to
a strip of their own: a **copy**.

In the dark field under the strip, each dot is one number that is read: across, where it lies;
downwards, when it is its turn. Choose *Rows become columns*: the same numbers, in another order.
Choose *Every other pixel*: three of four are passed over.
"""
PLAN = r"""
\text{place of } y_{ij} = \text{offset} + i \cdot \text{stride}_0 + j \cdot \text{stride}_1
"""
CONTIGUOUS = """
A tensor is **contiguous** when it is read from left to right without a gap: the stride of each
dimension is the product of all sizes after it. `view` needs such an order; `reshape` gives a view
where one is possible and makes a copy where none is, without a word. So after `reshape` nobody
should count on either.

`same_strip(x, y)` compares where both begin: `x.untyped_storage().data_ptr()`.
`flip` is a view in NumPy, with a negative stride; PyTorch allows none below 0, so it copies.
"""


@section
def strip(digit: Tensor) -> None:
    """digit: (28, 28) in [0, 1]."""
    operation = OPERATIONS[pick(TENSOR_OPERATION, "What is done to the digit x", TITLES)]
    found = try_or_say(lambda: layout_of(digit, operation))
    if found is not None:
        strip_view(digit, operation, found[1], "strip_view")
