"""Digits bent by hand and attacked along the gradient."""

import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.inside.attack import UnderAttack, attack, fgsm, loss_gradient, under_attack
from mnist_core.latent.generate import generate_digits
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import Verdict, load_reader
from mnist_core.weights import load_trained
from tests.core.seeded import small_classifier

seeds = st.integers(0, 10_000)
digits = st.integers(0, 9)


def grey(seed: int) -> Tensor:
    """Greys that a small step leaves between paper and ink."""
    generator = torch.Generator().manual_seed(seed)
    return 0.1 + 0.8 * torch.rand(2, 1, 28, 28, generator=generator)


@given(seeds, digits)
def test_the_gradient_of_the_loss_is_its_growth(seed, digit):
    model, images = small_classifier(seed, smooth=True).double(), grey(seed).double()
    labels = torch.tensor([digit, 9 - digit])
    gradient = loss_gradient(model, images, labels)
    direction = torch.randn(images.shape, dtype=torch.float64, generator=torch.manual_seed(seed))
    step = 1e-6
    ahead, behind = (
        F.cross_entropy(model(images + sign * step * direction), labels, reduction="none")
        for sign in (1, -1)
    )
    expected = (ahead - behind) / (2 * step)
    assert_close((gradient * direction).sum(dim=(1, 2, 3)), expected, rtol=1e-4, atol=1e-5)


@given(seeds, digits)
def test_a_small_step_raises_the_loss_of_every_picture_as_far_as_one_can(seed, digit):
    model, images = small_classifier(seed, smooth=True).double(), grey(seed).double()
    labels, step = torch.tensor([digit, digit]), 1e-5
    before, after = (
        F.cross_entropy(model(x), labels, reduction="none")
        for x in (images, fgsm(model, images, labels, step))
    )
    assert (after > before).all()
    greatest = step * loss_gradient(model, images, labels).abs().sum(dim=(1, 2, 3))
    assert_close(after - before, greatest, rtol=0.01, atol=1e-9)


@given(seeds, digits, st.floats(0, 0.5))
def test_no_pixel_changes_by_more_than_epsilon_or_leaves_the_range(seed, digit, epsilon):
    images = own_digit(digit)
    attacked = fgsm(small_classifier(seed), images, torch.tensor([digit]), epsilon)
    assert (attacked - images).abs().max() <= epsilon + 1e-6
    assert attacked.min() >= 0
    assert attacked.max() <= 1
    if epsilon == 0:
        assert_close(attacked, images, rtol=0, atol=0)


def test_a_network_that_is_all_but_certain_can_still_be_attacked():
    model = small_classifier(3)
    model.head.weight.data *= 100
    image = own_digit(4)
    answer = model(image).argmax(dim=1)
    assert float(model(image).softmax(dim=1)[0, answer]) == 1  # rounded, in single precision
    gradient = loss_gradient(model, image, answer)
    assert gradient.isfinite().all()
    attacked = fgsm(model, image, answer, 0.05)
    assert model(attacked)[0, answer] < model(image)[0, answer]


def test_an_attack_fools_a_network_that_noise_of_the_same_size_does_not(
    unseen_digits: Digits,
):
    model = load_trained("deep_cnn").model
    images, labels = to_images_01(unseen_digits.images[:60]), unseen_digits.labels[:60]
    attacked = fgsm(model, images, labels.long(), 0.1)
    signs = torch.randn(images.shape, generator=torch.Generator().manual_seed(0)).sign()
    noisy = (images + 0.1 * signs).clamp(0, 1)
    right = [(model(x).argmax(dim=1) == labels).float().mean().item() for x in (noisy, attacked)]
    assert right[0] >= 0.9
    assert right[1] <= 0.7


class SameForAll(nn.Module):
    """Reads a 3 where there is little ink, and cannot tell where there is much."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(0.1))

    def forward(self, images_01: Tensor) -> Tensor:
        margin = self.scale * (200 - images_01.sum(dim=(1, 2, 3))).relu()
        return torch.eye(10)[3] * margin[:, None]


def test_of_pictures_read_right_it_is_counted_what_the_attack_makes_of_them() -> None:
    images = torch.full((3, 1, 28, 28), 0.1)
    found = under_attack(SameForAll(), images, torch.tensor([3, 3, 4]), epsilon=0.5)
    assert found == UnderAttack(2, right=0, surely_wrong=0, unsure=1)
    found = under_attack(SameForAll(), images, torch.tensor([3, 3, 4]), epsilon=0.01)
    assert found == UnderAttack(2, right=1, surely_wrong=0, unsure=0)


def test_where_the_network_computes_no_numbers_the_attack_changes_nothing() -> None:
    model, images = small_classifier(0), grey(0)
    with torch.no_grad():
        next(model.parameters()).fill_(torch.nan)
    assert torch.equal(fgsm(model, images, torch.tensor([1, 2]), 0.3), images)


def test_what_has_seen_non_digits_is_not_sure_under_attack_and_what_has_not_is_surely_wrong() -> (
    None
):
    digits = generate_digits(60, seed=3)
    images, labels = to_images_01(digits.images), digits.labels.long()
    alone, other = (load_reader(key) for key in ("deep_cnn", "deep_cnn_pen"))
    of_alone, of_other = (
        under_attack(one.model, images, labels, 0.2, one.temperature) for one in (alone, other)
    )
    assert of_other.unsure > 0.9
    assert of_other.surely_wrong == 0
    assert of_alone.surely_wrong > 0.5
    assert of_alone.unsure < 0.05


def test_the_second_judge_refuses_many_of_the_attacked_digits(unseen_digits: Digits) -> None:
    alone, images = load_reader("deep_cnn"), to_images_01(unseen_digits.images[:60])
    attacked = fgsm(alone.model, images, unseen_digits.labels[:60].long(), 0.2)
    refused = [alone.read(image[0].numpy()).verdict is Verdict.NOT_SURE for image in attacked]
    assert sum(refused) > 30


def test_an_attack_goes_against_what_is_read_even_where_that_is_wrong() -> None:
    model, image = small_classifier(4), grey(4)[:1]
    answer = model(image).argmax(dim=1)
    attacked = attack(model, image, 0.05)
    assert torch.equal(attacked, fgsm(model, image, answer, 0.05))
    assert model(attacked).softmax(1)[0, answer] < model(image).softmax(1)[0, answer]
