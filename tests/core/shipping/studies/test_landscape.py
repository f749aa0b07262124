import pytest

from mnist_core.latent.generate import generate_digits
from mnist_core.shipping.studies import landscape


def test_the_study_is_measured_round_the_end_of_a_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landscape, "CELLS", 3)
    monkeypatch.setattr(landscape, "KEEP_EVERY", 2)
    monkeypatch.setattr(landscape, "DIGITS", 30)
    study = landscape.measure(generate_digits(64 * 5, seed=1))
    assert study.path.steps == (0, 2, 4, 5)
    assert study.digits == 30
    assert study.path.on_path[-1] < study.path.on_path[0]
    assert study.path.on_path[-1] == pytest.approx(study.path.on_plane[-1], abs=1e-4)
    assert [one.seed for one in study.random_slices] == list(landscape.SEEDS)
    for one in study.random_slices:
        assert one.losses[1][1] == pytest.approx(study.path.on_path[-1], abs=1e-6)
