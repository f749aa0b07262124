// A plane with axes, and points in it that mouse, finger and arrow keys move.

const NAMES = "http://www.w3.org/2000/svg";
const MARGIN = {left: 30, right: 8, top: 8, bottom: 22};
const MOVES = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};
const SHARE_OF_A_PRESS = 1 / 60;
const MOST_TICKS = 12;
let plots = 0;

export const minus = (text) => String(text).replaceAll("-", "−");

export function shown(value, decimals = 2) {
  if (!Number.isFinite(value)) return "∞";
  return minus(Math.abs(value) < 1e4 ? (value + 0).toFixed(decimals) : value.toExponential(1));
}

const AGAIN_MS = 2000, TRIES = 4;

// What is on its way to the server: until it has come back, what comes from there is out of date. Of
// several that are sent while the server is at work, Streamlit may lose the last: it is sent again.
class OnItsWay {
  send(sends, name, value, tries = TRIES) {
    this.waiting = JSON.stringify(value);
    sends(name, value);
    clearTimeout(this.timer);
    if (tries > 1) this.timer = setTimeout(() => {
      if (this.waiting) this.send(sends, name, value, tries - 1);
    }, AGAIN_MS);
  }

  isOver(value) {
    if (this.waiting && this.waiting !== JSON.stringify(value)) return false;
    this.waiting = null;
    return true;
  }
}

class Plot {
  // svg: an empty <svg>; x, y: least and greatest number; names: of both axes
  constructor(svg, {x, y, names, drawn}) {
    Object.assign(this, {svg, x, y, names, drawn});
    this.axes = this.group("plot-axes");
    this.under = this.group("plot-under");
    this.clip = `plot-${plots++}`;
    this.under.setAttribute("clip-path", `url(#${this.clip})`);
    this.handles = this.group("plot-handles");
    this.held = null;
    new ResizeObserver(() => this.fit()).observe(svg);
  }

  group(name) {
    const made = document.createElementNS(NAMES, "g");
    made.setAttribute("class", name);
    this.svg.append(made);
    return made;
  }

  fit() {
    const {clientWidth, clientHeight} = this.svg;
    if (!clientWidth) return;
    [this.width, this.height] = [clientWidth, clientHeight];
    this.svg.setAttribute("viewBox", `0 0 ${clientWidth} ${clientHeight}`);
    this.axes.innerHTML = this.axesDrawn();
    this.drawn();
  }

  across(x) {
    const [least, most] = this.x;
    return MARGIN.left + ((x - least) / (most - least)) * (this.width - MARGIN.left - MARGIN.right);
  }

  down(y) {
    const [least, most] = this.y;
    return MARGIN.top + ((most - y) / (most - least)) * (this.height - MARGIN.top - MARGIN.bottom);
  }

  placeOf(event) {
    const box = this.svg.getBoundingClientRect();
    const [left, right] = this.x;
    const [low, high] = this.y;
    const x = (event.clientX - box.left - MARGIN.left) / (this.width - MARGIN.left - MARGIN.right);
    const y = (event.clientY - box.top - MARGIN.top) / (this.height - MARGIN.top - MARGIN.bottom);
    return this.inside([left + x * (right - left), high - y * (high - low)]);
  }

  inside([x, y]) {
    const within = (value, [least, most]) => Math.min(Math.max(value, least), most);
    return [within(x, this.x), within(y, this.y)].map((value) => Math.round(value * 100) / 100);
  }

  axesDrawn() {
    const ticks = ([least, most]) => {
      const apart = most - least > MOST_TICKS ? 5 : 1;
      const [first, last] = [Math.ceil(least / apart), Math.floor(most / apart)];
      return Array.from({length: last - first + 1}, (_, i) => (first + i) * apart);
    };
    const [left, right] = this.x.map((x) => this.across(x));
    const [bottom, top] = this.y.map((y) => this.down(y));
    const upright = ticks(this.x).map((x) => {
      const at = this.across(x);
      return `<path d="M${at} ${bottom}V${top}"/><text x="${at}" y="${bottom + 16}"
        text-anchor="middle">${minus(x)}</text>`;
    });
    const level = ticks(this.y).map((y) => {
      const at = this.down(y);
      return `<path d="M${left} ${at}H${right}"/><text x="${left - 6}" y="${at + 4}"
        text-anchor="end">${minus(y)}</text>`;
    });
    return `<clipPath id="${this.clip}"><rect x="${left}" y="${top}" width="${right - left}"
      height="${bottom - top}"/></clipPath>${upright.join("")}${level.join("")}
      <text class="plot-name" x="${right - 4}" y="${bottom - 6}" text-anchor="end">${this.names[0]}</text>
      <text class="plot-name" x="${left + 6}" y="${top + 14}">${this.names[1]}</text>`;
  }

  way(places) {
    const steps = places.map(([x, y]) => `${this.across(x).toFixed(1)} ${this.down(y).toFixed(1)}`);
    return `M${steps.join("L")}`;
  }

  // How many points there are to move, and what is asked and told of each by its number:
  // at(i): where it is; label(i); look(i): its class; moved(i, place); done(i); gone(i), optional
  movable(count, told) {
    this.told = told;
    while (this.handles.children.length > count) this.handles.lastChild.remove();
    while (this.handles.children.length < count) this.handles.append(this.handle());
    [...this.handles.children].forEach((one, i) => {
      const [x, y] = told.at(i);
      one.setAttribute("transform", `translate(${this.across(x)} ${this.down(y)})`);
      one.setAttribute("aria-label", told.label(i));
      one.setAttribute("class", `plot-handle ${told.look?.(i) ?? ""}`);
    });
  }

  // The points of `whose`, which draws itself anew when one has moved and sends them in the end.
  movablePoints(whose) {
    this.movable(whose.points.length, {
      at: (i) => whose.points[i],
      label: (i) => `Point ${i + 1}: x ${shown(whose.points[i][0])}, y ${shown(whose.points[i][1])}. ` +
        "Arrow keys move it.",
      moved: (i, place) => {
        whose.points = whose.points.with(i, place);
        whose.draw();
      },
      done: () => whose.moved.send(whose.sends, "points", whose.points),
    });
  }

  handle() {
    const one = document.createElementNS(NAMES, "g");
    one.setAttribute("tabindex", "0");
    one.setAttribute("role", "button");
    one.innerHTML = `<circle class="plot-reach" r="20"/><circle class="plot-ring" r="13"/><circle class="plot-dot" r="7"/>
      <path class="plot-cross" d="M-6-6 6 6M-6 6 6-6"/>`;
    const number = () => [...this.handles.children].indexOf(one);
    one.onpointerdown = (event) => {
      event.preventDefault();
      event.stopPropagation();
      one.focus();
      one.setPointerCapture(event.pointerId);
      this.held = number();
    };
    one.onpointermove = (event) => {
      if (this.held !== null) this.told.moved(this.held, this.placeOf(event));
    };
    one.onpointerup = one.onpointercancel = () => {
      const held = this.held;
      this.held = null;
      if (held !== null) this.told.done(held);
    };
    one.onkeydown = (event) => {
      const i = number();
      if (["Delete", "Backspace"].includes(event.key) && this.told.gone) return this.told.gone(i);
      const direction = MOVES[event.key];
      if (!direction) return;
      event.preventDefault();
      const step = ([least, most]) => (most - least) * SHARE_OF_A_PRESS;
      const [x, y] = this.told.at(i);
      this.told.moved(i, this.inside([x + direction[0] * step(this.x), y + direction[1] * step(this.y)]));
    };
    one.onkeyup = (event) => event.key in MOVES && this.told.done(number());
    return one;
  }
}

const figures = new WeakMap();

// What a component does when it is called: the figure of this place, made at the first call.
function showFigure(Figure, root, data, sends) {
  if (!figures.has(root)) figures.set(root, new Figure(root, sends));
  const figure = figures.get(root);
  figure.sends = sends;
  figure.show(data);
}
