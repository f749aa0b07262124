"""What there is to train on: MNIST, the visitor's own files, or generated digits."""

from collections.abc import Callable, Collection
from contextlib import suppress

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.data.idx import digits_from_files
from mnist_core.data.idx_file import FOUR_FILES
from mnist_core.data.mnist import may_download, mnist_is_here
from mnist_core.data.origin import Kind, Origin, origin_of
from mnist_core.errors import IdxIncomplete, IdxTooMuch, MnistLabError
from mnist_core.latent.generate import generated_origin
from ui.shared.digit.test_digits import (
    IN_USE,
    TEST_COUNT,
    TEST_SEED,
    TRAINING_COUNT,
    TRAINING_SEED,
    offer_mnist_download,
    shared_generated_test,
    shared_generated_training,
)
from ui.shared.glossary import say
from ui.shared.lesson import try_or_say
from ui.shared.session.data import MNIST, OWN, TrainingData, current_upload, shared_mnist
from ui.shared.state import DATA
from ui.shared.widgets import segmented

UPLOAD_MB = 50
"""MNIST's training pictures have 47 MB: no widget takes more, and so `server.maxUploadSize`."""
WHAT_TO_UPLOAD = f"""
**Train on files of your own**, in the format of MNIST's files (Fashion-MNIST comes in it, too):
{", ".join(f"`{name}`" for name in FOUR_FILES)}, each as it is or with `.gz`. One pair, pictures and
labels, is enough: a sixth of it is then set aside to test on.
"""


def choose_training_data() -> TrainingData | None:
    """Show what there is to train on, and let the visitor bring files; None while there is none.

    Where MNIST is here, this is one small button; anything else is said in the page.
    """
    mnist = _mnist_or_why_not()
    with st.popover("Data", icon=":material/database:") if mnist else st.container(border=True):
        own = _own_data()
        if mnist and own:
            _choose_between_them()
        _upload_own_files()
    stand_in = None if mnist or own else _generated()
    chosen = own if own and (mnist is None or DATA.get() == OWN) else mnist or stand_in
    if chosen and not chosen.is_mnist:
        st.info(f"{chosen.description}.", icon=":material/database:")
    return chosen


def _mnist_or_why_not() -> TrainingData | None:
    if may_download() and not mnist_is_here():
        offer_mnist_download()
        return None
    return try_or_say(shared_mnist, st.warning, ":material/folder_off:")


def _own_data() -> TrainingData | None:
    upload = current_upload()
    if upload.digits is None or upload.origin is None:
        return None
    return TrainingData(*upload.digits, upload.origin)


def _generated() -> TrainingData | None:
    generated = try_or_say(shared_generated)
    if generated is not None:
        st.info(IN_USE, icon=":material/auto_awesome:")
    return generated


def shared_generated() -> TrainingData:
    """Generated digits, one copy for all visitors. Raises WeightsUnusable."""
    return TrainingData(
        shared_generated_training(),
        shared_generated_test(),
        generated_origin((TRAINING_COUNT, TEST_COUNT), (TRAINING_SEED, TEST_SEED)),
    )


def data_of(origin: Origin | None, offered: TrainingData) -> TrainingData | None:
    """The digits that come from there, if they are at hand: `offered`, MNIST, or generated ones."""
    if origin is None or origin == offered.origin:
        return offered if origin else None
    at_hand: dict[Kind, Callable[[], TrainingData | None]] = {
        "mnist": shared_mnist, "generated": shared_generated, "files": _own_data,
    }  # fmt: skip
    with suppress(MnistLabError):
        found = at_hand[origin.kind]()
        if found is not None and found.origin == origin:
            return found
    return None


def _choose_between_them() -> None:
    DATA.set(DATA.get())
    segmented(DATA, "Train on", [MNIST, OWN])


def _upload_own_files() -> None:
    upload = current_upload()
    say(WHAT_TO_UPLOAD)
    key = f"own_files_{upload.round}"
    waiting = st.file_uploader(
        "Your own pictures and labels",
        accept_multiple_files=True,
        max_upload_size=UPLOAD_MB,
        key=key,
        on_change=take_files,
        args=(key,),
        help="At most 70 000 pictures together. They are forgotten when you leave, never stored.",
    )
    if upload.missing and waiting:
        st.info(upload.missing, icon=":material/pending:")
    if upload.problem:
        st.error(upload.problem, icon=":material/broken_image:")
        if upload.digits:
            st.caption("The files that you uploaded before are still in use.")
    if upload.digits:
        st.button("Remove your files", icon=":material/delete:", on_click=remove_own_files)


def take_files(key: str) -> None:
    """Parse what is in the upload widget `key`. Unless that works, the earlier digits stay.

    Files that may yet become a set, when one is added or exchanged, stay in the widget.
    """
    upload = current_upload()
    files: list[UploadedFile] = [f for f in st.session_state[key] if isinstance(f, UploadedFile)]
    file_ids = [file.file_id for file in files]
    _forget(set(upload.waiting).difference(file_ids))
    upload.waiting = file_ids
    upload.problem = upload.missing = ""
    if not files:
        return
    try:
        upload.digits = digits_from_files([(file.name, file.getvalue()) for file in files])
        names = [file.name for file in files]
        upload.origin = origin_of("files", *upload.digits, names=names)
        DATA.set(OWN)
    except IdxIncomplete as error:
        upload.missing = str(error)
        return
    except IdxTooMuch as error:
        upload.problem = str(error)
    except MnistLabError as error:
        upload.problem = str(error)
        return
    upload.round += 1
    _forget(file_ids)


def remove_own_files() -> None:
    """Free the visitor's own digits; MNIST is trained on again, where it is here."""
    current_upload().digits = None
    DATA.set(MNIST)


def _forget(file_ids: Collection[str]) -> None:
    """Free uploaded bytes now: Streamlit would keep them until the session ends."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        for file_id in file_ids:
            context.uploaded_file_mgr.remove_file(context.session_id, file_id)
