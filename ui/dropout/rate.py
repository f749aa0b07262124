"""The slider of a dropout rate."""

from ui.shared.state import Setting
from ui.shared.widgets import slide


def rate_slider(setting: Setting[float], label: str = "Rate p") -> float:
    """From 0 to 0.9."""
    return slide(setting, label, 0.0, 0.9, 0.05)
