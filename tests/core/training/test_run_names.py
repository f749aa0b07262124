from dataclasses import replace

from mnist_core.data.origin import Origin, origin_of
from mnist_core.models.recipes import SOFTMAX_REGRESSION_SOURCE, Recipe
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.training.run import Run, Stretch
from mnist_core.training.run_names import is_as_published, name_runs, say_setting, say_training_data
from tests.core.tiny import tiny_digits

PLAIN = replace(SOFTMAX_REGRESSION_SOURCE, batch_size=16)


def run(recipe: Recipe = PLAIN, key: str = "softmax_regression") -> Run:
    return Run(key, recipe, tiny_digits(), tiny_digits(10, 1))


def test_a_single_run_is_called_after_its_network() -> None:
    assert name_runs([run()]) == ["1: Softmax regression"]


def test_runs_are_named_by_what_differs_and_by_nothing_else() -> None:
    names = name_runs([run(), run(replace(PLAIN, optimizer="adam"))])
    assert names == ["1: SGD", "2: Adam"]
    names = name_runs([run(), run(replace(PLAIN, shuffle=False, seed=3))])
    assert names == ["1: shuffled, seed 0", "2: not shuffled, seed 3"]


def test_another_network_is_named_first() -> None:
    names = name_runs([run(), run(PLAIN, key="mlp")])
    assert names == ["1: Softmax regression", "2: MLP"]


def test_settings_are_named_where_they_differ_between_runs_of_the_same_network() -> None:
    adam = replace(PLAIN, optimizer="adam", batch_size=8)
    names = name_runs([run(), run(replace(PLAIN, batch_size=32)), run(adam, key="mlp")])
    assert names == [
        "1: Softmax regression, batch size 16",
        "2: Softmax regression, batch size 32",
        "3: MLP",
    ]


def test_what_was_changed_on_the_way_is_part_of_the_name() -> None:
    changed = run()
    changed.advance_to(2)
    changed.set_learning_rate(0.5)
    assert name_runs([run(), changed]) == [
        "1: Softmax regression",
        "2: Softmax regression, learning rate 0.5 from batch 3 on",
    ]


def test_names_are_never_the_same_twice() -> None:
    assert len(set(name_runs([run(), run(), run()]))) == 3


def test_settings_are_said_in_words() -> None:
    assert say_setting("learning_rate", 0.001) == "learning rate 0.001"
    assert say_setting("training_digits", None) == "all training digits"
    assert say_setting("equal_weights", True) == "equal weights"
    assert say_setting("optimizer", "momentum") == "SGD with momentum"
    assert say_setting("precision", "bfloat16") == "bfloat16"


def test_runs_on_other_data_are_told_apart() -> None:
    train, test = tiny_digits(), tiny_digits(10, 1)
    origins = [
        origin_of("mnist", train, test),
        Origin("generated", (20, 10), "0" * 64, seeds=(1, 2)),
        origin_of("files", train, test, names=["mine"]),
        None,
    ]
    runs = [Run("softmax_regression", PLAIN, train, test, origin=origin) for origin in origins]
    names = name_runs(runs)
    assert names[0] == "1: Softmax regression, on MNIST"
    assert names[1] == "2: Softmax regression, on generated digits (seed 1)"
    assert names[2].startswith("3: Softmax regression, on own files (")
    assert names[3] == "4: Softmax regression, on digits that its file does not name"


def test_the_course_s_recipe_is_known_whatever_its_seed_and_epochs() -> None:
    digits = tiny_digits(64)
    mnist = origin_of("mnist", digits, digits)
    source = ARCHITECTURES["mlp"].source_recipe

    def published(recipe: Recipe, origin: Origin | None = mnist, key: str = "mlp") -> bool:
        return is_as_published(Run(key, recipe, digits, digits, origin=origin))

    assert published(source)
    assert published(replace(source, seed=7, epochs=1))
    assert not published(replace(source, shuffle=True))
    assert not published(replace(source, learning_rate=2e-3))
    assert not published(source, origin_of("files", digits, digits))
    assert not published(source, None)
    assert not published(source, key="softmax_regression")
    changed = Run("mlp", source, digits, digits, origin=mnist)
    changed.set_learning_rate(0.5)
    assert not is_as_published(changed)


def test_on_what_a_run_was_trained_is_said_of_all_its_stretches() -> None:
    digits = tiny_digits(64)
    mnist = origin_of("mnist", digits, digits)
    files = origin_of("files", digits, digits)
    run = Run("mlp", ARCHITECTURES["mlp"].source_recipe, digits, digits, origin=mnist)
    assert say_training_data(run) == "MNIST"
    run.stretches.append(Stretch(0, files))
    assert say_training_data(run) == files.short, "nothing was trained on MNIST"
    run.advance_to(1)
    assert say_training_data(run) == files.short
    run.stretches = [Stretch(0, mnist), Stretch(1, files)]
    assert say_training_data(run) == "MNIST"
    run.advance_to(2)
    assert say_training_data(run) == f"MNIST, then {files.short}"
    run.stretches = [Stretch(0, None)]
    assert say_training_data(run) == "digits that its file does not name"
