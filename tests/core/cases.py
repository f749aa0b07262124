"""Readings to be judged: logits and the digits that were meant."""

import torch
import torch.nn.functional as F
from hypothesis import strategies as st
from torch import Tensor


def random_case(count: int, seed: int, scale: float = 3.0) -> tuple[Tensor, Tensor]:
    """Logits (count, 10) that are right more often than not, and labels (count,)."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, 10, (count,), generator=generator).to(torch.uint8)
    logits = torch.randn(count, 10, generator=generator) + 2 * F.one_hot(labels.long(), 10)
    return scale * logits, labels


cases = st.builds(random_case, st.integers(1, 200), st.integers(0, 2**31), st.floats(0.1, 6))
