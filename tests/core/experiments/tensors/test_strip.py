import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from mnist_core.errors import TensorImpossible
from mnist_core.experiments.tensors.strip import (
    OPERATIONS,
    contiguous_strides,
    layout_of,
    shares_memory,
    storage_places,
    written_into,
)
from mnist_core.pictures.own_digits import own_digit

POSSIBLE = sorted(OPERATIONS.keys() - {"view_transposed"})
COPIES = {"reshape_transposed", "contiguous", "flip", "list", "clone"}
DIGIT = own_digit(5)[0, 0].clone()


@pytest.mark.parametrize("name", POSSIBLE)
def test_the_code_shown_is_what_is_run(name: str) -> None:
    operation = OPERATIONS[name]
    result, _ = layout_of(DIGIT, operation)
    shown = eval(operation.code, {"x": DIGIT})
    assert torch.equal(shown, result)
    assert shown.stride() == result.stride()
    assert shares_memory(shown, DIGIT) == shares_memory(result, DIGIT)


@pytest.mark.parametrize("name", POSSIBLE)
def test_it_reads_the_places_that_it_says(name: str) -> None:
    result, layout = layout_of(DIGIT, OPERATIONS[name])
    assert layout.size == tuple(result.shape)
    assert layout.is_view == (name not in COPIES)
    assert layout.is_contiguous == result.is_contiguous()
    assert torch.equal(DIGIT.flatten()[layout.reads], result.flatten())
    by_formula = storage_places(layout.size, layout.stride, layout.offset)
    if layout.is_view:
        assert layout.reads.tolist() == by_formula
    else:
        assert by_formula == list(range(result.numel()))  # a strip of its own, in order


@pytest.mark.parametrize("name", POSSIBLE)
@pytest.mark.parametrize("share", [0.0, 0.4, 0.99])
def test_what_is_written_into_a_view_is_written_into_the_digit(name: str, share: float) -> None:
    result, layout = layout_of(DIGIT, OPERATIONS[name])
    element = int(share * result.numel())
    changed = written_into(DIGIT, OPERATIONS[name], element, 0.123)
    expected = DIGIT.clone()
    if layout.is_view:
        expected.view(-1)[layout.reads[element]] = 0.123
    assert torch.equal(changed, expected)
    assert torch.equal(DIGIT, own_digit(5)[0, 0])


def test_a_view_of_the_columns_in_a_row_is_impossible_and_says_why() -> None:
    with pytest.raises(TensorImpossible, match="no stride leads along"):
        layout_of(DIGIT, OPERATIONS["view_transposed"])


@given(st.lists(st.integers(1, 5), max_size=4).map(tuple))
def test_strides_in_order_are_torch_s(size) -> None:
    assert contiguous_strides(size) == torch.empty(size).stride()


@given(data=st.data(), size=st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple))
def test_a_tensor_read_by_its_strides_is_the_tensor(data, size) -> None:
    stride = tuple(data.draw(st.integers(0, 5)) for _ in size)
    offset = data.draw(st.integers(0, 9))
    strip = torch.arange(100)
    expected = torch.as_strided(strip, size, stride, offset)
    places = storage_places(size, stride, offset)
    assert_close(strip[places].view(size), expected)
