"""What each latent number of an autoencoder adds to a picture."""

import streamlit as st

from mnist_core.inside.first_layer import decoder_columns, ranked, squared_norms
from ui.first_layer.moments import ON_A_PAGE, autoencoders, choose_page
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.tiles import signed_tiles
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import COLUMNS_OF, COLUMNS_PAGE
from ui.shared.tour.stops import TRAIN
from ui.shared.widgets import pick

COLUMNS = """
A **variational autoencoder** (VAE) works the other way round: its decoder *draws*. The last layer's
columns are the strokes that it draws with, one for each of its hidden units. Those with the largest
weights come first.
"""
NO_VAE = """
There is no VAE here yet: open *Train*, choose the network *VAE*, let it train for a minute and
come back.
"""


@section
def columns(digit: LessonDigit) -> None:
    """The strokes of a VAE's decoder."""
    st.subheader("The strokes that a VAE draws with", anchor=False)
    say(COLUMNS)
    st.latex(r"\text{logits} = \sum_j h_j \, W_{\cdot j} + b")
    found = autoencoders()
    if not found:
        st.info(NO_VAE, icon=":material/info:")
        st.page_link(TRAIN.file, label="Train", icon=":material/model_training:")
        return
    if COLUMNS_OF.get() not in found:
        COLUMNS_OF.set(next(iter(found)))
    name = pick(COLUMNS_OF, "VAE", list(found))
    strokes = decoder_columns(found[name])
    chosen = choose_page(COLUMNS_PAGE, ranked(squared_norms(strokes)))
    st.html(signed_tiles(strokes[chosen], ON_A_PAGE, of="columns on this page"))
