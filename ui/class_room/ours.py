"""Ours against MNIST: the class's mean digits beside MNIST's, and its most unusual ones."""

import streamlit as st

from mnist_core.classroom.digits import ClassDigits
from mnist_core.classroom.measures import cloud_of, mean_digits, most_unusual
from mnist_core.data.mnist import Digits, mnist_is_here, to_images_01
from mnist_core.words import a_digit, in_percent
from ui.class_room.cloud_figures import cloud_picture
from ui.shared.components.pictures import show_picture
from ui.shared.figures.tiles import image_row
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_test_digits
from ui.shared.session.rooms import own_of, shared_store

UNUSUAL = 10
SAYS = """
The mean of all that the class wrote for each digit, and of MNIST's test digits. Where a mean is
blurred, people write it in different ways.
"""
MAP_SAYS = """
An **autoencoder** that has only seen MNIST gives each digit a place on this map. Dots are MNIST's
test digits, numbers are ours. To {ours} of ours the nearest dot is a digit of the same kind; of
MNIST's own, to {mnist}. Where ours lie apart, we write in a way that MNIST does not know.
"""
FAR = "These lie farthest from the mean of their kind, pixel by pixel:"


@section
def show_ours(code: str) -> None:
    """Made when they are asked for, since it looks at all digits."""
    say(SAYS)
    if not st.button("Compare", icon=":material/compare:"):
        return
    digits = shared_store().digits_of(code, own_of(code).secret).shown
    if not len(digits):
        st.markdown("No digits have been handed in yet.")
        return
    _show_means("Our class", digits.digits)
    if mnist_is_here():
        _show_means("MNIST", shared_test_digits())
    _show_unusual(digits)
    _show_cloud(digits.digits)


def _show_means(title: str, digits: Digits) -> None:
    st.subheader(title, anchor=False)
    means = mean_digits(digits)
    there = [digit for digit in range(10) if not means[digit].isnan().any()]
    st.html(image_row(means[there], [f"mean {digit}" for digit in there]))


def _show_unusual(digits: ClassDigits) -> None:
    st.subheader("Our most unusual digits", anchor=False)
    st.markdown(FAR)
    chosen = most_unusual(digits.digits, UNUSUAL)
    images = to_images_01(digits.images[chosen])[:, 0]
    st.html(image_row(images, [a_digit(label) for label in digits.labels[chosen].tolist()]))


def _show_cloud(digits: Digits) -> None:
    st.subheader("Our cloud among MNIST's", anchor=False)
    cloud = cloud_of(digits)
    shares = {"ours": in_percent(cloud.among_own), "mnist": in_percent(cloud.mnist_among_own)}
    say(MAP_SAYS.format(**shares))
    show_picture(cloud_picture(cloud), "class_cloud")
