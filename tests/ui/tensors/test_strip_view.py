"""The strip in the browser does what core does."""

from pathlib import Path

import pytest
import torch

from mnist_core.errors import TensorImpossible
from mnist_core.experiments.tensors.strip import OPERATIONS, layout_of, written_into
from mnist_core.pictures.own_digits import own_digit
from tests.ui.in_node import in_node, needs_node
from ui.tensors.strip_view import facts, strip_data

JS = Path(__file__).resolve().parents[3] / "ui" / "tensors" / "strip_view.js"
DIGIT = own_digit(3)[0, 0]
POSSIBLE = [key for key in OPERATIONS if key != "view_transposed"]


@needs_node
def test_writing_in_the_browser_is_writing_in_torch() -> None:
    asked, expected = [], []
    for key in POSSIBLE:
        data = strip_data(DIGIT, OPERATIONS[key], layout_of(DIGIT, OPERATIONS[key])[1])
        element = 2 * len(data["reads"]) // 3
        own = [data["strip"][place] for place in data["reads"]]
        asked.append({**data, "own": own, "element": element})
        digit = torch.tensor(data["strip"], dtype=torch.float64).view(28, 28)
        expected.append(written_into(digit, OPERATIONS[key], element, 1.0).flatten().tolist())
    got = in_node([JS], "given.map((one) => written(one, one.element, 1))", asked)
    assert [one["strip"] for one in got] == expected
    for one, sent in zip(got, asked, strict=True):
        assert one["own"][sent["element"]] == 1


@needs_node
@pytest.mark.parametrize("size", [[28, 28], [784], [3, 28, 28], [1, 28, 28], [14, 56]])
def test_each_cell_of_the_sheet_is_one_element_and_has_its_index(size: list[int]) -> None:
    count = int(torch.tensor(size).prod())
    expression = (
        "given.all.map((i) => { const [row, column] = cellOf(sheet(given.size), i);"
        "return [elementAt(sheet(given.size), row, column), indexOf(given.size, i)]; })"
    )
    got = in_node([JS], expression, {"size": size, "all": list(range(count))})
    assert [one[0] for one in got] == list(range(count))
    places = torch.stack(torch.unravel_index(torch.arange(count), size), dim=1).tolist()
    assert [one[1] for one in got] == places


@pytest.mark.parametrize("key", POSSIBLE)
def test_the_statements_beside_the_picture_give_what_is_written_there(key: str) -> None:
    operation = OPERATIONS[key]
    names = {"x": DIGIT, "same_strip": _same_strip}
    first, *others = facts(operation, layout_of(DIGIT, operation)[1]).splitlines()
    exec(first, names)
    assert len(others) == 5
    for line in others:
        code, gives = line.split("→")
        result = eval(code, names)
        found = tuple(result) if isinstance(result, torch.Size) else result
        assert gives.split("  (")[0].strip() == str(found)


def _same_strip(first: torch.Tensor, second: torch.Tensor) -> bool:
    return first.untyped_storage().data_ptr() == second.untyped_storage().data_ptr()


def test_what_has_no_stride_is_refused() -> None:
    with pytest.raises(TensorImpossible):
        layout_of(DIGIT, OPERATIONS["view_transposed"])
