"""A training with its log: it advances by a batch, an epoch or a time, and can look back."""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from mnist_core.data.mnist import Digits, split_held_out
from mnist_core.data.origin import Origin
from mnist_core.errors import RecipeUnusable
from mnist_core.models.build import build_around, build_network
from mnist_core.models.recipes import Recipe
from mnist_core.models.registry import architecture
from mnist_core.models.resnet18_transfer import ResNet18Transfer
from mnist_core.training.distributed import ALONE, Workers
from mnist_core.training.features import FrozenFeatures, can_be_kept, features_of
from mnist_core.training.history import History, TestResult
from mnist_core.training.last_good import LastGood, is_finite
from mnist_core.training.objectives import OBJECTIVES, BatchLoss
from mnist_core.training.order import Pool
from mnist_core.training.timeline import Moment, Timeline, copied_apart
from mnist_core.training.trainer import StepResult, Trainer, as_inputs, changing_state

WATCH_EVERY = 20
LOOKS_KEPT_S = 3.0
SAMPLE_SEED = 28

Result = StepResult | TestResult


@dataclass(frozen=True)
class Change:
    """A setting that was changed while the run went on, before step number `step` + 1."""

    step: int
    setting: str
    value: float


@dataclass(frozen=True)
class Stretch:
    """From `step` on the run was trained on digits from there; None: that was not recorded."""

    step: int
    origin: Origin | None


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    samples:      pictures seen; epochs: passes over the training digits, with fractions
    worked_s:     time spent at work, testing included, pauses not
    samples_per_s: pictures trained on per second of the last few seconds at work
    testing:      share of the test set that the present look at it has done; None between looks
    preparing:    share of the pictures whose features are computed; None when there is nothing
        (more) to prepare
    """

    step: int
    samples: int
    epochs: float
    worked_s: float
    samples_per_s: float
    testing: float | None
    preparing: float | None = None


class Run:
    """One training from its first weights on, with everything that was logged on the way.

    It is advanced by one thread at a time. Whatever it does is given by its settings and its seed.
    stretches: on which data it was trained, one more for each time that they were exchanged
    is_timed: whether `worked_s` counts from the first step on; not so of one that a file brought
    notice: what could not be brought back of it, as a sentence
    is_tested_on_a_sample: whether its looks at the test set are at a part of it only
    test_every: steps between two looks at the test set, besides those at epoch ends
    watch_every: steps between two looks at the layers; may be changed at any time
    """

    def __init__(
        self,
        key: str,
        recipe: Recipe,
        train: Digits,
        test: Digits,
        *,
        origin: Origin | None = None,
        device: str = "cpu",
        workers: Workers = ALONE,
        start: Mapping[str, Tensor] | None = None,
        mixed_with: Sequence[Pool] = (),
    ) -> None:
        """start: weights to begin with, in the place of random ones.

        mixed_with: pictures that every epoch has besides `train`
        Raises KeyError, RecipeUnusable, and WeightsUnusable for a backbone not to be had."""
        self.key = key
        self.stretches = [Stretch(0, origin)]
        self.test = sample_of(test, architecture(key).test_sample)
        self.is_tested_on_a_sample = len(self.test) < len(test)
        self.check_batch_size(recipe.batch_size)
        train, held_out = set_aside(first_digits(train, recipe.training_digits), recipe)
        statistics = train.pixel_statistics if recipe.standardise else (0.0, 1.0)
        model = build_network(key, recipe, *statistics)
        if start is not None:
            model.load_state_dict(start)
        pools = [Pool.of(train), *mixed_with]
        self.trainer = Trainer(model, pools, recipe, device=device, workers=workers)
        self.history = History()
        self.changes: list[Change] = []
        entry = architecture(key)
        self.test_every = math.ceil(self.trainer.steps_per_epoch / entry.tests_per_epoch)
        self.test_batch = entry.test_batch
        self.watch_every = WATCH_EVERY
        self.worked_s = 0.0
        self.is_timed = True
        self.notice = ""
        self._features: list[FrozenFeatures] = []
        if can_be_kept(model, recipe):
            sets = [train, self.test, *held_out]
            self._features = features_of(model, *(digits.images for digits in sets))
        self._to_prepare = self._features
        self._looked_at = [(digits.images, digits.labels) for digits in (self.test, *held_out)]
        self._testing: Iterator[TestResult | float] | None = None
        self._tested_share: float | None = None
        self.begin_timeline()

    @property
    def recipe(self) -> Recipe:
        """What it is trained by."""
        return self.trainer.recipe

    @property
    def step_count(self) -> int:
        """Steps done."""
        return self.trainer.step_count

    @property
    def origin(self) -> Origin | None:
        """Where the digits come from that it is trained on now; None where that is not known."""
        return self.stretches[-1].origin

    @property
    def is_done(self) -> bool:
        """True when the recipe's epochs are over, or its patience: the last look included."""
        is_over = self.trainer.epochs_done >= self.recipe.epochs or self.has_stopped_early
        return is_over and self._testing is None

    @property
    def has_stopped_early(self) -> bool:
        """True when so many looks as the recipe's patience has brought no lower held-out loss."""
        patience = self.recipe.patience
        return patience is not None and self.history.held_out.is_over(patience)

    @property
    def last_good(self) -> dict[str, Tensor]:
        """All that is needed to go on from the moment that `go_back` leads to; see `LastGood`."""
        return self._good.state

    @property
    def is_testing(self) -> bool:
        """True from the first to the last part of a look at the test set."""
        return self._testing is not None

    @property
    def is_preparing(self) -> bool:
        """True until every picture has the features that the training takes in its place."""
        return bool(self._to_prepare)

    @property
    def progress(self) -> Progress:
        """How far the run is."""
        order = self.trainer.order
        (since, before), (now, samples) = self._speed[0], self._speed[-1]
        speed = (samples - before) / (now - since) if now > since else 0.0
        epochs = order.samples / order.epoch_size
        return Progress(
            self.step_count, order.samples, epochs, self.worked_s, speed, self._tested_share,
            self._prepared_share,
        )  # fmt: skip

    def work(self) -> Result | None:
        """Do one unit: train on a batch, test on a few hundred digits, or prepare a few.

        Returns a result when there is one. Raises TrainingDiverged; `go_back` then leads to the
        last good moment.
        """
        start = time.perf_counter()
        try:
            result = self._do_one_unit()
        finally:
            self.worked_s += time.perf_counter() - start
            self._note_speed()
        if isinstance(result, TestResult):
            result = replace(result, worked_s=self.worked_s)
            self.history.add_test(result)
            self._heed_held_out()
        return result

    def advance(self, budget_s: float) -> list[Result]:
        """Work for about `budget_s` seconds, a unit at least; ends early when the run is done."""
        results: list[Result] = []
        stop = time.perf_counter() + budget_s
        while not self.is_done:
            results += [result] if (result := self.work()) else []
            if time.perf_counter() >= stop:
                break
        return results

    def advance_to(self, step: int) -> None:
        """Train until `step` steps are done, with every look at the test set that is due by then.

        Goes on after the recipe's last epoch if need be.
        """
        while self.step_count < step or self.is_testing:
            self.work()

    def advance_epoch(self) -> None:
        """Train to the end of the present epoch, and test."""
        self.advance_to(self.step_count + self.steps_to_epoch_end)

    @property
    def steps_to_epoch_end(self) -> int:
        """Steps until the present epoch is over, at the present batch size."""
        return self.trainer.order.steps_left(self.trainer.batch_size)

    def set_learning_rate(self, value: float) -> None:
        """From the next step on; a schedule scales it as before."""
        if value != self.trainer.learning_rate:
            self.trainer.learning_rate = value
            self.changes.append(Change(self.step_count, "learning_rate", value))

    def set_batch_size(self, value: int) -> None:
        """From the next step on. Raises RecipeUnusable when the network cannot take it."""
        self.check_batch_size(value)
        self.trainer.check_batch_size(value)
        if value != self.trainer.batch_size:
            self.trainer.batch_size = value
            self.changes.append(Change(self.step_count, "batch_size", value))

    def check_batch_size(self, value: int) -> None:
        """Raises RecipeUnusable for batches whose steps would take too much memory."""
        greatest = architecture(self.key).greatest_batch
        if value > greatest:
            raise RecipeUnusable(
                f"{value} pictures in a batch are too many for this network, whose steps would "
                f"take too much memory: at most {greatest}."
            )

    def set_epochs(self, value: int) -> None:
        """When the run is done; a schedule stretches with it."""
        self.trainer.recipe = replace(self.recipe, epochs=value)

    def go_back(self) -> None:
        """Return to the last good moment and forget what came after it."""
        self._good.go_back()
        self._testing, self._tested_share = None, None
        self.history.forget_after(self.step_count)
        self.timeline.forget_after(self.step_count)
        self.changes = [change for change in self.changes if change.step <= self.step_count]
        self._speed = [(self.worked_s, self.trainer.order.samples)]

    def begin_timeline(self) -> None:
        """Let the moments to look back at begin with the present one."""
        self.timeline = Timeline()
        self._speed = [(self.worked_s, self.trainer.order.samples)]
        self._keep_moment()
        self._good: LastGood = LastGood(self.trainer, self.trainer.live_state)

    def test_if_due(self) -> None:
        """Look at the test set when the last step asks for it and its look was broken off.

        Only a run that was saved in the middle of a look, and brought back, is such a one.
        """
        if self.step_count > self._tested_step and self._test_is_due():
            self._begin_test()

    def prepared(self) -> dict[str, Tensor]:
        """The features that are computed, to be kept beside the run's file; {} where none are."""
        return {k: v for features in self._features for k, v in features.so_far().items()}

    def take_prepared(self, kept: Mapping[str, Tensor]) -> None:
        """Those that `prepared` gave before need not be computed again."""
        for features in self._features:
            features.take(kept)

    def now(self) -> Moment:
        """The present weights, copied."""
        state = copied_apart(changing_state(self.trainer.model))
        return Moment(self.step_count, self.trainer.order.samples, state)

    def model_at(self, moment: Moment) -> nn.Module:
        """The network as of `moment`, in eval mode and frozen; the run may train on meanwhile."""
        frozen = {k: v for k, v in self.trainer.model.named_parameters() if not v.requires_grad}
        exact = {k: v.float() if v.dtype == torch.float16 else v for k, v in moment.state.items()}
        return build_around(self.key, self.recipe, {**frozen, **exact})

    @property
    def _prepared_share(self) -> float | None:
        if not self._to_prepare:
            return None
        done = sum(features.done for features in self._to_prepare)
        return done / sum(len(features.images) for features in self._to_prepare)

    def _heed_held_out(self) -> None:
        """Keep the best weights so far, and return to them when patience has just run out.

        Source: Goodfellow, Bengio, Courville 2016, “Deep learning”, algorithm 7.1.
        """
        if self.recipe.patience is None:
            return
        since = self.history.held_out.since
        if since == 0:
            self.trainer.keep_as_best()
        elif since == self.recipe.patience:
            self.trainer.return_to_best()

    def _prepare_further(self) -> None:
        """Let the head be given what the frozen backbone makes of each picture, computed once."""
        model = self.trainer.model
        assert isinstance(model, ResNet18Transfer)
        unfinished = [features for features in self._to_prepare if not features.is_complete]
        for features in unfinished[:1]:
            features.work(model)
        if all(features.is_complete for features in self._to_prepare):
            train, *looked_at = self._to_prepare
            self.trainer.order.images = train.values
            self._looked_at = [
                (features.values, labels)
                for features, (_, labels) in zip(looked_at, self._looked_at, strict=True)
            ]
            self._to_prepare = []

    @property
    def _tested_step(self) -> int:
        """The step after which the test set was looked at last; 0 before the first look."""
        return self.history.tests[-1].step if self.history.tests else 0

    def _test_is_due(self) -> bool:
        """At an epoch's end; else every `test_every` steps, but not right after another look."""
        if self.trainer.order.position == 0:
            return True
        is_its_turn = self.step_count % self.test_every == 0
        return is_its_turn and 2 * (self.step_count - self._tested_step) >= self.test_every

    def _do_one_unit(self) -> Result | None:
        if self._to_prepare:
            self._prepare_further()
            return None
        return self._test_further() if self._testing else self._train()

    def _train(self) -> Result | None:
        watch = self.step_count % self.watch_every == 0
        result = self.trainer.step(watch)
        self.history.add_step(result)
        if self._test_is_due():
            self.trainer.workers.average_buffers(self.trainer.model)
            self._begin_test()
        if self.timeline.is_due(self.step_count):
            self._keep_moment()
        self._good.after_step()
        return result

    def _begin_test(self) -> None:
        self._testing, self._tested_share = self._test_in_parts(), 0.0

    def _test_further(self) -> Result | None:
        assert self._testing is not None
        result = next(self._testing)
        if isinstance(result, float):
            self._tested_share = result
            return None
        self._testing, self._tested_share = None, None
        return result

    def _test_in_parts(self) -> Iterator[TestResult | float]:
        """The share done after each part of what is looked at, and the result at the end."""
        step, samples = self.step_count, self.trainer.order.samples
        total, done = sum(len(labels) for _, labels in self._looked_at), 0
        found = []
        for inputs, labels in self._looked_at:
            parts = []
            for start in range(0, len(labels), self.test_batch):
                parts.append(self._test_part(inputs, labels, start))
                done += parts[-1][0]
                yield done / total
            found.append(mean_of_parts(parts))
        test, *others = found
        held_out_loss = others[0]["loss"] if others else math.nan
        yield TestResult(step, samples, **test, held_out_loss=held_out_loss)

    @torch.inference_mode()
    def _test_part(self, inputs: Tensor, labels: Tensor, start: int) -> tuple[int, BatchLoss]:
        """How many, and their mean loss. The noise is the same at every look."""
        chosen = slice(start, start + self.test_batch)
        device = self.trainer.device
        images_01 = as_inputs(inputs[chosen]).to(device)
        labels = labels[chosen].long().to(device)
        noise = torch.Generator(device).manual_seed(start)
        objective = OBJECTIVES[self.recipe.loss]
        loss = objective(self.trainer.averaged_model(), images_01, labels, self.recipe, noise)
        return len(labels), loss

    def _keep_moment(self) -> None:
        moment = self.now()
        if is_finite(moment.state):
            self.timeline.add(moment.to_look_at())

    def _note_speed(self) -> None:
        self._speed.append((self.worked_s, self.trainer.order.samples))
        while self._speed[-1][0] - self._speed[1][0] > LOOKS_KEPT_S:
            del self._speed[0]


def first_digits(digits: Digits, count: int | None) -> Digits:
    """The first `count` of `digits`, or all."""
    if count is None or count >= len(digits):
        return digits
    return Digits(digits.images[:count], digits.labels[:count])


def set_aside(digits: Digits, recipe: Recipe) -> tuple[Digits, list[Digits]]:
    """What is trained on, and where the recipe stops early also what it looks at for that.

    Raises RecipeUnusable when nothing would be left of one of them.
    """
    if recipe.patience is None:
        return digits, []
    if not 0 < recipe.held_out < len(digits):
        raise RecipeUnusable(
            f"Early stopping needs digits that are held out: between 1 and {len(digits) - 1} of "
            f"these {len(digits)}, not {recipe.held_out}."
        )
    rest, held_out = split_held_out(len(digits), recipe.held_out)
    return digits.select(rest.sort().values), [digits.select(held_out)]


def sample_of(digits: Digits, count: int | None) -> Digits:
    """`count` of `digits`, drawn at random but always the same, or all."""
    if count is None or count >= len(digits):
        return digits
    drawn = torch.randperm(len(digits), generator=torch.Generator().manual_seed(SAMPLE_SEED))
    return digits.select(drawn[:count].sort().values)


def mean_of_parts(parts: list[tuple[int, BatchLoss]]) -> dict[str, float]:
    """Losses and accuracy over all pictures, from those of each part; NaN for what has none."""
    total = sum(count for count, _ in parts)

    def mean(name: str) -> float:
        values = [(count, getattr(loss, name)) for count, loss in parts]
        if any(value is None for _, value in values):
            return math.nan
        return sum(count * float(value) for count, value in values) / total

    names = {"loss": "loss", "accuracy": "read_right", "reconstruction": "reconstruction",
             "kl": "kl"}  # fmt: skip
    return {key: mean(name) for key, name in names.items()}
