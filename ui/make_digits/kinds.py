"""The visitor's own digit, and which kind of digit it is taken for."""

from mnist_core.models.registry import DEFAULT_MODEL, MODELS
from mnist_core.words import a_digit
from ui.shared.address import fold
from ui.shared.digit.choose import LessonDigit
from ui.shared.process import shared_reader
from ui.shared.state import AS_READ, LESSON_OWN_DIGIT, LESSON_SOURCE, TEST_DIGIT, Setting
from ui.shared.widgets import pills

KINDS = [AS_READ, *(str(digit) for digit in range(10))]


def keep_digit() -> None:
    """Let the address name the visitor's digit, which only open chapters look at."""
    fold([LESSON_SOURCE, LESSON_OWN_DIGIT, TEST_DIGIT])


def choose_kind(label: str, setting: Setting[str], digit: LessonDigit) -> int:
    """A digit, or what the shipped reader reads in the current one."""
    read = int(shared_reader(DEFAULT_MODEL).probabilities(digit.image).argmax())
    asked = f"{label} (the *{MODELS[DEFAULT_MODEL].title}* reads {a_digit(read)})"
    chosen = pills(setting, asked, KINDS, wrap=True)
    return read if chosen == AS_READ else int(chosen)
