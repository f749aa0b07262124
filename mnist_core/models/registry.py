"""Key → network: the weights that are shipped (MODELS), and all networks (ARCHITECTURES)."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.convnet import ConvNet
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.models.mlp import MLP
from mnist_core.models.recipes import (
    CONVNET_SHIPPED,
    CONVNET_SOURCE,
    CVAE_SHIPPED,
    DEEP_CNN,
    DEEP_CNN_PEN,
    DEEP_CNN_SOURCE,
    MLP_SHIPPED,
    MLP_SOURCE,
    RESNET18_TRANSFER_SOURCE,
    RNN_ADAM,
    RNN_SHIPPED,
    SOFTMAX_REGRESSION_SHIPPED,
    SOFTMAX_REGRESSION_SOURCE,
    VAE_SHIPPED,
    VAE_SOURCE,
    Recipe,
)
from mnist_core.models.resnet18_transfer import ResNet18Transfer
from mnist_core.models.rnn import RNN
from mnist_core.models.softmax_regression import SoftmaxRegression
from mnist_core.models.vae import VAE


def build_vae2d() -> VAE:
    """The VAE with two latent numbers, which are a map by themselves."""
    return VAE(latent_dim=2)


@dataclass(frozen=True)
class ModelEntry:
    """One set of weights that the lab ships, and the network that it belongs to.

    key:     name of the weights: `weights/<key>.safetensors`, and on the command line
    title:   for people
    trained_on: one phrase for people
    architecture: the network's key in ARCHITECTURES
    build:   makes the network, with its initial random weights
    recipe:  how it is trained
    refuses: whether a second judge comes with it, which says what is no digit
    """

    key: str
    title: str
    trained_on: str
    architecture: str
    build: Callable[[], FeatureClassifier]
    recipe: Recipe
    refuses: bool = False


MODELS: dict[str, ModelEntry] = {
    entry.key: entry
    for entry in (
        ModelEntry(
            "deep_cnn", "Deep CNN", "MNIST alone", "deep_cnn", DeepCNN, DEEP_CNN, refuses=True
        ),
        ModelEntry(
            "deep_cnn_pen", "Deep CNN + pen", "MNIST and pen strokes",
            "deep_cnn", DeepCNN, DEEP_CNN_PEN, refuses=True,
        ),
        ModelEntry("convnet", "Small CNN", "MNIST alone", "convnet", ConvNet, CONVNET_SHIPPED),
        ModelEntry("mlp", "MLP", "MNIST alone", "mlp", MLP, MLP_SHIPPED),
        ModelEntry(
            "softmax_regression", "Softmax regression", "MNIST alone",
            "softmax_regression", SoftmaxRegression, SOFTMAX_REGRESSION_SHIPPED,
        ),
        ModelEntry("rnn", "Row by row", "MNIST alone", "rnn", RNN, RNN_SHIPPED),
    )
}  # fmt: skip
READERS = {key: entry for key, entry in MODELS.items() if entry.refuses}
"""Those that read what visitors draw on the first page."""
DEFAULT_MODEL = "deep_cnn_pen"


@dataclass(frozen=True)
class AutoencoderEntry:
    """One autoencoder that the lab ships with its weights; its key is also in ARCHITECTURES."""

    key: str
    title: str
    build: Callable[[], VAE]
    recipe: Recipe


AUTOENCODERS: dict[str, AutoencoderEntry] = {
    entry.key: entry
    for entry in (
        AutoencoderEntry("vae", "VAE", VAE, VAE_SHIPPED),
        AutoencoderEntry("vae2d", "VAE with 2 latent numbers", build_vae2d, VAE_SHIPPED),
        AutoencoderEntry("cvae", "Conditional VAE", ConditionalVAE, CVAE_SHIPPED),
    )
}


def model_entry(key: str) -> ModelEntry:
    """The registry's entry; raises KeyError with the keys that there are."""
    if key not in MODELS:
        raise KeyError(f"There is no model {key!r}; there are {', '.join(MODELS)}.")
    return MODELS[key]


def build_model(key: str) -> FeatureClassifier:
    """A fresh, untrained network."""
    return model_entry(key).build()


@dataclass(frozen=True)
class Architecture:
    """One network that can be trained here, and how its source trains it.

    key:    of ARCHITECTURES
    title:  for people
    build:  makes the network, with its initial random weights, for pixels as they are in [0, 1]
    source_recipe: the preset
    says:   one sentence for people: what it is made of
    ours:   names of the recipe's settings that the source leaves open, or that are changed here
            because the source is wrong
    tests_per_epoch: how often a training of it looks at the whole test set, which takes some of
            them long
    greatest_batch: pictures that a step may take, so that its memory stays bounded
    test_batch: test pictures at a time: as many as are quick, so that a pause need not wait
    test_sample: how many of the test digits are tested on, where all would take too long; None: all
    build_standardised: the same from the training pixels' mean and standard deviation; None
            where the pixels must stay in [0, 1], or are normalised in the network's own way
    taught: whether the source has this network; else `source_recipe` is that of its nearest
    """

    key: str
    title: str
    build: Callable[[], nn.Module]
    source_recipe: Recipe
    says: str
    ours: tuple[str, ...]
    tests_per_epoch: int
    greatest_batch: int
    test_batch: int = 100
    test_sample: int | None = None
    build_standardised: Callable[[float, float], nn.Module] | None = None
    taught: bool = True


ARCHITECTURES: dict[str, Architecture] = {
    entry.key: entry
    for entry in (
        Architecture(
            "softmax_regression", "Softmax regression",
            SoftmaxRegression, SOFTMAX_REGRESSION_SOURCE,
            "One linear layer: a weight template for each digit.",
            ours=("learning_rate", "batch_size", "shuffle", "standardise", "epochs", "seed"),
            tests_per_epoch=2, greatest_batch=4096, build_standardised=SoftmaxRegression,
        ),
        Architecture(
            "mlp", "MLP", MLP, MLP_SOURCE,
            "Two hidden layers of 512 ReLU units, each joined to all of the layer before.",
            ours=("seed",), tests_per_epoch=2, greatest_batch=4096, build_standardised=MLP,
        ),
        Architecture(
            "convnet", "Small CNN", ConvNet, CONVNET_SOURCE,
            "Two convolutions, one pooling, two linear layers, and two kinds of dropout.",
            ours=("shuffle",), tests_per_epoch=2, greatest_batch=512, build_standardised=ConvNet,
        ),
        Architecture(
            "deep_cnn", "Deep CNN", DeepCNN, DEEP_CNN_SOURCE,
            "Four convolutions and three linear layers, nearly all with batch normalisation.",
            ours=("shuffle", "standardise", "seed"),
            tests_per_epoch=2, greatest_batch=512, build_standardised=DeepCNN,
        ),
        Architecture(
            "rnn", "Row by row (recurrent)", RNN, RNN_ADAM,
            "A recurrent network (GRU): it reads the 28 rows one after another and remembers.",
            ours=(
                "loss", "optimizer", "learning_rate", "batch_size", "shuffle", "standardise",
                "epochs", "seed",
            ),
            tests_per_epoch=2, greatest_batch=512, build_standardised=RNN, taught=False,
        ),
        Architecture(
            "vae", "VAE", VAE, VAE_SOURCE,
            "An encoder to 20 latent numbers and a decoder back to an image; it needs no labels.",
            ours=("shuffle", "seed"), tests_per_epoch=1, greatest_batch=4096,
        ),
        Architecture(
            "vae2d", "VAE with 2 latent numbers", build_vae2d, VAE_SOURCE,
            "The VAE with only two latent numbers: a flat map of all digits.",
            ours=("shuffle", "seed"), tests_per_epoch=1, greatest_batch=4096, taught=False,
        ),
        Architecture(
            "cvae", "Conditional VAE", ConditionalVAE, VAE_SOURCE,
            "A VAE that is told which digit it sees and which it shall draw.",
            ours=("shuffle", "seed"), tests_per_epoch=1, greatest_batch=4096, taught=False,
        ),
        Architecture(
            "resnet18_transfer", "ResNet-18, transferred",
            ResNet18Transfer, RESNET18_TRANSFER_SOURCE,
            "A deep network trained on photographs and frozen; only a new last layer is trained.",
            ours=(
                "loss", "optimizer", "learning_rate", "batch_size", "shuffle", "epochs", "seed",
                "training_digits",
            ),
            tests_per_epoch=1, greatest_batch=64, test_batch=10, test_sample=500,
        ),
    )
}  # fmt: skip


def architecture(key: str) -> Architecture:
    """The entry of ARCHITECTURES; raises KeyError with the keys that there are."""
    if key not in ARCHITECTURES:
        raise KeyError(f"There is no network {key!r}; there are {', '.join(ARCHITECTURES)}.")
    return ARCHITECTURES[key]
