"""What stands below: memory in words, one step by its formula, and what PyTorch has."""

import streamlit as st
from torch import Tensor

from mnist_core.inside.rows import read_rows, step_at
from mnist_core.layers.gru import gru_step
from mnist_core.weights import load_card
from mnist_core.words import in_percent, spaced
from ui.row_by_row.rows import NETWORK, network
from ui.shared.glossary import say
from ui.shared.lesson import section, show_code
from ui.shared.state import GRU_ROW, GRU_UNIT
from ui.shared.widgets import slide

IDEA = """
The other networks here see all 784 pixels at once. This one is **recurrent**: it sees one row of 28
pixels, changes its memory, forgets the row, and sees the next. The same weights are used for every
row, so the network must carry in its memory whatever it will need later.

How does a memory last over 28 rows? Each of its numbers has two **gates**, which open and close
with what the row shows. One says how much of the old number stays; the other, how much of the
memory may speak when a new one is proposed. Where a gate stays shut, a number can wait for many
rows; and on the way back, when the network learns, the message can pass as well.

This is how networks read what comes in order: sound, text, handwriting as the pen moves. A row has
no neighbours below it for such a network: what a later row will show, it cannot know.
"""
RULES = r"""
\begin{gathered}
r = \sigma(W_r x + b_r + U_r h + c_r) \\[3pt]
z = \sigma(W_z x + b_z + U_z h + c_z) \\[3pt]
n = \tanh\bigl(W_n x + b_n + r \odot (U_n h + c_n)\bigr) \\[3pt]
h' = (1 - z) \odot n + z \odot h
\end{gathered}
"""
RULES_SAY = """
$x$ is the row (28 pixels, brought to the mean and spread of the training pixels), $h$ the memory
before it, $h'$ after it. The gates $r$ (reset) and $z$ (update) lie between 0 and 1, the proposal
$n$ between −1 and 1. $\\odot$ multiplies number by number. Choose a row and one of the numbers:
"""
EXPERTS = """
This is a **GRU** (gated recurrent unit) with {count} trained numbers in all, the last layer
included. It reads {accuracy} of the 10 000 test digits right; all choices were made on training
digits that were held out.

- There are two ways to write a GRU. Here, as in PyTorch, the reset gate acts on what the memory
  says *after* its product with $U$; in the first paper it acts before.
- A convolution knows that neighbours above and below belong together; a GRU has to learn it.
- Its maps are the {hidden} numbers above: there are no channels and places as in *Through the
  network*.
"""


def idea() -> None:
    """What a memory is good for, and how it lasts."""
    say(IDEA)


@section
def numbers(image: Tensor) -> None:
    """One number of the memory in one step, by the formula."""
    st.latex(RULES)
    say(RULES_SAY)
    left, right = st.columns(2, gap="medium")
    with left:
        row = slide(GRU_ROW, "Row", 1, 28)
    with right:
        unit = slide(GRU_UNIT, "Number of the memory", 0, network().features.gru.hidden_size - 1)
    st.latex(step_in_numbers(image, row, unit))


@section
def experts() -> None:
    """What kind it is, how good, and the code."""
    card, hidden = load_card(NETWORK), network().features.gru.hidden_size
    say(
        EXPERTS.format(
            count=spaced(card.parameter_count),
            accuracy=in_percent(card.mnist_test_accuracy),
            hidden=hidden,
        )
    )
    show_code(gru_step, read_rows)


def step_in_numbers(image: Tensor, row: int, unit: int) -> str:
    """The last formula with its numbers, in LaTeX; row: from 1."""
    before, step = step_at(network(), image, row - 1)
    r, z, n, h, after = (
        float(values[unit])
        for values in (step.reset, step.update, step.proposal, before, step.memory)
    )
    return (
        rf"\begin{{gathered}} r = {r:.3f} \qquad z = {z:.3f} \qquad n = {n:.3f} \\[4pt]"
        rf"h' = (1 - {z:.3f}) \cdot {_in_brackets(n)} + {z:.3f} \cdot {_in_brackets(h)}"
        rf"= {after:.3f} \end{{gathered}}"
    )


def _in_brackets(value: float) -> str:
    return f"({value:.3f})" if value < 0 else f"{value:.3f}"
