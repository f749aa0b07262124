import math

import numpy as np
import pytest

from mnist_core.evaluation.expected import expected_course


@pytest.mark.parametrize("is_vae", [False, True])
def test_it_begins_at_guessing_and_learns_ever_more_slowly_through_one_epoch(
    is_vae: bool,
) -> None:
    course = expected_course(is_vae, 40)
    guessing = 28 * 28 * math.log(2) if is_vae else math.log(10)
    assert (course.samples[0], course.samples[-1]) == (0, 40)
    assert course.loss[0] == pytest.approx(guessing)
    assert course.accuracy[0] == pytest.approx(0.1)
    assert course.accuracy[-1] <= 1
    for falling in (course.loss, -course.accuracy):
        assert (np.diff(falling) < 0).all()
        assert (np.diff(falling, 2) > 0).all()
