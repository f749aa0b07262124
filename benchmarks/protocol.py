"""A visitor without a browser: speaks Streamlit's own websocket protocol, so that the server alone
is what is measured."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from mnist_core.pictures.image_files import encode_png
from mnist_core.pictures.own_digits import DIGITS, in_canvas_pixels, on_canvas
from mnist_core.pictures.strokes import BrushStroke
from ui.shared.digit.drawing import CanvasObjects, objects_of
from ui.shared.figures.html import address
from ui.shared.state import BRUSH_PX

PATIENCE_S = 60.0
TEXTS = {"html": "body", "markdown": "body", "heading": "body", "alert": "body", "progress": "text"}
"""Where an element of each kind has its words."""


@dataclass
class Part:
    """A component of the page. data: what it was last sent; at_s: when, by `time.perf_counter`."""

    id: str
    fragment_id: str
    data: dict[str, Any]
    at_s: float
    count: int = 1


@dataclass
class Visitor:
    """What one visitor's browser knows of the page.

    parts:    components by their key
    buttons:  id by label; enabled: whether it can be pressed now
    said:     all that came as text or HTML since the page was opened, the newest last
    query:    what stands behind the ? of the address
    finished: how many runs of the script have come to their end
    """

    connection: ClientConnection
    parts: dict[str, Part] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)
    enabled: dict[str, bool] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    finished: int = 0
    page: str = ""
    page_hash: str = ""
    query: str = ""
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _states: dict[str, WidgetState] = field(default_factory=dict)
    _timers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _listens: asyncio.Task[None] | None = None

    async def open(self, page: str = "") -> float:
        """Open a page by its address; returns how long it took, in seconds."""
        self._listens = asyncio.create_task(self._listen())
        self.page = page
        began = time.perf_counter()
        await self.rerun()
        await self.wait_for(lambda: self.finished > 0)
        return time.perf_counter() - began

    async def go_to(self, page: str) -> None:
        """Another page, by its address, in the same session."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        before = self.finished
        self.page, self.page_hash = page, ""
        await self.rerun()
        await self.wait_for(lambda: self.finished > before)

    async def close(self) -> None:
        """As when the tab is closed."""
        for task in (*self._timers.values(), self._listens):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        await self.connection.close()

    async def set_states(self, fragment_of: str, **states: dict[str, Any]) -> None:
        """Set the states of components by key, all in one message.

        fragment_of: key of the component whose fragment is to run
        """
        for key, state in states.items():
            part = self.parts[key]
            self._states[part.id] = WidgetState(id=part.id, json_value=json.dumps(state))
        await self.rerun(self.parts[fragment_of].fragment_id)

    async def press(self, label: str) -> None:
        """A button that stands in no fragment."""
        for timer in self._timers.values():
            timer.cancel()
        await self.rerun(pressed=self.buttons[label])

    async def rerun(
        self, fragment_id: str = "", pressed: str = "", by_itself: bool = False
    ) -> None:
        """Have the page, or a fragment of it, run again."""
        message = BackMsg()
        script = message.rerun_script
        script.page_name, script.page_script_hash = self.page, self.page_hash
        script.fragment_id, script.query_string = fragment_id, self.query
        script.is_auto_rerun = by_itself
        script.widget_states.widgets.extend(self._states.values())
        if pressed:
            script.widget_states.widgets.append(WidgetState(id=pressed, trigger_value=True))
        await self.connection.send(message.SerializeToString())

    async def wait_for(self, holds: Callable[[], bool]) -> None:
        """Until it holds. Raises TimeoutError after PATIENCE_S seconds."""
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(holds)

    async def next_of(self, key: str, since: int) -> Part:
        """The component once it has been sent more than `since` times."""
        await self.wait_for(lambda: key in self.parts and self.parts[key].count > since)
        return self.parts[key]

    def count_of(self, key: str) -> int:
        """How often the component has been sent."""
        return self.parts[key].count if key in self.parts else 0

    async def _listen(self) -> None:
        """Until the connection is closed, whoever does it."""
        with suppress(ConnectionClosed):
            await self._take_messages()

    async def _take_messages(self) -> None:
        async for data in self.connection:
            message = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
            kind = message.WhichOneof("type")
            if kind == "delta":
                self._take(message.delta)
            elif kind == "navigation":
                self.page_hash = message.navigation.page_script_hash
            elif kind == "script_finished":
                self.finished += message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            elif kind == "auto_rerun":
                self._repeat(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            elif kind == "stop_auto_rerun":
                for fragment_id in message.stop_auto_rerun.fragment_ids:
                    if timer := self._timers.pop(fragment_id, None):
                        timer.cancel()
            async with self._changed:
                self._changed.notify_all()

    def _take(self, delta: Delta) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "bidi_component":
            component = element.bidi_component
            key = component.id.split("-", 2)[-1]
            data = json.loads(component.json) if component.json else {}
            count = self.count_of(key) + 1
            now = time.perf_counter()
            self.parts[key] = Part(component.id, delta.fragment_id, data, now, count)
        elif kind == "button":
            self.buttons[element.button.label] = element.button.id
            self.enabled[element.button.label] = not element.button.disabled
        elif kind in TEXTS:
            self.said.append(getattr(getattr(element, kind), TEXTS[kind]))

    def _repeat(self, fragment_id: str, every_s: float) -> None:
        async def repeat() -> None:
            with suppress(ConnectionClosed):
                while True:
                    await asyncio.sleep(every_s)
                    await self.rerun(fragment_id, by_itself=True)

        if timer := self._timers.get(fragment_id):
            timer.cancel()
        self._timers[fragment_id] = asyncio.create_task(repeat())


async def new_visitor(address: str, cookie: str = "") -> Visitor:
    """Connected, and still without a page.

    address: of the server, “http://…”; cookie: “name=value”, which the browser sends
    """
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    headers = {"Cookie": cookie} if cookie else {}
    connection = connect(
        stream, additional_headers=headers, max_size=None, open_timeout=PATIENCE_S,
        ping_interval=None,
    )  # fmt: skip
    return Visitor(await connection)


def picture_address(picture: np.ndarray) -> str:
    """As the canvas sends it: a PNG in a data address. picture: from `on_canvas`"""
    return address(encode_png(picture[..., 0].astype(np.float32) / np.float32(255)))


def canvas_state(objects: CanvasObjects, picture: str) -> dict[str, Any]:
    """What the canvas says after the pen is lifted. picture: from `picture_address`"""
    return {"drawing": {"raw": {"objects": objects}, "data": picture}}


def drawn_digit(digit: int, number: int = 0) -> dict[str, Any]:
    """That state with a digit of this program's own.

    number: tells drawings of the same digit apart, as no hand writes it twice in one place
    """
    strokes = [
        BrushStroke(stroke + np.float32(number / 100), BRUSH_PX.default, smooth=False)
        for stroke in in_canvas_pixels(DIGITS[digit])
    ]
    return canvas_state(objects_of(strokes), picture_address(on_canvas(DIGITS[digit])))
