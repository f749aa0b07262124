import pytest

from mnist_core.models.presets import (
    CHALLENGER,
    NINETY_NINE_KEY,
    PLAIN_SGD,
    PRESETS,
    RACE,
    preset_of,
)
from mnist_core.models.registry import ARCHITECTURES


@pytest.mark.parametrize("network", ARCHITECTURES)
def test_every_network_has_presets_that_differ_in_key_title_and_recipe(network: str) -> None:
    presets = PRESETS[network]
    assert len(presets) >= 2
    for what in ("key", "title", "recipe"):
        assert len({getattr(one, what) for one in presets}) == len(presets)
    losses = {one.recipe.loss for one in presets}
    assert losses == {ARCHITECTURES[network].source_recipe.loss}
    assert any(one.recipe == ARCHITECTURES[network].source_recipe for one in presets)


def test_an_unknown_preset_is_the_usual_one() -> None:
    assert preset_of("mlp", "") is PRESETS["mlp"][0]
    assert preset_of("vae", PLAIN_SGD) is PRESETS["vae"][0]


def test_the_race_and_the_challenge_have_their_presets() -> None:
    network, keys = RACE
    assert [preset_of(network, key).key for key in keys] == list(keys)
    seeds = {preset_of(network, key).recipe.seed for key in keys}
    assert len(seeds) == 1, "they begin with the same weights"
    assert preset_of(CHALLENGER, NINETY_NINE_KEY).recipe.held_out == 0
