import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from mnist_core.experiments.principal_axes import principal_axes


@given(count=st.integers(2, 12), dimensions=st.integers(1, 6), seed=st.integers(0, 100))
def test_they_are_the_eigenvectors_of_the_covariance(
    count: int, dimensions: int, seed: int
) -> None:
    random = torch.Generator().manual_seed(seed)
    points = torch.randn(count, dimensions, generator=random, dtype=torch.float64)
    mean, axes, shares = principal_axes(points)
    covariance = torch.cov(points.T, correction=0).reshape(dimensions, dimensions)
    spreads = shares * covariance.trace()
    assert_close(covariance @ axes.T, axes.T * spreads, rtol=1e-6, atol=1e-9)
    assert_close(axes @ axes.T, torch.eye(len(axes), dtype=torch.float64), rtol=0, atol=1e-9)
    assert bool((shares.diff() <= 1e-12).all())
    assert_close(mean, points.mean(dim=0))
