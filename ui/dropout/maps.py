"""Dropout in the maps of a network: elements, or whole channels."""

import streamlit as st

from mnist_core.inside.dropout import drop_maps
from mnist_core.inside.trace import feature_maps
from mnist_core.words import percent
from ui.dropout.figures import map_grid
from ui.dropout.rate import rate_slider
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.pixel_maps import captioned
from ui.shared.figures.tiles import scale_bar, scale_limit
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_reader
from ui.shared.state import MAPS_NETWORK, MAPS_RATE, MAPS_SEED
from ui.shared.widgets import choose_shipped, dice

# The layer whose maps the network's own first dropout gets
WITH_MAPS = {"convnet": "features.4", "deep_cnn_pen": "features.2"}
MAPS = """
Inside a network the numbers are **feature maps**: pictures of where one feature was found, one
map for each channel. *Element dropout* drops single places. But neighbours in a map say nearly the
same, so what one place has lost can be guessed from the next. *Channel dropout* throws the dice
once for a whole map: then this feature really is missing. PyTorch calls it `Dropout2d`.
"""
FLAT = """
Many first tutorials apply `Dropout2d` once more, after *Flatten*. There the maps have become one
long list of numbers, without any channels that could fall out, so that is a mistake. Our network
uses plain `Dropout` there.
"""


@section
def on_maps(digit: LessonDigit) -> None:
    """Element against channel dropout, on the maps that the network's own dropout gets."""
    st.subheader("Single places or whole maps", anchor=False)
    say(MAPS)
    left, right = st.columns(2, gap="large")
    with left:
        key = choose_shipped(MAPS_NETWORK, "Maps of", list(WITH_MAPS))
    with right:
        rate = rate_slider(MAPS_RATE)
    maps = feature_maps(shared_reader(key).model, digit.image, WITH_MAPS[key])
    elements, channels = drop_maps(maps, rate, MAPS_SEED.get())
    limit = scale_limit(maps.numpy())
    figures = [
        (map_grid(maps.numpy(), limit, f"{len(maps)} feature maps"), "<b>Before</b> dropout"),
        (
            map_grid(elements.maps.numpy(), limit, "The maps after element dropout"),
            f"<b>Element dropout</b>: {percent(elements.share_gone) or '0 %'} of the places gone, "
            f"{len(elements.channels_gone)} of {len(maps)} maps",
        ),
        (
            map_grid(channels.maps.numpy(), limit, "The maps after channel dropout",
                     channels.channels_gone),
            f"<b>Channel dropout</b>: {percent(channels.share_gone) or '0 %'} of the places gone, "
            f"{len(channels.channels_gone)} of {len(maps)} maps",
        ),
    ]  # fmt: skip
    show_picture(
        captioned(figures)
        + scale_bar(limit, "one scale for all; what is beyond gets the strongest"),
        "dropped_maps",
    )
    dice(MAPS_SEED, "Other masks")
    say(FLAT, small=True)
