"""Jargon, and the gloss that it gets at its first place on each page."""

import html
import re
from typing import cast

import streamlit as st

GLOSSES = {
    "nats": "the unit of surprise: −ln of the probability that was given to what came true",
    "ECE": "expected calibration error: how far, on average, claimed certainty and truth differ",
    "logits": "a network's ten scores before softmax makes probabilities of them",
    "logit": "a network's score for one digit before softmax makes a probability of it",
    "epoch": "one pass through all training digits",
    "epochs": "passes through all training digits",
    "ReLU": "keeps a positive number and makes 0 of a negative one: max(0, x)",
    "SGD": "stochastic gradient descent: a small step downhill on the loss of each batch",
    "MLP": "multi-layer perceptron: a network of layers in which all is connected with all",
    "CNN": "convolutional neural network: its first layers slide small tables over the picture",
    "VAE": "variational autoencoder: squeezes a picture into a few numbers and draws it again",
    "softmax": "turns scores into probabilities that add up to 1",
    "batch norm": "brings the numbers of a channel to one mean and one spread",
    "batch": "the digits that a network learns from in one step",
    "ε": "a tiny number that keeps a division from dividing by 0",
}
_TERM = re.compile(
    r"(?<![\w<>-])("
    + "|".join(sorted(map(re.escape, GLOSSES), key=len, reverse=True))
    + r")(?![\w-])"
)
_LEFT_ALONE = re.compile(r"(\$[^$]*\$|`[^`]*`|<[^>]*>)")
_GIVEN = "glosses_given"


def begin_glosses() -> None:
    """Before a page is drawn: none has been given yet."""
    st.session_state[_GIVEN] = {}


def say(markdown: str, *, small: bool = False) -> None:
    """Text of the page, in which each term of the glossary has its gloss at its first place.

    small: as a caption
    """
    show = st.caption if small else st.markdown
    show(with_glosses(markdown, _given()), unsafe_allow_html=True)


def with_glosses(markdown: str, given: dict[str, str]) -> str:
    """The text with an `<abbr>` round each term that is new; formulas and code stay as they are.

    given: by term, the text that has its gloss, and keeps it when it is drawn again; added to
    """

    def marked(found: re.Match[str]) -> str:
        term = found[1]
        if given.setdefault(term, markdown) != markdown or term in here:
            return term
        here.add(term)
        return f'<abbr title="{html.escape(GLOSSES[term])}" tabindex="0">{term}</abbr>'

    here: set[str] = set()
    parts = _LEFT_ALONE.split(markdown)
    return "".join(part if i % 2 else _TERM.sub(marked, part) for i, part in enumerate(parts))


def _given() -> dict[str, str]:
    return cast(dict[str, str], st.session_state.setdefault(_GIVEN, {}))
