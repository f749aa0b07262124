"""The slider of a dropout rate."""

import streamlit as st

from ui.shared.state import Setting


def rate_slider(setting: Setting[float], label: str = "Rate p") -> float:
    """From 0 to 0.9."""
    return st.slider(
        label, 0.0, 0.9, step=0.05, value=setting.default, key=setting.key, bind="query-params"
    )
