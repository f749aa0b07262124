"""The directions in which a cloud of points varies most."""

from typing import NamedTuple

import torch
from torch import Tensor


class PrincipalAxes(NamedTuple):
    """Of n points in d dimensions.

    mean:   (d,)
    axes:   (min(n, d), d), at right angles, of length 1; the one of the widest spread first
    shares: (min(n, d),), of the squared distances from the mean that lie along each: add up to 1
    """

    mean: Tensor
    axes: Tensor
    shares: Tensor


def principal_axes(points: Tensor) -> PrincipalAxes:
    """Of (n, d); the sign of each axis is left to chance.

    Source: Bishop 2006, “Pattern recognition and machine learning”, section 12.1.
    """
    mean = points.mean(dim=0)
    _, lengths, axes = torch.linalg.svd(points - mean, full_matrices=False)
    squares = lengths.square()
    return PrincipalAxes(mean, axes, squares / squares.sum())
