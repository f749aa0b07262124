"""A Setting as slider, pills, toggle, select; the dice; one call each."""

from typing import TypeVar

import streamlit as st

from mnist_core.models.registry import MODELS
from ui.shared.figures.charts import LiveChart
from ui.shared.state import Setting

Number = TypeVar("Number", int, float)


def throw_again(setting: Setting[int], label: str) -> None:
    """A button for other masks."""
    st.button(
        label, icon=":material/casino:", key=f"{setting.key}_button",
        on_click=lambda: setting.set(setting.get() + 1),
    )  # fmt: skip


def choose_network(setting: Setting[str], keys: list[str], label: str) -> str:
    """One of the shipped networks by its title."""
    st.segmented_control(
        label, keys, format_func=lambda key: MODELS[key].title, required=True,
        default=setting.default, key=setting.key, bind="query-params",
    )  # fmt: skip
    return setting.get()


def slide(
    setting: Setting[Number],
    label: str,
    lowest: Number,
    highest: Number,
    step: Number | None = None,
) -> Number:
    """A slider whose value stands in the URL."""
    return st.slider(
        label, lowest, highest, setting.default, step, key=setting.key, bind="query-params"
    )


def pick(setting: Setting[str], label: str, titles: dict[str, str]) -> str:
    """One of several, by its title; it stands in the URL."""
    return st.selectbox(
        label, list(titles), list(titles).index(setting.default), titles.__getitem__,
        key=setting.key, bind="query-params",
    )  # fmt: skip


def show_chart(chart: LiveChart) -> None:
    """It changes in place when its data do."""
    st.vega_lite_chart(chart.with_data(), alt=chart.alt)
