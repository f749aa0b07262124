"""Tensors: how their numbers lie in memory, which shapes go together, what a type can hold."""
