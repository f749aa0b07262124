"""Links: the drawing and the settings that they bring, and what *Copy link* writes into them."""

from streamlit.testing.v1 import AppTest

from mnist_core.pictures.own_digits import DIGITS, in_canvas_pixels
from mnist_core.pictures.stroke_text import MAX_CHARS, pack_strokes
from mnist_core.pictures.strokes import BrushStroke
from tests.ui.visitor import (
    buttons,
    change,
    go_to,
    press,
    run,
    said,
    sent,
    visit,
    visit_part,
    widget,
)
from ui.shared.digit.drawing import Drawing
from ui.shared.digit.kept import UNREADABLE
from ui.shared.session.networks import Network


def text_of(digit: int) -> str:
    return pack_strokes([BrushStroke(s, 20, smooth=False) for s in in_canvas_pixels(DIGITS[digit])])


FOUR = text_of(4)


def drawing(app: AppTest) -> Drawing:
    found: Drawing = app.session_state["drawing"]
    return found


def chapters_say(app: AppTest) -> dict[str, str]:
    says: dict[str, str] = sent(app, "link_part_chapters")["says"]
    return says


# The drawing


def test_a_link_puts_its_strokes_on_the_canvas_and_they_are_read_at_once() -> None:
    app = visit("draw", strokes=FOUR)
    assert sent(app, "answer")["sign"] == "4"
    assert len(drawing(app).objects) == len(DIGITS[4])
    assert "strokes" not in app.query_params
    assert "the address" not in said(app).lower()


def test_a_lesson_looks_at_the_drawing_of_its_link() -> None:
    app = visit("pooling", strokes=FOUR, pool_kernel="3")
    assert "your drawing" in said(app)
    assert widget(app, "Kernel k").value == 3


def test_strokes_come_once_and_what_the_visitor_does_next_stays() -> None:
    app = visit("pooling", strokes=FOUR, present="1")
    app.query_params["strokes"] = FOUR  # sent before the browser heard that it is taken out
    press(app, "clear_for_class")
    assert not drawing(app).objects
    assert not drawing(go_to(app, "dropout")).objects
    app.query_params["strokes"] = FOUR
    assert drawing(run(app)).objects, "another link, opened later"


def test_a_broken_drawing_gets_a_sentence_and_the_settings_hold() -> None:
    for broken in ("", "A", FOUR[:9], "x" * (MAX_CHARS + 1), "%00<b>", "ÄÖ"):
        app = visit("pooling", strokes=broken, pool_kernel="3")
        assert [warning.value for warning in app.warning] == ([UNREADABLE] if broken else [])
        assert widget(app, "Kernel k").value == 3
        assert not drawing(app).objects


def test_the_browser_is_told_the_drawing_to_keep_and_for_links() -> None:
    app = visit("pooling", strokes=FOUR, present="1")
    kept = sent(app, "kept_in_page")
    assert (kept["name"], kept["text"]) == ("strokes", FOUR)
    press(app, "New group")
    again = sent(app, "kept_in_page")
    assert again["text"] == ""
    assert again["change"] > kept["change"]
    assert again["session"] == kept["session"] != sent(visit("pooling"), "kept_in_page")["session"]


# Settings


def test_a_link_holds_the_settings_of_chapters_that_are_closed() -> None:
    first = visit("pooling", chapter="For experts", pool_ceil="true")
    assert chapters_say(first) == {}, "the open chapter's settings stand in the address"
    change(first, "chapter", "By the numbers")
    change(first, "Dilation d", 3)
    assert chapters_say(first) == {"pool_ceil": "true", "chapter": "By the numbers"}
    change(first, "chapter", "Folded")
    says = chapters_say(first)
    assert says == {"pool_dilation": "3", "pool_ceil": "true", "chapter": "Folded"}

    again = visit("pooling", **says)
    assert widget(again, "chapter").value == ""
    assert "the address" not in said(again).lower()
    assert widget(change(again, "chapter", "By the numbers"), "Dilation d").value == 3
    assert widget(change(again, "chapter", "For experts"), "pool_ceil").value is True


def test_what_only_this_session_has_is_in_no_link() -> None:
    own = Network("mine", "Mine", None)  # type: ignore[arg-type]

    def part() -> None:
        import streamlit as st

        from ui.shared.components.link_part import changed
        from ui.shared.state import SPREAD_NETWORK, SPREAD_RATE

        st.session_state["says"] = changed([SPREAD_NETWORK, SPREAD_RATE])

    app = visit_part(part, networks={"mine": own}, spread_of="mine", spread_rate=0.25)
    assert app.session_state["says"] == {"spread_rate": "0.25"}


# In front of a class


def test_present_offers_a_code_and_other_pages_do_not() -> None:
    def asks(app: AppTest) -> bool:
        return any(part.key == "link_as_code" for part in app.get("bidi_component"))

    assert asks(visit("pooling", present="1"))
    assert not asks(visit("pooling"))
    assert sent(visit("tour"), "copy_link")["label"] == "Copy link"


def code_of(link: str) -> AppTest:
    def part() -> None:
        import streamlit as st

        from ui.shared.tour.share import show_code

        show_code(st.session_state["link"])

    return visit_part(part, link=link)


def test_the_code_s_dialog_says_what_is_not_in_it() -> None:
    host = "http://192.168.1.20:8501/pooling?pool_kernel=3"
    short = code_of(f"{host}&strokes={FOUR}")
    assert not said(short)
    assert "image/svg+xml" in short.get("html")[0].proto.body
    assert "The drawing is not in this link" in said(code_of(f"{host}&strokes={'A' * 600}"))
    assert "too many for a QR code" in said(code_of(f"{host}&z={'A' * 600}"))
    assert "this computer alone" in said(code_of("http://localhost:8501/pooling"))
    assert buttons(short) == []
