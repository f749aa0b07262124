"""A network that reads row by row: what it remembers and what it would say after each row."""

from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.layers.activations import softmax
from mnist_core.layers.gru import GruStep, gru_step
from mnist_core.models.rnn import RNN


@dataclass(frozen=True)
class RowsRead:
    """One picture, read from the top; entry i is after i rows, so the first is before any.

    states:        (29, hidden) in [−1, 1]
    probabilities: (29, 10) float64
    """

    states: Tensor
    probabilities: Tensor

    @property
    def decided_after(self) -> int:
        """How many rows it had seen when it first had its last answer, and kept it."""
        best = self.probabilities.argmax(dim=1)
        others = (best != best[-1]).nonzero()
        return int(others[-1]) + 1 if len(others) else 0


@torch.inference_mode()
def read_rows(model: RNN, image_01: Tensor, temperature: float = 1.0) -> RowsRead:
    """image_01: (1, 1, 28, 28) in [0, 1]; the logits are divided by the temperature."""
    seen = model.features.states(model.standardise(image_01))[0]  # (28, hidden)
    states = torch.cat([torch.zeros_like(seen[:1]), seen])
    return RowsRead(states, softmax(model.head(states).double() / temperature))


@torch.inference_mode()
def step_at(model: RNN, image_01: Tensor, row: int) -> tuple[Tensor, GruStep]:
    """The memory (hidden,) before row `row`, from 0, and the step by the formula."""
    picture = model.standardise(image_01)[0, 0]
    gru = model.features.gru
    memory = torch.zeros(gru.hidden_size)
    for earlier in picture[:row]:
        memory = gru_step(gru, earlier, memory).memory
    return memory, gru_step(gru, picture[row], memory)
