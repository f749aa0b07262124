"""A Setting as slider, box, pills, switch or field; the dice; one call each.

Each widget starts at the Setting's default and keeps its value where the Setting lives.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal, TypedDict, TypeVar

import streamlit as st

from mnist_core.models.registry import MODELS
from mnist_core.words import plainly
from ui.shared.address import choices, lines, numbers, switches, take_from_address
from ui.shared.figures.charts import LiveChart
from ui.shared.session.networks import Network, label_of
from ui.shared.state import Setting

Number = TypeVar("Number", int, float)
Option = TypeVar("Option")
Options = Sequence[Option] | Mapping[Option, str]
"""What there is to choose from; a mapping says how each is called, else its own text does."""
Callback = Callable[[], None]
SEEDS = 100_000


def slide(
    setting: Setting[Number],
    label: str,
    lowest: Number,
    highest: Number,
    step: Number | None = None,
    *,
    format: str | None = None,
    on_change: Callback | None = None,
) -> Number:
    """A slider between two ends that stay."""
    asked = take_from_address(setting, label, numbers(lowest, highest))
    format = format or _decimals_of(setting.get() if asked is None else asked)
    return st.slider(
        label, lowest, highest, setting.default, step, format, on_change=on_change,
        **_kept(setting),
    )  # fmt: skip


def slide_up_to(
    setting: Setting[int],
    label: str,
    lowest: int,
    highest: int,
    *,
    disabled: bool = False,
    on_change: Callback | None = None,
) -> int:
    """A slider whose ends move: a value beyond them comes back to the nearer one."""
    start = min(max(setting.default, lowest), highest)
    take_from_address(replace(setting, default=start), label, numbers(lowest, highest))
    set_between(setting, min(max(setting.get(), lowest), highest), (lowest, highest))
    return st.slider(
        label, lowest, highest, start, disabled=disabled, on_change=on_change, **_kept(setting)
    )


def set_between(setting: Setting[int], value: int, ends: tuple[int, int]) -> None:
    """Set the value of a slider, before it is shown; nothing where it has that value already.

    What is set is sent to the browser, where a visitor who holds an arrow key may be further by
    then. But a slider with other ends is a new one, which has to be told where it stands.
    """
    known = f"{setting.key}_ends"
    if st.session_state.get(setting.key) != value or st.session_state.get(known) != ends:
        setting.set(value)
    st.session_state[known] = ends


def slide_along(
    setting: Setting[Option],
    label: str,
    options: Sequence[Option],
    *,
    say: Callable[[Option], str] = str,
    help: str | None = None,
) -> Option:
    """A slider over values that need not be evenly spaced.

    It starts at the first where the default is not among them.
    """
    start = setting.default if setting.default in options else options[0]
    take_from_address(replace(setting, default=start), label, choices(options, say))
    return st.select_slider(label, options, start, format_func=say, help=help, **_kept(setting))


def slide_over(
    setting: Setting[Number],
    label: str,
    usual: Sequence[Number],
    within: tuple[Number, Number],
    *,
    say: Callable[[Number], str] = plainly,
    help: str | None = None,
) -> Number:
    """A slider over the usual values, the default, and each other one that this session has had.

    usual:  in their order
    within: least and greatest value that is possible, such as an address may ask for
    say:    another text for each number, without anything lost but spaces
    """
    asked = take_from_address(setting, label, numbers(*within, say))
    had: set[Number] = st.session_state.setdefault(f"had_{setting.key}", set())
    had |= {setting.get(), setting.get() if asked is None else asked}
    least, greatest = within
    stops = {value for value in had.union(usual) if least <= value <= greatest}
    stops |= {setting.default, setting.get()}
    return st.select_slider(
        label, sorted(stops), setting.default, format_func=say, help=help, **_kept(setting)
    )


def pick(
    setting: Setting[Option],
    label: str,
    options: Options[Option],
    *,
    help: str | None = None,
    on_change: Callback | None = None,
    width: int | Literal["stretch"] = "stretch",
    label_visibility: Literal["visible", "collapsed"] = "visible",
    only_here: Collection[Option] = (),
) -> Option:
    """A box to select from; it starts at the first where the default is not offered.

    only_here: options that no other session has, so that no address may name them
    """
    values = list(options)
    start = values.index(setting.default) if setting.default in values else 0
    _take_choice(replace(setting, default=values[start]), label, options, only_here)
    return st.selectbox(
        label, values, start, _says(options), help=help, on_change=on_change, width=width,
        label_visibility=label_visibility, **_kept(setting, only_here),
    )  # fmt: skip


def pills(
    setting: Setting[Option],
    label: str,
    options: Options[Option],
    *,
    wrap: bool | None = None,
    on_change: Callback | None = None,
) -> Option:
    """One of many short words or digits, all in sight."""
    _take_choice(setting, label, options)
    return st.pills(
        label, list(options), required=True, default=setting.default,
        format_func=_says(options), wrap=wrap, on_change=on_change, **_kept(setting),
    )  # fmt: skip


def pills_of_many(
    setting: Setting[list[Option]], label: str, options: Options[Option]
) -> list[Option]:
    """Any number of them."""
    return st.pills(
        label, list(options), selection_mode="multi", default=setting.default,
        format_func=_says(options), **_kept(setting),
    )  # fmt: skip


def guess(
    setting: Setting[int | None],
    label: str,
    answers: Sequence[str],
    *,
    on_change: Callback | None = None,
) -> int | None:
    """Which of the answers, from 0, was guessed; None before that. Screen readers say the label."""
    return st.pills(
        label, range(len(answers)), format_func=answers.__getitem__, on_change=on_change,
        label_visibility="collapsed", **_kept(setting),
    )  # fmt: skip


def segmented(
    setting: Setting[Option],
    label: str,
    options: Options[Option],
    *,
    only_here: Collection[Option] = (),
) -> Option:
    """One of a few, side by side.

    only_here: options that no other session has, so that no address may name them
    """
    _take_choice(setting, label, options, only_here)
    return st.segmented_control(
        label, list(options), required=True, default=setting.default,
        format_func=_says(options), **_kept(setting, only_here),
    )  # fmt: skip


def toggle(setting: Setting[bool], label: str, *, help: str | None = None) -> bool:
    """A switch."""
    take_from_address(setting, label, switches())
    return st.toggle(label, setting.default, help=help, **_kept(setting))


def number(
    setting: Setting[int],
    label: str,
    lowest: int,
    highest: int,
    *,
    width: int | Literal["stretch"] = "stretch",
) -> int:
    """A field for a whole number."""
    take_from_address(setting, label, numbers(lowest, highest))
    return st.number_input(label, lowest, highest, setting.default, width=width, **_kept(setting))


def text(setting: Setting[str], label: str, max_chars: int) -> str:
    """A field for a line of text."""
    take_from_address(setting, label, lines(max_chars))
    return st.text_input(label, setting.default, max_chars, **_kept(setting))


def choose_network(
    setting: Setting[str],
    networks: dict[str, Network],
    label: str = "Network",
    *,
    on_change: Callback | None = None,
) -> Network:
    """One of `networks`, of which there is at least one."""
    titles = {key: label_of(key, networks) for key in networks}
    own = networks.keys() - MODELS.keys()
    return networks[pick(setting, label, titles, on_change=on_change, only_here=own)]


def choose_shipped(setting: Setting[str], label: str, keys: Sequence[str]) -> str:
    """The key of one of a few shipped networks, which stand there by their titles."""
    return segmented(setting, label, {key: MODELS[key].title for key in keys})


def dice(setting: Setting[int], label: str) -> None:
    """A button for the next seed, below SEEDS."""
    st.button(
        label, icon=":material/casino:", key=f"{setting.key}_button",
        on_click=lambda: setting.set((setting.get() + 1) % SEEDS),
    )  # fmt: skip


def show_chart(chart: LiveChart) -> None:
    """It changes in place when its data do."""
    st.vega_lite_chart(chart.with_data(), alt=chart.alt)


def pick_many(
    setting: Setting[list[Option]], label: str, options: Mapping[Option, str], placeholder: str
) -> list[Option]:
    """A box for any number of choices, of a setting that the session keeps."""
    return st.multiselect(
        label,
        list(options),
        format_func=options.__getitem__,
        placeholder=placeholder,
        **_kept(setting),
    )


def turn_pages(setting: Setting[int], pages: int) -> None:
    """Buttons for one of `pages` pages, from 1, of a setting that the session keeps."""
    st.pagination(pages, **_kept(setting))


def _decimals_of(value: float) -> str | None:
    """A slider's format for a value between its stops; None where two decimals say it all."""
    decimals = len(f"{Decimal(plainly(value)):f}".partition(".")[2])
    return f"%.{decimals}f" if decimals > 2 else None


class _Kept(TypedDict):
    key: str
    bind: Literal["query-params"] | None
    persist_state: Literal["session"] | None


def _kept(setting: Setting[Option], only_here: Collection[Option] = ()) -> _Kept:
    stays_here = setting.lives_in == "address" and setting.get() in only_here
    in_address = setting.lives_in == "address" and not stays_here
    return {
        "key": setting.key,
        "bind": "query-params" if in_address else None,
        "persist_state": "session" if setting.lives_in == "session" or stays_here else None,
    }


def _take_choice(
    setting: Setting[Option],
    label: str,
    options: Options[Option],
    only_here: Collection[Option] = (),
) -> None:
    """What the address asks for; it hears of the choice again that follows one of `only_here`."""
    take_from_address(setting, label, choices(list(options), _says(options)))
    stayed_here = f"{setting.key}_stayed_here"
    if setting.get() in only_here:
        st.session_state[stayed_here] = True
    elif st.session_state.pop(stayed_here, False):
        setting.set(setting.get())


def _says(options: Options[Option]) -> Callable[[Option], str]:
    return options.__getitem__ if isinstance(options, Mapping) else str
