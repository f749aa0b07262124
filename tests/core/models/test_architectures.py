import itertools
import socket
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.errors import WeightsUnusable
from mnist_core.layers.vae_loss import bernoulli_reconstruction, kl_to_standard_normal
from mnist_core.models import resnet18_transfer
from mnist_core.models.build import build_network, make_weights_equal
from mnist_core.models.convnet import ConvNet
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.models.dropout import ChannelDropout, Dropout
from mnist_core.models.mlp import MLP
from mnist_core.models.recipes import RESNET18_TRANSFER_SOURCE, Recipe
from mnist_core.models.registry import ARCHITECTURES, MODELS, architecture
from mnist_core.models.resnet18_transfer import ResNet18Transfer
from mnist_core.models.rnn import RNN
from mnist_core.models.softmax_regression import SoftmaxRegression
from mnist_core.models.vae import VAE

CLASSIFIERS: list[Callable[..., Any]] = [SoftmaxRegression, MLP, ConvNet, DeepCNN, RNN]
SETTINGS = {
    "loss", "optimizer", "learning_rate", "batch_size", "epochs", "seed", "shuffle", "standardise",
}  # fmt: skip
"""Those of a recipe that its source could have stated."""
FROZEN_PARAMETERS = 11_689_512 - (512 * 1000 + 1000)  # torchvision's figure, less its head


def seeded_images(count: int) -> Tensor:
    return torch.rand(count, 1, 28, 28, generator=torch.Generator().manual_seed(0))


def parameter_count(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def seeded(build: Callable[[], Any]) -> Any:
    torch.manual_seed(0)
    return build()


# The layers of each classifier


def test_softmax_regression_is_one_linear_layer() -> None:
    model = SoftmaxRegression()
    assert [name for name, _ in model.named_children()] == ["standardise", "features", "head"]
    assert (model.head.in_features, model.head.out_features) == (784, 10)
    assert parameter_count(model) == 784 * 10 + 10 == 7_850
    images = seeded_images(3)
    by_hand = images.flatten(1) @ model.head.weight.T + model.head.bias
    assert_close(model(images), by_hand)


def test_mlp_has_the_layers_of_its_description_in_order() -> None:
    model = MLP()
    assert [type(layer) for layer in model.features] == [
        nn.Flatten, nn.Linear, nn.ReLU, nn.Linear, nn.ReLU,
    ]  # fmt: skip
    linear = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
    assert [(layer.in_features, layer.out_features) for layer in linear] == [
        (784, 512), (512, 512), (512, 10),
    ]  # fmt: skip
    assert linear[-1] is model.head
    assert all(layer.bias is not None for layer in linear)
    assert parameter_count(model) == 401_920 + 262_656 + 5_130 == 669_706
    assert model.embed(seeded_images(2)).shape == (2, 512)


def test_convnet_has_the_layers_of_its_description_in_order() -> None:
    model = ConvNet()
    assert [type(layer) for layer in model.features] == [
        nn.Conv2d, nn.ReLU, nn.Conv2d, nn.ReLU, nn.MaxPool2d, ChannelDropout,
        nn.Flatten, nn.Linear, nn.ReLU, Dropout,
    ]  # fmt: skip
    convolutions = [layer for layer in model.features if isinstance(layer, nn.Conv2d)]
    channels = [(layer.in_channels, layer.out_channels) for layer in convolutions]
    assert channels == [(1, 16), (16, 32)]
    for layer in convolutions:
        assert (layer.kernel_size, layer.stride, layer.padding) == ((3, 3), (1, 1), (0, 0))
        assert layer.bias is not None
    pool, by_channel, hidden, single = (model.features[i] for i in (4, 5, 7, 9))
    assert (pool.kernel_size, pool.stride, pool.padding) == (2, 2, 0)
    assert (by_channel.p, single.p) == (0.10, 0.25)
    assert (hidden.in_features, hidden.out_features) == (4608, 64)
    assert (model.head.in_features, model.head.out_features) == (64, 10)
    assert parameter_count(model) == 160 + 4_640 + 294_976 + 650 == 300_426


def test_convnet_shapes_after_each_layer() -> None:
    shapes, x = [], seeded_images(2)
    for layer in ConvNet().eval().features:
        x = layer(x)
        shapes.append(tuple(x.shape[1:]))
    once = [shape for shape, _ in itertools.groupby(shapes)]
    assert once == [(16, 26, 26), (32, 24, 24), (32, 12, 12), (4608,), (64,)]


def test_convnet_drops_whole_channels_first_and_single_features_last() -> None:
    torch.manual_seed(0)
    features = ConvNet().train().features
    channels = features[5](torch.ones(50, 32, 12, 12))
    dropped = (channels == 0).flatten(2)
    assert torch.equal(dropped.any(dim=2), dropped.all(dim=2))
    assert 0.05 < dropped.all(dim=2).float().mean() < 0.15
    singles = features[9](torch.ones(50, 64))
    assert 0.2 < (singles == 0).float().mean() < 0.3


def test_logits_with_cross_entropy_are_the_source_s_log_softmax_with_nll() -> None:
    model, images, labels = seeded(ConvNet).eval(), seeded_images(8), torch.arange(8)
    logits = model(images)
    ours = F.cross_entropy(logits, labels)
    source = F.nll_loss(F.log_softmax(logits, dim=1), labels)
    assert_close(ours, source)
    parameters = list(model.parameters())
    our_gradients = torch.autograd.grad(ours, parameters, retain_graph=True)
    assert_close(our_gradients, torch.autograd.grad(source, parameters))


def test_the_recurrent_network_has_the_layers_of_its_description() -> None:
    model = RNN()
    gru = model.features.gru
    assert (gru.input_size, gru.num_layers, gru.bidirectional) == (28, 1, False)
    hidden = gru.hidden_size
    assert (model.head.in_features, model.head.out_features) == (hidden, 10)
    counted = 3 * hidden * (28 + hidden + 2) + 10 * hidden + 10
    assert parameter_count(model) == counted <= 200_000


def test_the_recurrent_network_reads_from_the_top() -> None:
    model, images = seeded(RNN).eval(), seeded_images(2)
    states = model.features.states(images)
    images[:, :, 20:] = 0
    again = model.features.states(images)
    assert_close(again[:, :20], states[:, :20])
    assert not torch.allclose(again[:, 20], states[:, 20])
    assert_close(model.embed(images), again[:, -1])


def test_a_recurrent_network_whose_weights_were_equal_remembers_one_number_many_times() -> None:
    model, images, labels = RNN(), seeded_images(20), torch.arange(20) % 10
    make_weights_equal(model)
    losses = twenty_losses(
        list(model.parameters()), lambda: F.cross_entropy(model(images), labels), 3e-3
    )
    assert losses[-1] < losses[0]
    states = model.features.states(images)
    assert_close(states, states[:, :, :1].expand_as(states), rtol=1e-4, atol=1e-6)


# What holds for every classifier


@pytest.mark.parametrize("build", CLASSIFIERS)
def test_a_classifier_returns_ten_logits_not_probabilities(build: Callable[[], Any]) -> None:
    model = seeded(build).eval()
    assert not any(isinstance(m, nn.Softmax | nn.LogSoftmax | nn.Sigmoid) for m in model.modules())
    logits = model(seeded_images(8)).detach()
    assert logits.shape == (8, 10)
    assert (logits < 0).any()
    assert (logits.sum(dim=1).sub(1).abs() > 1e-3).all()
    assert (logits.exp().sum(dim=1).sub(1).abs() > 1e-3).all()
    with torch.no_grad():
        model.head.weight.mul_(2)
        model.head.bias.mul_(2)
    assert_close(model(seeded_images(8)).detach(), 2 * logits)


@pytest.mark.parametrize("build", CLASSIFIERS)
def test_a_classifier_standardises_by_the_statistics_that_it_is_given(
    build: Callable[..., Any],
) -> None:
    images = seeded_images(4)
    plain = build().eval()
    given = build(0.13, 0.31).eval()
    assert_close(given.standardise(images), (images - 0.13) / 0.31)
    assert torch.equal(plain.standardise(images), images)
    plain.load_state_dict({**given.state_dict(), "standardise.mean": 0 * given.standardise.mean,
                           "standardise.std": 0 * given.standardise.std + 1})  # fmt: skip
    assert_close(plain((images - 0.13) / 0.31), given(images))
    assert not any("standardise" in name for name, _ in given.named_parameters())


@pytest.mark.parametrize("build", CLASSIFIERS)
def test_one_picture_gives_its_row_of_the_batch(build: Callable[[], Any]) -> None:
    model, images = seeded(build).eval(), seeded_images(3)
    alone = torch.cat([model(image[None]) for image in images])
    assert_close(alone, model(images), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("build", CLASSIFIERS)
def test_one_backward_pass_reaches_every_parameter(build: Callable[[], Any]) -> None:
    model = seeded(build).train()
    F.cross_entropy(model(seeded_images(16)), torch.arange(16) % 10).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name
        assert parameter.grad.abs().sum() > 0, name


def twenty_losses(
    parameters: list[nn.Parameter], loss_of: Callable[[], Tensor], learning_rate: float
) -> list[float]:
    optimizer = torch.optim.Adam(parameters, lr=learning_rate)
    losses = []
    for _ in range(20):
        loss = loss_of()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize("build", CLASSIFIERS)
def test_twenty_steps_on_one_batch_lower_its_loss(build: Callable[[], Any]) -> None:
    model = seeded(build).train()
    images, labels = seeded_images(32), torch.arange(32) % 10
    losses = twenty_losses(
        list(model.parameters()), lambda: F.cross_entropy(model(images), labels), 3e-3
    )
    assert losses[-1] < 0.7 * losses[0]


# The variational autoencoder


def test_vae_has_the_layers_of_its_description() -> None:
    model = VAE()
    kinds = [type(layer) for layer in [*model.encoder, *model.decoder]]
    assert kinds == [
        nn.Flatten, nn.Linear, nn.ReLU, nn.Linear, nn.ReLU, nn.Linear, nn.Unflatten,
    ]  # fmt: skip
    linear = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
    features = sorted((layer.in_features, layer.out_features) for layer in linear)
    assert features == [(20, 400), (400, 20), (400, 20), (400, 784), (784, 400)]
    assert parameter_count(model) == 314_000 + 2 * 8_020 + 8_400 + 314_384 == 652_824


@pytest.mark.parametrize("latent_dim", [2, 20])
def test_vae_shapes_follow_the_latent_dimension(latent_dim: int) -> None:
    model = VAE(latent_dim).eval()
    mean, log_var = model.encode(seeded_images(3))
    assert mean.shape == log_var.shape == (3, latent_dim)
    latents = model.reparameterise(mean, log_var)
    assert latents.shape == (3, latent_dim)
    assert model.decode_logits(latents).shape == model.decode(latents).shape == (3, 1, 28, 28)
    assert model(seeded_images(1)).logits.shape == (1, 1, 28, 28)


def test_vae_decodes_to_logits_and_by_their_sigmoid_to_images() -> None:
    model, latents = seeded(VAE), 3 * torch.randn(4, 20)
    logits = model.decode_logits(latents)
    assert (logits < 0).any()
    assert not any(isinstance(m, nn.Sigmoid) for m in model.modules())
    assert_close(model.decode(latents), 1 / (1 + torch.exp(-logits)))


def test_vae_heads_are_two_and_the_log_variance_is_unbounded() -> None:
    model = seeded(VAE)
    mean, log_var = model.encode(seeded_images(8))
    assert not torch.equal(mean, log_var)
    assert (log_var < 0).any()
    assert (log_var > 0).any()


def test_vae_forward_is_encode_sample_decode_with_the_given_noise() -> None:
    model, images = seeded(VAE).eval(), seeded_images(3)
    logits, mean, log_var = model(images, torch.Generator().manual_seed(1))
    assert_close((mean, log_var), model.encode(images))
    latents = model.reparameterise(mean, log_var, torch.Generator().manual_seed(1))
    assert_close(logits, model.decode_logits(latents))
    assert not torch.equal(model(images).logits, model(images).logits)


def test_vae_learns_one_batch_and_every_parameter_takes_part() -> None:
    model, images = seeded(VAE), seeded_images(16)
    generator = torch.Generator().manual_seed(0)

    def loss_of() -> Tensor:
        logits, mean, log_var = model(images, generator)
        terms = bernoulli_reconstruction(logits, images) + kl_to_standard_normal(mean, log_var)
        return terms.mean()

    losses = twenty_losses(list(model.parameters()), loss_of, 1e-3)
    assert losses[-1] < losses[0] - 10  # nats per image
    for name, parameter in model.named_parameters():
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.abs().sum() > 0, name


# ResNet-18, frozen


@pytest.fixture(scope="module")
def _shared_resnet() -> ResNet18Transfer:
    torch.manual_seed(0)
    return resnet18_transfer.build(pretrained=False)


@pytest.fixture
def resnet(_shared_resnet: ResNet18Transfer) -> ResNet18Transfer:
    """A network of its own, on a random backbone."""
    torch.manual_seed(0)
    model = ResNet18Transfer()
    model.load_state_dict(_shared_resnet.state_dict())
    return model


def batch_norms(model: ResNet18Transfer) -> list[nn.BatchNorm2d]:
    return [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]


def test_resnet_trains_its_head_alone(resnet: ResNet18Transfer) -> None:
    trained = {name for name, p in resnet.named_parameters() if p.requires_grad}
    assert trained == {"head.weight", "head.bias"}
    assert (resnet.head.in_features, resnet.head.out_features) == (512, 10)
    assert parameter_count(resnet.head) == 5_130
    assert parameter_count(resnet.backbone) == FROZEN_PARAMETERS == 11_176_512
    assert len(batch_norms(resnet)) == 20


def test_resnet_sees_a_digit_as_a_photograph_of_imagenet(resnet: ResNet18Transfer) -> None:
    images = seeded_images(2)
    photographs = resnet.as_photographs(images)
    assert photographs.shape == (2, 3, 224, 224)
    large = F.interpolate(images, size=(224, 224), mode="bilinear")
    for channel, (mean, std) in enumerate([(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)]):
        assert_close(photographs[:, [channel]], (large - mean) / std)


def test_the_imagenet_statistics_travel_with_the_weights(resnet: ResNet18Transfer) -> None:
    buffers = dict(resnet.named_buffers())
    assert buffers["imagenet_mean"].shape == buffers["imagenet_std"].shape == (3, 1, 1)
    assert {"imagenet_mean", "imagenet_std"} <= set(resnet.state_dict())


def test_resnet_gives_logits_and_one_backward_pass_reaches_the_head_alone(
    resnet: ResNet18Transfer,
) -> None:
    before = {name: value.clone() for name, value in resnet.backbone.state_dict().items()}
    images, labels = seeded_images(2), torch.tensor([3, 8])
    logits = resnet(images)
    assert logits.shape == (2, 10)
    assert (logits < 0).any()
    assert_close(logits, resnet.head(resnet.embed(images)))
    F.cross_entropy(logits, labels).backward()
    for name, parameter in resnet.named_parameters():
        if name.startswith("head."):
            assert parameter.grad.abs().sum() > 0, name
        else:
            assert parameter.grad is None, name
    assert_close(dict(resnet.backbone.state_dict()), before, rtol=0, atol=0)


def test_twenty_steps_of_the_head_lower_the_loss(resnet: ResNet18Transfer) -> None:
    images, labels = seeded_images(2), torch.tensor([3, 8])
    losses = twenty_losses(
        list(resnet.head.parameters()), lambda: F.cross_entropy(resnet(images), labels), 1e-3
    )
    assert losses[-1] < 0.7 * losses[0]


def test_resnet_works_on_a_single_picture_in_evaluation_mode(resnet: ResNet18Transfer) -> None:
    resnet.eval()
    images = seeded_images(2)
    assert_close(resnet(images[:1]), resnet(images)[:1], rtol=1e-4, atol=1e-4)


def test_frozen_batch_norm_stays_in_evaluation_mode_whatever_train_says(
    resnet: ResNet18Transfer,
) -> None:
    assert resnet.training
    assert resnet.head.training
    assert not any(norm.training for norm in batch_norms(resnet))
    assert resnet.train() is resnet
    assert not any(norm.training for norm in batch_norms(resnet))
    images = seeded_images(2)
    in_training = resnet(images)
    assert_close(in_training, resnet.eval()(images))
    assert all(norm.num_batches_tracked == 0 for norm in batch_norms(resnet))


def test_batch_norm_that_is_not_frozen_changes_in_training_without_any_gradient(
    resnet: ResNet18Transfer,
) -> None:
    resnet.freeze_batch_norm = False
    images = seeded_images(2)
    in_evaluation = resnet.eval()(images)
    assert not any(norm.training for norm in batch_norms(resnet))
    in_training = resnet.train()(images)
    assert all(norm.training for norm in batch_norms(resnet))
    assert all(norm.num_batches_tracked == 1 for norm in batch_norms(resnet))
    assert not torch.allclose(in_training, in_evaluation)
    assert not torch.allclose(resnet.eval()(images), in_evaluation)
    resnet.freeze_batch_norm = True
    assert not any(norm.training for norm in batch_norms(resnet.train()))


def test_the_pretrained_weights_are_those_that_torchvision_hands_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from torchvision.models import ResNet18_Weights, resnet18

    torch.manual_seed(1)
    state = resnet18(weights=None).state_dict()
    asked: list[dict[str, Any]] = []

    def hand_out(weights: ResNet18_Weights, **options: Any) -> dict[str, Tensor]:
        asked.append({"weights": weights, "time_out": socket.getdefaulttimeout(), **options})
        return dict(state)

    monkeypatch.setattr(ResNet18_Weights, "get_state_dict", hand_out)
    before = socket.getdefaulttimeout()
    model = resnet18_transfer.build(pretrained=True)
    assert socket.getdefaulttimeout() == before
    (call,) = asked
    assert call["weights"] is ResNet18_Weights.IMAGENET1K_V1
    assert call["check_hash"]
    assert call["weights_only"]  # nothing is unpickled but tensors
    assert 0 < call["time_out"] <= 15
    backbone = {name: value for name, value in state.items() if not name.startswith("fc.")}
    assert_close(dict(model.backbone.state_dict()), backbone, rtol=0, atol=0)
    assert sum(p.numel() for p in model.parameters() if p.requires_grad) == 5_130


def test_pretrained_weights_that_cannot_be_fetched_are_a_named_error_with_a_way_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("torch.hub.urlopen", no_network)
    for build in (
        lambda: resnet18_transfer.build(pretrained=True),
        lambda: build_network("resnet18_transfer", RESNET18_TRANSFER_SOURCE, 0.0, 1.0),
    ):
        with pytest.raises(WeightsUnusable, match="could not be downloaded") as caught:
            build()
        assert "use a random frozen backbone." in str(caught.value)
        assert str(tmp_path) in str(caught.value)
    assert socket.getdefaulttimeout() is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("content", [b"", b"not weights", b"PK\x03\x04 cut short", [1.0], {}])
def test_pretrained_weights_that_are_damaged_are_a_named_error_with_a_way_on(
    content: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    cached = tmp_path / "hub" / "checkpoints" / "resnet18-f37072fd.pth"
    cached.parent.mkdir(parents=True)
    if isinstance(content, bytes):
        cached.write_bytes(content)
    else:
        torch.save(content, cached)
    with pytest.raises(WeightsUnusable, match="truncated or were altered") as caught:
        resnet18_transfer.build(pretrained=True)
    assert str(cached) in str(caught.value)
    assert "use a random frozen backbone." in str(caught.value)


# The registry and the recipes


def test_every_architecture_is_under_its_own_key_and_says_what_it_is() -> None:
    assert list(ARCHITECTURES) == [
        "softmax_regression", "mlp", "convnet", "deep_cnn", "rnn", "vae", "vae2d", "cvae",
        "resnet18_transfer",
    ]  # fmt: skip
    for key, entry in ARCHITECTURES.items():
        assert entry.key == key
        assert architecture(key) is entry
        assert entry.title
        assert entry.says.endswith(".")
    assert {entry.architecture for entry in MODELS.values()} <= set(ARCHITECTURES)


def test_an_unknown_architecture_is_refused_with_the_keys_that_there_are() -> None:
    with pytest.raises(KeyError) as caught:
        architecture("lenet")
    for key in ("'lenet'", *ARCHITECTURES):
        assert key in str(caught.value)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("softmax_regression", SoftmaxRegression),
        ("mlp", MLP),
        ("convnet", ConvNet),
        ("deep_cnn", DeepCNN),
        ("vae", VAE),
    ],
)
def test_an_architecture_builds_a_new_network_each_time(key: str, kind: type[nn.Module]) -> None:
    first, second = architecture(key).build(), architecture(key).build()
    assert type(first) is type(second) is kind
    shared = {p.data_ptr() for p in first.parameters()} & {
        p.data_ptr() for p in second.parameters()
    }
    assert not shared


def test_the_classifiers_can_be_built_for_standardised_pixels_and_the_others_cannot() -> None:
    standardised = {key for key, entry in ARCHITECTURES.items() if entry.build_standardised}
    assert standardised == {"softmax_regression", "mlp", "convnet", "deep_cnn", "rnn"}
    for key in standardised:
        build = ARCHITECTURES[key].build_standardised
        assert build is not None
        state = build(0.13, 0.31).state_dict()
        assert_close(state["standardise.mean"], torch.tensor(0.13))
        assert_close(state["standardise.std"], torch.tensor(0.31))
    for entry in ARCHITECTURES.values():
        assert entry.build_standardised or not entry.source_recipe.standardise


@pytest.mark.parametrize(
    ("key", "stated"),
    [
        ("softmax_regression", {"loss": "cross_entropy", "optimizer": "sgd"}),
        ("mlp", {"loss": "cross_entropy", "optimizer": "sgd", "learning_rate": 1e-3,
                 "batch_size": 64, "shuffle": False, "standardise": False, "epochs": 5}),
        ("convnet", {"loss": "cross_entropy", "optimizer": "adadelta", "learning_rate": 0.5,
                     "batch_size": 32, "standardise": True, "epochs": 2, "seed": 0}),
        ("deep_cnn", {"loss": "cross_entropy", "optimizer": "adam", "learning_rate": 1e-4,
                      "batch_size": 64, "epochs": 100}),
        ("vae", {"loss": "vae", "optimizer": "adam", "learning_rate": 1e-3, "batch_size": 32,
                 "standardise": False, "epochs": 10}),
        ("resnet18_transfer", {"standardise": False}),
    ],
)  # fmt: skip
def test_a_recipe_is_its_source_s_and_says_which_settings_are_ours(
    key: str, stated: dict[str, Any]
) -> None:
    entry = architecture(key)
    for name, value in stated.items():
        assert getattr(entry.source_recipe, name) == value, name
    assert set(entry.ours) - {"training_digits"} == SETTINGS - set(stated)
    usual = Recipe("vae", "adam", 1.0, 1, 1)
    for field in fields(Recipe):
        if field.name not in {*SETTINGS, *entry.ours}:
            assert getattr(entry.source_recipe, field.name) == getattr(usual, field.name)


def test_every_recipe_but_the_one_with_a_published_order_shuffles() -> None:
    unshuffled = [k for k, entry in ARCHITECTURES.items() if not entry.source_recipe.shuffle]
    assert unshuffled == ["mlp"]


def test_a_recipe_is_changed_by_a_copy_only() -> None:
    recipe = architecture("mlp").source_recipe
    assert replace(recipe, shuffle=True).shuffle
    with pytest.raises(FrozenInstanceError):
        recipe.shuffle = True  # type: ignore[misc]
