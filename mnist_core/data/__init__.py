"""Labelled digits: MNIST's own, and files in MNIST's form."""
