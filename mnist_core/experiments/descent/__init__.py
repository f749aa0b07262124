"""Gradient descent: optimisers step by step, surfaces to try them on, batches and their noise."""
