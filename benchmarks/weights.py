"""The shipped weights, as their cards in `weights/` describe them."""

from benchmarks.report import Found, table
from mnist_core.latent.codes import COLLAPSED_NATS, numbers_in_use
from mnist_core.models.registry import AUTOENCODERS, MODELS
from mnist_core.weights import AutoencoderCard, Card, Described, load_autoencoder_card, load_card
from mnist_core.words import in_percent, minus, spaced

NETWORKS = (
    "key", "numbers", "MNIST test", "pen digits of other people", "letters refused", "trained in",
)  # fmt: skip
VAES = (
    "key", "numbers", "β", "test loss = reconstruction + KL", "log p(x)", "log p(x | digit)",
    "latent numbers in use", "trained in",
)  # fmt: skip
SAYS_NETWORKS = """
Read off the cards in `weights/`. The pen digits are the judge's, placed in the middle of the
canvas. A network with a refusal is measured by its most probable digit, whether refused or not.
"""


def list_weights() -> Found:
    """One table of the classifiers, one of the autoencoders."""
    networks = [load_card(key) for key in MODELS]
    vaes = [load_autoencoder_card(key) for key in AUTOENCODERS]
    made = {card.machine for card in networks} | {card.machine for card in vaes}
    parts = [
        table(NETWORKS, map(network_line, networks)),
        SAYS_NETWORKS.strip(),
        table(VAES, map(vae_line, vaes)),
        says_vaes(vaes),
        f"Trained on: {'; '.join(map(trained_on, (*networks, *vaes)))}.",
        f"Made on: {'; '.join(sorted(made))}.",
    ]
    return Found("\n\n".join(parts))


def trained_on(card: Described) -> str:
    """“`deep_cnn`: MNIST + non-digits”."""
    data = card.origin.short if card.origin else "digits that its card does not name"
    return f"`{card.key}`: {' + '.join([data, *card.seen_besides])}"


def network_line(card: Card) -> tuple[str, ...]:
    """One row of the classifiers' table."""
    letters = card.judge.get("letters")
    return (
        f"`{card.key}`",
        spaced(card.parameter_count),
        in_percent(card.mnist_test_accuracy),
        in_percent(card.judge["centred"]["accuracy"]),
        in_percent(letters["refused"]) if letters else "–",
        duration(card.training_s),
    )


def vae_line(card: AutoencoderCard) -> tuple[str, ...]:
    """One row of the autoencoders' table; losses in nats."""
    test = card.test
    used = numbers_in_use(card.kl_per_dimension)
    estimate = minus(f"{card.log_likelihood['mean']:.1f}")
    is_conditional = card.read_as_asked is not None
    return (
        f"`{card.key}`",
        spaced(card.parameter_count),
        f"{card.recipe['beta']:g}",
        f"{test['loss']:.2f} = {test['reconstruction']:.2f} + {test['kl']:.2f}",
        "–" if is_conditional else estimate,
        estimate if is_conditional else "–",
        f"{used} of {len(card.kl_per_dimension)}",
        duration(card.training_s),
    )


def says_vaes(cards: list[AutoencoderCard]) -> str:
    """What the columns mean, and what the networks say to digits that were drawn on request."""
    estimate = cards[0].log_likelihood
    says = (
        "Trained on all of MNIST's training digits for a fixed number of epochs. Loss per test "
        "digit in nats, from one draw of z each; the importance-weighted estimate of log p(x), "
        "or of log p(x | digit) where the network is told which digit it is, is over the first "
        f"{spaced(int(estimate['digits']))} test digits, {estimate['samples']:g} samples each. "
        f"A latent number whose KL is at most {COLLAPSED_NATS} nats is not in use."
    )
    return " ".join(filter(None, [says, *(says_drawn(card) for card in cards)]))


def says_drawn(card: AutoencoderCard) -> str:
    """How the digits are read that a conditional one draws on request; "" for any other."""
    asked, generated = card.read_as_asked, card.generated
    if asked is None or generated is None:
        return ""
    each = list(asked["each"])
    worst, best = min(each), max(each)
    return (
        f"Of {spaced(asked['per_class'])} digits of each class that `{card.key}` draws, "
        f"`{asked['judge']}` reads {in_percent(asked['share'])} as asked (worst are the "
        f"{each.index(worst)}s, {in_percent(worst)}; best the {each.index(best)}s, "
        f"{in_percent(best)}). An `mlp` that has seen {spaced(generated['count'])} of its digits "
        f"and none written by a person reads {in_percent(generated['mlp_test_accuracy'])} of "
        "MNIST's test digits."
    )


def duration(seconds: float) -> str:
    """26 → “26 s”, 178 → “3 min”."""
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.0f} min"
