"""The Class page: its doors, a student's phone, the teacher's wall; secrets stay out of sight."""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.classroom import teach
from mnist_core.classroom.lesson import Stage
from mnist_core.classroom.networks import packed
from mnist_core.classroom.store import Opened, Store
from mnist_core.classroom.votes import Question
from mnist_core.data.mnist import mnist_is_here
from mnist_core.pictures.own_digits import DIGITS
from mnist_core.reading import read_digit
from mnist_core.weights import load_trained
from mnist_core.words import in_percent
from tests.core.tiny import tiny_digits
from tests.ui.visitor import (
    buttons,
    change,
    drawing_of,
    errors,
    figure,
    go_to,
    html,
    picture,
    press,
    said,
    sent,
    subheaders,
    visit,
    widget,
)  # fmt: skip
from ui.class_room import take_away
from ui.class_room.rooms import HEARD, KEEPER
from ui.class_room.teach import LESSON
from ui.shared import process
from ui.shared.session.rooms import OWN, TAUGHT, Own, is_on_community_cloud
from ui.shared.state import MODEL, ROOM, WALL_PAUSED

PASSPHRASE = "three green apples"


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'rooms.sqlite'}"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    store = Store(database)
    yield store
    store.close()


@pytest.fixture
def room(store: Store) -> Opened:
    return store.open_room(PASSPHRASE)


def come(room: Opened, own: Own | None = None, **session: Any) -> AppTest:
    """With the room's link; own: what the browser has kept."""
    told = {HEARD: {room.code}, OWN: {room.code: own or Own()}}
    return visit("class_room", told | session, room=room.code)


def teacher(room: Opened) -> AppTest:
    return come(room, Own(secret=room.secret))


def fill(store: Store, room: Opened, count: int) -> None:
    digits = tiny_digits(count)
    for index in range(count):
        store.hand_in(room.code, 1 + index // 5, int(digits.labels[index]), digits.images[index])


def submit(app: AppTest, label: str, **fields: str) -> AppTest:
    """Fill a form in, and send it."""
    for key, value in fields.items():
        widget(app, key).set_value(value)
    return press(app, label)


# The doors


def test_opening_a_room_shows_its_code_and_a_link_without_the_secret(store: Store) -> None:
    app = visit("class_room")
    submit(app, "Open a room", new_passphrase=PASSPHRASE)
    (code,) = app.session_state[OWN]
    secret = app.session_state[OWN][code].secret
    store.check_teacher(code, secret)
    assert sent(app, KEEPER) == {"room": code, "keep": {"secret": secret}, "forget": False}
    app.session_state[HEARD] = {code}
    app.run()
    assert f"room={code}" in html(app)
    assert secret not in html(app) + said(app) + str(dict(app.query_params))
    assert app.query_params[ROOM.key] in (code, [code])


def test_entering_leads_to_what_is_kept_and_asks_nothing_else(room: Opened) -> None:
    app = visit("class_room")
    submit(app, "Enter", entered_code=room.code.lower())
    app.session_state[HEARD] = {room.code}
    app.run()
    assert "No name, no account, no address" in said(app)
    assert not app.text_input


@pytest.mark.parametrize("typed", ["CCCCCCC", "x'; DROP TABLE r", "<script>"])
def test_a_wrong_code_is_a_sentence_and_guessing_comes_to_an_end(room: Opened, typed: str) -> None:
    app = visit("class_room")
    submit(app, "Enter", entered_code=typed)
    assert len(errors(app)) == 1
    for _ in range(10):
        submit(app, "Enter", entered_code=typed)
    assert "too often" in errors(app)[0]


def test_a_link_to_no_room_says_so_and_leads_back() -> None:
    app = visit("class_room", room="CCCCCCC")
    assert "There is no room with this code" in errors(app)[0]
    press(app, "Another room")
    assert "Open a room" in buttons(app)


def test_the_passphrase_brings_the_wall_back(store: Store, room: Opened) -> None:
    app = visit("class_room")
    submit(app, "Come back", own_code=room.code, own_passphrase="some other words")
    assert "not the passphrase" in errors(app)[0]
    submit(app, "Come back", own_code=room.code, own_passphrase=PASSPHRASE)
    store.check_teacher(room.code, app.session_state[OWN][room.code].secret)


def test_a_database_that_does_not_answer_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/rooms")
    app = visit("class_room", room="CCCCCCC")
    assert "does not answer" in errors(app)[0]
    assert "127.0.0.1" not in errors(app)[0]


def test_who_comes_only_to_look_leaves_no_file(tmp_path: Path) -> None:
    visit("class_room")
    assert not list(tmp_path.iterdir())


# A student


def test_a_student_hands_in_what_is_asked_for(store: Store, room: Opened) -> None:
    app = come(room)
    press(app, "Start")
    writer = app.session_state[OWN][room.code].writer
    assert sent(app, KEEPER)["keep"] == {"writer": str(writer)}
    assert "0 of 20" in progress(app)
    drawn = drawing_of(DIGITS[3])
    app.session_state["drawing"] = drawn
    app.run()
    assert "This is a **3**" in said(app)
    press(app, "Hand in")
    assert not errors(app)
    assert "1 of 20" in progress(app)
    (asked,) = store.handed_in(room.code, writer)
    got = store.digits_of(room.code, room.secret)
    expected = (read_digit(drawn.picture).image[0, 0] * 255).round()
    assert (got.images[0] == expected).all()
    assert (int(got.labels[0]), int(got.writers[0])) == (asked, writer)
    assert got.accepted.tolist() == [True]
    assert not app.session_state["drawing"].objects


def test_a_click_that_arrives_twice_hands_in_once(store: Store, room: Opened) -> None:
    def twice(hand_in: Callable[..., None], *arguments: object) -> None:
        hand_in(*arguments)
        hand_in(*arguments)

    app = come(room, Own(writer=5), drawing=drawing_of(DIGITS[3]))
    page = sys.modules["ui.class_room.student"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "_hand_in", partial(twice, page._hand_in))
        app.run()
        press(app, "Hand in")
    assert not errors(app)
    assert len(store.handed_in(room.code, 5)) == 1


def progress(app: AppTest) -> str:
    return " ".join(str(bar.proto) for bar in app.get("progress"))


def test_a_scribble_goes_behind_the_curtain(store: Store, room: Opened) -> None:
    scribble = [[(10 + 8 * (k % 10), 10 + (37 * k) % 80) for k in range(40)]]
    app = come(room, Own(writer=5), drawing=drawing_of(scribble))
    press(app, "Hand in")
    assert store.digits_of(room.code, room.secret).accepted.tolist() == [False]


def test_a_reload_goes_on_as_the_same_writer(store: Store, room: Opened) -> None:
    store.hand_in(room.code, 5, 3, tiny_digits(1).images[0])
    app = come(room, Own(writer=5))
    assert "1 of 20" in progress(app)


def test_skipping_asks_for_another_digit(room: Opened) -> None:
    app = come(room, Own(writer=5))
    asked = {app.header[0].value}
    for _ in range(6):
        press(app, "Skip")
        asked.add(app.header[0].value)
    assert len(asked) > 1


def test_a_student_s_digits_are_deleted_with_the_number(store: Store, room: Opened) -> None:
    fill(store, room, 2)
    store.hand_in(room.code, 5, 3, tiny_digits(1).images[0])
    app = come(room, Own(writer=5))
    press(app, "Delete them all")
    assert 5 not in store.digits_of(room.code, room.secret).writers.tolist()
    assert len(store.digits_of(room.code, room.secret)) == 2
    assert room.code not in app.session_state[OWN]
    assert sent(app, KEEPER) == {"room": room.code, "keep": {}, "forget": True}


def test_a_refusal_keeps_the_drawing(store: Store, room: Opened) -> None:
    app = come(room, Own(writer=5), drawing=drawing_of(DIGITS[3]))
    store.end_room(room.code, room.secret)
    press(app, "Hand in")
    assert errors(app)
    assert app.session_state["drawing"].objects


def test_no_student_sees_the_wall(store: Store, room: Opened) -> None:
    fill(store, room, 3)
    for secret in ("", "guessed"):
        app = come(room, Own(secret=secret))
        assert "class_tiles" not in {part.key for part in app.get("bidi_component")}
    assert "Only the teacher" in errors(app)[0]


# The wall


def test_the_wall_shows_what_is_handed_in_and_how_it_is_read(store: Store, room: Opened) -> None:
    fill(store, room, 5)
    app = teacher(room)
    assert not errors(app)
    assert figure(app, "digits") == "5"
    assert figure(app, "writers") == "1"
    assert picture(app, "class_tiles").count("data-pick") == 5
    store.hand_in(room.code, 77, 3, tiny_digits(1).images[0])
    app.run()
    assert (figure(app, "digits"), figure(app, "writers")) == ("6", "2")


def test_a_paused_wall_stands_still(store: Store, room: Opened) -> None:
    app = teacher(room)
    change(app, WALL_PAUSED.key, True)
    fill(store, room, 5)
    app.run()
    assert figure(app, "digits") == "0"
    change(app, WALL_PAUSED.key, False)
    assert figure(app, "digits") == "5"


REMOVALS: dict[str, tuple[Callable[[str], bool], int]] = {
    "one picture": (lambda label: label.startswith("Remove this") and "writer" not in label, 6),
    "a writer": (lambda label: "writer" in label, 2),
}


@pytest.mark.parametrize("what", REMOVALS)
def test_a_picture_or_a_writer_is_removed(store: Store, room: Opened, what: str) -> None:
    names, left = REMOVALS[what]
    fill(store, room, 7)
    app = teacher(room)
    press(app, "Choose a picture")
    while "Remove this writer's 5 digits" not in buttons(app):
        press(app, "Next picture")
    (label,) = [label for label in buttons(app) if names(label)]
    press(app, label)
    assert not errors(app)
    assert figure(app, "digits") == str(left)
    assert len(store.digits_of(room.code, room.secret)) == left


def test_what_waits_behind_the_curtain_is_let_in_or_removed(store: Store, room: Opened) -> None:
    images = tiny_digits(2).images
    first, second = (store.hand_in(room.code, 5, 3, image, accepted=False) for image in images)
    app = teacher(room)
    assert (figure(app, "digits"), figure(app, "behind the curtain")) == ("0", "2")
    press(app, f"let_in_{first}")
    press(app, f"remove_{second}")
    assert (figure(app, "digits"), figure(app, "behind the curtain")) == ("1", "0")


def test_files_are_made_of_what_is_shown(store: Store, room: Opened) -> None:
    app = teacher(room)
    press(app, "Make the files")
    assert "No digits have been handed in yet" in said(app)
    fill(store, room, 7)
    press(app, "Make the files")
    assert len(app.get("download_button")) == 2


def test_a_server_that_loses_files_says_so_beside_the_download(
    room: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "keeps no files" not in said(teacher(room))
    monkeypatch.setattr(take_away, "keeps_no_files", lambda: True)
    assert "keeps no files" in said(teacher(room))


def test_community_cloud_is_known_by_its_address() -> None:
    assert is_on_community_cloud("https://mnist-lab.streamlit.app/class_room?room=CHJKMNP")
    for other in ("", "http://127.0.0.1:8501", "https://school.example/?x=.streamlit.app"):
        assert not is_on_community_cloud(other)


def test_deleting_the_room_leads_back_and_leaves_nothing(store: Store, room: Opened) -> None:
    fill(store, room, 3)
    app = teacher(room)
    press(app, "Delete everything")
    assert "Open a room" in buttons(app)
    assert room.code not in app.session_state[OWN]
    app = come(room)
    assert "There is no room" in errors(app)[0]


def test_one_host_asks_for_a_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLASS_PASSPHRASE", "staff only")
    app = visit("class_room")
    submit(app, "Open a room", host_passphrase="nobody's")
    assert "asks for a passphrase" in errors(app)[0]
    submit(app, "Open a room", host_passphrase="staff only")
    assert not errors(app)
    assert len(app.session_state[OWN]) == 1


# Teaching


@pytest.mark.mnist
def test_the_class_s_digits_are_taught_and_the_network_kept(
    store: Store, room: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teach, "PICTURES", 130)
    monkeypatch.setattr(process, "load_mnist", lambda split: tiny_digits(120))
    fill(store, room, 40)
    app = teacher(room)
    press(app, "Teach it our handwriting")
    lesson = app.session_state[LESSON][room.code]
    deadline = time.monotonic() + 60
    while lesson.stage is not Stage.DONE:
        assert time.monotonic() < deadline
        app.run()
    app.run()
    assert not errors(app)
    assert figure(app, "judging digits") == str(int(lesson.split.judged.sum()))
    assert figure(app, "read now") == in_percent(lesson.after.result.accuracy)
    assert lesson.remembered[0].samples == 0
    assert store.networks.kept(room.code) is None
    press(app, "Give it to the class")
    assert not errors(app)
    (network,) = app.session_state["networks"].values()
    assert "our handwriting" in network.title
    assert store.networks.kept(room.code) is not None


def test_too_few_writers_are_a_sentence(store: Store, room: Opened) -> None:
    fill(store, room, 4)
    app = teacher(room)
    press(app, "Teach it our handwriting")
    assert "At least two people" in errors(app)[0]
    assert LESSON not in app.session_state


def test_a_lesson_can_be_stopped(store: Store, room: Opened) -> None:
    fill(store, room, 40)
    app = teacher(room)
    press(app, "Teach it our handwriting")
    press(app, "Stop")
    assert "The shipped network is as it was" in said(app)
    assert app.session_state[LESSON][room.code].player.is_at_rest
    press(app, "Delete everything")
    assert LESSON not in app.session_state


def test_the_class_is_compared_with_mnist(store: Store, room: Opened) -> None:
    fill(store, room, 12)
    app = teacher(room)
    press(app, "Compare")
    assert not errors(app)
    assert html(app).count('alt="mean 3"') == (2 if mnist_is_here() else 1)
    assert "Our most unusual digits" in subheaders(app)
    cloud = picture(app, "class_cloud")
    assert cloud.count("<text") == 12 + 10
    assert "the nearest dot is a digit of the same kind" in said(app)


def test_the_taught_network_is_offered_to_everybody_in_the_room(store: Store, room: Opened) -> None:
    phone = come(room, Own(writer=5))
    assert "Use it on all pages" not in buttons(phone)
    kept = store.networks.keep(
        room.code, room.secret, "deep_cnn", packed(load_trained("deep_cnn").model)
    )
    phone.run()
    press(phone, "Use it on all pages")
    assert not errors(phone)
    (network,) = phone.session_state["networks"].values()
    assert "taught our handwriting" in network.title
    assert network.key == f"class_{kept.sha256[:12]}"
    assert network.title in said(phone)
    go_to(phone, "draw")
    change(phone, MODEL.key, network.key)
    assert not errors(phone)
    store.end_room(room.code, room.secret)
    late = come(room, Own(writer=6))
    assert "Use it on all pages" not in buttons(late)


# Votes


def test_the_class_votes_on_a_picture_of_the_wall(store: Store, room: Opened) -> None:
    fill(store, room, 3)
    app, phones = teacher(room), [come(room, Own(writer=writer)) for writer in (5, 6)]
    press(app, "Choose a picture")
    press(app, "Ask what it reads")
    assert not errors(app)
    poll = store.votes.poll(room.code)
    assert poll is not None
    assert f'data-pick="{poll.picture}"' not in picture(app, "class_tiles")
    for phone, answer in zip(phones, (0, 1), strict=True):
        phone.run()
        press(phone, f"vote_{poll.number}_{answer}")
        assert "Your vote is counted" in said(phone)
    app.run()
    assert f"{poll.answers[0]}: 1, {poll.answers[1]}: 1" in html(app)
    assert "The network reads" not in said(app) + said(phones[0])
    press(app, "What does the model say?")
    assert "The network reads" in said(app)
    assert f'data-pick="{poll.picture}"' in picture(app, "class_tiles")
    phones[0].run()
    assert "The network reads" in said(phones[0])
    assert widget(phones[0], f"vote_{poll.number}_0").disabled
    press(app, "Take it off the wall")
    assert store.votes.poll(room.code) is None


def test_a_vote_for_a_question_that_is_over_is_a_sentence(store: Store, room: Opened) -> None:
    question = Question("Which?", ("one", "two"), 0, "One.")
    number = store.votes.ask(room.code, room.secret, question)
    phone = come(room, Own(writer=5))
    store.votes.ask(room.code, room.secret, question)
    press(phone, f"vote_{number}_0")
    assert "not on the wall any more" in errors(phone)[0]


def test_a_question_of_a_lesson_is_put_to_the_class(store: Store, room: Opened) -> None:
    lesson = visit("pooling", {TAUGHT: room.code, OWN: {room.code: Own(secret=room.secret)}})
    press(lesson, "ask_class_thickens")
    assert not errors(lesson)
    poll = store.votes.poll(room.code)
    assert poll is not None
    assert "makes the stroke thicker" in poll.text
    assert not poll.is_revealed
    store.votes.reveal(room.code, room.secret)
    revealed = store.votes.poll(room.code)
    assert revealed is not None
    assert revealed.right == 0


def test_nobody_else_is_asked_to_ask(room: Opened) -> None:
    for session in ({}, {TAUGHT: room.code, OWN: {room.code: Own(writer=5)}}):
        assert "Ask the class" not in buttons(visit("pooling", session))
