"""`python -m mnist_core.shipping.cards KEY …`: shipped autoencoders measured anew, not trained.

The weights stay as they are. Of a card stays how they were made; all that was measured is replaced,
so that it may come from a time when something else was measured.
"""

import json
import sys
from dataclasses import fields

import torch

from mnist_core.data.mnist import load_mnist
from mnist_core.errors import WeightsUnusable
from mnist_core.files import load_checked, read_bounded, read_described
from mnist_core.models.build import freeze
from mnist_core.models.registry import AUTOENCODERS
from mnist_core.shipping.autoencoders import save_measured
from mnist_core.shipping.command import run_for_keys
from mnist_core.weights import WEIGHTS_DIR, AutoencoderCard, Described


def measure_anew(key: str) -> AutoencoderCard:
    """Write the card of the autoencoder `key` whole; raises WeightsUnusable."""
    card, weights = WEIGHTS_DIR / f"{key}.json", WEIGHTS_DIR / f"{key}.safetensors"
    try:
        said = json.loads(read_bounded(card))
        how_made = {field.name: said[field.name] for field in fields(Described)}
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsUnusable(f"{card.name} does not say how its weights were made.") from error
    model = AUTOENCODERS[key].build()
    load_checked(model, read_described(weights, how_made.pop("file_sha256")), weights.name)
    return save_measured(freeze(model), how_made, load_mnist("test"))


def main(arguments: list[str]) -> int:
    """The command line."""
    torch.set_num_threads(1)  # as in training: what is measured includes a small one

    def work(key: str) -> str:
        return f"{measure_anew(key).key}.json"

    return run_for_keys("mnist_core.shipping.cards", __doc__, AUTOENCODERS, work, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
