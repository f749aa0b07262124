"""A fine-tuning as a whole: measured, taught, measured again, and stopped at any time."""

from dataclasses import dataclass, field
from enum import StrEnum

from mnist_core.classroom.digits import ClassDigits
from mnist_core.classroom.measures import Exam
from mnist_core.classroom.teach import Split, fine_tuning, some_of, split_writers, tuned
from mnist_core.data.mnist import Digits
from mnist_core.evaluation.metrics import test_accuracy
from mnist_core.training.history import TestResult
from mnist_core.training.player import Player, Playing
from mnist_core.training.run import sample_of
from mnist_core.training.timeline import Moment
from mnist_core.weights import Trained

SAMPLE = 300


class Stage(StrEnum):
    """What a lesson is doing."""

    BEFORE = "reading before it learns"
    LEARNING = "learning"
    AFTER = "reading again"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Glimpse:
    """What is remembered at one moment.

    samples: pictures that it has learnt from by then
    share:   of SAMPLE of MNIST's test digits, always the same, that it reads right, in [0, 1]
    """

    samples: int
    share: float


@dataclass
class Lesson:
    """What is taught, and the exams before and after; made by `plan_lesson`.

    key: of the shipped network that it begins with
    before, after: of the digits of those writers who judge, by the shipped network and the tuned;
                   after is None until it has learnt
    forgotten: MNIST's test digits, by the tuned network; None until then, and without MNIST
    remembered: of a sample of these, from before it learns on; empty without MNIST
    mnist_before: share of these that the shipped network reads, as its card says
    """

    key: str
    digits: ClassDigits
    split: Split
    player: Player
    before: Exam
    mnist_test: Digits | None
    mnist_before: float
    after: Exam | None = None
    forgotten: Exam | None = None
    remembered: list[Glimpse] = field(default_factory=list)
    is_stopped: bool = False

    @property
    def stage(self) -> Stage:
        """Where it is now."""
        if self.is_stopped:
            return Stage.STOPPED
        if not self.before.is_done:
            return Stage.BEFORE
        if self.after is None:
            return Stage.LEARNING
        return Stage.AFTER if self._open_exams else Stage.DONE

    @property
    def learnt(self) -> float:
        """Share of the learning that is done, in [0, 1]."""
        return min(1.0, self.player.run.trainer.progress)

    @property
    def looks(self) -> tuple[TestResult, ...]:
        """At the judging writers' digits while it learns, as last published."""
        return self.player.watch().tests

    def advance(self, budget_s: float) -> None:
        """Read for about `budget_s` seconds, or see how far the player is, which learns by itself.

        To be called as long as somebody looks on: unwatched, the player rests.
        """
        if self.stage is Stage.BEFORE:
            self.before.advance(budget_s)
        elif self.stage is Stage.LEARNING:
            self._learn()
        elif self.stage is Stage.AFTER:
            self._open_exams[0].advance(budget_s)

    def stop(self) -> None:
        """For good, within a second; the shipped network is as before."""
        self.is_stopped = True
        self.player.stop()

    @property
    def _open_exams(self) -> list[Exam]:
        return [exam for exam in (self.after, self.forgotten) if exam and not exam.is_done]

    def _learn(self) -> None:
        view = self.player.watch()
        state = view.state
        self._glimpse(view.now)
        if state in (Playing.PAUSED, Playing.UNWATCHED):
            self.player.play()
        elif state is Playing.DONE and self.player.is_at_rest:
            model = tuned(self.player.run)
            self.after = Exam(model, self.before.digits)
            if self.mnist_test is not None:
                self.forgotten = Exam(model, self.mnist_test)
        elif state is Playing.DIVERGED:
            self.stop()

    def _glimpse(self, now: Moment) -> None:
        """Once for each moment that the player shows, a third of a second apart at least."""
        seen = self.remembered[-1].samples if self.remembered else -1
        if self.mnist_test is None or seen == now.samples:
            return
        sample = sample_of(self.mnist_test, SAMPLE)
        share = test_accuracy(self.player.run.model_at(now), sample)
        self.remembered.append(Glimpse(now.samples, share))


def plan_lesson(
    shipped: Trained,
    digits: ClassDigits,
    mnist: tuple[Digits, Digits] | None,
    mnist_share: float,
    seed: int = 0,
) -> Lesson:
    """A lesson that has not begun. mnist: training and test digits; None where there are none.

    Raises TooFew where the digits or writers are too few.
    """
    split = split_writers(digits.writers, seed)
    train = some_of(mnist[0]) if mnist else None
    run = fine_tuning(shipped, digits, split, mnist=train, mnist_share=mnist_share, seed=seed)
    return Lesson(
        shipped.card.key,
        digits,
        split,
        Player(run),
        Exam(shipped.model, digits.select(split.judged).digits),
        mnist[1] if mnist else None,
        shipped.card.mnist_test_accuracy,
    )
