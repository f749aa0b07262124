"""What a page owes to those who cannot see, point or read small things well: WCAG 2, level AA."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

from playwright.sync_api import FloatRect, Page

from tests.browser.hands import come_to_rest
from tests.conftest import AXE

HERE = Path(__file__).parent
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LEAST_TARGET_PX = 40
LEAST_CONTRAST = 4.5
STEPS = 40
"""Presses of Tab."""
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")


@dataclass(frozen=True)
class Exempt:
    """A rule of axe that elements of Streamlit's own break, which we cannot mend from here."""

    rule: str
    inside: str
    reason: str


_SCROLLS = "What is wider than a phone scrolls by itself; it gets the focus from the browser."
EXEMPT = (
    Exempt("scrollable-region-focusable", ".katex-display", _SCROLLS),
    Exempt("scrollable-region-focusable", '[data-testid="stCode"]', _SCROLLS),
)


def axe_finds(page: Page) -> list[str]:
    """Violations of WCAG 2, A and AA, but for EXEMPT."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate(
        "() => document.querySelector('[data-testid=stMain]')?.scrollTo(0, 0)"
    )  # nothing lies under the bar
    exempt = [{"rule": one.rule, "inside": one.inside} for one in EXEMPT]
    found: list[str] = page.evaluate(_script("violations.js"), [LEVELS, exempt])
    return found


def faint_texts(page: Page) -> list[str]:
    """Letters whose contrast is less than 4.5, or than 3 where they are large."""
    found: list[str] = page.evaluate(_script("contrast.js"), LEAST_CONTRAST)
    return found


def small_targets(page: Page) -> list[str]:
    """What a finger has to press within less than 40 px."""
    found: list[str] = page.evaluate(_script("targets.js"), LEAST_TARGET_PX)
    return found


def headings_out_of_order(page: Page) -> list[str]:
    """Those that follow on one more than a level above them; and the first, if it is no h1."""
    found: list[tuple[int, str]] = page.evaluate(
        """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
             .filter(one => one.checkVisibility()).map(one => [+one.tagName[1], one.innerText])"""
    )
    steps = pairwise([(0, ""), *found])
    wrong = [f"h{level} {text}" for (before, _), (level, text) in steps if level > before + 1]
    return wrong if found else ["no heading at all"]


def focus_unseen(page: Page) -> list[str]:
    """Where Tab leads without a change of pixels that shows it, among the first STEPS places."""
    unseen = []
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        place = page.evaluate(_script("focused.js"))
        if place is None:
            break
        clip = _round(page, place)
        with_focus = page.screenshot(clip=clip, animations="disabled")
        page.evaluate("() => focused.blur()")
        if page.screenshot(clip=clip, animations="disabled") == with_focus:
            unseen.append(place["name"])
        page.evaluate("() => focused.focus()")
    return unseen


def _round(page: Page, place: dict[str, float]) -> FloatRect:
    """The place and 8 px round it, as far as that is in the window."""
    size = page.viewport_size
    assert size is not None
    left, top = max(place["x"] - 8, 0), max(place["y"] - 8, 0)
    right = min(place["x"] + place["width"] + 8, size["width"])
    bottom = min(place["y"] + place["height"] + 8, size["height"])
    return {"x": left, "y": top, "width": max(right - left, 1), "height": max(bottom - top, 1)}


def set_theme(page: Page, theme: Theme) -> None:
    """As the visitor's system has it."""
    page.emulate_media(color_scheme=theme)
    page.wait_for_function(
        "theme => getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme"
        " === theme",
        arg=theme,
    )
    come_to_rest(page)
    page.evaluate(
        """() => document.getAnimations().filter((one) => one instanceof CSSTransition)
             .forEach((one) => one.finish())"""
    )  # while colours change, nothing has its own


def _script(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
