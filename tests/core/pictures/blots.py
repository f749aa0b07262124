"""Pictures that stay in the frame when they are moved a little."""

import torch
from torch import Tensor


def blots(seed: int = 0, count: int = 3) -> Tensor:
    """Blots of ink inside a margin of 6 pixels of paper, (count, 1, 28, 28) in [0, 1]."""
    images = torch.zeros(count, 1, 28, 28)
    ink = torch.rand(count, 1, 16, 16, generator=torch.Generator().manual_seed(seed))
    images[..., 6:22, 6:22] = ink * (ink > 0.6)
    return images
