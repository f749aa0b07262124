"""Batch normalisation."""

from ui.lesson import choose_digit, open_lesson

open_lesson("Batch normalisation", "")
choose_digit()
