"""`python -m mnist_core.shipping.patches KEY …`: the pictures that excite shipped networks most.

Among MNIST's test digits; what is written is described in `mnist_core.inside.patches`.
"""

import argparse
import sys

from mnist_core.data.mnist import load_mnist
from mnist_core.errors import MnistLabError
from mnist_core.inside.patches import find_exciting, save_patches
from mnist_core.models.registry import MODELS
from mnist_core.weights import load_trained


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m mnist_core.shipping.patches", description=__doc__
    )
    parser.add_argument("keys", nargs="+", choices=list(MODELS), metavar="KEY")
    keys = parser.parse_args(arguments).keys
    try:
        images = load_mnist("test").images
        for key in keys:
            print(save_patches(key, find_exciting(load_trained(key).model, images)))
    except MnistLabError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
