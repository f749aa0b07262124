"""Codes as a visitor and an address write them."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from mnist_core.errors import LatentImpossible
from mnist_core.latent.code_text import (
    by_what_they_carry,
    parse_code,
    random_code,
    shares_of_greatest,
    write_code,
)

SEEDS = st.integers(0, 1000)


def test_dimensions_are_ordered_from_the_one_that_carries_most() -> None:
    assert by_what_they_carry([0.5, 2.0, 0.1, 2.0]) == [1, 3, 0, 2]


def test_shares_are_of_the_greatest_value() -> None:
    assert shares_of_greatest([0.5, 2.0, 0.0]) == [0.25, 1.0, 0.0]
    assert shares_of_greatest([0.0, 0.0]) == [0.0, 0.0]


@given(SEEDS, st.floats(0, 1.5))
def test_temperature_stretches_the_same_random_code(seed: int, temperature: float) -> None:
    plain = random_code(20, seed, 1.0)
    assert_close(random_code(20, seed, temperature), temperature * plain)
    assert not torch.equal(plain, random_code(20, seed + 1, 1.0))


@given(st.lists(st.floats(-5, 5), min_size=20, max_size=20))
def test_a_written_code_is_read_as_the_nearest_one_on_the_sliders(values: list[float]) -> None:
    read = parse_code(write_code(values, step=0.05), 20)
    expected = torch.tensor(values).clamp(-3, 3)
    assert_close(torch.tensor(read), expected, rtol=0, atol=0.0251)
    assert write_code(read, step=0.05) == write_code(values, step=0.05)


def test_the_middle_of_the_space_is_written_as_nothing() -> None:
    assert write_code([0.0, -0.01, 0.02], step=0.05) == ""
    assert parse_code(" ", 3) == [0.0, 0.0, 0.0]
    assert write_code([-0.01, 1.2, -3.5], step=0.05) == "0_1.2_-3"


@pytest.mark.parametrize("text", ["1_-2.5_3", "1, -2.5,3", " 1  -2.5\n3 "])
def test_a_code_may_have_underscores_commas_or_spaces_between_its_numbers(text: str) -> None:
    assert parse_code(text, 3) == [1.0, -2.5, 3.0]


@pytest.mark.parametrize(
    "text", ["1,2", "1,2,3,4", "a,b,c", "1,nan,2", "1,inf,2", "1;2;3", ",,", "1__x_2"]
)
def test_what_is_no_code_gets_a_sentence(text: str) -> None:
    with pytest.raises(LatentImpossible, match="A code is 3 numbers"):
        parse_code(text, 3)
