from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.data import Digits, to_images_01
from mnist_core.latent import reconstruct
from mnist_core.models.initialise import build_network
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.models.vae import VAE
from mnist_core.views import (
    first_layer_filters,
    prior_samples,
    read_ten,
    ten_digits,
)

FILTERS = {
    "softmax_regression": (10, 28, 28),
    "mlp": (512, 28, 28),
    "convnet": (16, 3, 3),
    "deep_cnn": (32, 3, 3),
    "vae": (400, 28, 28),
    "vae2d": (400, 28, 28),
    "cvae": (512, 28, 28),
    "resnet18_transfer": (64, 7, 7),
}


def network(key: str) -> nn.Module:
    recipe = replace(ARCHITECTURES[key].source_recipe, random_backbone=True)
    return build_network(key, recipe, 0.1307, 0.3081).eval()


def vae() -> VAE:
    model = network("vae")
    assert isinstance(model, VAE)
    return model


def seeded_images(count: int) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, 28, 28), generator=generator, dtype=torch.uint8)


def digits_of(labels: list[int]) -> Digits:
    return Digits(seeded_images(len(labels)), torch.tensor(labels, dtype=torch.uint8))


# Filters


@pytest.mark.parametrize("key", list(ARCHITECTURES))
def test_every_network_has_first_layer_filters_of_its_size(key: str) -> None:
    filters = first_layer_filters(network(key))
    assert filters is not None
    assert (tuple(filters.shape), filters.dtype) == (FILTERS[key], torch.float32)
    assert not filters.requires_grad


def test_template_of_a_digit_is_what_its_logit_multiplies_the_pixels_with() -> None:
    model = network("softmax_regression")
    templates = first_layer_filters(model)
    assert templates is not None
    images_01 = to_images_01(seeded_images(4))
    standardised = model.standardise(images_01)
    logits = (standardised * templates).sum(dim=(2, 3)) + model.head.bias
    assert_close(model(images_01), logits)


def test_kernels_for_colours_are_averaged_over_them() -> None:
    conv = nn.Conv2d(3, 2, kernel_size=5)
    filters = first_layer_filters(nn.Sequential(conv))
    assert filters is not None
    assert_close(
        filters[1], (conv.weight[1, 0] + conv.weight[1, 1] + conv.weight[1, 2]).detach() / 3
    )


def test_network_that_sees_no_picture_has_no_filters() -> None:
    assert first_layer_filters(nn.Sequential(nn.Linear(20, 400))) is None
    assert first_layer_filters(nn.Sequential(nn.ReLU())) is None


# Ten digits


def test_ten_digits_are_the_first_of_each_label_in_order() -> None:
    test = digits_of([3, 3, 9, 0, 1, 2, 4, 5, 9, 6, 8, 7, 0])
    chosen = ten_digits(test)
    assert chosen.labels.tolist() == list(range(10))
    at = [3, 4, 5, 0, 6, 7, 9, 11, 10, 2]
    assert torch.equal(chosen.images, test.images[at])


def test_labels_that_are_missing_are_filled_with_the_next_pictures() -> None:
    test = digits_of([1, 1, 1, 7, 7, 1, 1, 1, 1, 1, 7, 1])
    chosen = ten_digits(test)
    assert len(chosen) == 10
    assert (chosen.labels[1], chosen.labels[7]) == (1, 7)
    assert len(torch.unique(chosen.images, dim=0)) == 10


def test_fewer_pictures_than_ten_are_all_taken() -> None:
    assert ten_digits(digits_of([5, 5, 2])).labels.tolist() == [5, 2, 5]
    assert len(ten_digits(digits_of([]))) == 0


# What is read in them


def test_reading_gives_the_softmax_of_the_largest_logit() -> None:
    model, digits = network("mlp"), digits_of(list(range(10)))
    read = read_ten(model, digits)
    probabilities = torch.softmax(model(to_images_01(digits.images)), dim=1)
    assert torch.equal(read.predicted, probabilities.argmax(dim=1))
    assert_close(read.probabilities, probabilities.max(dim=1).values.detach())
    assert (read.images.dtype, tuple(read.images.shape)) == (torch.uint8, (10, 28, 28))
    assert read.right == int((read.predicted == torch.arange(10)).sum())


@pytest.mark.parametrize("key", ["convnet", "deep_cnn"])
def test_reading_leaves_the_network_as_it_was(key: str) -> None:
    model = network(key)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    read_ten(model, digits_of(list(range(10))))
    assert not model.training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


# The autoencoder


def test_reconstruction_is_decoded_from_the_mean_and_is_the_same_each_time() -> None:
    model, images_01 = vae(), to_images_01(seeded_images(3))
    images = reconstruct(model, images_01)
    assert tuple(images.shape) == (3, 28, 28)
    assert 0 <= images.min() <= images.max() <= 1
    mean, _ = model.encode(images_01)
    assert_close(images, model.decode(mean)[:, 0].detach())
    assert torch.equal(images, reconstruct(model, images_01))


def test_prior_samples_come_from_the_same_latents_at_every_call() -> None:
    model = vae()
    torch.manual_seed(1)
    samples = prior_samples(model, 6)
    torch.manual_seed(2)
    assert torch.equal(samples, prior_samples(model, 6))
    assert tuple(samples.shape) == (6, 28, 28)
    assert 0 <= samples.min() <= samples.max() <= 1
    assert not torch.equal(samples, prior_samples(model, 6, seed=1))


def test_prior_samples_leave_the_random_numbers_of_the_process_alone() -> None:
    model = vae()
    before = torch.random.get_rng_state()
    prior_samples(model, 3)
    assert torch.equal(before, torch.random.get_rng_state())
