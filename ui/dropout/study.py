"""Whether dropout makes a network better: the same network trained with it and without."""

import streamlit as st

from mnist_core.inside.dropout_study import DropoutStudy, load_study, mean_and_error, paired_gain
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.words import spaced
from ui.dropout.figures import Misread, misread_bars
from ui.shared.components.pictures import show_picture
from ui.shared.glossary import say
from ui.shared.lesson import section

TRIED = """
Dropout makes learning harder: at every step a part of what the network knows is missing. So no
feature can rely on one certain other, and each has to be useful in many mixtures. In eval mode all
of them work together again, nearly as if many thinned networks voted. That is why it *should*
answer better on digits that it has never seen. Does it? We tried: the *{title}* was trained on only
{digits} digits, for {epochs} epochs, {seeds} times at each rate, each time on other digits. At all
rates of one try the digits, their order and the first weights were the same.
"""
TESTED = """
All were asked in eval mode, by what share of digits they misread: of their own training digits, and
of MNIST's 10 000 test digits. Mean of {seeds} trainings ± its standard error.
"""
HELPS = """
**Here it helps:** with p = {rate:g} a network misreads {gain} test digits in 100 fewer than its
twin without dropout (± {error}).
"""
HARMS = """
**Here it does harm:** with p = {rate:g} a network misreads {gain} test digits in 100 more than its
twin without dropout (± {error}).
"""
NEITHER = """
**Here it makes no difference that we could measure:** {gain} test digits in 100 between a network
with p = {rate:g} and its twin without dropout, with a standard error of {error}.
"""
LIMITS = """
That is one small network on few digits: where there is little to learn from, learning by heart is
the danger. With more digits, or another network, it can come out otherwise.
"""


@section
def study() -> None:
    """What was measured, as bars, and what it says."""
    st.subheader("Does it help?", anchor=False)
    found = load_study()
    seeds = len(found.rates[0].test)
    say(
        TRIED.format(
            title=ARCHITECTURES[found.network].title, digits=spaced(found.digits),
            epochs=found.epochs, seeds=seeds,
        )
    )  # fmt: skip
    show_picture(misread_bars([_misread(one.rate, one.train, one.test) for one in found.rates]),
                 "dropout_study")  # fmt: skip
    say(TESTED.format(seeds=seeds), small=True)
    say(say_gain(found) + LIMITS)
    say(f"Measured by `{found.command}`.", small=True)


def _misread(rate: float, train: tuple[float, ...], test: tuple[float, ...]) -> Misread:
    (train_mean, train_error), (test_mean, test_error) = mean_and_error(train), mean_and_error(test)
    return Misread(rate, (1 - train_mean, train_error), (1 - test_mean, test_error))


def say_gain(found: DropoutStudy) -> str:
    """Whether the highest rate helps, harms, or neither within two standard errors."""
    gain, error = paired_gain(found)
    says = NEITHER if abs(gain) <= 2 * error else HELPS if gain > 0 else HARMS
    rate = found.rates[-1].rate
    return says.format(rate=rate, gain=f"{abs(gain) * 100:.2f}", error=f"{error * 100:.2f}")
