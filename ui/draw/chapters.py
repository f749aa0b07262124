"""What happens between the pen and the answer, in chapters that cost nothing while closed."""

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st
import torch

from mnist_core.models.registry import READERS
from mnist_core.pictures.image_files import encode_png
from mnist_core.pictures.preprocessing import Preprocessed
from mnist_core.reading import DigitReader, PlainReader, Reader, Reading, Verdict
from mnist_core.words import percent
from ui.draw.words import OWN_NETWORK, SHIFT, TEMPERATURE, TRY_IT, WHAT_HAPPENS, XRAY
from ui.shared.address import fold
from ui.shared.digit.says import describe
from ui.shared.figures.html import captioned_row, picture
from ui.shared.glossary import say
from ui.shared.session.networks import session_networks
from ui.shared.state import CHAPTER

Readers = dict[str, DigitReader]


def show_chapters(key: str, readers: Readers, reading: Reading | None) -> None:
    """Folded, but for the one that the address names; an open one follows the pen."""
    seen = None if reading is None or reading.verdict is Verdict.NOTHING else reading.preprocessed
    _chapter("xray", "How your drawing becomes 28 × 28 pixels", partial(xray, key, readers, seen))
    _chapter("softmax", "How ten numbers become an answer", partial(explain_answer, key, readers))
    _chapter("shift", "Same network, other data", partial(explain_shift, key, readers, seen))


def _chapter(key: str, title: str, show: Callable[[], None]) -> None:
    if fold([CHAPTER]) and st.query_params[CHAPTER.key] == key:
        st.session_state.setdefault(f"chapter_{key}", True)
    chapter = st.expander(title, key=f"chapter_{key}", on_change="rerun")
    if chapter.open:
        with chapter:
            show()


def xray(key: str, readers: Readers, seen: Preprocessed | None) -> None:
    """Each step of preprocessing, with what the network would read if it stopped there."""
    say(XRAY)
    if seen is None or key not in readers:
        st.caption("There is nothing to take apart yet.")
        return
    if seen.stages:
        _show_stages(readers[key], seen)
    else:
        st.caption("This picture came as MNIST made it: there was nothing left to do.")
    st.download_button(
        "Download as PNG",
        encode_png(seen.image[0, 0].numpy()),
        "digit_28x28.png",
        "image/png",
        icon=":material/download:",
        on_click="ignore",
    )


def _show_stages(reader: DigitReader, seen: Preprocessed) -> None:
    images = torch.stack([torch.from_numpy(stage.image) for stage in seen.stages])[:, None]
    probabilities = reader.probabilities(images)
    cells = []
    for number, (stage, row) in enumerate(zip(seen.stages, probabilities, strict=True), start=1):
        digit = int(row.argmax())
        says, read = f"<b>{digit}</b> ({percent(float(row[digit]))})", f"would be read as {digit}"
        if not np.isfinite(row).all():
            says, read = "<b>no answer</b>", "the network has no answer"
        text = f"Step {number}, {stage.name}: {read}"
        caption = f"{number}. {stage.name}<br>→ {says}"
        cells.append((picture(stage.image, text, side_px=124), caption))
    st.html(captioned_row(cells))


def explain_answer(key: str, readers: Readers) -> None:
    """From ten numbers to probabilities, and to “not sure”, in words and formulas."""
    say(WHAT_HAPPENS)
    st.latex(r"p_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}")
    reader = readers.get(key)
    if isinstance(reader, PlainReader):
        say(OWN_NETWORK)
    if isinstance(reader, Reader) and (refusal := reader.trained.card.refusal):
        say(
            TEMPERATURE.format(
                temperature=reader.temperature,
                threshold=refusal["threshold"],
                refused=percent(refusal["refused_share"]),
            )
        )


def explain_shift(key: str, readers: Readers, seen: Preprocessed | None) -> None:
    """What other data do to the same network, on this picture and as measured."""
    say(SHIFT)
    if seen is not None:
        for other in readers:
            if other != key:
                said = describe(readers[other].read_prepared(seen))
                st.markdown(f"{say_who(other, key)} says: {said}")
    _show_measured(readers)
    say(TRY_IT)


def say_who(other: str, chosen: str) -> str:
    """Another of the networks than the chosen one, at the beginning of a sentence."""
    if other not in READERS:
        return f"The network “{name_of(other)}”"
    which = "same" if chosen in READERS else "shipped"
    return f"Trained on {name_of(other)}, the {which} network"


def name_of(key: str) -> str:
    """What the network has learnt from; for one of the visitor's own, its title."""
    return READERS[key].trained_on if key in READERS else session_networks()[key].title


def _show_measured(readers: Readers) -> None:
    """What the cards say of the networks."""
    shipped = {key: r for key, r in readers.items() if isinstance(r, Reader)}
    for key, reader in shipped.items():
        card = reader.trained.card
        if judged := card.judge.get("centred"):
            st.markdown(
                f"- Trained on **{READERS[key].trained_on}** it reads "
                f"{percent(card.mnist_test_accuracy)} of MNIST's test digits, and "
                f"{percent(judged['accuracy'])} of {judged['count']} digits that other people "
                "wrote with a pen."
            )
