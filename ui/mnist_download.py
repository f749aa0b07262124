"""The offer to fetch MNIST where it is not on the machine yet."""

from typing import Literal

import streamlit as st

from mnist_core.data.mnist import download_mnist
from mnist_core.errors import MnistLabError


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
