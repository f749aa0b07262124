"""Convolution."""

from ui.lesson import choose_digit, open_lesson

open_lesson("Convolution", "")
choose_digit()
