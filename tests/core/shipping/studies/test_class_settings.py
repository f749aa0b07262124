"""The settings of a class's fine-tuning are those that held-out hands have chosen."""

from mnist_core.classroom.teach import FINE_TUNING, USUAL_MNIST_SHARE, split_writers
from mnist_core.shipping.studies.class_settings import (
    MOST_FORGOTTEN,
    OTHERS,
    SPLITS,
    START,
    Settings,
    Tried,
    choose_in_turn,
    is_better,
    read_found,
)
from tests.core.classroom.written import written

FAST, SLOW, CAREFUL = Settings(3e-3, 0.8, 0.5), Settings(3e-4, 0.8, 0.5), Settings(3e-4, 0.8, 0.8)


def tried(settings: Settings, left: tuple[float, float], forgotten: float) -> list[Tried]:
    return [Tried(split, settings, each, forgotten) for split, each in enumerate(left)]


def test_the_worst_split_counts() -> None:
    assert is_better(tried(SLOW, (0.5, 0.4), 0.0), tried(FAST, (0.1, 0.6), 0.0))
    assert not is_better(tried(FAST, (0.1, 0.6), 0.0), tried(SLOW, (0.5, 0.4), 0.0))


def test_who_forgets_too_much_is_not_chosen() -> None:
    forgets = tried(FAST, (0.1, 0.1), 2 * MOST_FORGOTTEN)
    assert not is_better(forgets, tried(SLOW, (0.5, 0.4), 0.0))
    assert is_better(tried(SLOW, (0.5, 0.4), 0.0), forgets)


def test_where_all_forget_too_much_the_least_is_chosen() -> None:
    more, less = (tried(FAST, (0.1, 0.1), count * MOST_FORGOTTEN) for count in (3, 2))
    assert is_better(less, more)
    assert not is_better(more, less)


def test_no_better_ones_get_no_further_splits() -> None:
    seen: list[tuple[int, Settings]] = []

    def look(split: int, settings: Settings) -> Tried:
        seen.append((split, settings))
        return Tried(split, settings, 0.5 if settings == START else 0.6, 0.0)

    assert choose_in_turn(look) == START
    assert {split for split, settings in seen if settings != START} == {SPLITS[0]}


def test_one_thing_is_changed_after_the_other_from_the_best() -> None:
    def best_when(settings: Settings) -> float:
        return abs(settings.learning_rate - 3e-3) * 100 + abs(settings.mnist_share - 0.8)

    seen: list[Settings] = []

    def look(split: int, settings: Settings) -> Tried:
        seen.append(settings)
        return Tried(split, settings, best_when(settings), 0.0)

    assert choose_in_turn(look) == Settings(3e-3, START.distorted_share, 0.8)
    assert len(set(seen)) == 1 + sum(map(len, OTHERS.values()))


def test_what_is_used_is_what_was_chosen() -> None:
    found = {(one.split, one.settings): one for one in read_found()}
    chosen = choose_in_turn(lambda split, settings: found[split, settings])
    assert chosen == Settings(
        FINE_TUNING.learning_rate, FINE_TUNING.distorted_share, USUAL_MNIST_SHARE
    )


def test_the_hands_that_judge_a_split_take_no_part_in_the_choice() -> None:
    writers = written(9, 4).writers
    outer = split_writers(writers, 0)
    inner = split_writers(writers[outer.taught], 0)
    within = set(writers[outer.taught][inner.taught | inner.judged].tolist())
    assert not within & set(writers[outer.judged].tolist())
