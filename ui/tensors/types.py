"""What types of numbers hold and lose, and memory that NumPy shares."""

import streamlit as st
import torch

from mnist_core.experiments.tensors.numbers import STATEMENTS, TYPES, holds, numpy_shares
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.tensors.figures import statements_table, types_table

LOSES = """
A **dtype** says how many bits each number gets, and so what it can hold. A picture file has
`uint8`: 0 to 255. Networks work with `float32`, on large machines with `float16` or `bfloat16`, to
save memory. Each loses something, and none says so. Every statement here was run.
"""
SHARES = """
`tensor.numpy()` copies nothing: the array has the tensor's own memory. `.copy()` makes it
independent. `torch.from_numpy(array)` shares, too; `torch.tensor(array)` copies.
"""
SHARED_CODE = """\
x = torch.zeros(3)
x.numpy()[1] = 7            # x is now {shared}

x = torch.zeros(3)
x.numpy().copy()[1] = 7     # x is still {copied}"""


@section
def types() -> None:
    """Types side by side, and statements that lose something."""
    st.subheader("What a number can hold", anchor=False)
    say(LOSES)
    st.html(types_table({name: holds(name) for name in TYPES}))
    st.html(statements_table(list(STATEMENTS.values())))


@section
def numpy_memory() -> None:
    """The same memory under two names."""
    st.subheader("NumPy shares the memory", anchor=False)
    say(SHARES)
    shared, copied = numpy_shares(torch.zeros(3), 1, 7)
    st.code(SHARED_CODE.format(shared=shared.tolist(), copied=copied.tolist()))
