"""A slider for each latent number, with the decoder in the browser: the digit follows at once."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.scripts import script

HOTTEST = 1.5
_HTML = f"""
<div class="walk">
  <div class="walk-now">
    <canvas class="walk-digit" width="28" height="28" role="img"
      aria-label="The digit decoded from the sliders"></canvas>
    <div class="walk-ways">
      <div>
        <button type="button" class="walk-reset">Reset</button>
        <button type="button" class="walk-roll">Random z</button>
      </div>
      <label class="walk-temperature">Temperature T
        <input type="range" min="0" max="{HOTTEST}" step="0.05" value="1"
          aria-label="Temperature T">
        <output></output></label>
    </div>
  </div>
  <div class="walk-all"></div>
</div>
"""
_CSS = """
.walk { color: var(--st-text-color); font-family: var(--st-font); font-size: .95rem;
  font-variant-numeric: tabular-nums }
.walk canvas { display: block; image-rendering: pixelated; border-radius: 6px;
  box-sizing: border-box }
.walk-now { position: sticky; top: 3.75rem; z-index: 5; display: flex; gap: 12px;
  align-items: center; padding: 8px 0; background: var(--st-background-color) }
.walk-digit { width: 112px; height: 112px; border: 1px solid rgba(128,138,160,.45) }
.walk-ways, .walk-ways > div { display: flex; flex-wrap: wrap; gap: 8px 16px;
  align-items: center; min-width: 0 }
.walk-ways > div { gap: 8px }
.walk-temperature { display: flex; gap: 8px; align-items: center; white-space: nowrap;
  min-width: 0 }
.walk-temperature input { flex: 1 1 110px; width: 110px; min-width: 40px }
.walk-now button { font: inherit; color: inherit; background: transparent; min-height: 40px;
  border: 1px solid var(--st-border-color); border-radius: 10px; padding: 4px 14px;
  cursor: pointer }
.walk-now button:hover, .walk-now button:focus-visible { border-color: var(--st-primary-color) }
.walk-all { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr));
  grid-template-rows: repeat(var(--rows), auto); grid-auto-flow: column; gap: 14px 48px }
.walk-head { display: flex; align-items: center; gap: 8px; margin-bottom: 3px }
.walk-head b { min-width: 1.9em }
.walk output { min-width: 2.8em; color: var(--st-primary-color); font-weight: 600 }
.walk-bar { flex: 1; height: .5em; border-radius: 3px; background: rgba(128,138,160,.18) }
.walk-bar span { display: block; height: 100%; border-radius: 3px; background: #4B7BFF }
.walk-row canvas { width: 100% }
.walk-slider { padding: 0 calc(100% / 26 - 8px) }
.walk input { margin: 0; display: block; cursor: pointer; height: 28px;
  appearance: none; background: transparent; touch-action: pan-y; border-radius: 6px }
.walk-slider input { width: 100% }
.walk input::-webkit-slider-runnable-track { height: 5px; border-radius: 3px;
  background: rgba(128,138,160,.4) }
.walk input::-moz-range-track { height: 5px; border-radius: 3px;
  background: rgba(128,138,160,.4) }
.walk input::-webkit-slider-thumb { appearance: none; width: 16px; height: 16px;
  margin-top: -5.5px; border-radius: 50%; background: var(--st-primary-color) }
.walk input::-moz-range-thumb { width: 16px; height: 16px; border: 0; border-radius: 50%;
  background: var(--st-primary-color) }
.walk input:focus-visible { outline: 2px solid var(--st-primary-color) }
@media (max-width: 640px) {
  .walk-all { display: block }
  .walk-row { margin-bottom: 14px }
}
"""
"""Each slider's ends stand below the middles of the outer digits of its strip."""
_keeper = st.components.v2.component("latent_keeper", js=script("latent_decoder", "latent_keeper"))
_walk = st.components.v2.component(
    "latent_walk",
    html=_HTML,
    css=_CSS,
    js=script("latent_decoder", "latent_walk"),
    isolate_styles=False,
)


def keep_decoder(data: dict[str, str], key: str) -> None:
    """Send a decoder to the browser; see `ui.figures.latent_map.decoder_data`."""
    _keeper(key=key, data=data)


def latent_walk(
    data: dict[str, Any], key: str, on_code: Callable[[str], None], on_roll: Callable[[float], None]
) -> None:
    """Sliders, and the digit and the strips that a decoder draws which `keep_decoder` has sent.

    data:    "decoder": its name; "code": where the sliders stand, as `write_code` writes it;
             "numbers": for each slider its "index" in the code, "name", what it "carries" and
             that as a "share" of the greatest; "noise": what the temperature stretches to a
             code; "extent", "step", and "steps" of a strip
    on_code: called as a callback with the code when the sliders have come to rest; the text comes
             from outside, so it may be anything
    on_roll: called as a callback with the temperature, in [0, 1.5], when other random numbers
             are wanted
    """

    def tell_code() -> None:
        if (code := st.session_state[key].get("code")) is not None:
            on_code(str(code))

    def tell_roll() -> None:
        if (temperature := st.session_state[key].get("roll")) is not None:
            on_roll(min(max(0.0, float(temperature)), HOTTEST))

    _walk(key=key, data=data, on_code_change=tell_code, on_roll_change=tell_roll)
