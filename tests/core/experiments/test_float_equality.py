import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from mnist_core.experiments.float_equality import (
    ABSOLUTE_TOLERANCES,
    FLOATS,
    RELATIVE_TOLERANCES,
    FloatName,
    TwoOrders,
    add_in_two_orders,
)
from mnist_core.pictures.own_digits import ten_own_digits

DIGITS = ten_own_digits()


@pytest.mark.parametrize("name", FLOATS)
def test_both_orders_are_the_mean_of_nine_pixels(name: FloatName) -> None:
    image = DIGITS[5:6].reshape(1, 1, 28, 28)
    orders = add_in_two_orders(image, name)
    expected = F.avg_pool2d(image.double(), 3, stride=1, padding=1)[0, 0]
    atol = {"float16": 2e-3, "float32": 3e-7, "float64": 1e-15}[name]
    for found in (orders.forwards, orders.backwards):
        assert found.dtype == FLOATS[name]
        assert_close(found.double(), expected, rtol=0, atol=atol)


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("digit", range(10))
def test_exact_equality_fails_and_closeness_holds_for_every_digit(
    digit: int, name: FloatName
) -> None:
    orders = add_in_two_orders(DIGITS[digit : digit + 1].reshape(1, 1, 28, 28), name)
    assert 0 < orders.equal_share < 1
    assert not torch.equal(orders.forwards, orders.backwards)
    assert 0 < orders.greatest < {"float16": 2e-3, "float32": 2e-7, "float64": 4e-16}[name]


@pytest.mark.parametrize("name", FLOATS)
def test_closeness_is_that_of_assert_close(name: FloatName) -> None:
    zero = torch.zeros(1, dtype=FLOATS[name])
    for value in (0.0, 1.0):
        other = torch.tensor([value], dtype=FLOATS[name])
        limit = ABSOLUTE_TOLERANCES[name] + RELATIVE_TOLERANCES[name] * value
        for factor in (0.4, 3.0):
            moved = other + torch.tensor(factor * limit, dtype=torch.float64).to(FLOATS[name])
            difference = moved.double() - other.double()
            try:
                assert_close(moved, other)
                expected = True
            except AssertionError:
                expected = False
            assert TwoOrders(moved, other, difference).are_close(name) is expected
            assert expected is (factor < 1) or name == "float16"
    assert TwoOrders(zero, zero, zero.double()).are_close(name)
