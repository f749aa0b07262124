import ast
import gzip
import os
import tomllib
from collections.abc import Iterator

import pytest
import torch
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from mnist_core.data.idx_file import FOUR_FILES
from mnist_core.data.mnist import Digits
from mnist_core.errors import DataUnavailable
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.training.history import MAX_LAYER_LOOKS, MAX_STEPS, MAX_TESTS, STEP_COLUMNS
from tests.ui.visitor import (
    ROOT,
    change,
    errors,
    flip,
    not_here,
    press,
    run,
    said,
    visit_part,
    widget,
)
from ui.shared.session.data import GENERATED, OWN, TrainingData
from ui.train.data import UPLOAD_MB
from ui.train.files import MAX_UPLOAD_MB

FILES_ASKED_FOR = "Your own pictures and labels"
File = tuple[str, bytes, str]


def page():
    import streamlit as st

    from ui.train.data import choose_training_data

    st.session_state["chosen"] = choose_training_data()


def two_pages():
    import streamlit as st

    if st.toggle("Leave"):
        st.title("Another page")
    else:
        from ui.train.data import choose_training_data

        st.session_state["chosen"] = choose_training_data()


def chosen(app: AppTest) -> TrainingData | None:
    return app.session_state["chosen"]


def random_digits(count: int) -> Digits:
    images = torch.randint(0, 256, (count, 28, 28)).to(torch.uint8)
    return Digits(images, torch.randint(0, 10, (count,)).to(torch.uint8))


def idx_file(name: str, values: torch.Tensor) -> File:
    sizes = b"".join(n.to_bytes(4, "big") for n in values.shape)
    content = bytes([0, 0, 8, values.dim()]) + sizes + values.numpy().tobytes()
    return f"{name}.gz", gzip.compress(content, 1), "application/gzip"


def four_files(train: Digits, test: Digits) -> list[File]:
    tensors = (train.images, train.labels, test.images, test.labels)
    return [idx_file(name, values) for name, values in zip(FOUR_FILES, tensors, strict=True)]


def upload(app: AppTest, files: list[File]) -> AppTest:
    return change(app, FILES_ASKED_FOR, files)


TRAIN, TEST = random_digits(150), random_digits(110)
FILES = four_files(TRAIN, TEST)
BAD = [*FILES[:3], (f"{FOUR_FILES[3]}.gz", FILES[3][1][:30], "application/gzip")]


GENERATED_DIGITS = random_digits(80)


@pytest.fixture(autouse=True)
def few_generated_digits(monkeypatch):
    """As quick as they are few."""
    monkeypatch.setattr("ui.train.data.shared_generated_training", lambda: GENERATED_DIGITS)
    monkeypatch.setattr("ui.train.data.shared_generated_test", lambda: GENERATED_DIGITS)


@pytest.fixture
def with_mnist(monkeypatch):
    """Stand-ins of MNIST's two sets, which are as quick as they are small."""
    monkeypatch.setenv("MNIST_DIR", os.devnull)
    monkeypatch.setattr("ui.shared.session.data.load_mnist", lambda split: random_digits(60))
    monkeypatch.setattr("ui.shared.session.data.shared_test_digits", lambda: random_digits(10))


# Where MNIST is missing


def test_without_mnist_generated_digits_stand_in_and_that_is_said(without_mnist):
    app = visit_part(page)
    assert chosen(app).train is GENERATED_DIGITS
    assert not chosen(app).is_mnist
    assert "no person wrote them" in said(app)
    assert "Generated digits: 80 pictures to train on" in said(app)


def test_without_the_weights_that_draw_them_the_page_says_so_and_goes_on(
    without_mnist, monkeypatch
):
    monkeypatch.setattr("ui.train.data.shared_generated_training", lambda: not_here("cvae"))
    app = visit_part(page)
    assert chosen(app) is None
    assert errors(app) == ["The weights of cvae are not here."]
    assert chosen(upload(app, FILES)).name == OWN


def test_an_empty_folder_for_mnist_is_named_and_files_are_asked_for(without_mnist):
    app = visit_part(page)
    assert chosen(app).name == GENERATED
    assert str(without_mnist) in app.warning[0].value
    assert "unset it" in app.warning[0].value
    for name in FOUR_FILES:
        assert name in said(app)
    assert not app.error
    assert not app.button, "somebody's own folder is not downloaded to"


def test_a_download_is_offered_and_its_failure_leaves_the_upload(monkeypatch, tmp_path):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setattr("mnist_core.data.mnist.DEFAULT_ROOT", tmp_path)

    def no_network(progress):
        progress(0.0, "Downloading")
        raise DataUnavailable("No mirror answered. Check the network.")

    monkeypatch.setattr("ui.shared.digit.test_digits.download_mnist", no_network)
    app = visit_part(page)
    assert chosen(app).name == GENERATED
    assert "not on this machine" in app.info[0].value
    press(app, "Download MNIST")
    assert errors(app) == ["No mirror answered. Check the network."]
    assert chosen(app).name == GENERATED
    assert chosen(upload(app, FILES)).name == OWN


def test_after_the_download_mnist_is_there(monkeypatch, tmp_path, with_mnist):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setattr("mnist_core.data.mnist.DEFAULT_ROOT", tmp_path)
    here = []
    monkeypatch.setattr("ui.train.data.mnist_is_here", lambda: bool(here))
    monkeypatch.setattr(
        "ui.shared.digit.test_digits.download_mnist", lambda progress: here.append(True)
    )
    app = visit_part(page)
    assert chosen(app).name == GENERATED
    press(app, "Download MNIST")
    assert chosen(app).is_mnist
    assert not app.info


def test_four_uploaded_files_are_trained_on_and_the_page_says_so(without_mnist):
    app = upload(visit_part(page), FILES[::-1])
    data = chosen(app)
    assert torch.equal(data.train.images, TRAIN.images)
    assert torch.equal(data.test.labels, TEST.labels)
    assert not data.is_mnist
    assert "Your own files: 150 pictures to train on, 110 to test on" in app.info[0].value
    assert not app.error


def test_of_two_uploaded_files_a_sixth_is_for_testing(without_mnist):
    app = upload(visit_part(page), FILES[:2])
    assert (len(chosen(app).train), len(chosen(app).test)) == (125, 25)


def test_files_may_come_one_by_one(without_mnist):
    app = upload(visit_part(page), FILES[:1])
    assert chosen(app).name == GENERATED
    assert "add what is missing" in app.info[0].value
    assert not app.error
    change(app, FILES_ASKED_FOR, FILES[:2])
    assert chosen(app).name == OWN
    assert "add what is missing" not in said(app)


def test_a_bad_upload_gets_a_sentence_and_the_earlier_one_stays_in_use(without_mnist):
    app = upload(visit_part(page), FILES)
    before = chosen(app).train
    upload(app, BAD)
    (error,) = app.error
    assert FOUR_FILES[3] in error.value
    assert error.value.endswith(".")
    assert chosen(app).train is before
    assert "uploaded before are still in use" in said(app)
    upload(app, FILES[:2])
    assert not app.error, "a good upload ends the complaint"
    assert chosen(app).train is not before


HOSTILE = {
    "empty": b"",
    "text": b"hello, I am a text file",
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "4 billion pictures": b"\0\0\x08\x03" + b"\xff" * 12,
    "cut archive": FILES[0][1][:50],
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_first_upload_gets_a_sentence(content, without_mnist):
    app = upload(visit_part(page), [("![x](y)", content, ""), FILES[1]])
    (error,) = app.error
    assert error.value.endswith(".")
    assert "![x](" not in error.value
    assert chosen(app).name == GENERATED
    assert "still in use" not in said(app)
    change(app, FILES_ASKED_FOR, None)
    assert not app.error, "with the file goes the complaint"


def test_own_files_survive_reruns_and_leaving_until_they_are_removed(without_mnist):
    app = upload(visit_part(two_pages), FILES)
    before = chosen(app).train
    assert chosen(run(app)).train is before
    flip(app, "Leave")
    assert app.title
    flip(app, "Leave")
    assert chosen(app).train is before
    press(app, "Remove")
    assert chosen(app).name == GENERATED
    assert app.session_state["upload"].digits is None


# Where MNIST is here


def test_where_mnist_is_here_it_is_chosen_without_a_word(with_mnist):
    app = visit_part(page)
    assert chosen(app).is_mnist
    assert chosen(app).description == "MNIST: 60 pictures to train on, 10 to test on"
    assert not [*app.info, *app.warning, *app.error]
    assert not app.segmented_control


def test_mnist_is_shared_by_all_visitors(with_mnist):
    assert chosen(visit_part(page)).train is chosen(visit_part(page)).train


def test_own_files_are_one_visitors_alone(with_mnist):
    upload(visit_part(page), FILES)
    assert chosen(visit_part(page)).is_mnist


def test_a_visitor_can_switch_between_mnist_and_own_files(with_mnist):
    app = upload(visit_part(two_pages), FILES)
    assert not chosen(app).is_mnist
    change(app, "Train on", "MNIST")
    assert chosen(app).is_mnist
    assert not app.info
    change(app, "Train on", OWN)
    assert not chosen(app).is_mnist
    flip(app, "Leave")
    flip(app, "Leave")
    assert not chosen(app).is_mnist, "the choice is kept while other pages are visited"
    press(app, "Remove")
    assert chosen(app).is_mnist
    assert not app.segmented_control


def test_a_bad_upload_leaves_mnist_in_use(with_mnist):
    app = upload(visit_part(page), BAD)
    assert len(app.error) == 1
    assert chosen(app).is_mnist


@pytest.mark.mnist
def test_the_real_mnist_is_loaded():
    data = chosen(visit_part(page))
    assert data.description == "MNIST: 60 000 pictures to train on, 10 000 to test on"


# Memory


@pytest.fixture
def freed(monkeypatch) -> list[str]:
    """The ids of the uploaded files that were freed."""
    ids: list[str] = []
    remove = MemoryUploadedFileManager.remove_file

    def noting(self, session_id, file_id):
        ids.append(file_id)
        remove(self, session_id, file_id)

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", noting)
    return ids


def test_uploaded_bytes_are_freed_when_they_are_parsed(without_mnist, freed):
    app = upload(visit_part(page), FILES)
    assert len(freed) == 4
    assert not widget(app, FILES_ASKED_FOR).value
    assert "own_files_0" not in app.session_state


@pytest.mark.parametrize("files", [FILES[:3], BAD], ids=["one missing", "one bad"])
def test_what_may_yet_become_a_set_stays_in_the_widget(files, without_mnist, freed):
    app = upload(visit_part(page), files)
    assert not freed
    assert len(widget(app, FILES_ASKED_FOR).value) == len(files)


def test_what_is_too_much_is_freed_at_once(without_mnist, freed):
    app = upload(visit_part(page), [*FILES, FILES[0]])
    assert "5 files" in app.error[0].value
    assert len(freed) == 5
    assert not widget(app, FILES_ASKED_FOR).value


def test_what_was_left_waiting_is_freed_by_the_next_upload(without_mnist, freed):
    app = upload(visit_part(two_pages), FILES[:1])
    flip(app, "Leave")
    flip(app, "Leave")
    assert "add what is missing" not in said(app)
    upload(app, FILES[1:2])
    assert len(freed) == 1


def uploaders() -> Iterator[ast.Call]:
    """Every call of `st.file_uploader` in the app."""
    for path in [*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.file_uploader":
                yield node


def test_the_server_lets_through_what_the_largest_widget_needs_and_no_more():
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())
    assert config["server"]["maxUploadSize"] == max(UPLOAD_MB, MAX_UPLOAD_MB)
    assert 10**6 * UPLOAD_MB > 60_000 * 28 * 28
    limits = [{word.arg for word in call.keywords} for call in uploaders()]
    assert len(limits) == 3
    assert all("max_upload_size" in names for names in limits)


@pytest.mark.parametrize("key", sorted(ARCHITECTURES.keys() - {"resnet18_transfer"}))
def test_the_largest_file_of_a_run_can_be_brought_back(key: str):
    numbers = sum(tensor.numel() for tensor in ARCHITECTURES[key].build().state_dict().values())
    log = MAX_STEPS * len(STEP_COLUMNS) + MAX_TESTS * 6 + MAX_LAYER_LOOKS * 41
    assert 4 * 4 * numbers + 8 * log < 10**6 * MAX_UPLOAD_MB, (
        "weights, their mean, two moments, log"
    )
