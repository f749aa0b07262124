"""What the plots with points to move have in common, asked of node."""

from pathlib import Path

import pytest

from tests.ui.in_node import in_node, needs_node
from ui.shared.components import plot

JS = Path(plot.__file__).with_name("plot.js")
SENT = """
(() => {
  const timers = [], sent = [];
  globalThis.setTimeout = (then) => timers.push(then);
  globalThis.clearTimeout = (number) => { if (number) timers[number - 1] = () => {}; };
  const moved = new OnItsWay();
  for (const points of given.moved) moved.send((name, value) => sent.push(value), "points", points);
  if (given.back) moved.isOver(given.back);
  for (let n = 0; n < timers.length; n++) timers[n]();
  return sent;
})()
"""


@needs_node
@pytest.mark.parametrize(
    ("back", "sent"), [([[2]], [[[1]], [[2]]]), ([[1]], [[[1]], *[[[2]]] * 4]), (None, None)]
)
def test_points_that_do_not_come_back_are_sent_again_but_not_for_ever(back, sent) -> None:
    given = {"moved": [[[1]], [[2]]], "back": back}
    assert in_node([JS], SENT, given) == (sent or [[[1]], *[[[2]]] * 4])
