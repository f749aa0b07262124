"""A trainer that advances by one batch and can be saved and resumed exactly."""

import math
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from mnist_core.augmentation import distort
from mnist_core.data import iterate_indices, to_images_01
from mnist_core.errors import MnistLabError
from mnist_core.recipes import Recipe

NOT_A_DIGIT = -1


class TrainingDiverged(MnistLabError):
    """The loss is no longer a finite number."""


@dataclass(frozen=True)
class Pool:
    """Pictures of one kind, of which every epoch draws `per_epoch` at random (all, if that many).

    images: uint8 (N, 28, 28); labels: int64 (N,), 0 to 9 or NOT_A_DIGIT
    """

    images: Tensor
    labels: Tensor
    per_epoch: int

    def draw(self, generator: torch.Generator) -> Tensor:
        """Indices into the pool for one epoch, (per_epoch,)."""
        return torch.randperm(len(self.labels), generator=generator)[: self.per_epoch]


@dataclass(frozen=True)
class StepResult:
    """What one step did. loss: mean over the batch, nats."""

    step: int
    loss: float
    learning_rate: float


def learning_rate_at(recipe: Recipe, progress: float) -> float:
    """Linear warm-up over the first 10 %, then a half cosine down to 0; progress in [0, 1]."""
    warm_up = 0.1
    if progress < warm_up:
        return recipe.peak_learning_rate * max(progress, 1e-4) / warm_up
    fraction = (progress - warm_up) / (1 - warm_up)
    return recipe.peak_learning_rate * 0.5 * (1 + math.cos(math.pi * fraction))


def distorted_share_at(recipe: Recipe, progress: float) -> float:
    """Share of the pictures that are bent when `progress` (0 to 1) of the training is done."""
    if progress <= recipe.calm_from:
        return recipe.distorted_share
    calm = (progress - recipe.calm_from) / (1 - recipe.calm_from)
    return recipe.distorted_share + calm * (recipe.final_distorted_share - recipe.distorted_share)


def digit_or_uniform_loss(logits: Tensor, labels: Tensor, non_digit_weight: float) -> Tensor:
    """Cross-entropy; where the label is NOT_A_DIGIT, against the uniform distribution.

    logits: (B, 10); labels: (B,). Returns the weighted mean, a scalar, in nats.
    Source: Hendrycks, Mazeika, Dietterich 2019, “Deep anomaly detection with outlier exposure”.
    """
    log_probabilities = F.log_softmax(logits.float(), dim=1)
    is_digit = labels != NOT_A_DIGIT
    digit_loss = -log_probabilities.gather(1, labels.clamp(min=0)[:, None])[:, 0]
    uniform_loss = -log_probabilities.mean(dim=1)
    loss = torch.where(is_digit, digit_loss, non_digit_weight * uniform_loss)
    return loss.mean()


class Trainer:
    """Trains `model` on a mixture of pools. It owns the model, the average and the random state."""

    def __init__(
        self,
        model: nn.Module,
        pools: list[Pool],
        recipe: Recipe,
        device: str = "cpu",
        bfloat16: bool = False,
    ) -> None:
        self.recipe, self.pools = recipe, pools
        self.device, self.bfloat16 = torch.device(device), bfloat16
        self.model: nn.Module = model.to(self.device).to(memory_format=torch.channels_last)
        self.average = AveragedModel(
            self.model, multi_avg_fn=get_ema_multi_avg_fn(recipe.ema_decay), use_buffers=True
        )
        self.optimizer = torch.optim.AdamW(model.parameters(), weight_decay=recipe.weight_decay)
        self.generator = torch.Generator().manual_seed(recipe.seed)
        self.step_count = 0
        per_epoch = sum(min(pool.per_epoch, len(pool.labels)) for pool in pools)
        # a last batch of a single picture is left out: batch norm cannot train on it
        lone = per_epoch > 1 and per_epoch % recipe.batch_size == 1
        self.steps_per_epoch = math.ceil(per_epoch / recipe.batch_size) - lone
        self.total_steps = self.steps_per_epoch * recipe.epochs
        self._batches: list[tuple[Tensor, Tensor]] = []

    @property
    def epochs_done(self) -> int:
        """How many whole epochs lie behind."""
        return self.step_count // self.steps_per_epoch

    def start_epoch(self) -> None:
        """Draw this epoch's pictures from the pools, shuffle them, and cut them into batches."""
        drawn = [(pool, pool.draw(self.generator)) for pool in self.pools]
        images = torch.cat([pool.images[indices] for pool, indices in drawn])
        labels = torch.cat([pool.labels[indices] for pool, indices in drawn])
        batches = iterate_indices(len(labels), self.recipe.batch_size, self.generator)
        self._batches = [
            (images[indices], labels[indices]) for indices in islice(batches, self.steps_per_epoch)
        ]

    def step(self) -> StepResult:
        """Advance by one batch. Raises TrainingDiverged when the loss is not finite."""
        if not self._batches:
            self.start_epoch()
        images, labels = self._batches.pop()
        progress = self.step_count / self.total_steps
        images_01 = self._prepare(images, progress)
        rate = learning_rate_at(self.recipe, progress)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.model.train()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bfloat16):
            logits = self.model(images_01)
        loss = digit_or_uniform_loss(logits, labels.to(self.device), self.recipe.non_digit_weight)
        if not torch.isfinite(loss):
            raise TrainingDiverged(f"The loss became {loss.item()} at step {self.step_count}.")
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.average.update_parameters(self.model)
        self.step_count += 1
        return StepResult(self.step_count, loss.item(), rate)

    def averaged_model(self) -> nn.Module:
        """The running average of the weights, in evaluation mode."""
        return self.average.module.eval()

    def save(self, path: Path) -> None:
        """Write everything that `restore` needs to go on at the start of the next epoch."""
        tensors = {f"average.{k}": v for k, v in self.average.state_dict().items()}
        tensors |= {f"model.{k}": v for k, v in self.model.state_dict().items()}
        for index, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{k}": v for k, v in state.items()}
        tensors["step_count"] = torch.tensor(self.step_count)
        tensors["random.order"] = self.generator.get_state()
        tensors["random.torch"] = torch.get_rng_state()
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        save_file({k: v.contiguous() for k, v in tensors.items()}, partial)
        partial.replace(path)

    def restore(self, path: Path) -> None:
        """Go on from what `save` wrote at the end of an epoch, bit for bit on the same machine."""
        tensors = load_file(path)
        self.average.load_state_dict(_under(tensors, "average."))
        self.model.load_state_dict(_under(tensors, "model."))
        optimizer = self.optimizer.state_dict()
        for name, value in _under(tensors, "optimizer.").items():
            index, key = name.split(".", 1)
            optimizer["state"].setdefault(int(index), {})[key] = value
        self.optimizer.load_state_dict(optimizer)
        self.step_count = int(tensors["step_count"])
        self._batches = []
        self.generator.set_state(tensors["random.order"])
        torch.set_rng_state(tensors["random.torch"])

    def _prepare(self, images: Tensor, progress: float) -> Tensor:
        images_01 = to_images_01(images).to(self.device)
        bent = torch.rand(len(images), generator=self.generator) < distorted_share_at(
            self.recipe, progress
        )
        if bent.any():
            bent = bent.to(self.device)
            images_01[bent] = distort(images_01[bent], self.recipe.distortion, self.generator)
        return images_01.contiguous(memory_format=torch.channels_last)


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
