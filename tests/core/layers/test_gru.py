import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.testing import assert_close

from mnist_core.layers.gru import gru_step


@settings(max_examples=30)
@given(inputs=st.integers(1, 6), hidden=st.integers(1, 7), seed=st.integers(0, 10**6))
def test_a_step_is_torch_s(inputs: int, hidden: int, seed: int) -> None:
    torch.manual_seed(seed)
    gru = nn.GRU(inputs, hidden).double()
    row, memory = torch.randn(inputs).double(), torch.tanh(torch.randn(hidden).double())
    step = gru_step(gru, row, memory)
    assert_close(step.memory, gru(row[None], memory[None])[0][0], rtol=1e-12, atol=1e-12)
    for gate in (step.reset, step.update):
        assert ((gate > 0) & (gate < 1)).all()
