"""Backwards through your digit: the message of every layer, and each number as its sum."""

from ui.backwards.chapters import experts, idea, numbers
from ui.backwards.message import message
from ui.backwards.questions import ask_whose_is_negative
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import choose_digit
from ui.shared.lesson import open_lesson, try_or_say
from ui.shared.tour.stops import BACKWARDS

open_lesson(BACKWARDS)
image = choose_digit().image
if shown := try_or_say(lambda: message(image)):
    found, layer, unit = shown
    ask_whose_is_negative(image)
    chapters(
        Chapter(lambda: idea(image)),
        Chapter(lambda: numbers(found, layer, unit, image)),
        Chapter(lambda: experts(image, found.label)),
    )
