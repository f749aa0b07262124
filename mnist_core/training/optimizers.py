"""The optimisers by name, each with torch's defaults."""

from collections.abc import Callable, Iterable
from functools import partial

import torch
from torch import nn
from torch.optim import Optimizer

from mnist_core.models.recipes import MOMENTUM, OptimizerName, Recipe

OPTIMIZER_FORMULAS: dict[OptimizerName, str] = {
    "sgd": r"w \leftarrow w - \eta\, g",
    "momentum": r"v \leftarrow 0.9\, v + g,\qquad w \leftarrow w - \eta\, v",
    "adagrad": r"s \leftarrow s + g^2,\qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon}",
    "rmsprop": r"s \leftarrow 0.99\, s + 0.01\, g^2,\qquad "
               r"w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon}",
    "adam": r"m \leftarrow 0.9\, m + 0.1\, g,\quad s \leftarrow 0.999\, s + 0.001\, g^2,\quad "
            r"w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat s} + \epsilon}",
    "adadelta": r"s \leftarrow 0.9\, s + 0.1\, g^2,\quad "
                r"\Delta = \frac{\sqrt{u + \epsilon}}{\sqrt{s + \epsilon}}\, g,\quad "
                r"u \leftarrow 0.9\, u + 0.1\, \Delta^2,\quad w \leftarrow w - \eta\, \Delta",
    "adamw": r"w \leftarrow (1 - \eta\lambda)\, w - \eta\, \frac{\hat m}{\sqrt{\hat s} + \epsilon}",
}  # fmt: skip
"""One step of each, in LaTeX: g is the gradient, η the learning rate."""


def make_optimizer(recipe: Recipe, parameters: Iterable[nn.Parameter]) -> Optimizer:
    """The recipe's optimiser for `parameters`, at its (peak) learning rate.

    `fused` does the same arithmetic in one pass over the numbers, where torch has that.
    """
    make = _MAKERS[recipe.optimizer]
    return make(parameters, lr=recipe.peak_learning_rate, weight_decay=recipe.weight_decay)


_MAKERS: dict[OptimizerName, Callable[..., Optimizer]] = {
    "sgd": partial(torch.optim.SGD, fused=True),
    "momentum": partial(torch.optim.SGD, momentum=MOMENTUM, fused=True),
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adam": partial(torch.optim.Adam, fused=True),
    "adadelta": torch.optim.Adadelta,
    "adamw": partial(torch.optim.AdamW, fused=True),
}
