import json
import statistics
from pathlib import Path

import pytest

from mnist_core.errors import WeightsUnusable
from mnist_core.evaluation.published import (
    PUBLISHED_ACCURACIES,
    PUBLISHED_LOSSES,
    TEN_SEEDS,
    epoch_figures,
    load_ten_seeds,
)
from mnist_core.shipping.studies import ten_seeds
from tests.core.tiny import tiny_digits


def test_the_measured_figures_are_of_ten_seeds_and_as_many_epochs_as_are_published() -> None:
    measured = load_ten_seeds()
    assert measured.command == ten_seeds.COMMAND
    assert measured.seeds == tuple(range(ten_seeds.SEEDS))
    for epochs in (measured.losses, measured.accuracies):
        assert [len(epoch) for epoch in epochs] == [ten_seeds.SEEDS] * len(PUBLISHED_LOSSES)
    assert all(0 < share < 1 for epoch in measured.accuracies for share in epoch)


def test_the_published_figures_lie_among_the_ten_seeds() -> None:
    for figures in epoch_figures(load_ten_seeds()):
        loss = (figures.published_loss - figures.mean_loss) / figures.loss_deviation
        accuracy = figures.published_accuracy - figures.mean_accuracy
        assert abs(loss) <= 3
        assert abs(accuracy / figures.accuracy_deviation) <= 3


def test_published_and_measured_stand_side_by_side() -> None:
    measured = load_ten_seeds()
    first, _, last = epoch_figures(measured)
    assert (first.published_loss, last.published_accuracy) == (2.266, 0.628)
    assert first.published_accuracy == PUBLISHED_ACCURACIES[0]
    assert first.mean_loss == statistics.fmean(measured.losses[0])
    assert last.accuracy_deviation == statistics.stdev(measured.accuracies[2])


@pytest.mark.parametrize("text", ["", "[]", '{"command": "x"}', '{"seeds": 1}'])
def test_a_damaged_file_is_a_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mlp.json"
    path.write_text(text)
    with pytest.raises(WeightsUnusable, match=r"mlp\.json"):
        load_ten_seeds(path)
    with pytest.raises(WeightsUnusable, match="missing"):
        load_ten_seeds(tmp_path / "other.json")


def test_what_is_measured_is_written_and_read_back(tmp_path: Path) -> None:
    measured = ten_seeds.measure_seeds([0, 1], tiny_digits(128), tiny_digits(40, seed=1))
    ten_seeds.write_seeds(measured, tmp_path / "mlp.json")
    assert load_ten_seeds(tmp_path / "mlp.json") == measured
    assert measured.losses[0][0] != measured.losses[0][1], "another seed, another training"
    assert measured.losses[2][0] < measured.losses[0][0]


def test_the_file_is_the_program_s_own() -> None:
    text = TEN_SEEDS.read_text()
    assert text == json.dumps(json.loads(text), indent=1) + "\n"


@pytest.mark.mnist
def test_a_seed_trained_again_gives_the_figures_in_the_file(
    mnist_training_digits: object, mnist_test_digits: object
) -> None:
    measured = load_ten_seeds()
    (test,) = ten_seeds.results_at_epoch_ends(
        "mlp",
        1,
        7,
        mnist_training_digits,
        mnist_test_digits,  # type: ignore[arg-type]
    )
    assert test.loss == pytest.approx(measured.losses[0][7], rel=1e-4)
    assert test.accuracy == pytest.approx(measured.accuracies[0][7], abs=1e-3)
