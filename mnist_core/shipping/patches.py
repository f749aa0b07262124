"""`python -m mnist_core.shipping.patches KEY …`: the pictures that excite shipped networks most.

Among MNIST's test digits; what is written is described in `mnist_core.inside.patches`.
"""

import sys
from pathlib import Path

from mnist_core.data.mnist import load_mnist
from mnist_core.inside.patches import find_exciting, save_patches
from mnist_core.models.registry import MODELS
from mnist_core.shipping.command import run_for_keys
from mnist_core.weights import load_trained


def main(arguments: list[str]) -> int:
    """The command line."""
    return run_for_keys("mnist_core.shipping.patches", __doc__, MODELS, write_patches, arguments)


def write_patches(key: str) -> Path:
    """Find and write them for one network; returns the file's path."""
    images = load_mnist("test").images
    return save_patches(key, find_exciting(load_trained(key).model, images))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
