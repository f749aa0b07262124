"""What the visitor predicts on this page; the answers are read from the visitor's own runs."""

from dataclasses import replace

from mnist_core.experiments.equal_weights import STEPS, UNITS, learn_ten_digits
from mnist_core.models.presets import RACE, preset_of
from mnist_core.training.history import TestResult
from mnist_core.words import in_percent, spaced
from ui.shared.predict import Answer, predict
from ui.shared.session.runs import session_runs
from ui.shared.state import INTENT, recipe_setting
from ui.train.actions import PLAY, start_race
from ui.train.recipe_form import fill_form, recipe_of

NINE_OF_TEN = 0.9
LOOK_EVERY_S = 2.0
BOUNDS = (1_000, 10_000, 60_000)
FEW_DIGITS, MANY_EPOCHS = 300, 50
OVERFITTING = """
The network learns the {count} by heart, and becomes ever surer of its mistakes elsewhere:
**overfitting**.
"""
TURNED_ROUND = 1.1
"""A test loss that ends so much above its least value has turned round."""


def ask_how_many_digits() -> None:
    """Of the run that the page shows."""
    predict(
        "nine_of_ten",
        "How many digits does a network have to see until it reads nine of ten test digits right?",
        ["at most 1 000", "1 000 to 10 000", "10 000 to 60 000", "more, so some of them twice"],
        find_how_many_digits,
        every_s=_while_at_work(),
    )


def _while_at_work() -> float | None:
    return LOOK_EVERY_S if session_runs().any_at_work else None


def find_how_many_digits() -> Answer:
    """As its looks at the test digits say."""
    runs = session_runs()
    tests = runs.current.watch().tests if runs.current else ()
    reached = next((test for test in tests if test.accuracy >= NINE_OF_TEN), None)
    if reached is None:
        return None, "Press **Play**: the answer stands here when the network has got there."
    right = sum(reached.samples > bound for bound in BOUNDS)
    return right, (
        f"The run shown here had seen {spaced(reached.samples)} digits at its first look that "
        f"found so many right ({in_percent(reached.accuracy)}). Looks come now and then, so it may "
        "have been a little earlier. Other settings, another answer: try one."
    )


def ask_who_wins() -> None:
    """The first race; a guess starts it."""
    network, presets = RACE
    titles = [preset_of(network, key).title for key in presets]
    predict(
        "first_race",
        "The same network and digits, two ways of stepping downhill. Which reads more at the first "
        "look at the test digits?",
        titles,
        find_who_wins,
        start_race,
        every_s=_while_at_work(),
    )


def find_who_wins() -> Answer:
    """From the last runs by the presets of the race."""
    network, presets = RACE
    looks = [_looks_of(network, key) for key in presets]
    if not all(looks):
        return None, "They have set out: the answer stands here after the first look of both."
    shares = [tests[0].accuracy for tests in looks]
    said = " against ".join(in_percent(share) for share in shares)
    return shares.index(max(shares)), (
        f"{said}, after {spaced(looks[0][0].samples)} digits each. Plain SGD takes small steps "
        "where the gradient is small; Adam divides by the gradient's usual size. With the course's "
        "learning rate, plain SGD reads six of ten after three epochs."
    )


def _looks_of(network: str, preset: str) -> tuple[TestResult, ...]:
    """What the last run by this preset found, after its first batch."""
    recipe = recipe_of(network, preset_of(network, preset))
    for player in reversed(session_runs().players):
        if player.run.key == network and player.run.recipe == recipe:
            return tuple(test for test in player.watch().tests if test.step)
    return ()


def ask_what_overfits() -> None:
    """A guess sets few digits and many epochs, and plays."""
    predict(
        "few_digits",
        f"Only {FEW_DIGITS} training digits, {MANY_EPOCHS} times over. The training loss falls to "
        "nearly 0. What does the test loss do?",
        ["it falls, too", "it falls, turns round and rises", "it stays where it is"],
        find_what_overfits,
        train_on_few,
        every_s=_while_at_work(),
    )


def train_on_few() -> None:
    """Callback: the first preset of the MLP on few digits, from its first weights on."""
    network, presets = RACE
    recipe = recipe_of(network, preset_of(network, presets[-1]))
    fill_form(network, replace(recipe, training_digits=FEW_DIGITS, epochs=MANY_EPOCHS))
    INTENT.set(PLAY)


def find_what_overfits() -> Answer:
    """From the last run on so few digits."""
    few = [
        player for player in session_runs().players
        if player.run.recipe.training_digits == FEW_DIGITS
    ]  # fmt: skip
    if not few or not few[-1].run.is_done:
        return None, "It learns: the answer stands here when it has seen them all so often."
    losses = [test.loss for test in few[-1].watch().tests]
    least = min(losses)
    turned, fell = losses[-1] > TURNED_ROUND * least, least < 0.9 * losses[0]
    right = (1 if turned else 0) if fell else 2
    return right, (
        f"The test loss began at {losses[0]:.2f}, was {least:.2f} at its least and ends at "
        f"{losses[-1]:.2f} nats. {OVERFITTING.format(count=FEW_DIGITS) * turned}"
    )


def ask_what_equal_weights_do() -> None:
    """Computed at once, with a small network."""
    predict(
        "equal_weights",
        "A mistake: all weights of a layer start equal. After training, how many different "
        "pictures do the first layer's units show?",
        ["one", "about half as many as there are units", "as many as there are units"],
        find_what_equal_weights_do,
        lambda: recipe_setting("equal_weights", False).set(True),
    )


def find_what_equal_weights_do() -> Answer:
    """Of the small network that *Deep stacks* trains from equal weights."""
    units = learn_ten_digits("equal").weights[-1].hidden
    different = len(units.unique(dim=0))
    right = 0 if different == 1 else 2 if different == UNITS else 1
    return right, (
        f"A small network of {UNITS} hidden units, trained for {STEPS} steps from equal weights, "
        f"shows {different}. Equal weights get equal gradients, so they stay equal. The mistake is "
        "switched on in *All settings* now: press **Play**, watch the first-layer weights of this "
        "network, then switch it off."
    )
