// A map of a plane of the latent space whose decoded digit follows the pointer, without asking
// the server.

const STEP = 0.1;
const DOT_PX = 2.6;
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};

function nearest({places, labels}, shown, [a, b]) {
  let best = -1;
  let least = Infinity;
  for (let i = 0; i < labels.length; i++) {
    const apart = (places[2 * i] - a) ** 2 + (places[2 * i + 1] - b) ** 2;
    if (apart < least && shown.has(labels[i])) {
      least = apart;
      best = labels[i];
    }
  }
  return best;
}

const signed = (value) => value.toFixed(2).replace("-", "−");

class Pad {
  constructor(root) {
    const find = (name) => root.querySelector("." + name);
    this.plot = find("pad-plot");
    this.dots = find("pad-dots");
    this.sprite = find("pad-sprite");
    this.cross = find("pad-cross");
    this.digit = find("pad-digit");
    this.where = find("pad-where");
    this.near = find("pad-near");
    this.legend = find("pad-legend");
    this.names = find("pad-names");
    this.ticks = find("pad-ticks");
    this.take = find("pad-take");
    this.layers = [...root.querySelectorAll("[data-layer]")];
    this.pinned = [0, 0];
    this.shown = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    this.listen();
    new ResizeObserver(() => this.drawDots()).observe(this.plot);
    addEventListener("latent-decoder", () => this.data && this.look(this.pointed));
  }

  listen() {
    const {plot} = this;
    let held = false;
    plot.onpointerdown = (event) => {
      held = true;
      plot.setPointerCapture(event.pointerId);
      this.pin(this.placeOf(event));
    };
    plot.onpointermove = (event) => {
      if (held) this.pin(this.placeOf(event));
      else if (event.pointerType === "mouse") this.look(this.placeOf(event));
    };
    plot.onpointerup = plot.onpointercancel = () => (held = false);
    plot.onpointerleave = () => held || this.look(this.pinned);
    plot.onpointerenter = plot.onfocus = () => decoders[this.data.decoder] || this.want();
    plot.onkeydown = (event) => {
      const direction = ARROWS[event.key];
      if (!direction) return;
      event.preventDefault();
      const far = event.shiftKey ? 10 * STEP : STEP;
      this.pin(this.pinned.map((value, axis) => value + far * direction[axis]));
    };
    for (const button of this.layers) button.onclick = () => this.toggleLayer(button);
  }

  show(data) {
    this.data = data;
    this.dotted = {
      places: Float32Array.from(new Int16Array(bytesOf(data.places)), (level) => level * data.step),
      labels: new Uint8Array(bytesOf(data.labels)),
    };
    this.sprite.src = data.sprite;
    this.take.hidden = !data.takes;
    this.plot.setAttribute("aria-label", data.alt);
    this.fillLegend();
    this.placeTicks();
    this.placeNames();
    this.drawDots();
    this.pinned = [0, 0];
    this.look(this.pinned);
    this.drawMiddle();
  }

  // The decoder comes when the map is touched: it is larger than all the rest.
  drawMiddle() {
    const middle = new Image();
    middle.onload = () => {
      if (!decoders[this.data.decoder]) this.digit.getContext("2d").drawImage(middle, 0, 0);
    };
    middle.src = this.data.middle;
  }

  // Share of the plot's width and height at which a place lies.
  across([a, b]) {
    const {reach} = this.data;
    return [(a / reach + 1) / 2, (1 - b / reach) / 2];
  }

  placeOf(event) {
    const box = this.plot.getBoundingClientRect();
    const {reach} = this.data;
    return [
      ((event.clientX - box.left) / box.width) * 2 * reach - reach,
      reach - ((event.clientY - box.top) / box.height) * 2 * reach,
    ];
  }

  pin(place) {
    const {reach} = this.data;
    this.pinned = place.map((value) => Math.min(Math.max(value, -reach), reach));
    this.look(this.pinned);
  }

  look(place) {
    this.pointed = place;
    const [x, y] = this.across(place);
    this.cross.style.left = `${100 * x}%`;
    this.cross.style.top = `${100 * y}%`;
    const decoder = decoders[this.data.decoder];
    if (decoder) drawDigit(this.digit, decoder, place);
    else if (place[0] || place[1]) return this.want();
    Object.assign(this.digit.dataset, {a: place[0], b: place[1]});
    this.where.textContent = `${signed(place[0])}, ${signed(place[1])}`;
    const near = nearest(this.dotted, this.shown, place);
    this.near.textContent = near < 0 ? "–" : `a ${near}`;
  }

  drawDots() {
    if (!this.dotted || !this.plot.clientWidth) return;
    const side = Math.round(this.plot.clientWidth * devicePixelRatio);
    this.dots.width = this.dots.height = side;
    const context = this.dots.getContext("2d");
    const size = DOT_PX * devicePixelRatio;
    const {places, labels} = this.dotted;
    context.globalAlpha = 0.75;
    for (let i = 0; i < labels.length; i++) {
      if (!this.shown.has(labels[i])) continue;
      const [x, y] = this.across([places[2 * i], places[2 * i + 1]]);
      context.fillStyle = this.data.colours[labels[i]];
      context.fillRect(x * side - size / 2, y * side - size / 2, size, size);
    }
  }

  fillLegend() {
    const button = (text, colour, toggle) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = text;
      if (colour) made.style.setProperty("--colour", colour);
      made.onclick = toggle;
      return made;
    };
    const digits = this.data.colours.map((colour, digit) =>
      button(digit, colour, () => {
        if (!this.shown.delete(digit)) this.shown.add(digit);
        this.follow();
      }),
    );
    this.all = button("all", "", () => {
      this.shown = new Set(this.shown.size === 10 ? [] : digits.keys());
      this.follow();
    });
    this.legend.replaceChildren(...digits, this.all);
    this.follow();
  }

  follow() {
    [...this.legend.children].slice(0, 10).forEach((button, digit) => {
      button.setAttribute("aria-pressed", this.shown.has(digit));
    });
    this.all.textContent = this.shown.size === 10 ? "none" : "all";
    [...this.names.children].forEach((name, digit) => (name.hidden = !this.shown.has(digit)));
    this.drawDots();
    this.look(this.pinned);
  }

  toggleLayer(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", on);
    this.plot.classList.toggle(`with-${button.dataset.layer}`, on);
  }

  label(text, left, top) {
    const made = document.createElement("span");
    made.textContent = text;
    Object.assign(made.style, {left: `${100 * left}%`, top: `${100 * top}%`});
    return made;
  }

  placeTicks() {
    const {reach} = this.data;
    const values = [-reach / 2, 0, reach / 2];
    const text = (value) => String(value).replace("-", "−");
    this.ticks.replaceChildren(
      ...values.map((value) => this.label(text(value), this.across([value, 0])[0], 1)),
      ...values.map((value) => this.label(text(value), 0, this.across([0, value])[1])),
    );
    [...this.ticks.children].forEach((tick, i) => (tick.className = i < 3 ? "below" : "left"));
  }

  placeNames() {
    this.names.replaceChildren(
      ...this.data.centres.map((place, digit) => this.label(digit, ...this.across(place))),
    );
  }
}

const pads = new WeakMap();

export default function ({data, parentElement, setStateValue, setTriggerValue}) {
  const root = parentElement.querySelector(".pad");
  if (!pads.has(root)) pads.set(root, new Pad(root));
  const pad = pads.get(root);
  pad.want = () => {
    if (pad.wanted !== data.name) setStateValue("wants", (pad.wanted = data.name));
  };
  if (pad.data?.name !== data.name) pad.show(data);
  pad.take.onclick = () => setTriggerValue("place", {a: pad.pinned[0], b: pad.pinned[1]});
}
