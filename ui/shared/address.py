"""What the page's address says of a setting, read before the setting's widget is drawn.

The browser writes what a visitor chooses into the address: a number as it is, any other choice by
its title. Streamlit reads back only what the browser would have written; it drops all else without
a word, and brings what lies beyond a slider to the slider's end. So each widget that lives in the
address asks `take_from_address` first: that understands keys, too, and every possible number, hands
the value to Streamlit as the browser would have written it, and refuses the rest in a sentence.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_core.words import plainly
from ui.shared.state import Setting

T = TypeVar("T")
Number = TypeVar("Number", int, float)
LONGEST_SHOWN = 40
SWITCH = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True)
class Spelling(Generic[T]):
    """How an address may say the value of one setting.

    read:     the value; raises ValueError where the text says none that is possible
    write:    as the browser writes it
    possible: for people, in Markdown: what can be written
    """

    read: Callable[[str], T]
    write: Callable[[T], str]
    possible: str


def numbers(
    lowest: Number, highest: Number, write: Callable[[Number], str] = plainly
) -> Spelling[Number]:
    """Any number from `lowest` to `highest`; whole ones only where both are of the type int."""
    kind = type(lowest)

    def read(text: str) -> Number:
        value = float("".join(text.split()))
        if not lowest <= value <= highest or kind(value) != value:
            raise ValueError(text)
        return kind(value)

    called = "a whole number" if kind is int else "a number"
    return Spelling(read, write, f"{called} from {plainly(lowest)} to {plainly(highest)}")


def choices(options: Sequence[T], title: Callable[[T], str]) -> Spelling[T]:
    """One of `options`, by its title or by its key: the option's own text."""

    def read(text: str) -> T:
        for same in (str.strip, str.casefold):
            for named in (title, str):
                for option in options:
                    if same(named(option)) == same(text):
                        return option
        raise ValueError(text)

    return Spelling(read, title, "one of " + ", ".join(f"`{option}`" for option in options))


def switches() -> Spelling[bool]:
    """On or off."""

    def read(text: str) -> bool:
        if text.casefold() not in SWITCH:
            raise ValueError(text)
        return SWITCH[text.casefold()]

    return Spelling(read, lambda value: str(value).lower(), "`true` or `false`")


def lines(max_chars: int) -> Spelling[str]:
    """Any text that is not too long."""

    def read(text: str) -> str:
        if len(text) > max_chars:
            raise ValueError(text)
        return text

    return Spelling(read, str, f"at most {max_chars} characters")


def take_from_address(setting: Setting[T], label: str, spelling: Spelling[T]) -> T | None:
    """Let the setting's widget, which comes next, start from what the address says.

    label: what the widget is called
    returns: what the address says; None where it says nothing, or nothing possible
    """
    if setting.lives_in != "address":
        return None
    page, text = _page(), st.query_params.get(setting.key)
    is_new = page.read.get(setting.key) != text
    page.read[setting.key] = text
    if text is None:
        return None
    try:
        value = spelling.read(text)
    except ValueError:
        if is_new:
            _refuse(setting, label, spelling, text)
        _leave(setting.key, None)
        return None
    if is_new:
        page.refused.pop(setting.key, None)
        if value == setting.default:  # Streamlit would keep what the session had before
            setting.set(value)
    _leave(setting.key, None if value == setting.default else spelling.write(value))
    return value


def fold(settings: Collection[Setting[Any]]) -> bool:
    """Let the address say something of settings whose widgets are folded away now.

    returns: whether it does
    """
    asked = {setting.key for setting in settings} & st.query_params.keys()
    _page().folded |= asked
    return bool(asked)


def take_ahead(setting: Setting[T], label: str, spelling: Spelling[T]) -> T:
    """The value of a setting whose widget comes further down in the page, or is folded away now.

    label: what its widget is called
    """
    is_new = _page().read.get(setting.key) != st.query_params.get(setting.key)
    asked = take_from_address(setting, label, spelling)
    if asked is None or (setting.key in st.session_state and not is_new):
        return setting.get()
    return asked


def take_held(setting: Setting[T], label: str, spelling: Spelling[T]) -> T:
    """The value of a setting whose widgets stand in a dialog, which is not always there.

    label: what its widget is called
    """
    before, text = _page().read.get(setting.key), st.query_params.get(setting.key)
    asked = take_from_address(setting, label, spelling)
    if asked is not None and text != before:
        setting.set(asked)
    hold(setting, spelling, setting.get())
    return setting.get()


def hold(setting: Setting[T], spelling: Spelling[T], value: T) -> None:
    """Keep the value of such a setting in the session, and write it into the page's address."""
    setting.set(value)
    text = None if value == setting.default else spelling.write(value)
    _page().read[setting.key] = text
    context = get_script_run_ctx()
    if context is None or st.query_params.get(setting.key) == text:
        return
    with context.session_state.query_params() as parameters:
        if text is None:
            parameters.remove_param(setting.key)
        else:
            parameters.set_corrected_value(setting.key, text, "string_value")


def take_once(name: str) -> str | None:
    """What the address says under the name of no setting; it is gone from there afterwards.

    None where it says nothing, or still what it has said already.
    """
    taken, text = f"taken_{name}", st.query_params.get(name)
    is_new = text is not None and text != st.session_state.get(taken)
    st.session_state[taken] = text
    if text is not None:
        _take_out(name)
    return text if is_new else None


def refuse(name: str, sentence: str) -> None:
    """Have the page say what is wrong with what stood in its address under this name."""
    _page().refused[name] = sentence


def begin_page(title: str) -> DeltaGenerator:
    """Before a page is drawn: the place where `say_refused` says what its address asked in vain."""
    if _page().title != title:
        st.session_state[_OPEN] = _Page(title)
    return st.container()


def opened_here() -> set[str]:
    """Names of what is open on this page, such as a dialog; going to another page closes it all."""
    return _page().open


def say_refused(place: DeltaGenerator) -> None:
    """What the page's address asks for in vain.

    A sentence for each impossible value, until the setting is changed; and the names for which the
    page, as it is now, has no widget.
    """
    page = _page()
    for sentence in page.refused.values():
        place.warning(sentence, icon=":material/link_off:")
    if idle := [
        f"`{_shown(name)}`"
        for name in st.query_params
        if name not in page.read and name not in page.folded
    ]:
        place.caption(
            f"No setting that this page shows now is called {' or '.join(idle)}, so that part of "
            "the address is left aside."
        )


@dataclass
class _Page:
    """What the address of the page that is open has said, by the settings' keys.

    read:    what stood there when the widget was last drawn, None for nothing
    refused: the sentence about what is impossible
    folded:  keys whose widgets are in a part that may be closed
    open:    names of what has been opened
    """

    title: str = ""
    read: dict[str, str | None] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    folded: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)


_OPEN = "open_page"


def _page() -> _Page:
    return cast(_Page, st.session_state.setdefault(_OPEN, _Page()))


def _refuse(setting: Setting[T], label: str, spelling: Spelling[T], text: str) -> None:
    sentence = (
        f"The address says `{setting.key}={_shown(text)}`, but **{label}** can only be "
        f"{spelling.possible}. The page goes on with {spelling.write(setting.get())}."
    )
    refuse(setting.key, sentence)
    context = get_script_run_ctx()
    if context is not None and context.fragment_ids_this_run:  # the place at the top is not drawn
        st.warning(sentence, icon=":material/link_off:")
    _take_out(setting.key)


def _take_out(name: str) -> None:
    """Of the address, in the browser too."""
    context = get_script_run_ctx()
    if context is not None:
        with context.session_state.query_params() as parameters:
            parameters.remove_param(name)


def _shown(text: str) -> str:
    """Inside of Markdown's backticks."""
    return text[:LONGEST_SHOWN].replace("`", "'") + "…" * (len(text) > LONGEST_SHOWN)


def _leave(key: str, text: str | None) -> None:
    """Let Streamlit find `text` for this key in the address, or nothing."""
    context = get_script_run_ctx()
    if context is None:
        return
    with context.session_state.query_params() as parameters:
        if text is None:
            parameters.discard_param_no_forward_msg(key)
        else:
            parameters.set_with_no_forward_msg(key, text)
        parameters.set_initial_query_params_from_current()
