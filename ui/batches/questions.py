"""What the visitor predicts on this page; each right answer is computed."""

from mnist_core.experiments.descent.noise import predicted_noise, spread
from ui.batches.walk import gradients_at_start
from ui.shared.predict import Answer, predict

FEW, MANY = 4, 16
TIMES = ("a quarter", "half", "the same")
SHARES = (0.25, 0.5, 1.0)


def ask_how_noise_shrinks() -> None:
    """From FEW to MANY points in a batch."""
    predict(
        "noise_shrinks",
        f"A batch of {MANY} points in the place of {FEW}: four times as many. How much of the "
        "slope’s trembling is left, about?",
        TIMES,
        find_how_noise_shrinks,
    )


def find_how_noise_shrinks() -> Answer:
    """By the law for batches in which no point comes twice, where the page's paths begin."""
    gradients = gradients_at_start()
    sigma, count = spread(gradients), len(gradients)
    few, many = (predicted_noise(sigma, count, n, replacement=False) for n in (FEW, MANY))
    share = many / few
    right = min(range(len(SHARES)), key=lambda one: abs(SHARES[one] - share))
    return right, (
        f"At the start of the paths the gradient of {FEW} points misses the full one by {few:.2f}, "
        f"that of {MANY} by {many:.2f}: {share:.2f} of it is left. It is the root that counts, "
        f"1/√4; a little less is left here, since {MANY} of {count} are a good part of all."
    )
