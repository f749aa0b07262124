"""A whole class at once: many draw, and some train, over the websocket protocol."""

import asyncio
import random
import re
import time
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import psutil

from benchmarks.memory import AS_STARTED, server_memory_mib
from benchmarks.protocol import Visitor, canvas_state, new_visitor, picture_address
from benchmarks.report import Found, Row, found, least_row, limit_row
from mnist_core.pictures.image_files import encode_png
from mnist_core.pictures.own_digits import DIGITS, Point, drawn_so_far, on_canvas
from mnist_core.reading import Reading, Verdict, read_digit
from tests.browser.server import running_app
from ui.shared.digit.drawing import CanvasObjects
from ui.shared.figures.html import address

OPEN_WITHIN_S = 5.0
STROKE_S, EVERY_S = 1.0, 3.0
CANVAS_WAITS_S = 0.205
"""The canvas sends its drawing so long after the pen is lifted."""
WINDOW_S = 30.0
MOMENTS = 12
QUICK_S, BUSY_S = 0.15, 2.0
"""After a live answer that took longer, the browser rests for twice that time; or for so long when
the server has had no time for it."""
REST_S = 0.15
"""So long after the pen is lifted a live picture still leaves."""
POOL = 40
DRAWING_ALONE, DRAWING, TRAINING = 30, 20, 10
BATCHES = re.compile(r'data-name="Batches".*?tabular-nums[^>]*>([\d\s ]+)<', re.DOTALL)


@dataclass(frozen=True)
class Drawn:
    """A digit on the canvas. moments: the picture after each share of the stroke, as addresses."""

    moments: list[str]
    objects: CanvasObjects
    reading: Reading

    def is_answered_by(self, answer: dict[str, object]) -> bool:
        """Whether this is what `read_digit` says of the same picture."""
        shares = [round(float(p), 3) for p in self.reading.probabilities]
        return answer["sign"] == str(self.reading.digit) and answer["shares"] == shares

    def is_seen_in(self, pictures: dict[str, str]) -> bool:
        """Whether the strip shows this digit's own 28 × 28 pixels."""
        return pictures["seen"] == address(encode_png(self.reading.image[0, 0].numpy()))


@dataclass
class Measured:
    """Seconds and counts of all visitors."""

    opened_s: list[float] = field(default_factory=list)
    answered_s: list[float] = field(default_factory=list)
    live: list[int] = field(default_factory=list)
    wrong: int = 0
    live_alike: list[bool] = field(default_factory=list)
    standing_still: int = 0
    added_mib: float = 0.0


@cache
def pool() -> list[Drawn]:
    """Digits, each in a hand of its own, all of which are read."""
    dice = random.Random(5)
    drawn: list[Drawn] = []
    while len(drawn) < POOL:
        digit = dice.choice(list(DIGITS))
        strokes = [[_moved(point, dice) for point in stroke] for stroke in DIGITS[digit]]
        picture = on_canvas(strokes)
        reading = read_digit(picture)
        if reading.verdict is Verdict.READ:
            shares = [(n + 1) / MOMENTS for n in range(MOMENTS)]
            moments = [picture_address(on_canvas(drawn_so_far(strokes, share))) for share in shares]
            path = [["M", len(drawn), *strokes[0][0]]]
            objects = [{"type": "Path", "path": path}]
            drawn.append(Drawn([*moments[:-1], picture_address(picture)], objects, reading))
    return drawn


def _moved(point: Point, dice: random.Random) -> Point:
    return point[0] + dice.uniform(-4, 4), point[1] + dice.uniform(-4, 4)


async def draw_on(
    visitor: Visitor, until_s: float, dice: random.Random, into: Measured, with_live: bool
) -> None:
    """Draw a digit every EVERY_S seconds; with_live: with pictures as a browser sends them."""
    number = 0
    await asyncio.sleep(dice.uniform(0, EVERY_S))
    while time.perf_counter() < until_s:
        began = time.perf_counter()
        drawn = dice.choice(pool())
        count, live = 0, 0
        while with_live and count < MOMENTS:
            passed_s = time.perf_counter() - began
            if passed_s > STROKE_S + REST_S:
                break
            count = min(int(passed_s / STROKE_S * MOMENTS) + 1, MOMENTS)
            number += 1
            since = visitor.count_of("pen")
            picture = {"number": number, "png": drawn.moments[count - 1]}
            await visitor.set_states("pen", pen={"picture": picture})
            data = (await visitor.next_of("pen", since)).data
            answer = data["moment"]
            live += answer is not None
            if answer is not None and count == MOMENTS:
                into.live_alike.append(drawn.is_answered_by(answer["answer"]))
            took_s = time.perf_counter() - began - passed_s
            pause_s = 2 * took_s if took_s > QUICK_S else 0.0
            pause_s = BUSY_S if data["busy"] else pause_s
            await asyncio.sleep(max(pause_s, count * STROKE_S / MOMENTS - passed_s - took_s))
        into.live.append(live)
        await asyncio.sleep(max(0.0, began + STROKE_S + CANVAS_WAITS_S - time.perf_counter()))
        since, strips = visitor.count_of("answer"), visitor.count_of("strip")
        sent_s = time.perf_counter()
        await visitor.set_states("canvas", canvas=canvas_state(drawn.objects, drawn.moments[-1]))
        final = await visitor.next_of("answer", since)
        strip = await visitor.next_of("strip", strips)
        into.answered_s.append(final.at_s - sent_s)
        into.wrong += not (
            drawn.is_answered_by(final.data) and drawn.is_seen_in(strip.data["pictures"])
        )
        await asyncio.sleep(max(0.0, began + EVERY_S - time.perf_counter()))


async def train_on(visitor: Visitor, until_s: float, into: Measured) -> None:
    """Press Play, and watch whether the training goes on."""
    await visitor.press("Play")
    await asyncio.sleep(max(0.0, (until_s - time.perf_counter()) / 2))
    half = batches(visitor)
    await asyncio.sleep(max(0.0, until_s - time.perf_counter()))
    into.standing_still += batches(visitor) <= half


def batches(visitor: Visitor) -> int:
    """How many the page said last; −1 before it has said so."""
    said = (match for text in reversed(visitor.said) if (match := BATCHES.search(text)))
    last = next(said, None)
    return int(re.sub(r"\D", "", last[1])) if last else -1


async def run_class(server: str, drawing: int, training: int, with_live: bool) -> Measured:
    """All open their page within OPEN_WITHIN_S seconds, and are at it for WINDOW_S more."""
    into = Measured()
    for page in ("", "train") if training else ("",):  # somebody has been there before
        first = await new_visitor(server)
        await first.open(page)
        await first.close()
    before = server_memory_mib()
    until_s = time.perf_counter() + OPEN_WITHIN_S + WINDOW_S

    async def visit(number: int) -> Visitor:
        dice = random.Random(number)
        await asyncio.sleep(dice.uniform(0, OPEN_WITHIN_S))
        visitor = await new_visitor(server)
        trains = number >= drawing
        into.opened_s.append(await visitor.open("train" if trains else ""))
        if trains:
            await train_on(visitor, until_s, into)
        else:
            await draw_on(visitor, until_s, dice, into, with_live)
        return visitor

    visitors = await asyncio.gather(*(visit(number) for number in range(drawing + training)))
    into.added_mib = server_memory_mib() - before
    for visitor in visitors:
        await visitor.close()
    return into


def measure_class() -> Found:
    """Thirty who draw, with and without live pictures; then twenty who draw while ten train."""
    pool()
    measured = []
    alike_but = ((DRAWING_ALONE, 0, True), (DRAWING_ALONE, 0, False), (DRAWING, TRAINING, True))
    for drawing, training, with_live in alike_but:
        with running_app(**AS_STARTED) as server:
            measured.append(asyncio.run(run_class(server, drawing, training, with_live)))
    alone, still, mixed = measured
    opened, answered = quantiles_ms(alone.opened_s), quantiles_ms(alone.answered_s)
    quiet = quantiles_ms(still.answered_s)
    draw, both = f"{DRAWING_ALONE} draw", f"{DRAWING} draw while {TRAINING} train"
    alike = float(np.mean(alone.live_alike)) if alone.live_alike else 0.0
    rows = [
        limit_row(f"{draw}: page ready, median", opened[0], " ms", 150),
        limit_row(f"{draw}: page ready, 95 %", opened[1], " ms", 500),
        limit_row(f"{draw}: drawing sent → Prediction, median", answered[0], " ms", 80),
        limit_row(f"{draw}: drawing sent → Prediction, 95 %", answered[1], " ms", 250),
        Row(f"{draw}, without live pictures: the same two", "{:.0f} / {:.0f} ms".format(*quiet)),
        limit_row(f"{draw}: wrong of {len(alone.answered_s)} answers", alone.wrong, "", 0),
        Row(f"{draw}: live answers in a stroke of a second", f"{np.mean(alone.live):.1f}"),
        least_row(f"{draw}: live answers like the final one", alike, 0.99),
        limit_row(
            f"{both}: drawing sent → Prediction, 95 %",
            quantiles_ms(mixed.answered_s)[1],
            " ms",
            800,
        ),
        limit_row(f"{both}: wrong of {len(mixed.answered_s)} answers", mixed.wrong, "", 0),
        limit_row(f"{both}: trainings that stand still", mixed.standing_still, "", 0),
        limit_row(f"{both}: server memory above before", mixed.added_mib, " MiB", 450),
    ]
    return found(rows, f"Load of the machine at the end: {psutil.getloadavg()[0]:.1f}.")


def quantiles_ms(times_s: list[float]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    median, high = np.quantile(times_s, (0.5, 0.95)) * 1000
    return float(median), float(high)
