"""What was measured of trainings with and without dropout, and how it is read."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from mnist_core.errors import WeightsUnusable
from mnist_core.inside.dropout_study import (
    STUDY,
    DropoutStudy,
    Trained,
    load_study,
    mean_and_error,
    paired_gain,
)
from mnist_core.shipping.studies import dropout_study as shipping
from tests.core.trainings import barred_digits


def test_the_shipped_study_is_whole_and_says_how_it_was_made() -> None:
    found = load_study()
    assert found.command == shipping.COMMAND
    assert (found.network, found.digits, found.epochs) == (
        shipping.NETWORK, shipping.DIGITS, shipping.EPOCHS,
    )  # fmt: skip
    assert tuple(one.rate for one in found.rates) == shipping.RATES
    for one in found.rates:
        assert len(one.train) == len(one.test) == shipping.SEEDS
        assert all(0.85 < share <= 1 for share in (*one.train, *one.test))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"rates": [{"rate": 0}]}'])
def test_a_damaged_study_is_refused_with_a_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / STUDY.name
    path.write_text(text)
    with pytest.raises(WeightsUnusable, match="damaged"):
        load_study(path)


def test_twins_are_compared_seed_by_seed() -> None:
    rates = (Trained(0.0, (1, 1), (0.90, 0.94)), Trained(0.5, (1, 1), (0.91, 0.97)))
    mean, error = paired_gain(DropoutStudy("", "convnet", 1, 1, rates))
    assert (mean, error) == (pytest.approx(0.02), pytest.approx(0.01))
    assert mean_and_error((0.5, 0.7)) == (pytest.approx(0.6), pytest.approx(0.1))


def test_the_command_trains_each_rate_on_the_same_digits_and_writes_what_it_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = {"train": barred_digits(60, seed=1), "test": barred_digits(30, seed=2)}
    for name, value in {
        "DIGITS": 20,
        "EPOCHS": 2,
        "SEEDS": 2,
        "STUDY": tmp_path / "s.json",
    }.items():
        monkeypatch.setattr(shipping, name, value)
    monkeypatch.setattr(shipping, "load_mnist", digits.__getitem__)
    threads = torch.get_num_threads()
    assert shipping.main() == 0
    torch.set_num_threads(threads)
    written = load_study(tmp_path / "s.json")
    assert written == shipping.measure(digits["train"], digits["test"])
    assert json.loads((tmp_path / "s.json").read_text())["rates"] == json.loads(
        json.dumps([asdict(one) for one in written.rates])
    )
    own = digits["train"].select(torch.arange(20, 40))
    assert shipping.accuracies(own, digits["test"], 0.5, seed=1) == (
        written.rates[2].train[1], written.rates[2].test[1],
    )  # fmt: skip
