import math

from hypothesis import given
from hypothesis import strategies as st

from mnist_core.training.helps.early_stopping import Patience

losses = st.lists(st.floats(0, 5) | st.just(math.nan), max_size=20)


def after(found: list[float], least_gain: float = 0.0) -> Patience:
    patience = Patience()
    for step, loss in enumerate(found, start=1):
        patience = patience.after(step * 10, loss, least_gain)
    return patience


@given(losses)
def test_it_knows_the_best_look_and_how_many_came_after_it(found) -> None:
    patience, numbers = after(found), [loss for loss in found if not math.isnan(loss)]
    if not numbers:
        assert patience == Patience(since=len(found))
        return
    best = found.index(min(numbers))
    assert patience == Patience(min(numbers), (best + 1) * 10, len(found) - best - 1)


@given(losses, st.integers(1, 5))
def test_it_is_over_after_so_many_looks_without_a_better_one(found, looks) -> None:
    patience = after(found)
    assert patience.is_over(looks) == (patience.since >= looks)
    if math.isfinite(patience.best):
        assert not patience.after(999, patience.best / 2 - 0.1).is_over(looks)


def test_a_gain_too_small_does_not_count() -> None:
    assert after([1.0, 0.95, 0.9], least_gain=0.2) == Patience(1.0, 10, 2)
    assert after([1.0, 0.95, 0.7], least_gain=0.2) == Patience(0.7, 30, 0)
