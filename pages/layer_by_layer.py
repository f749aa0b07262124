"""Your digit, layer by layer."""

from ui.lesson import choose_digit, open_lesson

open_lesson("Your digit, layer by layer", "")
choose_digit()
