"""Settings with a name, to begin a training with: of each network the first is the usual one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mnist_core.models.recipes import MLP_ADAM, NINETY_NINE, Recipe
from mnist_core.models.registry import ARCHITECTURES


@dataclass(frozen=True)
class Preset:
    """Settings with a name.

    key:    in PRESETS_OF one network
    title:  for people
    faster_arithmetic: whether the recipe is to have bfloat16 where that is faster
    """

    key: str
    title: str
    recipe: Recipe
    faster_arithmetic: bool = False


ADAM, PLAIN_SGD, NINETY_NINE_KEY = "adam", "plain_sgd", "ninety_nine"
CHALLENGER = "convnet"
"""The network of the preset for the 99 % challenge."""
RACE = ("mlp", (PLAIN_SGD, ADAM))
"""The first race: a network, and the presets that race."""


def _as_in_the_course(key: str) -> Preset:
    entry = ARCHITECTURES[key]
    title = "As in the course" if entry.taught else "As the course's VAE"
    return Preset("course", title, entry.source_recipe)


def _changed(network: str, key: str, title: str, **changes: object) -> Preset:
    """The course's recipe but for `changes`."""
    return Preset(key, title, replace(ARCHITECTURES[network].source_recipe, **changes))  # type: ignore[arg-type]


def _sharper(key: str) -> Preset:
    return _changed(key, "sharper", "Sharper pictures: β = 0.25", beta=0.25)


PRESETS: Mapping[str, tuple[Preset, ...]] = {
    "softmax_regression": (
        _as_in_the_course("softmax_regression"),
        _changed("softmax_regression", ADAM, "Adam", optimizer="adam", learning_rate=1e-3),
    ),
    "mlp": (
        Preset(ADAM, "Adam", MLP_ADAM),
        Preset(PLAIN_SGD, "Plain SGD: why so slow?", ARCHITECTURES["mlp"].source_recipe),
    ),
    CHALLENGER: (
        _as_in_the_course(CHALLENGER),
        Preset(NINETY_NINE_KEY, "99 %", NINETY_NINE, faster_arithmetic=True),
    ),
    "deep_cnn": (
        _as_in_the_course("deep_cnn"),
        _changed("deep_cnn", "faster", "Ten times the learning rate", learning_rate=1e-3),
    ),
    "rnn": (
        Preset(ADAM, "Adam", ARCHITECTURES["rnn"].source_recipe),
        _changed("rnn", "constant", "A learning rate that stays", schedule="constant"),
    ),
    **{key: (_as_in_the_course(key), _sharper(key)) for key in ("vae", "vae2d", "cvae")},
    "resnet18_transfer": (
        _as_in_the_course("resnet18_transfer"),
        _changed("resnet18_transfer", "random", "Random backbone", random_backbone=True),
    ),
}  # fmt: skip
"""Network → its presets, the usual one first."""


def preset_of(network: str, key: str) -> Preset:
    """The preset `key` of a network, or its usual one where it has none of that name."""
    presets = PRESETS[network]
    return next((one for one in presets if one.key == key), presets[0])
