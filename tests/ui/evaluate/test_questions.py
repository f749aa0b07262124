"""What the visitor predicts on Evaluate: the right answer follows the network."""

import re
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from mnist_core.data.mnist import Digits
from mnist_core.pictures.own_digits import varied_own_digits
from ui.evaluate import questions
from ui.evaluate.questions import find_how_sure, find_what_fools, find_what_stays
from ui.shared.session.networks import Network

COUNT = 40
DIGITS = Digits(
    (varied_own_digits(COUNT)[:, 0] * 255).round().to(torch.uint8),
    torch.arange(COUNT, dtype=torch.uint8) % 10,
)


class Logits(nn.Module):
    """Says 0, by so much; or the label of the program's own digit that is nearest."""

    def forward(self, images_01: Tensor) -> Tensor:
        own = varied_own_digits(COUNT)[:10].flatten(1)
        return -((images_01.flatten(1)[:, None] - own[None]) ** 2).sum(dim=2)


NEAREST = Network("nearest", "Nearest", Logits())


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets a test say which logits were measured."""

    def measure(logits: Tensor) -> None:
        found = type("Measured", (), {"logits": logits})()
        monkeypatch.setattr(questions, "measured_of", lambda key: found)

    return measure


def saying_zero(by: float) -> Tensor:
    logits = torch.zeros(COUNT, 10)
    logits[:, 0] = by
    return logits


@pytest.mark.parametrize(("by", "right"), [(0.5, 0), (3.0, 1), (9.0, 2)])
def test_how_sure_it_is_of_its_mistakes(measured: Any, by: float, right: int) -> None:
    measured(saying_zero(by))
    found, says = find_how_sure(NEAREST, DIGITS)
    assert found == right
    assert f"{COUNT * 9 // 10} mistakes" in says


def test_a_network_without_mistakes_has_nothing_to_be_sure_of(measured: Any) -> None:
    measured(torch.eye(10)[DIGITS.labels.long()])
    assert find_how_sure(NEAREST, DIGITS) == (None, "It has made no mistake.")


def test_the_temperature_changes_how_sure_it_is_and_not_what_it_reads(measured: Any) -> None:
    measured(saying_zero(3.0))
    assert find_what_stays(NEAREST, DIGITS)[0] == 0
    measured(torch.zeros(COUNT, 10))
    assert find_what_stays(NEAREST, DIGITS)[0] == 2, "all equal at any temperature"


def test_what_fools_is_the_change_after_which_the_fewest_are_right() -> None:
    found, says = find_what_fools(NEAREST, DIGITS)
    shares = [float(share) for share in re.findall(r": ([\d.]+) %", says)]
    assert len(shares) == len(questions.CHANGED)
    assert found == shares.index(min(shares))
    assert min(shares) < 100
