"""Everybody writes each digit equally often, whatever is skipped or removed."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mnist_core.classroom.asking import EACH, GOAL, next_asked


@given(st.integers(1, 2**53 - 1), st.lists(st.integers(0, 30), max_size=2 * GOAL))
def test_each_digit_comes_equally_often(writer: int, skips: list[int]) -> None:
    handed_in: list[int] = []
    skips += [0] * (2 * GOAL - len(skips))
    for skipped in skips:
        handed_in.append(next_asked(writer, handed_in, skipped))
        if len(handed_in) in (GOAL, 2 * GOAL):
            assert set(Counter(handed_in).values()) == {EACH * len(handed_in) // GOAL}
    assert set(handed_in) == set(range(10))


def test_writers_have_orders_of_their_own_and_keep_them() -> None:
    def order(writer: int) -> list[int]:
        handed_in: list[int] = []
        for _ in range(GOAL):
            handed_in.append(next_asked(writer, handed_in))
        return handed_in

    assert order(1) == order(1) != order(2)


def test_a_skipped_digit_comes_back() -> None:
    first = next_asked(7, [])
    later = [next_asked(7, [], skipped) for skipped in range(GOAL)]
    assert set(later) == set(range(10))
    assert later[0] == first
    assert next_asked(7, [], GOAL) == first


def test_what_a_teacher_removed_is_asked_for_again() -> None:
    handed_in: list[int] = []
    for _ in range(GOAL):
        handed_in.append(next_asked(7, handed_in))
    removed = handed_in.pop(3)
    assert next_asked(7, handed_in) == removed
