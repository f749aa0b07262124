"""What the visitor predicts on this page; each right answer is computed."""

from mnist_core.latent.generate import draw_class
from ui.make_digits.asked import conditional
from ui.shared.predict import Answer, predict
from ui.shared.state import ASKED_COUNT, ASKED_DIGIT, ASKED_SEED, ASKED_TEMPERATURE

TWENTY = 20
COLD = 0.0


def ask_about_the_cold() -> None:
    """Temperature 0."""
    predict(
        "drawn_cold",
        f"Let it draw {TWENTY} digits at temperature {COLD:g}. How many different pictures are "
        "there?",
        [str(TWENTY), "a few", "one"],
        find_different_ones,
        _show_cold,
    )


def find_different_ones() -> Answer:
    """Of the digit that is asked for."""
    _, model = conditional()
    asked = ASKED_DIGIT.get(), TWENTY, ASKED_SEED.get(), COLD
    levels = (draw_class(model, *asked) * 255).round().byte()
    kinds = len(levels.unique(dim=0))
    right = 2 if kinds == 1 else 0 if kinds == TWENTY else 1
    return right, (
        f"There {'is' if kinds == 1 else 'are'} {kinds}. At 0 the dice count for nothing, and the "
        f"decoder hears only which digit is asked for: so this is the plainest "
        f"{ASKED_DIGIT.get()}. Go up to 1, and then to 1.5, and press *New ones* a few times."
    )


def _show_cold() -> None:
    ASKED_COUNT.set(TWENTY)
    ASKED_TEMPERATURE.set(COLD)
