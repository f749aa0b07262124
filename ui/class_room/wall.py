"""The teacher's wall: digits as they arrive, how well they are read, and what is let in."""

from collections.abc import Callable
from functools import partial
from typing import cast

import streamlit as st

from mnist_core.classroom.digits import ClassDigits
from mnist_core.classroom.keys import spoken
from mnist_core.classroom.wall import Looked, Wall, what_will_it_read
from mnist_core.models.registry import READERS
from mnist_core.words import a_digit, in_percent, spaced
from ui.class_room.figures import confusion_table, count_bars, digit_tiles, invitation
from ui.class_room.offer import forget_networks
from ui.class_room.rooms import forget, go_to_room
from ui.class_room.teach import end_lesson
from ui.class_room.vote import HOW_TO_ASK, show_vote
from ui.shared.components.pictures import Pick, pickable
from ui.shared.figures.html import figures_row, image
from ui.shared.lesson import section
from ui.shared.process import shared_reader
from ui.shared.session.rooms import act, own_of, say_refusal, shared_store, teach_room
from ui.shared.state import ROOM, WALL_NETWORK, WALL_PAUSED
from ui.shared.tour.share import qr_code, warn_if_alone
from ui.shared.widgets import segmented, toggle

REFRESH_S = 2.0
READING_S = 0.5
ON_WALL, BEHIND = 120, 12
WALL, CHOSEN = "class_wall", "class_chosen"


def show_teacher(code: str) -> None:
    """The way in, large; the wall; a vote."""
    teach_room(code)
    _show_invitation(code)
    show_vote(code)
    with st.container(key="class_wall"):
        wall(code)
    st.caption(HOW_TO_ASK)


def _show_invitation(code: str) -> None:
    link = _link_of(code)
    with st.expander(f"Room **{spoken(code)}**: code, link and QR code", expanded=True):
        qr = image(qr_code(link), f"QR code of {link}", "", "svg+xml")
        st.html(invitation(spoken(code), link, qr))
        warn_if_alone(link)


def _link_of(code: str) -> str:
    page = (st.context.url or "").partition("?")[0]
    return f"{page}?{ROOM.key}={code}"


@partial(section, run_every=REFRESH_S)
def wall(code: str) -> None:
    """Everything that changes while the class writes."""
    secret, shown = own_of(code).secret, _session_wall(code)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        titles = {key: f"learnt from {entry.trained_on}" for key, entry in READERS.items()}
        network = segmented(WALL_NETWORK, "The network that reads has", titles)
        paused = toggle(WALL_PAUSED, "Pause the wall")
    if not paused or shown.digits is None:
        shown.refresh(shared_store(), code, secret)
    looked = shown.look(shared_reader(network), READING_S)
    say_refusal()
    _show_figures(looked)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _show_digits(code, looked)
    with right:
        st.html(count_bars(looked.shown.per_digit))
        st.html(confusion_table(looked.measured.confusion))
    _show_curtain(code, looked.curtained)


def _session_wall(code: str) -> Wall:
    walls = cast(dict[str, Wall], st.session_state.setdefault(WALL, {}))
    return walls.setdefault(code, Wall())


def _show_figures(looked: Looked) -> None:
    count = len(looked.shown)
    figures = {
        "digits": spaced(count),
        "writers": str(looked.shown.writer_count),
        "read as asked": in_percent(looked.measured.accuracy) if count else "–",
        "read as another": str(len(looked.measured.wrong)),
        "behind the curtain": str(len(looked.curtained)),
    }
    st.html(figures_row(figures))
    if looked.unread:
        st.caption(f"{spaced(looked.unread)} more are being read.")


def _show_digits(code: str, looked: Looked) -> None:
    """Those read as another first, then the newest."""
    digits, read = looked.shown, looked.measured.read.tolist()
    if not len(digits):
        st.markdown("The digits of your class appear here as they are handed in.")
        return
    wrong = looked.measured.wrong.tolist()
    rest = [index for index in reversed(range(len(digits))) if index not in set(wrong)]
    numbers, labels = digits.ids.tolist(), digits.labels.tolist()
    asked = _asked_about(code)
    order = [i for i in [*reversed(wrong), *rest] if numbers[i] != asked][:ON_WALL]
    captions = [
        f"{labels[i]} ✓" if read[i] == labels[i] else f"{labels[i]}: {read[i]} ✗" for i in order
    ]
    chosen = st.session_state.get(CHOSEN)
    tiles = digit_tiles(digits.images[order], [numbers[i] for i in order], captions, chosen)
    _show_chosen(code, digits, [numbers[i] for i in order])
    pickable(tiles, "class_tiles", _choose)


def _choose(pick: Pick) -> None:
    st.session_state[CHOSEN] = int(pick.part)


def _show_chosen(code: str, digits: ClassDigits, order: list[int]) -> None:
    """What can be done about the chosen picture; by keyboard another one is chosen."""
    chosen = st.session_state.get(CHOSEN)
    place = order.index(chosen) if chosen in order else None
    with st.container(horizontal=True, key="class_actions"):
        following = order[0] if place is None else order[(place + 1) % len(order)]
        label = "Choose a picture" if place is None else "Next picture"
        st.button(label, on_click=_choose, args=(Pick(str(following), 0, 0),))
        if place is None:
            return
        assert chosen is not None
        row = digits.ids.tolist().index(chosen)
        writer = int(digits.writers[row])
        of_writer = int((digits.writers == writer).sum())
        store, secret = shared_store(), own_of(code).secret
        st.button(
            "Ask what it reads", icon=":material/how_to_vote:",
            on_click=_act, args=(partial(_ask_about, code, chosen, int(digits.labels[row])),),
        )  # fmt: skip
        st.button(
            f"Remove this {a_digit(int(digits.labels[row])).split()[1]}",
            on_click=_act, args=(partial(store.remove_picture, code, secret, chosen),),
        )  # fmt: skip
        st.button(
            f"Remove this writer's {'only digit' if of_writer == 1 else f'{of_writer} digits'}",
            on_click=_act, args=(partial(store.remove_writer, code, secret, writer),),
        )  # fmt: skip


def _asked_about(code: str) -> int | None:
    """The number of the picture of an open vote, which would give the answer away on the wall."""
    poll = shared_store().votes.poll(code)
    return None if poll is None or poll.is_revealed else poll.picture


def _ask_about(code: str, number: int, asked: int) -> None:
    wall, store = _session_wall(code), shared_store()
    assert wall.reader is not None
    question = what_will_it_read(number, asked, wall.logits[number], wall.reader.temperature)
    store.votes.ask(code, own_of(code).secret, question)


def _show_curtain(code: str, curtained: ClassDigits) -> None:
    """What is no digit to the network; the first few, the oldest first."""
    if not len(curtained):
        return
    title = f"Behind the curtain: {len(curtained)} that may be no digits"
    with st.expander(title, icon=":material/curtains:"), st.container(horizontal=True):
        store, secret = shared_store(), own_of(code).secret
        for row in range(min(BEHIND, len(curtained))):
            number, asked = int(curtained.ids[row]), int(curtained.labels[row])
            with st.container(width=120, key=f"curtained_{number}"):
                tile = digit_tiles(
                    curtained.images[row : row + 1], [number], [f"for {asked}"], None
                )
                st.html(tile)
                st.button(
                    "Let in", key=f"let_in_{number}",
                    on_click=_act, args=(partial(store.let_in, code, secret, number),),
                )  # fmt: skip
                st.button(
                    "Remove", key=f"remove_{number}",
                    on_click=_act, args=(partial(store.remove_picture, code, secret, number),),
                )  # fmt: skip


def _act(do: Callable[[], object]) -> None:
    act(do)
    st.session_state.pop(CHOSEN, None)


def show_end(code: str) -> None:
    """Delete the room, after a second thought."""
    with st.popover("Delete the room", icon=":material/delete_forever:"):
        st.markdown("The room and all its digits are deleted at once. This cannot be undone.")
        st.button("Delete everything", type="primary", on_click=_end, args=(code,))


def _end(code: str) -> None:
    _act(partial(shared_store().end_room, code, own_of(code).secret))
    st.session_state.get(WALL, {}).pop(code, None)
    end_lesson(code)
    forget_networks()
    forget(code)
    go_to_room("")
