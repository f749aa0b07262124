"""A trainer that advances by one batch and can be snapshotted and restored exactly."""

import math
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from mnist_core.data.mnist import to_images_01
from mnist_core.errors import RecipeUnusable, TrainingDiverged
from mnist_core.files import pack_tensors, write_whole
from mnist_core.models.dropout import draw_masks_from
from mnist_core.models.parts import layer_weights
from mnist_core.models.recipes import Recipe, check_recipe
from mnist_core.models.vae import VAE
from mnist_core.pictures.distortion import distort
from mnist_core.training.distributed import ALONE, Workers
from mnist_core.training.helps.schedules import schedule_factor
from mnist_core.training.objectives import OBJECTIVES, BatchLoss, Objective
from mnist_core.training.optimizers import make_optimizer
from mnist_core.training.order import DigitOrder, Pool
from mnist_core.training.timeline import copied_apart


@dataclass(frozen=True)
class LayerChange:
    """What one step did to one layer's weights.

    gradient_norm: ‖g‖₂
    update_ratio:  ‖w_after − w_before‖₂ / ‖w_before‖₂
    """

    layer: str
    gradient_norm: float
    update_ratio: float


@dataclass(frozen=True)
class StepResult:
    """What one step did.

    step, samples:  how many steps are done and how many pictures were seen
    loss:           mean over the batch before the step, nats per image
    accuracy:       share of the batch read right before the step; NaN for a VAE
    reconstruction, kl: the two terms of a VAE's loss; NaN for a classifier
    layers:         one for each layer when the step was watched, else empty
    """

    step: int
    samples: int
    loss: float
    accuracy: float
    learning_rate: float
    batch_size: int
    reconstruction: float
    kl: float
    layers: tuple[LayerChange, ...] = ()


def distorted_share_at(recipe: Recipe, progress: float) -> float:
    """Share of the pictures that are bent when `progress` (0 to 1) of the training is done."""
    if progress <= recipe.calm_from or recipe.calm_from == 1:
        return recipe.distorted_share
    progress = min(progress, 1.0)
    calm = (progress - recipe.calm_from) / (1 - recipe.calm_from)
    return recipe.distorted_share + calm * (recipe.final_distorted_share - recipe.distorted_share)


class Trainer:
    """Trains `model` on a mixture of pools. It owns the model and all random numbers it uses.

    learning_rate, batch_size: the recipe's, and may be changed between any two steps
    average: the running average of the weights, None where the recipe keeps none
    best:    the weights that read held-out digits best, by name; empty where none are held out
    """

    def __init__(
        self,
        model: nn.Module,
        pools: list[Pool],
        recipe: Recipe,
        *,
        device: str = "cpu",
        workers: Workers = ALONE,
        objective: Objective | None = None,
    ) -> None:
        """objective: in place of the recipe's loss, where that needs other networks.

        Raises RecipeUnusable for settings that cannot be, or that `model` cannot take.
        """
        self.recipe, self.workers = check_recipe(recipe), workers
        self.device = torch.device(device)
        self.model: nn.Module = model.to(self.device).to(memory_format=torch.channels_last)
        self.learning_rate, self.batch_size = recipe.peak_learning_rate, recipe.batch_size
        check_loss(model, recipe)
        self.objective = choose_objective(recipe, objective)
        self.average = None if recipe.ema_decay is None else average_of(model, recipe.ema_decay)
        trained = [p for p in model.parameters() if p.requires_grad]
        self.optimizer = make_optimizer(recipe, trained)
        self.order = DigitOrder(pools, recipe.shuffle, recipe.seed, 2 * workers.count)
        self.check_batch_size(self.batch_size)
        own_seed = recipe.seed * 64 + workers.rank
        self.augmentation = torch.Generator().manual_seed(own_seed)
        self.noise = torch.Generator(self.device).manual_seed(own_seed)
        draw_masks_from(self.model, self.noise)
        self.step_count = 0
        self.best: dict[str, Tensor] = {}

    @property
    def steps_per_epoch(self) -> int:
        """Batches in an epoch at the present batch size."""
        return self.order.steps_per_epoch(self.batch_size)

    @property
    def epochs_done(self) -> int:
        """How many whole epochs lie behind."""
        return self.order.epoch

    @property
    def progress(self) -> float:
        """How much of the recipe's epochs is done: 0 to 1, and more when it goes on after them."""
        return self.order.samples / (self.order.epoch_size * self.recipe.epochs)

    def step(self, watch: bool = False) -> StepResult:
        """Advance by one batch; watch: also measure what it does to each layer.

        Raises TrainingDiverged when the loss is not finite; then no weight was changed.
        """
        progress = self.progress
        rate = self.learning_rate * schedule_factor(self.recipe.schedule, progress)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        images, labels = self.order.next(self.batch_size)
        count, share = len(labels), self.workers.share(len(labels))
        images_01 = self._prepare(images[share], progress)
        if not self.model.training:
            self.model.train()
        result = self.objective(
            self.model,
            images_01,
            labels[share].to(self.device),
            recipe_at(self.recipe, progress),
            self.noise,
        )
        result = self.workers.mean(result, len(images_01) / count)
        loss = result.loss.item()
        if not math.isfinite(loss):
            self.order.step_back()
            raise TrainingDiverged(
                f"The loss is no longer a finite number ({loss}): training stopped before step "
                f"{self.step_count + 1}. A lower learning rate helps."
            )
        layers = self._update(result, watch)
        self.step_count += 1
        return StepResult(
            self.step_count,
            self.order.samples,
            loss,
            _number(result.read_right),
            rate,
            count,
            _number(result.reconstruction),
            _number(result.kl),
            layers,
        )

    def check_batch_size(self, value: int) -> None:
        """Raises RecipeUnusable when the network cannot be trained on batches of that size."""
        share = min(value, self.order.epoch_size) // self.workers.count
        if share == 0:
            raise RecipeUnusable(
                f"{self.workers.count} processes cannot share a batch of {value}: each needs one "
                "picture at least."
            )
        check_batch_size(self.model, share)

    def averaged_model(self) -> nn.Module:
        """The running average of the weights (or the weights, without one), in eval mode."""
        model: nn.Module = self.model if self.average is None else self.average.module
        return model.eval()

    def keep_as_best(self) -> None:
        """Remember the weights that `averaged_model` has now."""
        self.best = {k: v.clone() for k, v in changing_state(self.averaged_model()).items()}

    def return_to_best(self) -> None:
        """Go on from the weights that `keep_as_best` remembered last, if it ever did."""
        self.model.load_state_dict(self.best, strict=False)
        if self.average is not None:
            self.average.module.load_state_dict(self.best, strict=False)

    def state(self) -> dict[str, Tensor]:
        """A copy of everything that `restore` needs to go on from here, bit for bit."""
        return copied_apart(self.live_state())

    def live_state(self) -> dict[str, Tensor]:
        """The same, not copied: the next step changes it.

        Frozen parameters are left out: they stand in the model for good.
        """
        tensors = {f"model.{k}": v for k, v in changing_state(self.model).items()}
        if self.average is not None:
            tensors |= {f"average.{k}": v for k, v in self.average.state_dict().items()}
        for index, state in self.optimizer.state_dict()["state"].items():
            numbers = {k: v for k, v in state.items() if isinstance(v, Tensor)}
            tensors |= {f"optimizer.{index}.{k}": v for k, v in numbers.items()}
        tensors |= {f"best.{k}": v for k, v in self.best.items()}
        tensors |= {f"order.{k}": v for k, v in self.order.state().items()}
        tensors["random.augmentation"] = self.augmentation.get_state()
        tensors["random.noise"] = self.noise.get_state()
        tensors["step_count"] = torch.tensor(self.step_count)
        settings = [self.learning_rate, float(self.batch_size)]
        tensors["settings"] = torch.tensor(settings, dtype=torch.float64)
        return tensors

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from `state`; bit for bit on the same machine."""
        self.model.load_state_dict(under(state, "model."), strict=False)
        if self.average is not None:
            self.average.load_state_dict(under(state, "average."))
        optimizer = self.optimizer.state_dict()
        optimizer["state"] = {}
        weights = [p for group in self.optimizer.param_groups for p in group["params"]]
        for name, value in under(state, "optimizer.").items():
            index, key = name.split(".", 1)
            memory = optimizer["state"].setdefault(int(index), {})
            memory[key] = laid_out_as(weights[int(index)], value)
        self.optimizer.load_state_dict(optimizer)
        self.best = under(state, "best.")
        self.order.restore(under(state, "order."))
        self.augmentation.set_state(state["random.augmentation"])
        self.noise.set_state(state["random.noise"])
        self.step_count = int(state["step_count"])
        if self.workers.rank:
            self.noise.manual_seed(self.recipe.seed * 64 + self.workers.rank + self.step_count)
        self.learning_rate = float(state["settings"][0])
        self.batch_size = int(state["settings"][1])

    def save(self, path: Path) -> None:
        """Write `state` as safetensors, so that a write that fails leaves the old file."""
        write_state(path, self.state())

    def load(self, path: Path) -> None:
        """Go on from what `save` wrote."""
        self.restore(load_file(path))

    def _update(self, result: BatchLoss, watch: bool) -> tuple[LayerChange, ...]:
        """Backward pass and one step of the optimiser (and of the average)."""
        self.optimizer.zero_grad(set_to_none=True)
        result.loss.backward()
        self.workers.sum_gradients(self.model)
        if self.recipe.clip_norm is not None:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip_norm)
        weights = layer_weights(self.model) if watch else {}
        before = {name: weight.detach().clone() for name, weight in weights.items()}
        self.optimizer.step()
        if self.average is not None:
            self.average.update_parameters(self.model)
        return tuple(
            LayerChange(name, *_norms(weight, before[name])) for name, weight in weights.items()
        )

    def _prepare(self, images: Tensor, progress: float) -> Tensor:
        images_01 = as_inputs(images).to(self.device)
        share = distorted_share_at(self.recipe, progress)
        if share == 0:
            return images_01
        bent = torch.rand(len(images), generator=self.augmentation) < share
        if bent.any():
            bent = bent.to(self.device)
            images_01[bent] = distort(images_01[bent], self.recipe.distortion, self.augmentation)
        return images_01


def write_state(path: Path, state: dict[str, Tensor]) -> None:
    """The same of a state that was taken before."""
    write_whole(path, pack_tensors(state))


def as_inputs(images: Tensor) -> Tensor:
    """Pictures uint8 (B, 28, 28) → float32 (B, 1, 28, 28) in [0, 1]; features (B, n) as float32."""
    return to_images_01(images) if images.ndim == 3 else images.float()


def choose_objective(recipe: Recipe, given: Objective | None) -> Objective:
    """The one given, or the recipe's loss. Raises RecipeUnusable where that is not enough."""
    if given is None and recipe.readable_weight:
        raise RecipeUnusable(
            "This recipe needs a network that reads beside its own: it makes shipped weights, "
            "from the command line."
        )
    return given or OBJECTIVES[recipe.loss]


def recipe_at(recipe: Recipe, progress: float) -> Recipe:
    """The recipe with its β of the moment when `progress` (0 to 1) of the training is done.

    Source: Bowman et al. 2016, “Generating sentences from a continuous space”, section 3.1.
    """
    if progress >= recipe.kl_warm_up:
        return recipe
    return replace(recipe, beta=recipe.beta * progress / recipe.kl_warm_up)


def check_loss(model: nn.Module, recipe: Recipe) -> None:
    """Raises RecipeUnusable when `model` does not return what the recipe's loss takes."""
    if (recipe.loss == "vae") != isinstance(model, VAE):
        raise RecipeUnusable("The loss of a VAE and that of a classifier cannot be exchanged.")


def check_batch_size(model: nn.Module, batch_size: int) -> None:
    """Raises RecipeUnusable for a batch of one where batch norm has to train on it."""
    normalises = any(isinstance(m, nn.BatchNorm1d) for m in model.modules())
    if batch_size < 2 and normalises:
        raise RecipeUnusable(
            "This network has batch normalisation, which compares the pictures of a batch with "
            "each other: it needs at least 2 pictures in a batch."
        )


def average_of(model: nn.Module, decay: float) -> AveragedModel:
    """A running average of the weights and batch-norm statistics of `model`."""
    return AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay), use_buffers=True)


def changing_state(model: nn.Module) -> dict[str, Tensor]:
    """Those of the model's tensors that training can change: trained parameters, and buffers."""
    frozen = {name for name, parameter in model.named_parameters() if not parameter.requires_grad}
    return {name: value for name, value in model.state_dict().items() if name not in frozen}


def laid_out_as(weight: Tensor, value: Tensor) -> Tensor:
    """A copy of `value`, its numbers in memory in the order of those of `weight`.

    Fused optimisers go through the memory of both side by side; a file keeps no such order.
    """
    return torch.empty_like(weight).copy_(value) if value.ndim else value.clone()


def under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Those whose name starts with `prefix`, without it."""
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def _norms(weight: Tensor, before: Tensor) -> tuple[float, float]:
    """Norm of the gradient, and of the update relative to the weight before it."""
    gradient = 0.0 if weight.grad is None else weight.grad.norm().item()
    change = (weight.detach() - before).norm() / before.norm().clamp(min=1e-12)
    return gradient, change.item()


def _number(value: Tensor | None) -> float:
    return math.nan if value is None else value.item()
