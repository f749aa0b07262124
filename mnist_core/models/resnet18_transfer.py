"""Transfer learning: a frozen ResNet-18 that was trained on photographs, under a new head."""

import http.client
import pickle
from pathlib import Path
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mnist_core.errors import WeightsUnusable
from mnist_core.files import DOWNLOAD_TIMEOUT_S, socket_timeout

FEATURES = 512
"""What the backbone makes of a picture: so many numbers."""
_UNREADABLE = (
    RuntimeError, ValueError, TypeError, LookupError, AttributeError, EOFError,
    pickle.UnpicklingError,
)  # fmt: skip
"""What torch raises for a file that is not what its name says."""


class ResNet18Transfer(nn.Module):
    """torchvision's ResNet-18, frozen, with a new last layer for ten digits: images in, logits out.

    Only `head` has parameters that require gradients; give an optimiser `head.parameters()`.

    Frozen parameters are not all that training can change: the backbone's 20 batch norms also
    have running statistics, which `train()` mode updates without any gradient, and in that mode
    a picture's logits depend on the pictures beside it.
    freeze_batch_norm: True keeps the backbone in evaluation mode whatever `train()` says, so that
        nothing but the head changes. False lets `train()` and `eval()` act on it as PyTorch does
        by default. It may be switched later, and acts from the next call of `train()` or `eval()`.

    The backbone's initial weights are random; `build` fetches trained ones.
    Source: He, Zhang, Ren, Sun 2016, “Deep residual learning for image recognition”.
    """

    imagenet_mean: Tensor
    imagenet_std: Tensor

    def __init__(self, freeze_batch_norm: bool = True) -> None:
        from torchvision.models import ResNet18_Weights, resnet18

        super().__init__()
        self.freeze_batch_norm = freeze_batch_norm
        self.backbone: nn.Module = resnet18(weights=None)
        self.backbone.fc = nn.Identity()
        self.backbone.requires_grad_(False)
        self.head = nn.Linear(FEATURES, 10)
        expected = ResNet18_Weights.IMAGENET1K_V1.transforms()
        self.side = int(expected.crop_size[0])
        self.register_buffer("imagenet_mean", torch.tensor(expected.mean).view(3, 1, 1))
        self.register_buffer("imagenet_std", torch.tensor(expected.std).view(3, 1, 1))
        self.train()

    def train(self, mode: bool = True) -> Self:
        """As for any module, except that a backbone with `freeze_batch_norm` stays in `eval()`."""
        super().train(mode)
        if self.freeze_batch_norm:
            self.backbone.eval()
        return self

    def as_photographs(self, images_01: Tensor) -> Tensor:
        """(B, 1, 28, 28) in [0, 1] → what the backbone was trained to see, (B, 3, 224, 224).

        The digit fills the side that torchvision crops photographs to (224 pixels), the grey
        value stands in all three channels, and each is normalised by ImageNet's mean and
        standard deviation.
        """
        size = (self.side, self.side)
        large = F.interpolate(images_01, size=size, mode="bilinear", align_corners=False)
        return (large - self.imagenet_mean) / self.imagenet_std  # (B, 1, …) − (3, 1, 1)

    def embed(self, images_01: Tensor) -> Tensor:
        """(B, 1, 28, 28) in [0, 1] → the 512 features before the last layer, (B, 512)."""
        embedding: Tensor = self.backbone(self.as_photographs(images_01))
        return embedding

    def forward(self, inputs: Tensor) -> Tensor:
        """Pictures (B, 1, 28, 28) in [0, 1], or their features (B, 512) → logits (B, 10)."""
        logits: Tensor = self.head(self.embed(inputs) if inputs.ndim == 4 else inputs)
        return logits


def build(pretrained: bool, freeze_batch_norm: bool = True) -> ResNet18Transfer:
    """The network with a new head on a backbone trained on ImageNet, or on a random one.

    pretrained: True takes torchvision's weights from its cache, or downloads them to it (45 MB).
        It waits DOWNLOAD_TIMEOUT_S for a server that says nothing.
    Raises WeightsUnusable when they cannot be had or read. A random backbone is never put in
    their place: that is `pretrained=False`, for the caller to choose and to label.
    """
    model = ResNet18Transfer(freeze_batch_norm)
    if pretrained:
        _load_imagenet_weights(model.backbone)
    return model


def _load_imagenet_weights(backbone: nn.Module) -> None:
    """Put torchvision's weights, less those of its 1000-class head, into `backbone`."""
    from torchvision.models import ResNet18_Weights

    weights = ResNet18_Weights.IMAGENET1K_V1
    cached = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
    try:
        with socket_timeout(DOWNLOAD_TIMEOUT_S):
            state = weights.get_state_dict(progress=False, check_hash=True, weights_only=True)
        trained = {name: value for name, value in state.items() if not name.startswith("fc.")}
        backbone.load_state_dict(trained)
    except (OSError, http.client.HTTPException) as error:
        raise WeightsUnusable(
            "The pretrained weights of ResNet-18 could not be downloaded to "
            f"{cached.parent}. Check the network and try again, put {cached.name} there, or use a "
            "random frozen backbone."
        ) from error
    except _UNREADABLE as error:
        raise WeightsUnusable(
            "The pretrained weights of ResNet-18 are truncated or were altered. Delete "
            f"{cached} if it is there and try again, or use a random frozen backbone."
        ) from error
