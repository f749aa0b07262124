"""The same attack on two networks that are built alike, and what their upbringing makes of it."""

import streamlit as st
from torch import Tensor

from mnist_core.data.mnist import to_images_01
from mnist_core.inside.attack import SURE_FROM, UnderAttack, attack, under_attack
from mnist_core.inside.saliency import probabilities_of
from mnist_core.models.registry import DEFAULT_MODEL, MODELS
from mnist_core.words import percent
from ui.shared.digit.test_digits import TestDigits, quiet_test_digits
from ui.shared.glossary import say
from ui.shared.inside.answer import reads
from ui.shared.lesson import section
from ui.shared.process import shared_reader
from ui.shared.state import ATTACK_MANY, TRACED
from ui.shared.widgets import toggle

FGSM_SAYS = r"""
The last slider of *Turn it, move it …* is no accident but an **attack**, the fast gradient sign
method (FGSM; Goodfellow, Shlens and Szegedy 2015). The gradient $\nabla_x L$ of the loss
$L = -\log p_y$ says for each pixel whether more ink or less makes the network's answer $y$ less
likely. Every pixel takes one step of the same size $\varepsilon$ in that direction, and stays
between paper (0) and ink (1):
"""
FGSM = (
    r"x' = \operatorname{clip}_{[0,1]}\bigl(x + \varepsilon\,\operatorname{sign}(\nabla_x L)\bigr)"
)
MANY = 100
ALONE, OTHER = "deep_cnn", DEFAULT_MODEL
NAMES = {"alone": MODELS[ALONE].title, "other": MODELS[OTHER].title}
UPBRINGING = """
**Not sure, or surely wrong?** Take two networks that are built alike. The *{other}* has also seen
scribbles and letters. For these it learnt to find all ten digits equally likely, 10 % each: “this
is no digit”. An attacked digit looks to it like one of those. It cannot read the digit any more,
but it says so. The *{alone}*, trained on {trained_on}, has seen nothing but digits: whatever it is
shown, it calls it one of the ten, and often it is very sure. (On *Draw* a second judge looks on as
well, and refuses many of these; here you see the network without it.)
"""
BOTH = """
This digit, each network attacked along its own gradient: the *{alone}* {first}; the *{other}*
{second}.
"""
NO_STEP = "Move the last slider of *Turn it, move it …* up to attack both."
LINES = {
    "still read right": "right",
    f"read wrong, and at least {SURE_FROM * 100:.0f} % sure": "surely_wrong",
    "not sure: no digit stands out": "unsure",
}
FROM = "Of the first {many} {name}s, those that the network reads right before the attack."


@section
def show_two_upbringings(image_01: Tensor, epsilon: float) -> None:
    """Both networks under the same attack: this digit, and many where that is asked for."""
    say(FGSM_SAYS)
    st.latex(FGSM)
    say(UPBRINGING.format(**NAMES, trained_on=MODELS[ALONE].trained_on))
    if st.button(
        f"Look into the {NAMES['alone']}", icon=":material/network_node:", key="look_into_alone",
        on_click=TRACED.set, args=(ALONE,),
    ):  # fmt: skip
        st.rerun()  # the whole page shows a network, this is only a part of it
    many = toggle(ATTACK_MANY, f"{MANY} digits under the same attack")
    if not epsilon:
        say(NO_STEP, small=True)
        return
    first, second = (_under(key, image_01, epsilon) for key in (ALONE, OTHER))
    say(BOTH.format(**NAMES, first=first, second=second))
    if many and (digits := quiet_test_digits()):
        found = [under_attack_of_many(key, epsilon, digits.name, digits) for key in (ALONE, OTHER)]
        say(table(found, epsilon))
        st.caption(FROM.format(many=MANY, name=digits.name))


def _under(key: str, image_01: Tensor, epsilon: float) -> str:
    reader = shared_reader(key)
    attacked = attack(reader.model, image_01, epsilon)
    return reads(probabilities_of(reader.model, attacked, reader.temperature))


@st.cache_data(max_entries=100, show_spinner="Attacking …")
def under_attack_of_many(key: str, epsilon: float, name: str, _digits: TestDigits) -> UnderAttack:
    """One result for all visitors. key: of a shipped network; name: tells which digits these are"""
    reader, first = shared_reader(key), _digits.digits
    images_01, labels = to_images_01(first.images[:MANY]), first.labels[:MANY].long()
    return under_attack(reader.model, images_01, labels, epsilon, reader.temperature)


def table(found: list[UnderAttack], epsilon: float) -> str:
    """One column for each of the two networks."""
    after = f"after the attack, $\\varepsilon$ = {epsilon:.2f}"
    head = f"| {after} | {NAMES['alone']} | {NAMES['other']} |"
    rows = [
        f"| {says} | {' | '.join(percent(getattr(one, name)) or '0 %' for one in found)} |"
        for says, name in LINES.items()
    ]
    return "\n".join([head, "|---|--:|--:|", *rows])
