"""How the views of the latent space name the digit that they look at."""

from ui.shared.digit.choose import LessonDigit


def name_of(digit: LessonDigit) -> str:
    """“you have not drawn one yet, so this is test digit 7 (a 9)” → “test digit 7 (a 9)”."""
    return digit.says.rpartition("so this is ")[2]
