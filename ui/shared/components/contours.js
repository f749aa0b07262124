// Contours of a loss over two numbers, and the paths of descents on them. Where the page brings a
// `walkFrom`, the start can be moved, and all paths follow it without asking the server.

const STEP_MS = 60;
const KEY_SHARE = 0.01;
const DIRECTIONS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};
const RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹";
// Of a path with more steps than that, the older ones are pale.
const LONG = 250;
const NEARLY_0 = 1e-12;
const NEARLY_FLAT = 1e-6;
const DASH = [7, 5];
const GREY = "128,138,160";

const floatsIn = (text) =>
  new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
const minus = (text) => text.replace(/-/g, "−");

function number(value) {
  if (!Number.isFinite(value)) return "∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e4) return minus(String(value));
  const size = Math.abs(value);
  if (size < NEARLY_0) return "0";
  if (size < 1e-3 || size >= 1e4) return inPowersOfTen(value);
  return minus(value.toFixed(size < 1 ? 4 : size < 100 ? 3 : 1));
}

function inPowersOfTen(value) {
  const [digits, exponent] = value.toExponential(1).split("e");
  const raised = [...String(Number(exponent))].map((one) => RAISED["-0123456789".indexOf(one)]);
  return minus(`${digits} · 10${raised.join("")}`);
}

const pair = (value) => `(${value.map(number).join(", ")})`;

// Where the line between two corners crosses a level, as a share of the way.
const crossing = (level, a, b) => (level - a) / (b - a);

// The edges of a cell, each from one corner to the next.
const EDGES = [[0, 0, 1, 0], [1, 0, 1, 1], [1, 1, 0, 1], [0, 1, 0, 0]];

// The pieces of a contour line in one cell; corners go round: (0, 0), (1, 0), (1, 1), (0, 1).
function piecesIn(corners, level) {
  const isUnder = corners[0] < level;
  if (corners.every((corner) => corner < level === isUnder)) return [];
  const ends = [];
  EDGES.forEach(([x0, y0, x1, y1], i) => {
    const [a, b] = [corners[i], corners[(i + 1) % 4]];
    if (a < level === b < level) return;
    const share = crossing(level, a, b);
    ends.push([x0 + share * (x1 - x0), y0 + share * (y1 - y0)]);
  });
  return ends.length === 4 ? [ends.slice(0, 2), ends.slice(2)] : ends.length ? [ends] : [];
}

// A path that brings a table, of a value for each step under each name, can say its numbers.
function withNumbers(path) {
  if (!path.table) return path;
  const rows = Object.entries(path.table);
  return {...path, numbers: (step) => Object.fromEntries(rows.map(([n, all]) => [n, all[step]]))};
}

class Descent {
  constructor(root) {
    const find = (name) => root.querySelector(".descent-" + name);
    for (const name of ["plot", "ground", "paths", "start", "ticks", "play", "step", "steps", "at",
                        "legend", "follow", "numbers"]) this[name] = find(name);
    this.select = this.follow.querySelector("select");
    this.at_step = 0;
    this.listen();
    new ResizeObserver(() => this.draw()).observe(this.plot);
  }

  listen() {
    const {plot} = this;
    let held = false;
    plot.onpointerdown = (event) => {
      if (!this.moves) return;
      held = true;
      plot.setPointerCapture(event.pointerId);
      this.startAt(this.placeOf(event));
    };
    plot.onpointermove = (event) => held && this.startAt(this.placeOf(event));
    plot.onpointerup = plot.onpointercancel = () => {
      if (held) this.tell();
      held = false;
    };
    plot.onkeydown = (event) => {
      const direction = DIRECTIONS[event.key];
      if (!direction || !this.moves) return;
      event.preventDefault();
      const [xs, ys] = [this.data.x, this.data.y];
      const far = event.shiftKey ? 10 * KEY_SHARE : KEY_SHARE;
      this.startAt([
        this.at_start[0] + far * (xs[1] - xs[0]) * direction[0],
        this.at_start[1] + far * (ys[1] - ys[0]) * direction[1],
      ]);
    };
    plot.onkeyup = (event) => DIRECTIONS[event.key] && this.moves && this.tell();
    this.step.oninput = () => {
      this.pause();
      this.goTo(Number(this.step.value));
    };
    this.play.onclick = () => (this.timer ? this.pause() : this.begin());
    this.select.onchange = () => this.goTo(this.at_step);
  }

  show(data) {
    const isFirst = !this.data;
    const isElsewhere = this.data?.name !== data.name;
    this.data = data;
    this.values = floatsIn(data.values);
    this.moves = Boolean(data.start) && typeof walkFrom === "function";
    this.at_start = data.start;
    this.plot.classList.toggle("moves", this.moves);
    this.plot.setAttribute("role", this.moves ? "application" : "img");
    this.plot.setAttribute("aria-label", data.alt);
    if (this.moves) this.plot.tabIndex = 0;
    this.start.hidden = !data.start;
    this.placeTicks();
    this.walk();
    this.fillLegend();
    this.step.max = this.longest();
    this.steps.hidden = this.longest() === 0;
    if (isElsewhere) this.goTo(this.longest());
    else this.goTo(Math.min(this.at_step, this.longest()));
    this.draw();
    if (isFirst && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.begin();
  }

  // The paths from the start as it is now.
  walk() {
    const {data} = this;
    const walked = this.moves ? walkFrom(data, this.at_start) : [];
    const fixed = (data.fixed || []).filter(
      ({from}) => !from || from.every((value, axis) => value === this.at_start[axis]),
    );
    this.walked = [...walked, ...fixed.map(withNumbers)];
  }

  longest() {
    const most = Math.max(0, ...this.shown().map(({places}) => places.length - 1));
    return this.data.steps ?? most;
  }

  shown() {
    const on = new Set(this.data.shown);
    return this.walked.filter(({key}) => on.has(key));
  }

  // The number of its own step at which a path is: it may take many while the picture takes one.
  reached(path) {
    const own = path.reached ? path.reached[this.at_step] ?? Infinity : this.at_step;
    return Math.min(own, path.places.length - 1);
  }

  startAt(place) {
    this.at_start = place.map((value, axis) => {
      const [least, greatest] = axis ? this.data.y : this.data.x;
      const within = Math.min(Math.max(value, least), greatest);
      return Math.round(within * 1000) / 1000;
    });
    this.walk();
    this.goTo(this.at_step);
  }

  tell() {
    const [x, y] = this.at_start;
    this.say?.("set", {x, y, shown: this.data.shown});
  }

  toggle(key) {
    const on = new Set(this.data.shown);
    if (!on.delete(key)) on.add(key);
    this.data.shown = this.data.paths.map((path) => path.key).filter((one) => on.has(one));
    this.fillLegend();
    this.goTo(this.at_step);
    if (this.data.start) this.tell();
  }

  begin() {
    if (this.at_step >= this.longest()) this.goTo(0);
    this.play.textContent = "Pause";
    let since = performance.now();
    const frame = (now) => {
      if (!this.plot.isConnected) return this.pause();
      const steps = Math.floor((now - since) / (this.data.step_ms ?? STEP_MS));
      if (steps > 0) {
        since = now;
        this.goTo(Math.min(this.at_step + steps, this.longest()));
      }
      if (this.at_step >= this.longest()) return this.pause();
      this.timer = requestAnimationFrame(frame);
    };
    this.timer = requestAnimationFrame(frame);
  }

  pause() {
    cancelAnimationFrame(this.timer);
    this.timer = null;
    this.play.textContent = "Play";
  }

  goTo(step) {
    this.at_step = step;
    this.step.value = step;
    this.at.textContent = this.data.moments?.[step] ?? `step ${step}`;
    this.step.setAttribute("aria-valuetext", this.at.textContent);
    this.drawPaths();
    this.sayNumbers();
  }

  // Share of the plot's width and height at which a place lies.
  across([a, b]) {
    const [[left, right], [low, high]] = [this.data.x, this.data.y];
    return [(a - left) / (right - left), (high - b) / (high - low)];
  }

  placeOf(event) {
    const box = this.plot.getBoundingClientRect();
    const [[left, right], [low, high]] = [this.data.x, this.data.y];
    return [
      left + ((event.clientX - box.left) / box.width) * (right - left),
      high - ((event.clientY - box.top) / box.height) * (high - low),
    ];
  }

  draw() {
    if (!this.data || !this.plot.clientWidth) return;
    this.side = Math.round(this.plot.clientWidth * devicePixelRatio);
    for (const canvas of [this.ground, this.paths]) canvas.width = canvas.height = this.side;
    this.drawGround();
    this.drawPaths();
  }

  drawGround() {
    const {columns, levels} = this.data;
    const rows = this.values.length / columns;
    const context = this.ground.getContext("2d");
    const [wide, high] = [this.side / (columns - 1), this.side / (rows - 1)];
    const at = (column, row) => this.values[row * columns + column];
    context.imageSmoothingEnabled = true;
    context.drawImage(this.shades(columns, rows), 0, 0, this.side, this.side);
    context.lineWidth = devicePixelRatio;
    levels.forEach((level, i) => {
      context.strokeStyle = `rgba(${GREY},${0.9 - (0.55 * i) / levels.length})`;
      context.beginPath();
      for (let row = 0; row < rows - 1; row++) {
        for (let column = 0; column < columns - 1; column++) {
          const corners = [
            at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1),
          ];
          for (const [[x0, y0], [x1, y1]] of piecesIn(corners, level)) {
            context.moveTo((column + x0) * wide, this.side - (row + y0) * high);
            context.lineTo((column + x1) * wide, this.side - (row + y1) * high);
          }
        }
      }
      context.stroke();
    });
  }

  // A picture of one pixel for each value: the lower, the darker.
  shades(columns, rows) {
    const picture = new OffscreenCanvas(columns, rows);
    const context = picture.getContext("2d");
    const pixels = context.createImageData(columns, rows);
    const grey = GREY.split(",").map(Number);
    this.values.forEach((value, i) => {
      const [column, row] = [i % columns, rows - 1 - Math.floor(i / columns)];
      const above = this.data.levels.filter((level) => value < level).length;
      pixels.data.set([...grey, 14 * above], 4 * (row * columns + column));
    });
    context.putImageData(pixels, 0, 0);
    return picture;
  }

  drawPaths() {
    if (!this.side || !this.walked) return;
    const context = this.paths.getContext("2d");
    context.clearRect(0, 0, this.side, this.side);
    if (this.data.start) {
      const [x, y] = this.across(this.at_start);
      Object.assign(this.start.style, {left: `${100 * x}%`, top: `${100 * y}%`});
    }
    for (const path of this.shown().reverse()) this.drawPath(context, path);
    const followed = this.followed();
    if (followed) this.drawArrows(context, followed);
  }

  drawPath(context, path) {
    const looks = this.data.paths.find(({key}) => key === path.key);
    const places = path.places.slice(0, this.reached(path) + 1);
    const points = places.map((place) => this.across(place).map((share) => share * this.side));
    context.strokeStyle = context.fillStyle = looks.colour;
    context.lineWidth = 2 * devicePixelRatio;
    context.setLineDash(looks.dashed ? DASH.map((part) => part * devicePixelRatio) : []);
    const recent = points.length > LONG ? points.length - LONG / 2 : 0;
    for (const [part, alpha] of [[points.slice(0, recent + 1), 0.25], [points.slice(recent), 1]]) {
      context.globalAlpha = alpha;
      context.beginPath();
      part.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.stroke();
    }
    context.setLineDash([]);
    points.slice(recent).forEach(([x, y], i, part) => {
      const last = i === part.length - 1;
      context.beginPath();
      context.arc(x, y, (last ? 5.5 : 2) * devicePixelRatio, 0, 2 * Math.PI);
      context.fill();
    });
  }

  // The gradient backwards, as long as a fifth of the plot, and what the optimiser adds next.
  drawArrows(context, path) {
    const step = this.reached(path);
    const gradient = path.gradients?.[step];
    if (!gradient) return;
    const length = Math.hypot(...gradient);
    const here = path.places[step];
    const reach = (this.data.x[1] - this.data.x[0]) / 5;
    if (length > NEARLY_FLAT) {
      const tip = here.map((value, axis) => value - (reach * gradient[axis]) / length);
      this.arrow(context, here, tip, [3, 3]);
    }
    const next = path.places[step + 1];
    if (next) this.arrow(context, here, next, []);
  }

  arrow(context, from, to, dash) {
    const [x0, y0] = this.across(from).map((share) => share * this.side);
    const [x1, y1] = this.across(to).map((share) => share * this.side);
    const angle = Math.atan2(y1 - y0, x1 - x0);
    const head = 8 * devicePixelRatio;
    if (Math.hypot(x1 - x0, y1 - y0) < head / 2) return;
    context.strokeStyle = getComputedStyle(this.plot).color;
    context.lineWidth = 1.5 * devicePixelRatio;
    context.setLineDash(dash.map((part) => part * devicePixelRatio));
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
    context.setLineDash([]);
    context.beginPath();
    for (const turn of [-0.4, 0.4]) {
      context.moveTo(x1, y1);
      context.lineTo(x1 - head * Math.cos(angle + turn), y1 - head * Math.sin(angle + turn));
    }
    context.stroke();
  }

  fillLegend() {
    const on = new Set(this.data.shown);
    const rows = this.data.paths.map(({key, title, colour, dashed}) => {
      const row = document.createElement("div");
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", on.has(key));
      button.innerHTML = `<svg viewBox="0 0 26 10" aria-hidden="true"><path d="M0 5h26"
        stroke="${colour}" stroke-width="3" stroke-dasharray="${dashed ? "7 5" : ""}"/></svg>`;
      button.append(title);
      button.onclick = () => this.toggle(key);
      row.append(button, Object.assign(document.createElement("output"), {ariaLive: "off"}));
      return row;
    });
    const focused = [...this.legend.querySelectorAll("button")].indexOf(document.activeElement);
    this.legend.replaceChildren(...rows);
    if (focused >= 0) rows[focused]?.querySelector("button").focus();
    const followed = this.select.value;
    const options = this.data.paths
      .filter(({key}) => on.has(key) && this.walked.some((one) => one.key === key && one.numbers))
      .map(({key, title}) => new Option(title, key, false, key === followed));
    this.select.replaceChildren(...options);
    this.follow.hidden = options.length < 2;
  }

  followed() {
    return this.shown().find(({key}) => key === this.select.value);
  }

  sayNumbers() {
    this.data.paths.forEach(({key}, i) => {
      const output = this.legend.children[i].querySelector("output");
      const path = this.shown().find((one) => one.key === key);
      const step = path ? this.reached(path) : 0;
      const lost = path?.lost && step >= path.places.length - 1;
      output.classList.toggle("lost", Boolean(lost));
      output.textContent = !path ? "" : lost ? "✗ diverges" : `J = ${number(path.losses[step])}`;
    });
    const path = this.followed();
    const step = path ? this.reached(path) : 0;
    const said = path?.numbers ? Object.entries(path.numbers(step)) : [];
    this.numbers.replaceChildren(
      ...said.flatMap(([name, value]) => [
        Object.assign(document.createElement("dt"), {textContent: name}),
        Object.assign(document.createElement("dd"), {
          textContent: Array.isArray(value) ? pair(value) : number(value),
        }),
      ]),
    );
  }

  placeTicks() {
    const middle = ([least, greatest]) => (least + greatest) / 2;
    const texts = [];
    const put = (value, axis) => {
      const made = document.createElement("span");
      made.textContent = minus(String(Number(value.toPrecision(3))));
      const along = [middle(this.data.x), middle(this.data.y)];
      along[axis] = value;
      const [x, y] = this.across(along);
      Object.assign(made.style, axis ? {left: 0, top: `${100 * y}%`} : {left: `${100 * x}%`, top: "100%"});
      made.className = axis ? "left" : "below";
      texts.push(made);
    };
    [this.data.x, this.data.y].forEach((ends, axis) => {
      for (const share of [0.25, 0.5, 0.75]) put(ends[0] + share * (ends[1] - ends[0]), axis);
    });
    const {names = []} = this.data;
    names.forEach((name, axis) => {
      const made = document.createElement("span");
      made.textContent = name;
      Object.assign(made.style, axis ? {left: 0, top: "4%"} : {left: "94%", top: "100%"});
      made.className = axis ? "left" : "below";
      texts.push(made);
    });
    for (const place of this.data.minima || []) {
      const made = document.createElement("span");
      const [x, y] = this.across(place);
      Object.assign(made.style, {left: `${100 * x}%`, top: `${100 * y}%`});
      Object.assign(made, {className: "minimum", textContent: "+"});
      texts.push(made);
    }
    this.ticks.replaceChildren(...texts);
  }
}

const descents = new WeakMap();

export default function ({data, parentElement, setTriggerValue}) {
  const root = parentElement.querySelector(".descent");
  if (!descents.has(root)) descents.set(root, new Descent(root));
  const descent = descents.get(root);
  descent.say = setTriggerValue;
  const sent = JSON.stringify(data);
  if (descent.sent === sent) return;
  descent.sent = sent;
  descent.show(JSON.parse(sent));
}
