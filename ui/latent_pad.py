"""A map of the latent space to point at; the decoder runs in the browser."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.scripts import script

_HTML = """
<div class="pad">
  <div class="pad-beside">
    <canvas class="pad-digit" width="28" height="28" role="img"
      aria-label="The digit decoded at this place"></canvas>
    <div class="pad-says">
      <div>decoded at <b class="pad-where" aria-live="polite"></b></div>
      <div>nearest test digit: <b class="pad-near" aria-live="polite"></b></div>
      <button type="button" class="pad-take" hidden>Put this place into the sliders</button>
    </div>
  </div>
  <div class="pad-map">
    <div class="pad-plot with-dots" tabindex="0" role="application">
      <img class="pad-sprite" alt="" draggable="false">
      <canvas class="pad-dots" aria-hidden="true"></canvas>
      <div class="pad-names" aria-hidden="true"></div>
      <div class="pad-yours" aria-hidden="true">◆</div>
      <div class="pad-cross" aria-hidden="true"></div>
      <div class="pad-ticks" aria-hidden="true"></div>
    </div>
    <div class="pad-buttons" role="group" aria-label="What the map shows">
      <button type="button" data-layer="dots" aria-pressed="true">Test digits</button>
      <button type="button" data-layer="sprite" aria-pressed="false">Digits drawn there</button>
    </div>
    <div class="pad-buttons pad-legend" role="group" aria-label="Test digits shown"></div>
  </div>
</div>
"""
_CSS = """
.pad { display: flex; flex-direction: row-reverse; justify-content: flex-end; gap: 20px;
  flex-wrap: wrap; font-variant-numeric: tabular-nums; color: var(--st-text-color);
  font-family: var(--st-font) }
.pad-map { flex: 1 1 300px; max-width: 600px; min-width: 0; padding: 0 0 0 22px }
.pad-beside { flex: 0 0 252px; line-height: 1.5 }
.pad-digit { width: 252px; aspect-ratio: 1; image-rendering: pixelated; display: block;
  border: 1px solid rgba(128,138,160,.45); border-radius: 6px; box-sizing: border-box }
.pad-plot { position: relative; width: 100%; aspect-ratio: 1; touch-action: none;
  cursor: crosshair; border: 1px solid rgba(128,138,160,.6); box-sizing: border-box;
  user-select: none; margin-bottom: 26px }
.pad-plot:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px }
.pad-plot > canvas, .pad-plot > img { position: absolute; inset: 0; width: 100%; height: 100%;
  display: none; pointer-events: none }
.with-dots > .pad-dots, .with-sprite > .pad-sprite { display: block }
.pad-plot.with-dots.with-sprite { background: #0C1020 }
.with-dots.with-sprite > .pad-sprite { opacity: .5 }
.pad-plot:not(.with-dots) > .pad-names { display: none }
.pad-names, .pad-ticks { position: absolute; inset: 0; pointer-events: none }
.pad-names span, .pad-ticks span { position: absolute }
.pad-names span { transform: translate(-50%, -50%); font-weight: 800; font-size: 1.5rem;
  line-height: 1; color: #0C1020;
  text-shadow: 0 0 2px #fff, 0 0 3px #fff, 0 0 4px #fff, 0 0 6px #fff, 0 0 8px #fff }
.pad-names span[hidden] { display: none }
.pad-ticks span { font-size: .8rem; opacity: .8 }
.pad-ticks .below { transform: translate(-50%, 4px) }
.pad-ticks .left { transform: translate(calc(-100% - 5px), -50%) }
.pad-yours { position: absolute; left: var(--yours-x, -99px); top: var(--yours-y, -99px);
  transform: translate(-50%, -54%); font-size: 1.7rem; line-height: 1; color: #0C1020;
  text-shadow: 0 0 2px #fff, 0 0 3px #fff, 0 0 5px #fff; pointer-events: none }
.pad-cross { position: absolute; width: 18px; height: 18px; transform: translate(-50%, -50%);
  border: 3px solid #E5484D; border-radius: 50%; box-shadow: 0 0 0 1.5px #fff;
  box-sizing: border-box; pointer-events: none }
.pad-buttons { display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 6px }
.pad button { font: inherit; font-size: .9rem; color: inherit; background: transparent;
  border: 1px solid var(--st-border-color); border-radius: 8px; padding: 4px 10px;
  min-height: 32px; cursor: pointer }
.pad button:hover, .pad button:focus-visible { border-color: var(--st-primary-color) }
.pad button[aria-pressed=true] { background: var(--st-secondary-background-color) }
.pad button[aria-pressed=false] { opacity: .6 }
.pad-legend button[aria-pressed]::before { content: ""; display: inline-block; width: .8em;
  height: .8em; border-radius: 2px; margin-right: 5px; background: var(--colour) }
.pad-legend button[aria-pressed=false]::before { background: none;
  box-shadow: inset 0 0 0 2px var(--colour) }
.pad-take { margin-top: 10px }
@media (max-width: 640px) {
  .pad { gap: 12px; flex-direction: column }
  .pad-map { flex: none; width: 100%; box-sizing: border-box }
  .pad-beside { flex: none; display: flex; gap: 12px }
  .pad-digit { width: 112px }
}
"""
_component = st.components.v2.component(
    "latent_pad",
    html=_HTML,
    css=_CSS,
    js=script("latent_decoder", "latent_pad"),
)


def latent_pad(
    data: dict[str, Any], key: str, on_place: Callable[[tuple[float, float]], None]
) -> bool:
    """A map whose decoded digit follows the pointer; data: see `map_data` and
    `decoder_data` in `ui.figures.latent_map`.

    The diamond stands where the CSS variables --yours-x and --yours-y put it: new `data` would be
    sent as a whole.
    on_place: called as a callback with the place (a, b) that the visitor takes over, within
              ±reach; True is returned in the run that follows it
    """

    def tell() -> None:
        if place := st.session_state[key].get("place"):
            reach = data["reach"]
            a, b = (min(max(-reach, float(place[axis])), reach) for axis in ("a", "b"))
            on_place((a, b))

    return bool(_component(key=key, data=data, on_place_change=tell).get("place"))
