"""Dropout."""

from ui.lesson import choose_digit, open_lesson

open_lesson("Dropout", "")
choose_digit()
