import json
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

from mnist_core import train as command
from mnist_core.data.mnist import to_images_01
from mnist_core.latent.codes import encode_all, log_likelihood, loss_terms_of, redraw_error
from mnist_core.latent.plane import load_map, save_map
from mnist_core.models.registry import AUTOENCODERS
from mnist_core.shipping import autoencoders as shipping
from mnist_core.shipping import cards, run_folder
from mnist_core.weights import load_autoencoder, save_autoencoder
from tests.core.trainings import barred_digits

DIGITS = {"train": barred_digits(60, seed=1), "test": barred_digits(30, seed=2)}


@pytest.fixture
def tiny_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All of `main` on tiny data and away from the shipped weights; returns their folder."""
    folder = tmp_path / "weights"
    monkeypatch.setattr(shipping, "load_mnist", lambda split: DIGITS[split])
    monkeypatch.setattr(command, "load_mnist", lambda split: DIGITS[split])
    monkeypatch.setattr(shipping, "save_autoencoder", partial(save_autoencoder, folder=folder))
    monkeypatch.setattr(shipping, "save_map", partial(save_map, folder=folder))
    monkeypatch.setattr(shipping, "LIKELIHOOD_DIGITS", 5)
    monkeypatch.setattr(shipping, "PER_CLASS", 4)
    monkeypatch.setattr(shipping, "judge_generated", lambda test: {"mlp_test_accuracy": 0.5})
    return folder


def made(key: str, folder: Path, run: Path, *more: str) -> list[str]:
    line = [key, "--epochs", "2", "--batch-size", "20", "--device", "cpu", "--folder", str(run)]
    command.main([*line, *more])
    load_autoencoder.cache_clear()
    load_map.cache_clear()
    return line


@pytest.mark.parametrize("key", AUTOENCODERS)
def test_the_command_ends_with_weights_a_map_and_a_card_of_what_was_measured(
    key: str, tiny_world: Path, tmp_path: Path
) -> None:
    line = made(key, tiny_world, tmp_path / "run")
    trained, found = load_autoencoder(key, tiny_world), load_map(key, tiny_world)
    card, test = trained.card, DIGITS["test"]
    assert card.command == f"python -m mnist_core.train {' '.join(line)}"
    assert card.recipe == asdict(replace(AUTOENCODERS[key].recipe, epochs=2, batch_size=20))
    terms = loss_terms_of(trained.model, test)
    assert card.test["loss"] == pytest.approx(float(terms.loss.mean()), rel=1e-5)
    assert card.test["loss"] == pytest.approx(card.test["reconstruction"] + card.test["kl"])
    codes = encode_all(trained.model, test)
    assert_close(found.coordinates, found.plane.project(codes.mean), rtol=2e-3, atol=2e-3)
    errors = redraw_error(trained.model, to_images_01(test.images), test.labels.long())
    assert len(card.redraw_quantiles) == 101
    assert card.redraw_quantiles[0] == pytest.approx(float(errors.min()), rel=1e-5)
    assert card.redraw_quantiles[50] == pytest.approx(float(errors.median()), rel=0.02)
    assert (card.read_as_asked is None) == (card.generated is None) == (key != "cvae")


def test_a_training_broken_off_goes_on_to_the_same_weights(
    tiny_world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made("vae2d", tiny_world, tmp_path / "straight")
    expected = load_autoencoder("vae2d", tiny_world).model.state_dict()
    calls = []

    def killed_in_the_second_epoch(*arguments: object) -> float:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return epoch(*arguments)  # type: ignore[arg-type]

    epoch = run_folder.train_epoch
    with monkeypatch.context() as patch:
        patch.setattr(run_folder, "train_epoch", killed_in_the_second_epoch)
        with pytest.raises(KeyboardInterrupt):
            made("vae2d", tiny_world, tmp_path / "killed")
    made("vae2d", tiny_world, tmp_path / "killed")
    resumed = load_autoencoder("vae2d", tiny_world).model.state_dict()
    assert_close(dict(resumed), dict(expected), rtol=0, atol=0)


def test_a_card_that_lacks_what_is_measured_now_is_written_whole_and_the_weights_stay(
    tiny_world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made("cvae", tiny_world, tmp_path / "run")
    monkeypatch.setattr(cards, "WEIGHTS_DIR", tiny_world)
    monkeypatch.setattr(cards, "load_mnist", lambda split: DIGITS[split])
    path, weights = tiny_world / "cvae.json", tiny_world / "cvae.safetensors"
    before, data = json.loads(path.read_text()), weights.read_bytes()
    old = {name: value for name, value in before.items() if name != "redraw_quantiles"}
    path.write_text(json.dumps(old | {"error_quantiles": [1.0, 2.0], "test": {}}))
    assert cards.main(["cvae"]) == 0
    assert json.loads(path.read_text()) == before
    assert weights.read_bytes() == data


@pytest.mark.parametrize("text", ["", "[]", '{"key": "vae"}'])
def test_a_card_that_does_not_say_how_it_was_made_is_not_measured_anew(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "vae.json").write_text(text)
    monkeypatch.setattr(cards, "WEIGHTS_DIR", tmp_path)
    assert cards.main(["vae"]) == 1
    assert "does not say how its weights were made" in capsys.readouterr().err
    assert (tmp_path / "vae.json").read_text() == text


def test_the_mean_likelihood_is_over_the_first_test_digits(tiny_world: Path) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = AUTOENCODERS["vae2d"].build().eval()
    measured = shipping.mean_log_likelihood(model, DIGITS["test"], digits=3, samples=50)
    images_01 = to_images_01(DIGITS["test"].images)
    each = [log_likelihood(model, images_01[i : i + 1], 50, seed=i) for i in range(3)]
    assert measured == {"mean": pytest.approx(sum(each) / 3), "digits": 3, "samples": 50}
