import torch

from ui.shared.right_answer import ANSWERS, READ_FIRST, SECOND_GUESS, digit_meant


def test_a_right_answer_is_a_digit_or_one_of_the_two_likeliest() -> None:
    scores = torch.tensor([0.0, 3.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert [digit_meant(each, scores) for each in (READ_FIRST, SECOND_GUESS)] == [1, 3]
    digits = [each for each in ANSWERS if each >= 0]
    assert [digit_meant(each, scores) for each in digits] == digits == list(range(10))
