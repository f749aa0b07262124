"""What *Copy link* writes into a link beside what stands in the page's address."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from ui.shared.components.script import read_beside
from ui.shared.session.networks import session_networks
from ui.shared.state import Setting

_part = st.components.v2.component(
    "link_part", js=read_beside(__file__, "link_part.js"), isolate_styles=False
)


def link_says(part: str, says: dict[str, str]) -> None:
    """Names and values for links; `part` tells them from those of the page's other parts."""
    _part(key=f"link_part_{part}", data={"part": part, "says": says})


def changed(settings: Iterable[Setting[Any]]) -> dict[str, str]:
    """Those that are not at their default, by key, as an address may say them.

    What only this session has, such as a network that it has trained, is left out.
    """
    values = {
        setting.key: setting.get() for setting in settings if setting.get() != setting.default
    }
    own = session_networks()
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in values.items()
        if value not in own
    }
