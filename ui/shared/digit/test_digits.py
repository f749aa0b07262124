"""Generated digits, which stand in for MNIST where it cannot be had; and it is always said."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from mnist_core.data.mnist import Digits, download_mnist, may_download, mnist_is_here
from mnist_core.errors import MnistLabError
from mnist_core.latent.generate import generate_digits
from ui.shared.lesson import try_or_say
from ui.shared.process import shared_test_digits

TRAINING_COUNT, TEST_COUNT = 20_000, 10_000
TRAINING_SEED, TEST_SEED = 1, 2
IN_USE = (
    "**Generated digits** are used meanwhile: the shipped conditional VAE drew them, and no person "
    "wrote them."
)


@dataclass(frozen=True)
class TestDigits:
    """MNIST's test digits, or what stands in for them."""

    digits: Digits
    generated: bool

    @property
    def name(self) -> str:
        """Of one of them, for people."""
        return "generated digit" if self.generated else "test digit"


@st.cache_resource(show_spinner="Drawing digits to train on …")
def shared_generated_training() -> Digits:
    """Digits to train on, one copy for all visitors. Raises WeightsUnusable."""
    return generate_digits(TRAINING_COUNT, TRAINING_SEED)


@st.cache_resource(show_spinner="Drawing digits …")
def shared_generated_test() -> Digits:
    """Other digits, to test on, one copy for all visitors. Raises WeightsUnusable."""
    return generate_digits(TEST_COUNT, TEST_SEED)


def quiet_test_digits() -> TestDigits | None:
    """MNIST's test digits or the stand-in, without a word in the page; None without either."""
    with suppress(MnistLabError):
        if mnist_is_here():
            return TestDigits(shared_test_digits(), generated=False)
    with suppress(MnistLabError):
        return TestDigits(shared_generated_test(), generated=True)
    return None


def offered_test_digits(then_rerun: Literal["app", "fragment"] = "app") -> TestDigits | None:
    """The same, but where MNIST is not here the page says so, why, and offers to fetch it.

    then_rerun: what needs it, and runs again when it is there
    """
    if may_download() and not mnist_is_here():
        offer_mnist_download(then_rerun)
    else:
        digits = try_or_say(shared_test_digits, st.warning, ":material/folder_off:")
        if digits is not None:
            return TestDigits(digits, generated=False)
    digits = try_or_say(shared_generated_test)
    if digits is None:
        return None
    st.info(IN_USE, icon=":material/auto_awesome:")
    return TestDigits(digits, generated=True)


def offer_mnist_download(then_rerun: Literal["app", "fragment"] = "app") -> None:
    """Say that MNIST is not here yet, with a button that fetches it.

    then_rerun: what needs it, and runs again when it is there
    """
    st.info("MNIST is not on this machine yet.", icon=":material/folder_off:")
    if not st.button("Download MNIST (11 MB)", icon=":material/download:"):
        return
    bar = st.progress(0.0, "Connecting …")

    def show_progress(fraction: float, message: str) -> None:
        bar.progress(fraction, message)

    try:
        download_mnist(show_progress)
    except MnistLabError as error:
        bar.empty()
        st.error(str(error), icon=":material/wifi_off:")
    else:
        st.rerun(scope=then_rerun)
