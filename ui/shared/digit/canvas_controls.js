// What the canvas itself has no ear for. While it has the focus, the keys 0 to 9 put an example on
// it; and each Undo and Clear waits until the one before it is obeyed, for Streamlit takes two
// presses that come within one run for one.

const PATIENCE_MS = 4000; // at the latest then, a press is obeyed

class Controls {
  constructor(place) {
    this.place = place;
    this.held = [];
    place.addEventListener("keydown", this.onKey);
    place.addEventListener("click", this.onClick);
  }

  onKey = (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const onCanvas = event.composedPath()[0]?.classList?.contains("canvas-root");
    if (!onCanvas || !plain || !/^[0-9]$/.test(event.key)) return;
    event.preventDefault();
    this.ask("example", Number(event.key));
  };

  onClick = (event) => {
    const button = event.target.closest?.(".stButton button");
    if (!button) return;
    if (this.timer) {
      event.stopPropagation();
      this.held.push(button);
    } else {
      this.timer = setTimeout(this.goOn, PATIENCE_MS);
    }
  };

  goOn = () => {
    clearTimeout(this.timer);
    this.timer = 0;
    while (this.held.length && !this.timer) this.held.shift().click();
  };

  take(data, ask) {
    if (data.revision !== this.data?.revision) setTimeout(this.goOn);
    Object.assign(this, {data, ask});
  }

  end() {
    clearTimeout(this.timer);
    this.place.removeEventListener("keydown", this.onKey);
    this.place.removeEventListener("click", this.onClick);
  }
}

const all = new WeakMap();

export default function ({data, parentElement, setTriggerValue}) {
  const place = parentElement.closest(".st-key-canvas_place");
  if (!place) return undefined;
  if (!all.has(parentElement)) all.set(parentElement, new Controls(place));
  const controls = all.get(parentElement);
  controls.take(data, setTriggerValue);
  return () => {
    if (controls.data !== data) return;
    controls.end();
    all.delete(parentElement);
  };
}
