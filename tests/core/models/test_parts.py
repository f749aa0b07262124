import pytest

from mnist_core.models.parts import LayerSize, layer_sizes
from mnist_core.models.registry import ARCHITECTURES


def test_the_mlp_s_layers_and_their_numbers() -> None:
    assert layer_sizes(ARCHITECTURES["mlp"].build()) == [
        LayerSize("Linear 784 → 512", 784 * 512 + 512, 0),
        LayerSize("Linear 512 → 512", 512 * 512 + 512, 0),
        LayerSize("Linear 512 → 10", 512 * 10 + 10, 0),
    ]


@pytest.mark.parametrize("key", ARCHITECTURES)
def test_the_layers_numbers_add_up_to_the_network_s(key: str) -> None:
    model = ARCHITECTURES[key].build()
    sizes = layer_sizes(model)
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    assert sum(size.trained for size in sizes) == trained
    frozen = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    assert sum(size.frozen for size in sizes) == frozen
    assert (frozen > 0) is (key == "resnet18_transfer")
