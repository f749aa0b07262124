"""Activations and initialisation."""

from ui.lesson import choose_digit, open_lesson

open_lesson("Activations and initialisation", "")
choose_digit()
