"""The shipped networks at work on a digit, and layers to compare them with."""

from functools import lru_cache

import torch
from hypothesis import strategies as st

from mnist_core.inside.trace import Layer, can_be_traced, trace
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.registry import MODELS, build_model
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader

kernels = st.tuples(st.integers(1, 4), st.integers(1, 2), st.integers(0, 1), st.just(1))
"""(kernel size, stride, padding, dilation)"""
TRACED = [key for key in MODELS if can_be_traced(build_model(key))]
"""The shipped networks whose layers can be shown one by one."""


@lru_cache
def shipped(key: str) -> FeatureClassifier:
    return load_reader(key).trained.model


def layers_for(key: str, digit: int = 3) -> list[Layer]:
    model, image = shipped(key), own_digit(digit)  # kept, so not of inference mode
    with torch.inference_mode():
        return trace(model, image)
