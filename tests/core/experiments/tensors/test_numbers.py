import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.experiments.tensors.numbers import (
    STATEMENTS,
    TYPES,
    as_kept,
    holds,
    numpy_shares,
)


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_gives_what_its_code_gives(name: str) -> None:
    statement = STATEMENTS[name]
    shown = eval(statement.code, {"torch": torch})
    assert shown == statement.result
    assert type(shown) is type(statement.result)
    assert statement.exact is None or statement.result != statement.exact


def test_statements_of_uint8_are_numpy_s_too() -> None:
    with np.errstate(over="ignore"):
        assert STATEMENTS["uint8_sum"].result == int(np.uint8(200) + np.uint8(100))
        assert STATEMENTS["uint8_below_0"].result == int(np.uint8(10) - np.uint8(20))


@pytest.mark.parametrize("name", TYPES)
def test_what_a_type_holds(name: str) -> None:
    held, dtype = holds(name), TYPES[name]
    one = torch.ones((), dtype=dtype)
    assert held.bits == 8 * one.element_size()
    assert (one + torch.tensor(held.spacing, dtype=dtype)).double() == 1 + held.spacing
    if dtype.is_floating_point:
        assert (one + torch.tensor(held.spacing / 4, dtype=dtype)) == 1
        last = torch.tensor(held.exact_up_to, dtype=dtype)
        assert last + 1 == last
        assert last - 1 != last
        assert math.isinf((torch.tensor(held.most, dtype=dtype) * 2).item())
    else:
        assert torch.tensor(int(held.most), dtype=dtype).item() == held.most
        assert (torch.tensor(int(held.most), dtype=dtype) + 1).item() == held.least


@given(value=st.floats(-60_000, 60_000), name=st.sampled_from(["float16", "bfloat16", "float32"]))
def test_a_float_is_kept_to_half_a_spacing(value, name) -> None:
    kept = as_kept(torch.tensor([value], dtype=torch.float64), name)
    tiny = torch.finfo(TYPES[name]).smallest_normal
    assert kept.item() == pytest.approx(value, rel=holds(name).spacing / 2, abs=tiny)


@given(value=st.integers(0, 255), name=st.sampled_from(["uint8", "float16", "bfloat16"]))
def test_every_brightness_of_a_pixel_is_kept(value, name) -> None:
    assert as_kept(torch.tensor([value], dtype=torch.float64), name).item() == value


@given(element=st.integers(0, 4), value=st.floats(-5, 5))
def test_numpy_s_array_of_a_tensor_is_its_memory(element, value) -> None:
    before = torch.full((5,), 9.0, dtype=torch.float64)
    shared, copied = numpy_shares(before, element, value)
    assert shared[element] == value
    assert (copied == 9).all()
    assert (before == 9).all()
