"""The Train page, on digits of our own, so that it needs no MNIST."""

import csv
import io
import math
import pickle
import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save
from streamlit.testing.v1 import AppTest

from mnist_core.data.mnist import Digits
from mnist_core.data.origin import origin_of
from mnist_core.errors import WeightsUnusable
from mnist_core.evaluation.published import epoch_figures, load_ten_seeds
from mnist_core.experiments.pixel_constants import standardise
from mnist_core.models import resnet18_transfer
from mnist_core.models.parts import layer_weights
from mnist_core.models.presets import (
    ADAM,
    CHALLENGER,
    NINETY_NINE_KEY,
    PLAIN_SGD,
    PRESETS,
    preset_of,
)
from mnist_core.models.recipes import FAR_TOO_HIGH
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.pictures.own_digits import DIGITS
from mnist_core.training.history import TestResult
from mnist_core.training.order import mixing_of
from mnist_core.training.player import Player
from mnist_core.training.run import Run, Stretch
from mnist_core.training.run_file import pack_run
from mnist_core.training.run_names import say_setting
from mnist_core.training.timeline import Moment
from mnist_core.words import in_percent, percent, spaced
from tests.core.tiny import tiny_digits
from tests.ui.visitor import (
    buttons,
    change,
    charts,
    drawing_of,
    errors,
    figure,
    go_to,
    headers,
    html_parts,
    press,
    run,
    run_with,
    said,
    visit,
    wait_until,
    widget,
)
from ui.shared.session.data import TrainingData
from ui.shared.session.networks import Network
from ui.shared.session.runs import MAX_RUNS, SessionRuns
from ui.train import data as training_data
from ui.train import recipe_form
from ui.train.actions import RACE

TRAIN, TEST = tiny_digits(640), tiny_digits(100, seed=1)


@pytest.fixture(autouse=True)
def our_own_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    data = TrainingData(TRAIN, TEST, origin_of("mnist", TRAIN, TEST))
    monkeypatch.setattr(training_data, "mnist_is_here", lambda: True)
    monkeypatch.setattr(training_data, "shared_mnist", lambda: data)
    monkeypatch.setattr(recipe_form, "bfloat16_speed_up", lambda *_: 1.0)


@pytest.fixture
def app() -> Iterator[AppTest]:
    opened = visit("train")
    yield opened
    runs(opened).end()


def runs(app: AppTest) -> SessionRuns:
    found = app.session_state["runs"]
    assert isinstance(found, SessionRuns)
    return found


def player(app: AppTest) -> Player:
    found = runs(app).current
    assert found is not None
    return found


def current_run(app: AppTest) -> Run:
    return player(app).run


def train_until_it_stands_still(app: AppTest) -> AppTest:
    """As a page would that looks on."""
    wait_until(lambda: bool(player(app).watch()) and player(app).is_at_rest, within_s=60)
    return run(app)


def step(app: AppTest) -> AppTest:
    """One batch, and all that it brings with it."""
    press(app, "One batch")
    return train_until_it_stands_still(app)


def test_the_page_opens_with_an_untrained_network_and_adam(app: AppTest) -> None:
    run = current_run(app)
    assert run.key == "mlp"
    assert run.recipe == preset_of("mlp", ADAM).recipe
    assert run.recipe.optimizer == "adam"
    assert figure(app, "Batches") == "0"
    assert figure(app, "Data") == "MNIST"
    assert "no run" not in said(app).lower()


@pytest.mark.parametrize("key", [key for key in ARCHITECTURES if key != "resnet18_transfer"])
def test_every_network_takes_a_step(app: AppTest, key: str) -> None:
    change(app, "Network", key)
    step(app)
    assert figure(app, "Batches") == "1"
    assert current_run(app).key == key
    assert current_run(app).recipe == PRESETS[key][0].recipe


@pytest.mark.parametrize(
    ("network", "preset"),
    [(k, one.key) for k in PRESETS if k != "resnet18_transfer" for one in PRESETS[k]],
)
def test_a_preset_fills_the_form_and_a_link_holds_it(network: str, preset: str) -> None:
    title = preset_of(network, preset).title
    opened = visit("train", net=ARCHITECTURES[network].title, preset=title)
    recipe = current_run(opened).recipe
    assert recipe == preset_of(network, preset).recipe
    assert widget(opened, "Optimiser").value == recipe.optimizer
    assert "the address" not in said(opened).lower()
    runs(opened).end()


def test_plain_sgd_is_a_preset_with_the_course_s_recipe_and_its_table(app: AppTest) -> None:
    assert load_ten_seeds().command not in said(app)
    change(app, "Begin with", PLAIN_SGD)
    assert current_run(app).recipe == ARCHITECTURES["mlp"].source_recipe
    assert load_ten_seeds().command in said(app)
    assert "Why so slow?" in said(app)
    change(app, "Begin with", ADAM)
    assert current_run(app).recipe == preset_of("mlp", ADAM).recipe


def test_one_click_lets_adam_and_plain_sgd_race_side_by_side_from_the_same_weights(
    app: AppTest,
) -> None:
    press(app, "Race Adam against plain SGD")
    racers = runs(app).players
    assert [one.run.recipe.optimizer for one in racers] == ["sgd", "adam"]
    wait_until(lambda: all(one.run.step_count > 5 for one in racers))
    run(app)
    assert "Pause" in buttons(app)
    assert runs(app).names == ["1: SGD, not shuffled", "2: Adam, shuffled"]
    first = [dict(one.run.timeline.moments[0].state) for one in racers]
    assert all(torch.equal(first[0][name], first[1][name]) for name in first[0])
    press(app, "Pause")
    wait_until(lambda: not runs(app).any_at_work)
    assert widget(app, "Optimiser").value == "adam"


def test_a_race_for_which_there_is_no_room_loses_nothing(app: AppTest) -> None:
    for seed in range(MAX_RUNS - 1):
        change(app, "Seed of the random numbers", seed)
        step(app)
    before = list(runs(app).players)
    run_with(app, intent=RACE)
    assert "a race begins two" in said(app)
    assert runs(app).players == before


def test_the_challenge_s_clock_stops_and_the_fastest_leads(app: AppTest) -> None:
    assert "Nobody has got there yet" in said(app)
    assert figure(app, "Clock") == "0.0 s"
    for seconds, seed in ((41.3, 1), (12.6, 2)):
        change(app, "Seed of the random numbers", seed)
        step(app)
        look = TestResult(1, 64, 0.05, 0.991, math.nan, math.nan, worked_s=seconds)
        current_run(app).history.tests.append(look)
        step(app)
    assert figure(app, "Clock") == "12.6 s"
    assert figure(app, "Best look") == percent(0.991)
    assert figure(app, "99%") == "✓ reached"
    rows = [part for part in said(app).splitlines() if re.match(r"\| \d \| MLP", part)]
    assert [row.split(" | ")[2:4] for row in rows] == [["seed 2", "12.6"], ["seed 1", "41.3"]]
    assert all("99.10 %" in row and "64 digits" in row for row in rows)
    press(app, "remove_1")
    assert "| 1 | MLP" in said(app)
    assert "12.6" not in said(app)


def test_one_click_tries_the_shipped_recipe_of_the_challenge(app: AppTest) -> None:
    press(app, "Try the shipped recipe")
    assert current_run(app).key == CHALLENGER
    recipe = preset_of(CHALLENGER, NINETY_NINE_KEY).recipe
    assert replace(current_run(app).recipe, precision=recipe.precision) == recipe
    assert player(app).is_playing
    press(app, "Pause")


def test_a_run_on_other_digits_takes_no_part_in_the_challenge(app: AppTest) -> None:
    assert "takes no part" not in said(app)
    current_run(app).stretches = [Stretch(0, origin_of("files", TEST, TRAIN))]
    run(app)
    assert "takes no part" in said(app)


def test_an_epoch_is_trained_and_tested(app: AppTest) -> None:
    change(app, "Network", "softmax_regression")
    before = charts(app)
    press(app, "One epoch")
    train_until_it_stands_still(app)
    assert figure(app, "Digits seen") == "640"
    assert figure(app, "Epochs") == "1.00"
    assert "right" in figure(app, "Test")
    assert charts(app) != before


def test_play_advances_and_pause_stands_still(app: AppTest) -> None:
    press(app, "Play")
    wait_until(lambda: current_run(app).step_count > 20)
    run(app)
    assert figure(app, "State") == "Playing"
    press(app, "Pause")
    step = current_run(app).step_count
    assert figure(app, "State") == "Paused"
    assert figure(app, "Batches") == str(step)
    time.sleep(0.1)
    assert current_run(app).step_count == step


def test_opening_another_page_ends_the_work(app: AppTest) -> None:
    press(app, "Play")
    wait_until(lambda: current_run(app).step_count > 5)
    go_to(app, "draw")
    step = current_run(app).step_count
    time.sleep(0.1)
    assert current_run(app).step_count == step
    go_to(app, "train")
    assert figure(app, "Batches") == str(step), "nothing was lost"


def test_learning_rate_and_batch_size_change_without_a_reset(app: AppTest) -> None:
    step(app)
    change(app, "Learning rate", 0.05)
    change(app, "Batch size", 16)
    step(app)
    run = current_run(app)
    assert len(runs(app).players) == 1
    assert run.step_count == 2
    assert run.history.column("learning_rate").tolist() == [0.001, 0.05]
    assert run.history.column("batch_size").tolist() == [64, 16]


@pytest.mark.parametrize(
    ("label", "value", "setting", "expected"),
    [
        ("Optimiser", "adadelta", "optimizer", "adadelta"),
        ("Learning rate over time", "warm_up_cosine", "schedule", "warm_up_cosine"),
        ("Training digits used", 300, "training_digits", 300),
        ("Weight decay", 0.01, "weight_decay", 0.01),
        ("Gradient clipping", 0.3, "clip_norm", 0.3),
        ("Early stopping", 3, "patience", 3),
        ("Seed of the random numbers", 7, "seed", 7),
        ("Arithmetic", "bfloat16", "precision", "bfloat16"),
        ("Softmax twice", True, "softmax_twice", True),
        ("No shuffling", True, "shuffle", False),
        ("All weights equal", True, "equal_weights", True),
        ("Learning rate far too high", True, "rate_far_too_high", True),
        ("Standardise the pixels (subtract their mean, divide by their standard deviation)", True,
         "standardise", True),
    ],
)  # fmt: skip
def test_any_other_setting_begins_a_new_run_and_keeps_the_old_one(
    app: AppTest, label: str, value: object, setting: str, expected: object
) -> None:
    step(app)
    change(app, label, value)
    step(app)
    assert getattr(current_run(app).recipe, setting) == expected
    assert [player.run.step_count for player in runs(app).players] == [1, 1]
    assert getattr(runs(app).players[0].run.recipe, setting) != expected


def test_early_stopping_shows_the_held_out_digits_and_ends_with_a_sentence(app: AppTest) -> None:
    assert "Digits held out" not in [slider.label for slider in app.select_slider]
    change(app, "Early stopping", 1)
    assert widget(app, "Digits held out").value == 640 // 6
    change(app, "Digits held out", 100)
    change(app, "Learning rate", 0.5)
    change(app, "Epochs", 50)
    press(app, "Play")
    train_until_it_stands_still(app)
    run_of = current_run(app)
    assert (run_of.recipe.patience, run_of.recipe.held_out) == (1, 100)
    assert run_of.has_stopped_early
    assert run_of.history.held_out.says() in said(app)
    (loss,) = [chart for chart in charts(app) if "of each batch" in str(chart)]
    assert "held out" in str(loss)


def test_more_epochs_need_no_new_run(app: AppTest) -> None:
    step(app)
    change(app, "Epochs", 9)
    assert current_run(app).recipe.epochs == 9
    assert len(runs(app).players) == 1


def test_reset_returns_to_the_same_weights_and_new_weights_are_others(app: AppTest) -> None:
    first = {k: v.clone() for k, v in current_run(app).trainer.model.state_dict().items()}
    step(app)
    press(app, "Reset")
    again = current_run(app).trainer.model.state_dict()
    assert current_run(app).step_count == 0
    assert len(runs(app).players) == 1
    assert all(torch.equal(first[name], again[name]) for name in first)
    step(app)
    press(app, "New weights")
    other = current_run(app).trainer.model.state_dict()
    assert len(runs(app).players) == 2
    assert not torch.equal(first["features.1.weight"], other["features.1.weight"])


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("Softmax twice", "1.461"),
        ("No shuffling", "same order"),
        ("All weights equal", "one single unit"),
        ("Learning rate far too high", "explodes"),
    ],
)
def test_a_mistake_is_explained_beside_the_plot(app: AppTest, label: str, says: str) -> None:
    change(app, "No shuffling", False)
    assert not any(says in info.value for info in app.info)
    change(app, label, True)
    assert any(says in info.value for info in app.info)


def test_a_diverging_run_says_so_and_goes_back_to_its_last_good_moment(app: AppTest) -> None:
    step(app)
    current_run(app).trainer.learning_rate = 1e38
    change(app, "Learning rate", 50.0)
    current_run(app).trainer.learning_rate = 1e38
    player(app).play()
    train_until_it_stands_still(app)
    assert "no longer a finite number" in "\n".join(errors(app))
    assert all(button.disabled for button in app.button if button.label in ("Play", "One batch"))
    assert current_run(app).trainer.order.samples == 64 * current_run(app).step_count
    change(app, "Learning rate", 0.001)
    press(app, "Go back to the last good moment")
    assert not app.error
    step(app)
    assert current_run(app).history.column("loss")[-1] < 3


def test_two_runs_race_under_names_that_say_what_differs(app: AppTest) -> None:
    step(app)
    change(app, "Optimiser", "sgd")
    step(app)
    assert "Race" in headers(app)
    assert runs(app).names == ["1: Adam", "2: SGD"]
    before = charts(app)
    change(app, "What to compare", "test_loss")
    assert charts(app) != before


def test_a_run_is_kept_until_it_is_removed_and_can_be_gone_on_with(app: AppTest) -> None:
    step(app)
    change(app, "Optimiser", "sgd")
    step(app)
    press(app, "go_0")
    assert current_run(app).recipe.optimizer == "adam"
    assert widget(app, "Optimiser").value == "adam"
    press(app, "remove_0")
    assert runs(app).names == ["1: MLP"]
    assert current_run(app).recipe.optimizer == "sgd"


def test_removing_the_last_run_begins_an_untrained_one(app: AppTest) -> None:
    step(app)
    press(app, "remove_0")
    assert figure(app, "Batches") == "0"
    assert len(runs(app).players) == 1


def test_no_more_runs_are_kept_than_there_is_room_for(app: AppTest) -> None:
    for seed in range(MAX_RUNS):
        change(app, "Seed of the random numbers", seed)
        step(app)
    change(app, "Seed of the random numbers", 99)
    assert len(runs(app).players) == MAX_RUNS
    assert widget(app, "Seed of the random numbers").value == 5
    assert "Remove one" in said(app)
    press(app, "remove_0")
    change(app, "Seed of the random numbers", 100)
    assert current_run(app).recipe.seed == 100


def test_all_runs_are_in_the_race_until_one_is_taken_out(app: AppTest) -> None:
    step(app)
    change(app, "Optimiser", "sgd")
    step(app)
    assert app.session_state["racing"] == [0, 1]
    before = charts(app)
    run_with(app, racing=[1])
    assert charts(app) != before


def test_a_vae_and_a_classifier_race_apart(app: AppTest) -> None:
    step(app)
    change(app, "Network", "vae")
    step(app)
    assert "they race apart" in said(app)


def test_choosing_a_network_that_is_not_built_yet_ends_the_work(app: AppTest) -> None:
    press(app, "Play")
    wait_until(lambda: current_run(app).step_count > 5)
    change(app, "Network", "resnet18_transfer")
    player = runs(app).players[0]
    assert not player.is_playing
    assert "Press *Play* to begin" in said(app)
    press(app, "go_0")
    assert figure(app, "Batches") == str(player.run.step_count)


def test_coming_back_by_an_address_without_settings_shows_the_run_that_was(app: AppTest) -> None:
    change(app, "Optimiser", "sgd")
    step(app)
    go_to(app, "evaluate")
    app.query_params.clear()
    go_to(app, "train")
    assert widget(app, "Optimiser").value == "sgd"
    assert figure(app, "Batches") == "1"
    assert len(runs(app).players) == 1


def test_the_time_machine_shows_the_network_as_it_was(app: AppTest) -> None:
    change(app, "Network", "softmax_regression")
    for _ in range(3):
        step(app)
    label = "Look back: batches seen by then, ever further apart"
    change(app, label, 3)
    assert "**After 3 batches**" in said(app)
    pictures = html_parts(app)
    change(app, label, 0)
    assert "**After 0 batches**" in said(app)
    assert html_parts(app) != pictures
    moment: Moment = current_run(app).timeline.moments[0]
    assert moment.step == 0


def test_the_visitor_s_drawing_is_read_as_of_a_moment(app: AppTest) -> None:
    assert "There is no drawing yet" in said(app)
    run_with(app, drawing=drawing_of(DIGITS[3]))
    assert "There is no drawing yet" not in said(app)
    assert any("Probability of each digit" in part for part in html_parts(app))


def test_the_log_axes_change_the_curves(app: AppTest) -> None:
    for _ in range(2):
        step(app)
    before = charts(app)
    change(app, "Loss on a log axis", True)
    after = charts(app)
    assert before != after
    change(app, "Digits seen on a log axis", True)
    assert charts(app) != after


def test_slow_motion_sets_the_player_s_pace(app: AppTest) -> None:
    change(app, "Speed", 0.5)
    assert player(app).delay_s == 0.5


def test_a_link_holds_network_recipe_and_switches() -> None:
    opened = visit(
        "train", net="Softmax regression", optimizer="Adam", softmax_twice="true", seed="5"
    )
    recipe = current_run(opened).recipe
    assert current_run(opened).key == "softmax_regression"
    assert (recipe.optimizer, recipe.softmax_twice, recipe.seed) == ("adam", True, 5)
    assert recipe.learning_rate == ARCHITECTURES["softmax_regression"].source_recipe.learning_rate
    runs(opened).end()


def test_the_rate_far_too_high_is_the_one_that_is_said(app: AppTest) -> None:
    change(app, "Learning rate far too high", True)
    assert f"**{FAR_TOO_HIGH['adam']:g}**" in said(app)
    step(app)
    assert current_run(app).history.column("learning_rate").tolist() == [FAR_TOO_HIGH["adam"]]


def test_the_network_is_used_on_the_draw_page_at_once(app: AppTest) -> None:
    step(app)
    press(app, "Use on the Draw page")
    assert "on the *Draw a digit* page now" in said(app)
    app.session_state["chapter_softmax"] = True
    go_to(app, "draw")
    assert "This network is your own" in said(app)
    go_to(app, "evaluate")


def test_a_vae_shows_its_two_terms_and_has_no_place_on_the_draw_page(app: AppTest) -> None:
    change(app, "Network", "vae")
    press(app, "One epoch")
    train_until_it_stands_still(app)
    assert " nats = " in figure(app, "Test")
    assert "reconstruction" in said(app)
    assert "Use on the Draw page" not in buttons(app)
    assert "Softmax twice" not in [toggle.label for toggle in app.toggle]


def saved_run(**settings: object) -> Run:
    recipe = replace(ARCHITECTURES["softmax_regression"].source_recipe, **settings)
    run = Run("softmax_regression", recipe, TRAIN, TEST)
    run.advance_to(12)
    return run


def upload(app: AppTest, name: str, data: bytes) -> AppTest:
    return change(app, "Go on with a saved file", (name, data, "application/octet-stream"))


def test_a_saved_training_comes_back_with_its_settings_and_goes_on(app: AppTest) -> None:
    run = saved_run(optimizer="adam", learning_rate=0.01, seed=3)
    upload(app, "run.safetensors", pack_run(run))
    assert figure(app, "Batches") == "12"
    assert current_run(app).recipe == run.recipe
    assert widget(app, "Network").value == "softmax_regression"
    step(app)
    run.advance_to(13)
    there = current_run(app).history.column("loss").tolist()
    assert there == run.history.column("loss").tolist(), "bit for bit, as if it had never stopped"


def test_a_saved_training_with_unusual_numbers_comes_back_too(app: AppTest) -> None:
    run = saved_run(learning_rate=0.0375, batch_size=24, weight_decay=0.007, epochs=700)
    upload(app, "run.safetensors", pack_run(run))
    assert current_run(app).recipe == run.recipe
    change(app, "Learning rate", 0.1)
    change(app, "Learning rate", 0.0375)
    step(app)
    assert current_run(app).step_count == 13
    assert len(runs(app).players) == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (pickle.dumps({"features.1.weight": [1.0]}), "not a readable safetensors file"),
        (b"\x00\x00\x00\x40\x00\x00\x00\x00{}", "not a readable safetensors file"),
        (save({"head.weight": torch.full((10, 784), float("nan"))}), "not finite"),
        (save({"head.weight": torch.zeros(10, 784)}), "does not say which network"),
    ],
)
def test_a_hostile_file_gets_a_sentence_and_loses_nothing(
    app: AppTest, data: bytes, says: str
) -> None:
    step(app)
    upload(app, "hostile.safetensors", data)
    assert says in "\n".join(errors(app))
    assert figure(app, "Batches") == "1"


def test_wrong_shapes_get_a_sentence(app: AppTest) -> None:
    run = saved_run()
    run.trainer.model.head = torch.nn.Linear(784, 11)  # type: ignore[assignment]
    upload(app, "other.safetensors", pack_run(run))
    assert "does not fit" in "\n".join(errors(app))


def test_the_program_and_the_history_are_those_of_the_run(app: AppTest) -> None:
    step(app)
    (program,) = [block.value for block in app.code if "load_mnist" in block.value]
    assert "run.advance_to(1)" in program
    rows = list(csv.DictReader(io.StringIO(current_run(app).history.to_csv())))
    assert rows[0]["step"] == "1"


def test_without_a_pretrained_backbone_the_page_says_so_and_offers_a_random_one(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(backbone: torch.nn.Module) -> None:
        raise WeightsUnusable("The pretrained weights of ResNet-18 could not be downloaded.")

    few = TRAIN.select(torch.arange(100)), TEST.select(torch.arange(8))
    data = TrainingData(*few, origin_of("mnist", *few))
    monkeypatch.setattr(training_data, "shared_mnist", lambda: data)
    monkeypatch.setattr(resnet18_transfer, "_load_imagenet_weights", unreachable)
    change(app, "Network", "resnet18_transfer")
    press(app, "One batch")
    assert "could not be downloaded" in "\n".join(errors(app))
    change(app, "Batch size", 2)
    change(app, "Random backbone instead of the pretrained one", True)
    step(app)
    assert figure(app, "Batches") == "1"
    assert "random" in said(app).lower()


@pytest.mark.parametrize("page", ["draw", "evaluate"])
def test_a_network_whose_training_diverged_is_said_to_be_so_where_it_is_used(page: str) -> None:
    run = Run("softmax_regression", ARCHITECTURES["softmax_regression"].source_recipe, TRAIN, TEST)
    network = Network("mine", "Mine", run.model_at(run.now()), flaw="This training had diverged.")
    session = {"networks": {"mine": network}, "model": "mine", "evaluated": "mine"}
    assert "This training had diverged." in [part.value for part in visit(page, session).warning]


@pytest.mark.parametrize("key", ["mlp", "deep_cnn", "cvae", "resnet18_transfer"])
def test_the_chosen_network_is_described_with_its_layers_and_whose_settings_these_are(
    app: AppTest, key: str
) -> None:
    change(app, "Network", key)
    entry, model = ARCHITECTURES[key], ARCHITECTURES[key].build()
    count = spaced(sum(p.numel() for p in model.parameters() if p.requires_grad))
    assert entry.says in said(app)
    frozen = key == "resnet18_transfer"
    says = f"A training changes {count} numbers; " if frozen else f"changes its {count} numbers."
    assert says in said(app)
    for layer in layer_weights(model):
        assert f"| {layer.partition('. ')[2]} | " in said(app)
    (sentence,) = [part for part in said(app).splitlines() if "The course leaves open" in part]
    assert ("The course does not have this network" in sentence) is (key == "cvae")
    course, ours = sentence.split("The course leaves open")
    recipe = entry.source_recipe
    assert say_setting("optimizer", recipe.optimizer) in (
        ours if "optimizer" in entry.ours else course
    )
    assert say_setting("seed", recipe.seed) in ours
    shuffled = say_setting("shuffle", recipe.shuffle)
    assert shuffled in (ours if "shuffle" in entry.ours else course)


def test_the_published_table_stands_beside_the_run_that_has_its_recipe(app: AppTest) -> None:
    change(app, "Begin with", PLAIN_SGD)
    for epoch in (1, 2):
        current_run(app).advance_to(10 * epoch)
    run(app)
    rows = [part for part in said(app).splitlines() if re.match(r"\| \d \| ", part)]
    shares, losses = rows[:3], rows[3:]
    tests = {test.step: test for test in current_run(app).history.tests}
    for epoch, one in enumerate(epoch_figures(load_ten_seeds()), start=1):
        own = tests.get(10 * epoch)
        share = f"{one.mean_accuracy * 100:.1f} ± {one.accuracy_deviation * 100:.1f} %"
        read_right = percent(own.accuracy) if own else "not yet"
        expected = f"| {epoch} | {percent(one.published_accuracy)} | {read_right} | {share} |"
        assert shares[epoch - 1].replace("\u00a0", " ") == expected
        nats = f"{one.mean_loss:.3f} ± {one.loss_deviation:.3f}"
        loss = f"{own.loss:.3f}" if own else "not yet"
        assert losses[epoch - 1] == f"| {epoch} | {one.published_loss:.3f} | {loss} | {nats} |"
    assert sorted(tests)[-1] == 20, "the third epoch was not trained"
    assert load_ten_seeds().command in said(app)
    change(app, "Optimiser", "adam")
    assert load_ten_seeds().command not in said(app)


def test_what_no_shuffling_does_is_said_of_the_digits_in_use(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(app, "Begin with", PLAIN_SGD)
    assert "Their own order is well mixed" in said(app)
    assert "MNIST's own order" not in said(app)
    runs(app).end()
    in_order = TRAIN.select(TRAIN.labels.long().argsort())
    data = TrainingData(in_order, TEST, origin_of("mnist", in_order, TEST))
    monkeypatch.setattr(training_data, "shared_mnist", lambda: data)
    opened = visit("train", unshuffled="true")
    assert "They are not well mixed" in said(opened)
    assert "Their own order is well mixed" not in said(opened)
    mixing = mixing_of(in_order.labels.long())
    assert f"Of these digits {in_percent(mixing.alike)} follow one of their own kind" in said(
        opened
    )
    runs(opened).end()


def test_a_race_on_different_data_says_so(app: AppTest) -> None:
    step(app)
    change(app, "Optimiser", "sgd")
    step(app)
    assert "do not train on the same data" not in said(app)
    other = current_run(app)
    other.stretches = [Stretch(0, origin_of("files", TEST, TRAIN))]
    run(app)
    assert "do not train on the same data" in said(app)


def test_the_resnet_s_page_says_on_how_many_it_is_tested_and_what_its_train_mode_costs(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = (
        TRAIN.select(torch.arange(100)),
        Digits(TEST.images.repeat(6, 1, 1), TEST.labels.repeat(6)),
    )
    data = TrainingData(*few, origin_of("mnist", *few))
    monkeypatch.setattr(training_data, "shared_mnist", lambda: data)
    tested = "Tested on 500 of the 600 test digits, always the same ones"
    cost = "sends its pictures through the whole backbone"
    change(app, "Network", "resnet18_transfer")
    change(app, "Random backbone instead of the pretrained one", True)
    press(app, "Play")
    runs(app).pause_all()
    run(app)
    assert tested in said(app)
    assert cost not in said(app)
    change(app, "Keep the frozen backbone in eval() while the head trains", False)
    press(app, "Play")
    runs(app).pause_all()
    run(app)
    assert not current_run(app).recipe.frozen_batch_norm
    assert not current_run(app).is_preparing
    assert tested in said(app)
    assert cost in said(app)


def test_the_constants_that_standardise_are_computed_from_the_digits_in_use(app: AppTest) -> None:
    mean, deviation = TRAIN.pixel_statistics
    found = standardise((mean, deviation), 255, 256)
    assert f"| constants | {found.constants[0]:.4f} | {found.constants[1]:.4f} |" in said(app)
    assert f"| the pixels afterwards | {found.mean:.4f} | {found.deviation:.4f} |" in said(app)
    assert "They do not belong together" in said(app)
    change(app, "Constants of pixels divided by", 255)
    assert f"| constants | {mean:.4f} | {deviation:.4f} |" in said(app)
    assert "| the pixels afterwards | 0.0000 | 1.0000 |" in said(app)
    assert "Scale and constants belong together" in said(app)


def test_a_network_trained_on_other_digits_says_so_wherever_it_is_used(app: AppTest) -> None:
    step(app)
    press(app, "Use on the Draw page")
    origin = origin_of("files", TEST, TRAIN)
    current_run(app).stretches = [Stretch(0, origin)]
    press(app, "Use on the Draw page")
    titles = [network.title for network in app.session_state["networks"].values()]
    assert titles == ["Yours 1: MLP", f"Yours 2: MLP, trained on {origin.short}"]


def revealed(app: AppTest) -> list[str]:
    """Of each question: what its answers say once there has been a guess."""
    return [body for body in html_parts(app) if 'class="guessed"' in body]


def test_how_many_digits_it_takes_is_read_off_the_run(app: AppTest) -> None:
    change(app, "guess_nine_of_ten", 0)
    assert "the answer stands here" in said(app)
    assert "✓" not in revealed(app)[0]
    player(app).run.history.tests.append(TestResult(70, 4480, 0.3, 0.93, math.nan, math.nan))
    step(app)
    assert "The run shown here had seen 4 480 digits" in said(app)
    assert "1 000 to 10 000 ✓" in revealed(app)[0]
    assert "at most 1 000 ✗" in revealed(app)[0]


def test_who_wins_the_race_is_read_off_both_runs(app: AppTest) -> None:
    change(app, "guess_first_race", 0)
    wait_until(lambda: len(runs(app).players) == 2)
    for racer in runs(app).players:
        racer.pause()
        wait_until(lambda racer=racer: bool(racer.watch()) and racer.is_at_rest)
    for racer, accuracy in zip(runs(app).players, (0.95, 0.2), strict=True):
        racer.run.history.tests[:] = [TestResult(5, 320, 1.0, accuracy, math.nan, math.nan)]
        racer.step()
        wait_until(lambda racer=racer: bool(racer.watch()) and racer.is_at_rest)
    run(app)
    assert "95.00 % against 20.00 %, after 320 digits each" in said(app)
    assert f"{preset_of('mlp', PLAIN_SGD).title} ✓" in revealed(app)[1]


def test_learning_by_heart_is_seen_on_the_run_that_a_guess_starts(app: AppTest) -> None:
    change(app, "guess_few_digits", 1)
    assert current_run(app).recipe.training_digits == 300
    assert current_run(app).recipe.epochs == 50
    train_until_it_stands_still(app)
    losses = [test.loss for test in player(app).watch().tests]
    assert f"ends at {losses[-1]:.2f} " in said(app)
    assert "**overfitting**" not in said(app), "these digits are too much alike for that"
    assert revealed(app)[2].count("✓") == 1


def test_equal_weights_stay_equal_and_the_guess_switches_the_mistake_on(app: AppTest) -> None:
    change(app, "guess_equal_weights", 0)
    assert "one ✓" in revealed(app)[3]
    assert current_run(app).recipe.equal_weights
