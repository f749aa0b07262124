"""What a reading looks like: the digit, its probability, the bars, the picture, the X-ray."""

import numpy as np
import streamlit as st
import torch

from mnist_core.layers.activations import none_stands_out
from mnist_core.pictures.image_files import encode_png
from mnist_core.pictures.preprocessing import Problem
from mnist_core.reading import DigitReader, Reading, Verdict
from mnist_core.words import percent
from ui.shared.figures.html import captioned_row, picture, probability_bars

DASH = "–"
NO_NUMBERS = (
    "**No answer.** What the network computes for this picture are no finite numbers, so nothing "
    "can be read out of them. Its training has probably diverged."
)


def show_answer(reading: Reading | None) -> None:
    """The digit as a metric, one sentence about it, and what the network sees."""
    st.metric("Prediction", DASH if reading is None or reading.digit is None else reading.digit)
    st.markdown(describe(reading))
    if reading is None or reading.verdict is Verdict.NOTHING:
        return
    image = reading.image[0, 0].numpy()
    seen = picture(image, "The 28 by 28 pixels that the network sees, light ink on black")
    st.html(captioned_row([(seen, "What the network sees: 28 × 28 pixels")], cell_px=160))
    st.download_button(
        "Download as PNG",
        encode_png(image),
        "digit_28x28.png",
        "image/png",
        icon=":material/download:",
        on_click="ignore",
    )


def show_probabilities(reading: Reading | None) -> None:
    """The ten probabilities in fixed order."""
    st.caption("If it is a digit: how probable is each?")
    if reading is None or not reading.is_answer:
        st.html(probability_bars(np.zeros(10), None))
    else:
        best = None if is_flat(reading) else reading.best_guesses[0]
        st.html(probability_bars(reading.probabilities, best))


def is_flat(reading: Reading) -> bool:
    """True when no digit stands out among the probabilities."""
    return bool(none_stands_out(torch.from_numpy(reading.probabilities)))


def describe(reading: Reading | None) -> str:
    """One or two sentences for the reader, as Markdown."""
    if reading is None:
        return "Nothing to read yet."
    if reading.verdict is Verdict.NOTHING:
        return (
            "No ink found. The picture should show one digit, clearly darker or lighter than "
            "what is around it: crop it to that."
        )
    if reading.verdict is Verdict.NO_NUMBERS:
        return NO_NUMBERS
    first, second = reading.best_guesses[:2]
    chances = [percent(float(reading.probabilities[k])) for k in (first, second)]
    if reading.digit is not None:
        article = "an" if reading.digit == 8 else "a"
        return f"This is {article} **{reading.digit}**. The network is {chances[0]} sure."
    guesses = (
        f"Best guesses, if it is one: **{first}** ({chances[0]}) or **{second}** ({chances[1]})."
    )
    if reading.preprocessed.problem is Problem.DOT:
        reason = ": hardly more than a dot. Draw larger, or with a thinner brush."
    elif is_flat(reading):
        reason = " that this is a digit: none stands out."
    else:
        reason = " that this is a digit."
    return f"**Not sure**{reason} {guesses}"


def show_xray(reader: DigitReader, reading: Reading) -> None:
    """Each step of preprocessing, with what the network would read if it stopped there."""
    stages = reading.preprocessed.stages
    if not stages:
        st.caption("This picture came as MNIST made it: there was nothing left to do.")
        return
    images = torch.stack([torch.from_numpy(stage.image) for stage in stages])[:, None]
    probabilities = reader.probabilities(images)
    cells = []
    for number, (stage, row) in enumerate(zip(stages, probabilities, strict=True), start=1):
        digit = int(row.argmax())
        says, text = f"<b>{digit}</b> ({percent(float(row[digit]))})", f"would be read as {digit}"
        if not np.isfinite(row).all():
            says, text = "<b>no answer</b>", "the network has no answer"
        text = f"Step {number}, {stage.name}: {text}"
        caption = f"{number}. {stage.name}<br>→ {says}"
        cells.append((picture(stage.image, text, side_px=124), caption))
    st.html(captioned_row(cells))
