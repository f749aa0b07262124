"""Pooling."""

from ui.lesson import choose_digit, open_lesson

open_lesson("Pooling", "")
choose_digit()
