"""Networks to look into: a shipped one that has read a 3, and one that a visitor brings along."""

import torch

from mnist_core.inside.trace import Layer, trace
from mnist_core.models.build import freeze
from mnist_core.models.convnet import ConvNet
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from ui.shared.session.networks import Network


def layers_of(key: str) -> list[Layer]:
    model, image = load_reader(key).trained.model, own_digit(3)  # kept, so not of inference mode
    with torch.inference_mode():
        return trace(model, image)


def own_network(diverged: bool = False) -> Network:
    torch.manual_seed(0)
    model = freeze(ConvNet())
    if diverged:
        model.head.weight.data.fill_(torch.nan)
    return Network("0123", "Yours 1: Small CNN", model)
