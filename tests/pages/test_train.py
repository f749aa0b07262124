"""The Train page, on digits of our own, so that it needs no MNIST."""

import csv
import io
import pickle
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save
from streamlit.testing.v1 import AppTest

from mnist_core.models.recipes import FAR_TOO_HIGH
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.training.run import Run
from mnist_core.training.run_file import pack_run
from mnist_core.training.timeline import Moment
from tests.core.tiny import tiny_digits
from ui.shared.session import runs as session_runs_module
from ui.shared.session.data import TrainingData
from ui.shared.session.runs import MAX_RUNS, SessionRuns, _Sweeper
from ui.train import data as training_data

ROOT = Path(__file__).resolve().parents[2]
TRAIN, TEST = tiny_digits(640), tiny_digits(100, seed=1)
FALLS_BY = 0.3


@pytest.fixture(autouse=True)
def our_own_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    data = TrainingData(TRAIN, TEST, "MNIST", is_mnist=True)
    monkeypatch.setattr(training_data, "mnist_is_here", lambda: True)
    monkeypatch.setattr(training_data, "shared_mnist", lambda: data)


@pytest.fixture
def app() -> Iterator[AppTest]:
    opened = open_train()
    yield opened
    runs(opened).end()


def open_train(**parameters: str) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    for name, value in parameters.items():
        app.query_params[name] = value
    app.switch_page("pages/train.py").run()
    assert not app.exception
    return app


def runs(app: AppTest) -> SessionRuns:
    found = app.session_state["runs"]
    assert isinstance(found, SessionRuns)
    return found


def current_run(app: AppTest) -> Run:
    player = runs(app).current
    assert player is not None
    return player.run


def press(app: AppTest, label: str, which: int = 0) -> AppTest:
    buttons = [button for button in app.button if button.label == label]
    assert buttons, [button.label for button in app.button]
    buttons[which].click().run()
    assert not app.exception
    return app


def choose(app: AppTest, label: str, value: object) -> AppTest:
    widgets = [*app.selectbox, *app.select_slider, *app.number_input, *app.toggle, *app.slider]
    (widget,) = [widget for widget in widgets if widget.label == label]
    widget.set_value(value).run()  # type: ignore[arg-type]
    assert not app.exception
    return app


def figures(app: AppTest) -> str:
    (found,) = [part.value for part in app.get("html") if 'data-name="Batches"' in part.value]
    return str(found)


def figure(app: AppTest, name: str) -> str:
    after = figures(app).split(f'data-name="{name}"')[1]
    return after.split("tabular-nums")[1].split(">")[1].split("<")[0]


def spoken(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.error, *app.info, *app.warning, *app.success]
    return "\n".join(part.value for part in parts)


def wait_until(condition: Callable[[], bool], within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def charts(app: AppTest) -> list[str]:
    return [chart.proto.SerializeToString().hex() for chart in app.get("vega_lite_chart")]


def test_the_page_opens_with_an_untrained_network_and_its_source_s_recipe(app: AppTest) -> None:
    run = current_run(app)
    assert run.key == "mlp"
    assert run.recipe == ARCHITECTURES["mlp"].source_recipe
    assert figure(app, "Batches") == "0"
    assert figure(app, "Data") == "MNIST"
    assert "no run" not in spoken(app).lower()


@pytest.mark.parametrize("key", [key for key in ARCHITECTURES if key != "resnet18_transfer"])
def test_every_network_takes_a_step(app: AppTest, key: str) -> None:
    choose(app, "Network", key)
    press(app, "Step one batch")
    assert figure(app, "Batches") == "1"
    assert current_run(app).key == key
    assert current_run(app).recipe == ARCHITECTURES[key].source_recipe


def test_an_epoch_is_trained_and_tested(app: AppTest) -> None:
    choose(app, "Network", "softmax_regression")
    before = charts(app)
    press(app, "Step one epoch")
    wait_until(lambda: not runs(app).current.is_playing)  # type: ignore[union-attr]
    app.run()
    assert figure(app, "Digits seen") == "640"
    assert figure(app, "Epochs") == "1.00"
    assert "right" in figure(app, "Test")
    assert charts(app) != before


def test_play_advances_and_pause_stands_still(app: AppTest) -> None:
    press(app, "Play")
    wait_until(lambda: current_run(app).step_count > 20)
    app.run()
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
    app.switch_page("pages/draw.py").run()
    step = current_run(app).step_count
    time.sleep(0.1)
    assert current_run(app).step_count == step
    app.switch_page("pages/train.py").run()
    assert figure(app, "Batches") == str(step), "nothing was lost"


def test_learning_rate_and_batch_size_change_without_a_reset(app: AppTest) -> None:
    press(app, "Step one batch")
    choose(app, "Learning rate", 0.05)
    choose(app, "Batch size", 16)
    press(app, "Step one batch")
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
        ("Seed of the random numbers", 7, "seed", 7),
        ("Arithmetic", "bfloat16", "precision", "bfloat16"),
        ("Softmax twice", True, "softmax_twice", True),
        ("No shuffling", False, "shuffle", True),
        ("All weights equal", True, "equal_weights", True),
        ("Learning rate far too high", True, "rate_far_too_high", True),
        ("Standardise the pixels (subtract their mean, divide by their standard deviation)", True,
         "standardise", True),
    ],
)  # fmt: skip
def test_any_other_setting_begins_a_new_run_and_keeps_the_old_one(
    app: AppTest, label: str, value: object, setting: str, expected: object
) -> None:
    press(app, "Step one batch")
    choose(app, label, value)
    press(app, "Step one batch")
    assert getattr(current_run(app).recipe, setting) == expected
    assert [player.run.step_count for player in runs(app).players] == [1, 1]
    assert getattr(runs(app).players[0].run.recipe, setting) != expected


def test_more_epochs_need_no_new_run(app: AppTest) -> None:
    press(app, "Step one batch")
    choose(app, "Epochs", 9)
    assert current_run(app).recipe.epochs == 9
    assert len(runs(app).players) == 1


def test_reset_returns_to_the_same_weights_and_new_weights_are_others(app: AppTest) -> None:
    first = {k: v.clone() for k, v in current_run(app).trainer.model.state_dict().items()}
    press(app, "Step one batch")
    press(app, "Reset")
    again = current_run(app).trainer.model.state_dict()
    assert current_run(app).step_count == 0
    assert len(runs(app).players) == 1
    assert all(torch.equal(first[name], again[name]) for name in first)
    press(app, "Step one batch")
    press(app, "New weights")
    other = current_run(app).trainer.model.state_dict()
    assert len(runs(app).players) == 2
    assert not torch.equal(first["features.1.weight"], other["features.1.weight"])


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Softmax twice", "1.461"),
        ("No shuffling", "same order"),
        ("All weights equal", "one single unit"),
        ("Learning rate far too high", "explodes"),
    ],
)
def test_a_mistake_is_explained_beside_the_plot(app: AppTest, label: str, said: str) -> None:
    choose(app, "No shuffling", False)
    assert said not in "\n".join(info.value for info in app.info)
    choose(app, label, True)
    assert said in "\n".join(info.value for info in app.info)


def test_a_diverging_run_says_so_and_goes_back_to_its_last_good_moment(app: AppTest) -> None:
    press(app, "Step one batch")
    current_run(app).trainer.learning_rate = 1e38
    choose(app, "Learning rate", 50.0)
    current_run(app).trainer.learning_rate = 1e38
    runs(app).current.play()  # type: ignore[union-attr]
    wait_until(lambda: not runs(app).current.is_playing)  # type: ignore[union-attr]
    app.run()
    assert "no longer a finite number" in "\n".join(error.value for error in app.error)
    assert all(
        button.disabled for button in app.button if button.label in ("Play", "Step one batch")
    )
    assert current_run(app).trainer.order.samples == 64 * current_run(app).step_count
    choose(app, "Learning rate", 0.001)
    press(app, "Go back to the last good moment")
    assert not app.error
    press(app, "Step one batch")
    assert current_run(app).history.column("loss")[-1] < 3


def test_two_runs_race_under_names_that_say_what_differs(app: AppTest) -> None:
    press(app, "Step one batch")
    choose(app, "Optimiser", "adam")
    press(app, "Step one batch")
    assert "Race" in [part.value for part in app.subheader]
    assert runs(app).names == ["1: SGD", "2: Adam"]
    before = charts(app)
    choose(app, "What to compare", "test_loss")
    assert charts(app) != before


def test_a_run_is_kept_until_it_is_removed_and_can_be_gone_on_with(app: AppTest) -> None:
    press(app, "Step one batch")
    choose(app, "Optimiser", "adam")
    press(app, "Step one batch")
    press(app, "Go on with it")
    assert current_run(app).recipe.optimizer == "sgd"
    assert [box.value for box in app.selectbox if box.label == "Optimiser"] == ["sgd"]
    press(app, "Remove")
    assert runs(app).names == ["1: MLP"]
    assert current_run(app).recipe.optimizer == "adam"


def test_removing_the_last_run_begins_an_untrained_one(app: AppTest) -> None:
    press(app, "Step one batch")
    press(app, "Remove")
    assert figure(app, "Batches") == "0"
    assert len(runs(app).players) == 1


def test_no_more_runs_are_kept_than_there_is_room_for(app: AppTest) -> None:
    for seed in range(MAX_RUNS):
        choose(app, "Seed of the random numbers", seed)
        press(app, "Step one batch")
    choose(app, "Seed of the random numbers", 99)
    assert len(runs(app).players) == MAX_RUNS
    assert [box.value for box in app.number_input if box.label.startswith("Seed")] == [5]
    assert "Remove one" in "\n".join(warning.value for warning in app.warning)
    press(app, "Remove")
    choose(app, "Seed of the random numbers", 100)
    assert current_run(app).recipe.seed == 100


def test_all_runs_are_in_the_race_until_one_is_taken_out(app: AppTest) -> None:
    press(app, "Step one batch")
    choose(app, "Optimiser", "adam")
    press(app, "Step one batch")
    assert app.session_state["racing"] == [0, 1]
    before = charts(app)
    app.session_state["racing"] = [1]
    app.run()
    assert charts(app) != before


def test_a_vae_and_a_classifier_race_apart(app: AppTest) -> None:
    press(app, "Step one batch")
    choose(app, "Network", "vae")
    press(app, "Step one batch")
    assert "they race apart" in spoken(app)


def test_choosing_a_network_that_is_not_built_yet_ends_the_work(app: AppTest) -> None:
    press(app, "Play")
    wait_until(lambda: current_run(app).step_count > 5)
    choose(app, "Network", "resnet18_transfer")
    player = runs(app).players[0]
    assert not player.is_playing
    assert "Press *Play* to begin" in "\n".join(info.value for info in app.info)
    press(app, "Go on with it")
    assert figure(app, "Batches") == str(player.run.step_count)


def test_coming_back_by_an_address_without_settings_shows_the_run_that_was(app: AppTest) -> None:
    choose(app, "Optimiser", "adam")
    press(app, "Step one batch")
    app.switch_page("pages/evaluate.py").run()
    app.query_params.clear()
    app.switch_page("pages/train.py").run()
    assert [box.value for box in app.selectbox if box.label == "Optimiser"] == ["adam"]
    assert figure(app, "Batches") == "1"
    assert len(runs(app).players) == 1


def test_the_time_machine_shows_the_network_as_it_was(app: AppTest) -> None:
    choose(app, "Network", "softmax_regression")
    for _ in range(3):
        press(app, "Step one batch")
    choose(app, "Look back: 0 is the beginning, 100 is now", 100)
    assert "**After 3 batches**" in spoken(app)
    pictures = [part.value for part in app.get("html")]
    choose(app, "Look back: 0 is the beginning, 100 is now", 0)
    assert "**After 0 batches**" in spoken(app)
    assert [part.value for part in app.get("html")] != pictures
    moment: Moment = current_run(app).timeline.moments[0]
    assert moment.step == 0


def test_the_visitor_s_drawing_is_read_as_of_a_moment(app: AppTest) -> None:
    assert "There is no drawing yet" in spoken(app)
    from mnist_core.pictures.own_digits import DIGITS, on_canvas
    from ui.shared.digit.drawing import Drawing

    app.session_state["drawing"] = Drawing(picture=on_canvas(DIGITS[3]))
    app.run()
    assert "There is no drawing yet" not in spoken(app)
    assert any("Probability of each digit" in part.value for part in app.get("html"))


def test_the_log_axes_change_the_curves(app: AppTest) -> None:
    for _ in range(2):
        press(app, "Step one batch")
    before = charts(app)
    choose(app, "Loss on a log axis", True)
    after = charts(app)
    assert before != after
    choose(app, "Digits seen on a log axis", True)
    assert charts(app) != after


def test_slow_motion_sets_the_player_s_pace(app: AppTest) -> None:
    choose(app, "Speed", 0.5)
    assert runs(app).current.delay_s == 0.5  # type: ignore[union-attr]


def test_a_link_holds_network_recipe_and_switches() -> None:
    opened = open_train(net="Softmax regression", optimizer="Adam", softmax_twice="true", seed="5")
    recipe = current_run(opened).recipe
    assert current_run(opened).key == "softmax_regression"
    assert (recipe.optimizer, recipe.softmax_twice, recipe.seed) == ("adam", True, 5)
    assert recipe.learning_rate == ARCHITECTURES["softmax_regression"].source_recipe.learning_rate
    runs(opened).end()


def test_the_rate_far_too_high_is_the_one_that_is_said(app: AppTest) -> None:
    choose(app, "Learning rate far too high", True)
    assert f"**{FAR_TOO_HIGH['sgd']:g}**" in spoken(app)
    press(app, "Step one batch")
    assert current_run(app).history.column("learning_rate").tolist() == [FAR_TOO_HIGH["sgd"]]


def test_the_network_is_used_on_the_draw_page_at_once(app: AppTest) -> None:
    press(app, "Step one batch")
    press(app, "Use on the Draw page")
    assert "on the *Draw a digit* page now" in spoken(app)
    app.switch_page("pages/draw.py").run()
    assert not app.exception
    assert "your own" in spoken(app)
    app.switch_page("pages/evaluate.py").run()
    assert not app.exception


def test_a_vae_shows_its_two_terms_and_has_no_place_on_the_draw_page(app: AppTest) -> None:
    choose(app, "Network", "vae")
    press(app, "Step one epoch")
    wait_until(lambda: not runs(app).current.is_playing)  # type: ignore[union-attr]
    app.run()
    assert " nats = " in figure(app, "Test")
    assert "reconstruction" in spoken(app)
    assert "Use on the Draw page" not in [button.label for button in app.button]
    assert "Softmax twice" not in [toggle.label for toggle in app.toggle]


def saved_run(**settings: object) -> Run:
    recipe = replace(ARCHITECTURES["softmax_regression"].source_recipe, **settings)  # type: ignore[arg-type]
    run = Run("softmax_regression", recipe, TRAIN, TEST)
    run.advance_to(12)
    return run


def upload(app: AppTest, name: str, data: bytes) -> AppTest:
    (uploader,) = [u for u in app.file_uploader if "saved file" in u.label]
    uploader.set_value((name, data, "application/octet-stream")).run()
    assert not app.exception
    return app


def test_a_saved_training_comes_back_with_its_settings_and_goes_on(app: AppTest) -> None:
    run = saved_run(optimizer="adam", learning_rate=0.01, seed=3)
    upload(app, "run.safetensors", pack_run(run))
    assert figure(app, "Batches") == "12"
    assert current_run(app).recipe == run.recipe
    assert [box.value for box in app.selectbox if box.label == "Network"] == ["softmax_regression"]
    press(app, "Step one batch")
    run.advance_to(13)
    there = current_run(app).history.column("loss").tolist()
    assert there == run.history.column("loss").tolist(), "bit for bit, as if it had never stopped"


def test_a_saved_training_with_unusual_numbers_comes_back_too(app: AppTest) -> None:
    run = saved_run(learning_rate=0.0375, batch_size=24, weight_decay=0.007, epochs=700)
    upload(app, "run.safetensors", pack_run(run))
    assert current_run(app).recipe == run.recipe
    choose(app, "Learning rate", 0.1)
    choose(app, "Learning rate", 0.0375)
    press(app, "Step one batch")
    assert current_run(app).step_count == 13
    assert len(runs(app).players) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (pickle.dumps({"features.1.weight": [1.0]}), "not a readable safetensors file"),
        (b"\x00\x00\x00\x40\x00\x00\x00\x00{}", "not a readable safetensors file"),
        (save({"head.weight": torch.full((10, 784), float("nan"))}), "not finite"),
        (save({"head.weight": torch.zeros(10, 784)}), "does not say which network"),
    ],
)
def test_a_hostile_file_gets_a_sentence_and_loses_nothing(
    app: AppTest, data: bytes, said: str
) -> None:
    press(app, "Step one batch")
    upload(app, "hostile.safetensors", data)
    assert said in "\n".join(error.value for error in app.error)
    assert figure(app, "Batches") == "1"


def test_wrong_shapes_get_a_sentence(app: AppTest) -> None:
    run = saved_run()
    run.trainer.model.head = torch.nn.Linear(784, 11)  # type: ignore[assignment]
    upload(app, "other.safetensors", pack_run(run))
    assert "does not fit" in "\n".join(error.value for error in app.error)


def test_the_program_and_the_history_are_those_of_the_run(app: AppTest) -> None:
    press(app, "Step one batch")
    (program,) = [block.value for block in app.code if "load_mnist" in block.value]
    assert "run.advance_to(1)" in program
    rows = list(csv.DictReader(io.StringIO(current_run(app).history.to_csv())))
    assert rows[0]["step"] == "1"


def test_without_a_pretrained_backbone_the_page_says_so_and_offers_a_random_one(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mnist_core.errors import WeightsUnusable
    from mnist_core.models import resnet18_transfer

    def unreachable(backbone: torch.nn.Module) -> None:
        raise WeightsUnusable("The pretrained weights of ResNet-18 could not be downloaded.")

    monkeypatch.setattr(resnet18_transfer, "_load_imagenet_weights", unreachable)
    choose(app, "Network", "resnet18_transfer")
    press(app, "Step one batch")
    assert "could not be downloaded" in "\n".join(error.value for error in app.error)
    choose(app, "Batch size", 2)
    choose(app, "Random backbone instead of the pretrained one", True)
    press(app, "Step one batch")
    assert figure(app, "Batches") == "1"
    assert "random" in spoken(app).lower()


def test_a_session_whose_browser_has_gone_ends_its_runs(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(app, "Play")
    kept = runs(app)
    player = kept.current
    active = True

    class Runtime:
        def is_active_session(self, session_id: str) -> bool:
            return active

    monkeypatch.setattr(session_runs_module, "runtime_exists", lambda: True)
    monkeypatch.setattr(session_runs_module, "get_instance", Runtime)
    monkeypatch.setattr(session_runs_module, "GRACE_S", 0.2)
    monkeypatch.setattr(session_runs_module, "SWEEP_EVERY_S", 0.05)
    sweeper = _Sweeper()
    sweeper.keep("somebody", kept)
    time.sleep(0.4)
    assert kept.players, "the browser is there"
    active = False
    wait_until(lambda: not kept.players)
    assert player is not None
    assert not player.is_playing
