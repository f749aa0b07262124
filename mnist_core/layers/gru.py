"""One step of a gated recurrent unit: what it remembers, before and after it sees a row."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class GruStep:
    """One step, each part (hidden,).

    reset:     r in (0, 1), how much of the memory the proposal may use
    update:    z in (0, 1), how much of the memory stays
    proposal:  n in (−1, 1), what would be remembered instead
    memory:    h′ = (1 − z) ⊙ n + z ⊙ h
    """

    reset: Tensor
    update: Tensor
    proposal: Tensor
    memory: Tensor


def gru_step(gru: nn.GRU, row: Tensor, memory: Tensor) -> GruStep:
    """row: x, (inputs,);  memory: h, (hidden,), of a GRU with one layer.

    r = σ(Wᵣx + bᵣ + Uᵣh + cᵣ), z = σ(W_z x + b_z + U_z h + c_z),
    n = tanh(Wₙx + bₙ + r ⊙ (Uₙh + cₙ)), h′ = (1 − z) ⊙ n + z ⊙ h.
    Source: Cho et al. 2014, “Learning phrase representations using RNN encoder-decoder”, equations
    5 to 8, but with r after the product with U, as torch documents it for `nn.GRU`.
    """
    seen = gru.get_parameter("weight_ih_l0") @ row + gru.get_parameter("bias_ih_l0")
    known = gru.get_parameter("weight_hh_l0") @ memory + gru.get_parameter("bias_hh_l0")
    (seen_r, seen_z, seen_n), (known_r, known_z, known_n) = seen.chunk(3), known.chunk(3)
    reset, update = torch.sigmoid(seen_r + known_r), torch.sigmoid(seen_z + known_z)
    proposal = torch.tanh(seen_n + reset * known_n)
    return GruStep(reset, update, proposal, (1 - update) * proposal + update * memory)
