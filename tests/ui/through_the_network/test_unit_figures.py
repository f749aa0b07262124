"""A unit written out, step by step."""

import re

from mnist_core.inside.units import SOFTMAX, Unit, explain_unit
from tests.ui.looked_into import layers_of
from ui.through_the_network.unit_figures import arithmetic, number

STEP = re.compile(r'data-step="(\d)" data-value="([^"]+)" data-network="([^"]+)"')


def test_every_kind_of_step_is_written_with_its_value_and_the_network_s_own() -> None:
    for key in ("deep_cnn", "convnet", "softmax_regression"):
        layers = layers_of(key)
        for name in [*(layer.name for layer in layers), SOFTMAX]:
            done = explain_unit(layers, Unit(name, 0))
            html = arithmetic(done)
            found = [(float(v), float(n)) for _, v, n in STEP.findall(html)]
            assert found == [(step.value, step.network) for step in done.steps]
            assert f">{number(done.value)}</b>" in html
    assert number(-0.25) == "−0.2500"
    assert number(0.0) == "0.0000"
    assert number(-1.5e-6) == "−1.5·10⁻⁶"
