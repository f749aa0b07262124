"""Two networks, one picture: what each reads, which pixels each listens to, how each is built."""

from dataclasses import dataclass

from torch import Tensor, nn

from mnist_core.inside.saliency import class_gradient, probabilities_of


@dataclass(frozen=True)
class Comparison:
    """Of a first and a second network.

    probabilities: float64 (10,) each
    gradients:     (28, 28) each, of the logit of `digit`
    digit:         what the first one reads
    """

    probabilities: tuple[Tensor, Tensor]
    gradients: tuple[Tensor, Tensor]
    digit: int

    @property
    def answers(self) -> tuple[int, int]:
        """What each reads: the likeliest digit."""
        first, second = self.probabilities
        return int(first.argmax()), int(second.argmax())

    @property
    def most_disputed(self) -> int:
        """The digit on whose probability they differ most."""
        first, second = self.probabilities
        return int((first - second).abs().argmax())

    @property
    def difference(self) -> Tensor:
        """The first gradient less the second, (28, 28)."""
        first, second = self.gradients
        return first - second


def compare(
    first: nn.Module, second: nn.Module, image_01: Tensor, temperatures: tuple[float, float]
) -> Comparison:
    """Show one picture (1, 1, 28, 28) to both."""
    models = (first, second)
    p, q = (
        probabilities_of(model, image_01, temperature)
        for model, temperature in zip(models, temperatures, strict=True)
    )
    digit = int(p.argmax())
    g, h = (class_gradient(model, image_01, digit) for model in models)
    return Comparison((p, q), (g, h), digit)


@dataclass(frozen=True)
class Anatomy:
    """What a network is built of: its trained numbers, and how many layers of each kind."""

    parameter_count: int
    convolutions: int
    linear_layers: int


def anatomy(model: nn.Module) -> Anatomy:
    """Count the parts; frozen parameters count too."""
    kinds = [type(module) for module in model.modules()]
    return Anatomy(
        sum(parameter.numel() for parameter in model.parameters()),
        kinds.count(nn.Conv2d),
        kinds.count(nn.Linear),
    )
