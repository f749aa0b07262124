"""What the visitor predicts on this page; each right answer is computed from what was measured."""

from functools import partial

import torch

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.evaluation.metrics import accuracy, read_right
from mnist_core.evaluation.robustness import CHANGES
from mnist_core.layers.activations import to_probabilities
from mnist_core.words import in_percent, spaced
from ui.evaluate.measured import measured_of
from ui.shared.predict import Answer, predict
from ui.shared.session.networks import Network
from ui.shared.state import temperature_of

SURE = (0.5, 0.9)
HOT = 4.0
FIRST_DIGITS = 200
TRIED = {"rotation": 15, "shift": 2, "thickness": 1.0, "noise": 0.3}
"""One value of each change."""
CHANGED = ("turned by 15°", "shifted by 2 pixels", "a pixel thicker on each side", "noise of 0.3")


def ask_how_sure(network: Network, digits: Digits) -> None:
    """Of its own mistakes."""
    predict(
        "sure_of_mistakes",
        "When this network is wrong, how sure is it of its wrong answer? Most often …",
        ["at most 50 %", "50 to 90 %", "over 90 %"],
        partial(find_how_sure, network, digits),
    )


def find_how_sure(network: Network, digits: Digits) -> Answer:
    """The most frequent of three ranges among its mistakes."""
    logits = measured_of(network.key).logits
    wrong = ~read_right(logits, digits.labels[: len(logits)])
    if not wrong.any():
        return None, "It has made no mistake."
    sure = to_probabilities(logits[wrong], network.temperature).max(dim=1).values
    counts = torch.bucketize(sure, torch.tensor(SURE, dtype=sure.dtype)).bincount(minlength=3)
    low, middle, high = (spaced(int(count)) for count in counts)
    return int(counts.argmax()), (
        f"Of its {spaced(int(wrong.sum()))} mistakes it made {low} with at most 50 %, {middle} "
        f"with 50 to 90 % and {high} with more than 90 %. *Is it right as often as it is sure?* "
        "below says how far its claims can be trusted."
    )


def ask_what_stays(network: Network, digits: Digits) -> None:
    """When the temperature is raised to HOT."""
    own = round(network.temperature, 2)
    predict(
        "temperature_4",
        f"Raise the temperature to {HOT:g}. What stays as it is?",
        ["how many it reads right", "how sure it is", "both", "neither"],
        partial(find_what_stays, network, digits),
        lambda: temperature_of(network.key, own).set(HOT),
    )


def find_what_stays(network: Network, digits: Digits) -> Answer:
    """Accuracy and mean certainty at the network's own temperature and at HOT."""
    logits = measured_of(network.key).logits
    labels = digits.labels[: len(logits)]
    both = [to_probabilities(logits, T) for T in (network.temperature, HOT)]
    right = [accuracy(p, labels) for p in both]
    sure = [float(p.max(dim=1).values.mean()) for p in both]
    stays = (abs(right[0] - right[1]) < 1e-12, abs(sure[0] - sure[1]) < 1e-12)
    which = {(True, False): 0, (False, True): 1, (True, True): 2, (False, False): 3}[stays]
    return which, (
        f"Right: {in_percent(right[0])} before, {in_percent(right[1])} after. Sure on average: "
        f"{in_percent(sure[0])} before, {in_percent(sure[1])} after. All logits are divided by the "
        "same number, so the largest stays the largest; the points rise far above the dashed line, "
        "since the network claims to doubt where it is right."
    )


def ask_what_fools(network: Network, digits: Digits) -> None:
    """Four small changes, none of which bothers a person."""
    predict(
        "what_fools",
        f"The first {FIRST_DIGITS} test digits are changed a little. What costs most right "
        "answers?",
        CHANGED,
        partial(find_what_fools, network, digits),
    )


def find_what_fools(network: Network, digits: Digits) -> Answer:
    """The change after which the fewest are read right."""
    images = to_images_01(digits.images[:FIRST_DIGITS])
    labels = digits.labels[:FIRST_DIGITS]
    shares = []
    for key, value in TRIED.items():
        with torch.inference_mode():
            logits = network.model(CHANGES[key].apply(images, value, 0))
        shares.append(accuracy(logits, labels))
    said = ", ".join(
        f"{title}: {in_percent(share)}" for title, share in zip(CHANGED, shares, strict=True)
    )
    return shares.index(min(shares)), (
        f"Read right after each: {said}. What was never in the training is what hurts: there the "
        "paper was always clean, and no digit lay on its side (turn them by 90° below)."
    )
