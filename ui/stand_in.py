"""Generated digits, which stand in for MNIST where it cannot be had; and it is always said."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from mnist_core.data.mnist import Digits, may_download, mnist_is_here
from mnist_core.errors import MnistLabError
from mnist_core.latent.generate import generate_digits
from ui.mnist_download import offer_mnist_download
from ui.runtime import shared_test_digits

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
    try:
        if mnist_is_here():
            return TestDigits(shared_test_digits(), generated=False)
    except MnistLabError:
        pass
    try:
        return TestDigits(shared_generated_test(), generated=True)
    except MnistLabError:
        return None


def offered_test_digits(then_rerun: Literal["app", "fragment"] = "app") -> TestDigits | None:
    """The same, but where MNIST is not here the page says so, why, and offers to fetch it.

    then_rerun: what needs it, and runs again when it is there
    """
    if may_download() and not mnist_is_here():
        offer_mnist_download(then_rerun)
    else:
        try:
            return TestDigits(shared_test_digits(), generated=False)
        except MnistLabError as error:
            st.warning(str(error), icon=":material/folder_off:")
    try:
        generated = TestDigits(shared_generated_test(), generated=True)
    except MnistLabError as error:
        st.error(str(error), icon=":material/error:")
        return None
    st.info(IN_USE, icon=":material/auto_awesome:")
    return generated
