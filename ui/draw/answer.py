"""The answer: a digit, how sure it is, and ten bars; it changes in place, and is read out."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.number import Number
from mnist_core.reading import Reading
from mnist_core.words import percent
from ui.shared.components.script import read_beside
from ui.shared.digit.says import describe_number
from ui.shared.digit.several import looked_at

NONE, UNSURE, SURE = "none", "unsure", "sure"
SIGNS = {NONE: "–", UNSURE: "?"}
"""What stands in the place of the digit."""
ASKS = "If it is a digit: how probable is each?"
_answer = st.components.v2.component(
    "answer",
    html=read_beside(__file__, "answer.html"),
    css=read_beside(__file__, "answer.css"),
    js=read_beside(__file__, "moment.js", "answer.js"),
    isolate_styles=False,
)


def show_answer(number: Number | None) -> None:
    """What the network reads; while hand or pen write, the browser shows what is read of that."""
    _answer(key="answer", data=answer_of_number(number) | {"says": describe_number(number)})


def answer_of_number(number: Number | None) -> dict[str, Any]:
    """Like `answer_of`; of several digits, with the bars of the one that is looked at."""
    if number is None or len(number.digits) < 2:
        return answer_of(None if number is None else number.whole)
    which, reading = looked_at(number)
    asks = f"Digit {which} of {len(number.digits)}, the {reading.digit}: how probable is each?"
    return answer_of(reading) | {"sign": number.text, "asks": asks}


def answer_of(reading: Reading | None) -> dict[str, Any]:
    """One answer for `answer.js`.

    "state": NONE, UNSURE or SURE; "sign": the digit, or what stands in its place; "asks": what
    the bars answer; "shares": ten
    probabilities, rounded; "chances": the same as texts; "best": the digit that stands out, or
    None; "said": all of it for those who cannot see the bars
    """
    if reading is None or not reading.is_answer:
        return _as_data(NONE, SIGNS[NONE], np.zeros(10), None)
    sure = reading.digit is not None
    return _as_data(
        SURE if sure else UNSURE,
        str(reading.digit) if sure else SIGNS[UNSURE],
        reading.probabilities,
        reading.digit if sure else reading.clear_guess,
    )


def _as_data(
    state: str, sign: str, probabilities: NDArray[np.float64], best: int | None
) -> dict[str, Any]:
    chances = [percent(float(p)) for p in probabilities]
    said = ", ".join(f"{digit}: {chance}" for digit, chance in enumerate(chances))
    return {
        "state": state,
        "sign": sign,
        "asks": ASKS,
        "shares": [round(float(p), 3) for p in probabilities],
        "chances": chances,
        "best": best,
        "said": f"Probability of each digit. {said if state != NONE else 'nothing to read yet'}",
    }
