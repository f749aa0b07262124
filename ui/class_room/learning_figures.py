"""The class's hands and MNIST while a network learns: how much of each it reads."""

from collections.abc import Sequence

import numpy as np

from mnist_core.classroom.lesson import SAMPLE, Glimpse
from mnist_core.training.history import TestResult
from mnist_core.words import in_percent
from ui.shared.figures.charts import CHART_FRAME, LiveChart, Spec, named_lines, quantity
from ui.shared.figures.colours import FIRST, SECOND

OURS, MNIST = "the judging hands", f"{SAMPLE} of MNIST's test digits"
DASHES = ([1, 0], [6, 3])
ALT = "Line plot of the share read right over the pictures learnt from: our hands, and MNIST."


def learning_chart(
    before: float, looks: Sequence[TestResult], remembered: Sequence[Glimpse]
) -> LiveChart:
    """before: share of the judging hands' digits that was read before it learnt, in [0, 1]."""
    points = [(0, before, OURS), *((look.samples, look.accuracy, OURS) for look in looks)]
    points += [(glimpse.samples, glimpse.share, MNIST) for glimpse in remembered]
    samples, shares, lines = zip(*points, strict=True)
    table = {
        "samples": np.array(samples, dtype=np.float64),
        "share": np.array(shares, dtype=np.float64) * 100,
        "line": np.array(lines, dtype=object),
    }
    last = {name: share for _, share, name in points}
    says = "; ".join(f"{name}: {in_percent(share)}" for name, share in last.items())
    return LiveChart({"lines": table}, _spec(), ALT, says)


def _spec() -> Spec:
    return {
        **CHART_FRAME,
        "data": {"name": "lines"},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": quantity("samples", "pictures learnt from", axis={"tickCount": 8}),
            "y": quantity("share", "read right (%)", scale={"zero": False}),
            **named_lines((OURS, MNIST), (FIRST, SECOND), DASHES),
        },
    }
