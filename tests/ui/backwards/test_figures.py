import pytest
import torch

from mnist_core.inside.learning.deltas import backwards
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import load_trained
from ui.backwards.figures import columns_of, message_maps
from ui.backwards.message import _go_to
from ui.backwards.tables import sum_table
from ui.shared.components.pictures import Pick
from ui.shared.state import BACK_LAYER, BACK_UNIT


def test_a_click_chooses_the_unit_that_lies_there(monkeypatch: pytest.MonkeyPatch) -> None:
    found = backwards(load_trained("mlp").model, own_digit(5), 5)
    taken: dict[str, int] = {}
    monkeypatch.setattr(type(BACK_UNIT), "set", lambda one, value: taken.update({one.key: value}))
    units = [len(shown.delta) for shown in found.layers]
    for layer, unit in ((0, 0), (0, 511), (1, 37), (2, 9)):
        columns = columns_of(units[layer])
        rows = units[layer] // columns
        row, column = divmod(unit, columns)
        _go_to(Pick(f"layer{layer}", (column + 0.5) / columns, (row + 0.5) / rows), units)
        assert taken == {BACK_LAYER.key: layer, BACK_UNIT.key: unit}
        assert f'x="{column}" y="{row}" width="1"' in message_maps(found, layer, unit)


@pytest.mark.parametrize("layer", [0, 1])
def test_the_sum_shows_its_greatest_products_and_the_rest(layer: int) -> None:
    found = backwards(load_trained("mlp").model, own_digit(5), 3)
    unit = int(found.layers[layer].delta.abs().argmax())
    terms = found.terms(layer, unit)
    products = [line.split("|")[3] for line in sum_table(found, layer, unit).split("\n")[2:-2]]
    shown = torch.tensor([float(product.replace("−", "-")) for product in products])
    assert float(shown.sum()) == pytest.approx(float(terms.sum()), rel=0.01, abs=1e-7)
    assert float(shown[0]) == pytest.approx(float(terms[terms.abs().argmax()]), rel=1e-3)


def test_a_unit_that_was_silent_hears_nothing_and_not_minus_nothing() -> None:
    found = backwards(load_trained("mlp").model, own_digit(5), 3)
    for unit in (found.layers[0].slopes == 0).nonzero()[:20, 0].tolist():
        assert sum_table(found, 0, unit).endswith("| · 0 | **0** |")
