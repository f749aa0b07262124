"""*Copy link* and the QR code: what is seen, settings and drawing, as a link for somebody else."""

from dataclasses import dataclass
from io import BytesIO
from urllib.parse import parse_qsl, urlencode, urlsplit

import segno
import streamlit as st

from ui.shared.components.script import read_beside
from ui.shared.digit.kept import IN_LINK
from ui.shared.figures.html import image
from ui.shared.state import PRESENT

MOST_BYTES = 500
"""Of a link in a QR code, which a phone can still read from the last row."""
QUIET_MODULES = 4
THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")
_button = st.components.v2.component(
    "share",
    html=read_beside(__file__, "share.html"),
    css=read_beside(__file__, "share.css"),
    js=read_beside(__file__, "share.js"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class PhoneLink:
    """A link for a QR code.

    link:     without *Present*; None where even without the drawing it is too long
    left_out: whether it had a drawing, which is too long for it
    """

    link: str | None
    left_out: bool


def copy_link() -> None:
    """The button of the bar; where the browser gives no clipboard, the link stands in a field."""
    _button(key="copy_link", data={"label": "Copy link"})


def offer_code() -> None:
    """A button that opens the QR code."""
    asked = _button(
        key="link_as_code", data={"label": "QR code", "asks": True}, on_link_change=_ask
    )
    if asked.link:
        show_code(str(asked.link))


def _ask() -> None:
    """A callback is needed for what the browser sends to arrive."""


@st.dialog("This page on a phone", width="large")
def show_code(link: str) -> None:
    """The QR code of a link, and what is not in it."""
    phone = for_phone(link)
    if phone.link is None:
        st.warning(
            f"The link to this page has more than {MOST_BYTES} bytes, too many for a QR code. "
            "Use **Copy link**.",
            icon=":material/qr_code:",
        )
        return
    st.html(
        image(qr_code(phone.link), f"QR code of {phone.link}", "width:min(100%,70vh)", "svg+xml")
    )
    if phone.left_out:
        st.info(
            f"The drawing is not in this link: with it, the link would have more than {MOST_BYTES} "
            "bytes. **Copy link** takes it along.",
            icon=":material/info:",
        )
    warn_if_alone(phone.link)


def warn_if_alone(link: str) -> None:
    """Say so where no other machine can follow the link."""
    if urlsplit(link).hostname in THIS_COMPUTER:
        st.info(
            "This address leads to this computer alone. Open the app by the computer's own address "
            "in the network, and phones can follow.",
            icon=":material/info:",
        )


def for_phone(link: str) -> PhoneLink:
    """The link as a QR code may hold it: at most MOST_BYTES, else without the drawing."""
    parts = urlsplit(link)
    asked = [(name, value) for name, value in parse_qsl(parts.query) if name != PRESENT.key]
    settings = [(name, value) for name, value in asked if name != IN_LINK]
    whole, without = (parts._replace(query=urlencode(each)).geturl() for each in (asked, settings))
    if len(whole.encode()) <= MOST_BYTES:
        return PhoneLink(whole, left_out=False)
    fits = len(without.encode()) <= MOST_BYTES
    return PhoneLink(without if fits else None, left_out=len(settings) < len(asked))


def qr_code(link: str) -> bytes:
    """Black on white with its quiet border, as SVG that fills its place."""
    file = BytesIO()
    code = segno.make_qr(link, error="l")
    code.save(file, kind="svg", border=QUIET_MODULES, dark="#000", light="#fff", omitsize=True)
    return file.getvalue()
