"""First-layer weights."""

from ui.lesson import choose_digit, open_lesson

open_lesson("First-layer weights", "")
choose_digit()
