"""Every page's address: it is understood, and what the app writes into it opens as it was."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget

from mnist_core.models.recipes import FAR_TOO_HIGH
from tests.pages.test_every_page import PAGES
from tests.ui.visitor import change, flip, go_to, run_with, said, visit, widget
from ui.shared import state
from ui.shared.chapters import TITLES
from ui.shared.process import shared_reader
from ui.shared.session.networks import Network
from ui.shared.state import Setting, recipe_key
from ui.train import recipe_form

FIXED: dict[str, list[dict[str, str]]] = {
    "activation_functions": [
        {"curve_of": curve, "chapter": "By the numbers"}
        for curve in ("relu", "leaky_relu", "elu", "maxout")
    ],
    "autoencoder": [{"chapter": "By the numbers"}],
    "batches": [{"chapter": "By the numbers"}],
    "batch_norm": [{"chapter": title} for title in TITLES.values()],
    "convolution": [
        {"kernel": "Learnt", "kernel_of": "convnet", "chapter": "Idea"},
        {"kernel": "Blur", "chapter": "By the numbers"},
        {"chapter": "For experts"},
    ],
    "deep_stacks": [
        {"chapter": "By the numbers", "complex_pair": "false"},
        {"chapter": "By the numbers", "complex_pair": "true"},
        {"chapter": "For experts"},
    ],
    "draw": [{"source": "Upload"}, {"source": "Test digit"}],
    "dropout": [
        {"chapter": "Idea"},
        {"chapter": "By the numbers"},
        {"chapter": "For experts", "spread_as_trained": "true"},
        {"chapter": "For experts", "spread_as_trained": "false"},
    ],
    "first_layer": [{"chapter": title} for title in TITLES.values()],
    "make_digits": [{"chapter": "Idea"}, {"chapter": "By the numbers"}],
    "map_of_digits": [
        {"chapter": "By the numbers"},
        *(
            {"chapter": "Idea", "way_from": kind, "way_to": kind}
            for kind in ("The digit above", "Test digit", "Random sample", "Mean of a digit")
        ),
    ],
    "tensors": [{"chapter": "By the numbers"}],
    "through_the_network": [{"traced": "convnet", "unit_layer": "features.1"}],
    "why_this_answer": [{"chapter": "By the numbers"}, {"chapter": "For experts"}],
    "optimisers": [{"chapter": "By the numbers"}],
    "pooling": [
        {"digit_from": "Test digit", "chapter": "Idea"},
        {"digit_from": "Drawn by the program", "chapter": "By the numbers"},
        {"chapter": "For experts"},
    ],
    "yes_or_no": [{"chapter": "For experts"}],
    "row_by_row": [{"chapter": "By the numbers"}],
    "train": [
        {"net": "softmax_regression", "rate_far_too_high": "false"},
        {"net": "vae", "rate_far_too_high": "true"},
        {"net": "mlp", "patience": "3", "rate_far_too_high": "false"},
        {"net": "resnet18_transfer", "rate_far_too_high": "false"},
    ],
}  # fmt: skip
"""By key: choices on which other widgets depend, so that each widget is there once at least."""
VISITS = [(page, fixed) for page in PAGES for fixed in FIXED.get(page, [{}])]


@pytest.fixture(autouse=True)
def arithmetic_that_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe_form, "bfloat16_speed_up", lambda *_: 1.0)


def address_keys() -> set[str]:
    """Of all settings that live in an address."""
    of_pages = {setting.key for setting in _settings(vars(state).values())}
    return of_pages | {recipe_key(name) for name in recipe_form.IN_FORM}


def _settings(values: Iterable[Any]) -> Iterator[Setting[Any]]:
    for value in values:
        if isinstance(value, Setting) and value.lives_in == "address":
            yield value
        elif is_dataclass(value) and not isinstance(value, type | Setting):
            yield from _settings(getattr(value, field.name) for field in fields(value))


def in_address(app: AppTest) -> dict[str, Any]:
    """The widgets of a page that live in its address; `test_present` looks at the bar above it."""
    widgets = [part for part in app.main if isinstance(part, Widget) and part.key]
    widgets = [part for part in widgets if part.key != state.PRESENT.key]
    return {part.key: part for part in widgets if getattr(part.proto, "query_param_key", "")}


def values(app: AppTest) -> dict[str, Any]:
    return {key: part.value for key, part in in_address(app).items()}


def another(part: Any) -> str:
    """How an address asks for something else than what the widget has."""
    if options := getattr(part, "options", None):
        is_last = part.format_func(part.value) == options[-1]
        return str(options[0] if is_last else options[-1])
    if isinstance(part.value, bool):
        return str(not part.value).lower()
    if isinstance(part.value, str):
        return "0.5"
    return str(part.proto.max if part.value == part.proto.min else part.proto.min)


@pytest.mark.parametrize(("page", "fixed"), VISITS)
def test_an_address_that_the_app_writes_opens_in_a_new_session_as_it_was(
    page: str, fixed: dict[str, str]
) -> None:
    first = visit(page, **fixed)
    usual = values(first)
    asked = {key: another(one) for key, one in in_address(first).items() if key not in fixed}
    moved = values(visit(page, **fixed, **asked))
    assert moved.keys() >= usual.keys()
    assert {key for key in usual if moved[key] == usual[key]} <= fixed.keys()
    run_with(first, **moved)
    go_to(first, "draw" if page == "evaluate" else "evaluate")
    first.query_params.clear()
    go_to(first, page)  # where Streamlit writes what it has kept into the address
    written = first.query_params
    again = visit(page, **written)
    assert values(again) == values(first) == moved
    assert again.query_params == written
    assert "the address" not in (said(first) + said(again)).lower()


def test_no_setting_of_an_address_is_forgotten() -> None:
    there = {key for page, fixed in VISITS for key in asked_by(visit(page, **fixed))}
    assert there == address_keys()


def asked_by(app: AppTest) -> set[str]:
    """The settings for which a page has looked into its address, those of dialogs included."""
    return set(app.session_state["open_page"].read)


def test_a_digit_chosen_in_the_dialog_comes_back_with_the_address_and_on_a_return() -> None:
    asked = {"digit_from": "Drawn by the program", "own_digit": "8"}
    app = visit("pooling", **asked)
    assert "an 8 drawn by this program" in said(app)
    go_to(app, "evaluate")
    app.query_params.clear()
    go_to(app, "dropout")
    assert "an 8 drawn by this program" in said(app)
    assert dict(app.query_params) == asked
    assert "the address" not in said(app).lower()


def test_a_digit_that_cannot_be_is_refused() -> None:
    app = visit("pooling", own_digit="12", digit_from="Drawn by the program")
    assert "The address says `own_digit=12`" in said(app)
    assert "a 5 drawn by this program" in said(app)


def test_a_link_to_a_training_keeps_numbers_that_are_no_stops_of_the_sliders() -> None:
    app = visit("train", learning_rate="0.003", batch_size="100", training_digits="5000")
    recipe = app.session_state["runs"].current.run.recipe
    assert (recipe.learning_rate, recipe.batch_size, recipe.training_digits) == (0.003, 100, 5000)
    assert widget(app, "Learning rate").value == 0.003
    assert widget(app, "Batch size").value == 100
    assert widget(app, "Training digits used").value == 5000
    assert "the address" not in said(app).lower()


def test_the_form_shows_the_rate_far_too_high_that_a_link_asks_for() -> None:
    app = visit("train", rate_far_too_high="true", learning_rate="0.003", optimizer="adam")
    assert f"Learning rate: **{FAR_TOO_HIGH['adam']:g}**, far too high on purpose" in said(app)
    assert "learning_rate" not in in_address(app)
    flip(app, "rate_far_too_high")
    assert widget(app, "Learning rate").value == 0.003


@pytest.mark.parametrize(
    ("page", "key", "written"),
    [
        ("draw", "model", "resnet"), ("train", "net", "my_cnn"), ("train", "optimizer", "lion"),
        ("evaluate", "evaluated", "resnet"), ("pooling", "pool_kernel", "9"),
    ],
)  # fmt: skip
def test_each_page_says_what_it_refuses(page: str, key: str, written: str) -> None:
    (warning,) = visit(page, **{key: written}).warning
    assert f"The address says `{key}={written}`" in warning.value


def test_no_address_names_a_network_that_this_session_alone_has() -> None:
    own = Network("mine", "Mine", shared_reader("mlp").trained.model)
    app = visit("compare_networks", {"networks": {"mine": own}}, second="mlp")
    change(app, "Second network", "mine")
    assert not app.query_params
    assert "second" not in in_address(app)
    go_to(app, "evaluate")
    go_to(app, "compare_networks")
    assert widget(app, "Second network").value == "mine"
    change(app, "Second network", "convnet")
    assert app.query_params == {"second": "Small CNN, trained on MNIST alone"}
    assert values(visit("compare_networks", **app.query_params))["second"] == "convnet"
