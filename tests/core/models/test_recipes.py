import json
import math
from dataclasses import asdict, fields, replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.errors import RecipeUnusable
from mnist_core.models.presets import PRESETS
from mnist_core.models.recipes import (
    FAR_TOO_HIGH,
    LIMITS,
    LossName,
    OptimizerName,
    Recipe,
    check_recipe,
    recipe_from_json,
)
from mnist_core.models.registry import ARCHITECTURES, MODELS
from mnist_core.pictures.distortion import Distortion

OURS = {
    **{key: entry.recipe for key, entry in MODELS.items()},
    **{f"{key} source": entry.source_recipe for key, entry in ARCHITECTURES.items()},
    **{f"{key} {one.key}": one.recipe for key, presets in PRESETS.items() for one in presets},
}
RECIPE = OURS["mlp source"]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


def as_read_from_a_file(recipe: Recipe) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(json.dumps(asdict(recipe)))
    return content


def assert_is_a_sentence(error: pytest.ExceptionInfo[RecipeUnusable]) -> None:
    text = str(error.value)
    assert text[0].isupper()
    assert text.endswith(".")
    assert len(text.split()) >= 5


# Ranges


@pytest.mark.parametrize("name", OURS)
def test_every_recipe_of_ours_can_be(name: str) -> None:
    assert check_recipe(OURS[name]) is OURS[name]


def test_every_number_of_a_recipe_has_its_range() -> None:
    numbers = {
        field.name
        for field in fields(Recipe)
        if isinstance(getattr(OURS["deep_cnn_pen"], field.name), int | float)
        and not isinstance(getattr(OURS["deep_cnn_pen"], field.name), bool)
    }
    assert set(LIMITS) == numbers | {"training_digits", "ema_decay", "clip_norm", "patience"}


@pytest.mark.parametrize("name", LIMITS)
def test_a_number_out_of_its_range_is_refused_with_the_range_and_the_number(name: str) -> None:
    least, greatest = LIMITS[name]
    for value in (least, greatest):
        assert getattr(check_recipe(replace(RECIPE, **{name: value})), name) == value
    for value in (least - 1, greatest + 1, math.nan, math.inf, -math.inf):
        with pytest.raises(RecipeUnusable) as error:
            check_recipe(replace(RECIPE, **{name: value}))
        assert_is_a_sentence(error)
        for number in (least, greatest, value):
            assert f"{number:g}" in str(error.value)
        assert name.replace("_", " ") in str(error.value).lower()


@pytest.mark.parametrize("value", [-0.1, 1e9, math.nan, math.inf])
@pytest.mark.parametrize("name", [field.name for field in fields(Distortion)])
def test_a_distortion_out_of_its_range_is_refused(name: str, value: float) -> None:
    with pytest.raises(RecipeUnusable) as error:
        check_recipe(replace(RECIPE, distortion=Distortion(**{name: value})))
    assert_is_a_sentence(error)


def test_a_rate_far_too_high_takes_the_place_of_the_learning_rate() -> None:
    assert RECIPE.peak_learning_rate == RECIPE.learning_rate == 1e-3
    assert set(FAR_TOO_HIGH) == set(get_args(OptimizerName))
    for optimizer, rate in FAR_TOO_HIGH.items():
        mistaken = replace(RECIPE, optimizer=optimizer, rate_far_too_high=True)
        assert mistaken.peak_learning_rate == rate
        assert rate >= 100 * min(r.learning_rate for r in OURS.values() if r.optimizer != "sgd")


# From a file


@pytest.mark.parametrize("name", OURS)
def test_a_recipe_comes_back_from_json_as_it_was(name: str) -> None:
    assert recipe_from_json(as_read_from_a_file(OURS[name])) == OURS[name]


@given(
    loss=st.sampled_from(get_args(LossName)),
    optimizer=st.sampled_from(get_args(OptimizerName)),
    learning_rate=st.floats(0, 1e4),
    batch_size=st.integers(1, 60_000),
    training_digits=st.none() | st.integers(1, 60_000),
    ema_decay=st.none() | st.floats(0, 1),
    rotation_deg=st.floats(0, 180),
    shuffle=st.booleans(),
)
def test_any_recipe_comes_back_from_json_as_it_was(rotation_deg: float, **settings: Any) -> None:
    recipe = Recipe(epochs=1, distortion=Distortion(rotation_deg), **settings)
    assert recipe_from_json(as_read_from_a_file(recipe)) == recipe


def test_settings_that_a_file_leaves_out_are_the_usual_ones() -> None:
    said = {"loss": "vae", "optimizer": "adam", "learning_rate": 1, "batch_size": 8, "epochs": 2}
    assert recipe_from_json(said) == Recipe("vae", "adam", 1, 8, 2)


@pytest.mark.parametrize("content", [None, [], "recipe", 3, [["loss", "vae"]], True])
def test_what_is_no_list_of_settings_is_refused(content: object) -> None:
    with pytest.raises(RecipeUnusable) as error:
        recipe_from_json(content)
    assert_is_a_sentence(error)


@pytest.mark.parametrize("name", ["loss", "optimizer", "learning_rate", "batch_size", "epochs"])
def test_a_recipe_without_a_setting_that_has_no_usual_value_is_refused(name: str) -> None:
    content = as_read_from_a_file(RECIPE)
    del content[name]
    with pytest.raises(RecipeUnusable, match="not complete") as error:
        recipe_from_json(content)
    assert_is_a_sentence(error)


def test_a_setting_that_nobody_knows_is_refused_by_its_name() -> None:
    with pytest.raises(RecipeUnusable, match="nobody knows: momentum") as error:
        recipe_from_json({**as_read_from_a_file(RECIPE), "momentum": 0.9})
    assert_is_a_sentence(error)


IMPOSSIBLE: list[tuple[str, object]] = [
    ("loss", "hinge"), ("loss", None), ("loss", ["vae"]), ("optimizer", "lion"), ("optimizer", 1),
    ("learning_rate", "0.1"), ("learning_rate", None), ("learning_rate", True),
    ("learning_rate", -1), ("learning_rate", 10**400), ("learning_rate", math.nan),
    ("batch_size", 32.5), ("batch_size", 0), ("batch_size", 10**9), ("batch_size", True),
    ("epochs", "many"), ("epochs", 0), ("seed", -1), ("seed", 2**63), ("seed", 10**400),
    ("shuffle", "yes"), ("shuffle", 1), ("shuffle", None), ("training_digits", 0),
    ("training_digits", 1.5), ("ema_decay", 1.1), ("ema_decay", "none"), ("precision", "float16"),
    ("schedule", {}), ("distortion", None), ("distortion", []), ("distortion", "none"),
    ("distortion", {"twist": 1}), ("distortion", {"shear": "a lot"}),
    ("distortion", {"shear": None}), ("distortion", {"shear": math.nan}),
    ("distortion", {"rotation_deg": 1e300}), ("distortion", {"shift_px": [1]}),
    ("distortion", {"scale": True}), ("distortion", {"wave_px": 10**400}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), IMPOSSIBLE)
def test_an_impossible_setting_in_a_file_is_refused(name: str, value: object) -> None:
    with pytest.raises(RecipeUnusable) as error:
        recipe_from_json({**as_read_from_a_file(RECIPE), name: value})
    assert_is_a_sentence(error)


@given(content=ANY_JSON)
def test_whatever_a_file_says_instead_of_a_recipe_is_refused(content: object) -> None:
    with pytest.raises(RecipeUnusable):
        recipe_from_json(content)


@given(name=st.sampled_from([field.name for field in fields(Recipe)]), value=ANY_JSON)
def test_whatever_a_file_says_of_one_setting_is_a_recipe_that_can_be_or_is_refused(
    name: str, value: object
) -> None:
    try:
        recipe = recipe_from_json({**as_read_from_a_file(RECIPE), name: value})
    except RecipeUnusable:
        return
    assert check_recipe(recipe) is recipe
    assert type(getattr(recipe, name)) in {type(value), Distortion}
    assert recipe.optimizer in FAR_TOO_HIGH
