"""Addresses of pages that have become several: each leads on, with its settings."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui.shared import state
from ui.shared.state import Setting
from ui.shared.tour.stops import (
    ACTIVATION_FUNCTIONS,
    AUTOENCODER,
    COMPARE_NETWORKS,
    DEEP_STACKS,
    MAKE_DIGITS,
    MAP_OF_DIGITS,
    THROUGH_THE_NETWORK,
    WHY_THIS_ANSWER,
    Stop,
)


@dataclass(frozen=True)
class Moved:
    """Where the address of a page that is no longer in the menu leads.

    usual: when it asks for no setting of `by_setting`
    by_setting: the page to which a setting went; the first that the address asks for decides
    """

    usual: Stop
    by_setting: Mapping[str, Stop]

    def leads_to(self, asked: Collection[str]) -> Stop:
        """asked: the names in the address."""
        return next((stop for key, stop in self.by_setting.items() if key in asked), self.usual)


def _to(stop: Stop, *settings: Setting[Any]) -> dict[str, Stop]:
    return {setting.key: stop for setting in settings}


MOVED: dict[str, Moved] = {
    "activations": Moved(
        ACTIVATION_FUNCTIONS,
        _to(
            DEEP_STACKS,
            state.STACK_DEPTH, state.STACK_WIDTH, state.STACK_ACTIVATION, state.STACK_START,
            state.PAIR, state.FIRST_EIGENVALUE, state.SECOND_EIGENVALUE, state.EIGEN_ANGLE,
            state.PAIR_SIZE, state.PAIR_ANGLE, state.EIGEN_TIMES, state.SPECTRUM_START,
            state.SPECTRUM_TIMES,
        ),
    ),
    "latent": Moved(
        MAP_OF_DIGITS,
        {
            **_to(
                MAP_OF_DIGITS,
                state.MAP_OF, state.LATENT, state.WAY_KIND, state.WAY_STEPS,
                *state.WAY_FROM.settings, *state.WAY_TO.settings,
            ),
            **_to(
                MAKE_DIGITS,
                state.ASKED_DIGIT, state.ASKED_COUNT, state.ASKED_TEMPERATURE, state.ASKED_SEED,
                state.PRIOR_SEED, state.STYLE_OF, state.TAKEN_CLASS, state.GIVEN_CLASS,
            ),
            **_to(AUTOENCODER, state.NOISE_DIMENSION, state.NOISE),
        },
    ),
    "layer_by_layer": Moved(
        THROUGH_THE_NETWORK,
        {
            **_to(
                THROUGH_THE_NETWORK,
                state.MAP_SIZE, state.UNIT_LAYER, state.UNIT_CHANNEL, state.UNIT_ROW,
                state.UNIT_COLUMN,
            ),
            **_to(COMPARE_NETWORKS, state.FIRST_COMPARED, state.SECOND_COMPARED),
            **_to(
                WHY_THIS_ANSWER,
                state.TURNED_DEG, state.RIGHT_PX, state.DOWN_PX, state.THICKER_PX, state.NOISE_SD,
                state.EPSILON, state.ATTACK_MANY, state.EXPLAINED, state.GRADIENT_SHOWN,
                state.WINDOW_PX, state.WINDOW_STEP_PX,
            ),
        },
    ),
}  # fmt: skip
"""By the address of before."""


def forward(address: str) -> None:
    """Go on to the page that has the settings in the address now; all of them are taken along."""
    asked = st.query_params.to_dict()
    st.switch_page(MOVED[address].leads_to(asked).file, query_params=asked)
