import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from mnist_core.errors import TensorImpossible
from mnist_core.experiments.tensors.products import (
    along_by_loops,
    entry_terms,
    multiplications,
    multiply_by_loops,
    product_shape,
)

sizes, seeds = st.integers(1, 6), st.integers(0, 2**31)


@given(m=sizes, n=sizes, k=sizes, seed=seeds)
def test_the_loops_make_torch_s_product_and_its_terms_add_up(m, n, k, seed) -> None:
    random = torch.Generator().manual_seed(seed)
    a = torch.randn(m, n, generator=random, dtype=torch.float64)
    b = torch.randn(n, k, generator=random, dtype=torch.float64)
    assert_close(multiply_by_loops(a, b), a @ b)
    terms = entry_terms(a, b, m - 1, k - 1)
    assert terms.shape == (n,)
    assert_close(terms.sum(), (a @ b)[-1, -1])
    assert product_shape((m, n), (n, k)) == (m, k)
    assert multiplications((m, n), (n, k)) == m * n * k


@given(rows=sizes, columns=sizes, seed=seeds, dimension=st.sampled_from([0, 1]))
def test_sum_mean_and_max_along_a_dimension_are_torch_s(rows, columns, seed, dimension) -> None:
    values = torch.randn(
        rows, columns, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
    )
    assert_close(along_by_loops(values, dimension, "sum"), values.sum(dim=dimension))
    assert_close(along_by_loops(values, dimension, "mean"), values.mean(dim=dimension))
    assert_close(along_by_loops(values, dimension, "max"), values.amax(dim=dimension))


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [((1, 784), (10, 784), "784 numbers and each column of the second 10"), ((3,), (3, 2), "two")],
)
def test_what_cannot_be_multiplied_is_refused_as_by_torch(first, second, says) -> None:
    with pytest.raises(TensorImpossible, match=says):
        product_shape(first, second)
    with pytest.raises(RuntimeError):
        torch.mm(torch.zeros(first), torch.zeros(second))
