"""Networks whose layers can be shown one by one, and the page that has one of them."""

import torch

from mnist_core.inside.trace import Layer, can_be_traced, trace
from mnist_core.models.classifier import FeatureClassifier
from ui.shared.digit.choose import LessonDigit
from ui.shared.session.networks import Network


def traceable(networks: dict[str, Network]) -> dict[str, Network]:
    """Those whose layers can be shown one by one."""
    return {key: network for key, network in networks.items() if can_be_traced(network.model)}


def model_of(network: Network) -> FeatureClassifier:
    """Of a traceable network."""
    assert isinstance(network.model, FeatureClassifier)
    return network.model


@torch.inference_mode()
def layers_for(network: Network, digit: LessonDigit) -> list[Layer]:
    """What each layer of a traceable network makes of the digit."""
    return trace(model_of(network), digit.image)
