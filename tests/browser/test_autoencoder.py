"""A visitor who looks at how an autoencoder learns."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import (
    at_both_widths,
    button,
    changes,
    move,
    open_chapter,
    open_settings,
    pictures,
    slider,
)

pytestmark = [pytest.mark.browser, pytest.mark.walk]
LESSON = "autoencoder?chapter=By+the+numbers"


def test_another_draw_and_the_noise_change_their_pictures(lesson: Page):
    noise = slider(lesson, "Noise ε")
    for _ in at_both_widths(lesson):
        drawn = pictures(lesson, "redrawn")
        button(lesson, "Another draw").click()
        assert changes(lesson, "redrawn", drawn)[0] == drawn[0], "the digit itself stays"
        noisy = pictures(lesson, "noisy_digit")
        move(noise, "PageUp")
        changes(lesson, "noisy_digit", noisy)


def test_a_link_opens_a_training_with_its_beta(lesson: Page):
    open_chapter(lesson, "For experts")
    lesson.get_by_role("link", name="Train with β = 0.25").click()
    expect(lesson.get_by_role("combobox", name="Network")).to_have_value("VAE")
    open_settings(lesson)
    lesson.get_by_role("button", name="More settings").click()
    beta = slider(lesson, "β: weight of the KL term")
    expect(beta).to_have_attribute("aria-valuetext", "0.25")
