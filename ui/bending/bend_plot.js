// Points with the curve of a small network, and what each of its hidden units adds.

const [X, Y] = [[-3, 3], [-2, 2]];
const PLACES = Array.from({length: 121}, (_, i) => X[0] + ((X[1] - X[0]) * i) / 120);
const COLOURS = ["--first", "--second", "--third", "--fourth"];

class BendPlot {
  constructor(root, sends) {
    this.sends = sends;
    this.moved = new OnItsWay();
    const find = (name) => root.querySelector("." + name);
    this.says = find("plots-say");
    const drawn = () => this.data && this.draw();
    this.plane = new Plot(find("bend-points"), {x: X, y: Y, names: ["x", "y"], drawn});
    this.parts = new Plot(find("bend-parts"), {x: X, y: [-4, 4], names: ["x", "v f(wx + c)"], drawn});
  }

  show(data) {
    if (this.plane.held !== null) return;
    this.data = data;
    if (this.moved.isOver(data.points)) this.points = data.points;
    this.draw();
  }

  draw() {
    const {plane, parts, data, points} = this;
    if (!plane.width || !parts.width) return;
    const kind = data.activation;
    const now = learnt(data.start, points, kind, data.rate, data.steps);
    const way = (plot, at) => plot.way(PLACES.map((x) => [x, at(x)]));
    plane.under.innerHTML = `
      <path class="bend-before" d="${way(plane, (x) => curveAt(data.start, x, kind))}"/>
      <path class="bend-curve" d="${way(plane, (x) => curveAt(now, x, kind))}"/>`;
    parts.under.innerHTML = this.partsDrawn(now, way);
    this.say(now);
    plane.movablePoints(this);
  }

  partsDrawn(now, way) {
    const {parts, data} = this;
    const units = unitsOf(now);
    return Array.from({length: units}, (_, unit) => {
      const at = (x) => partOf(now, unit, x, data.activation);
      const colour = `stroke: var(${COLOURS[unit % COLOURS.length]})`;
      const bend = -now[units + unit] / now[unit];
      const tick = Math.abs(bend) < X[1]
        ? `<path class="bend-tick" d="M${parts.across(bend)} ${parts.down(0) - 6}v12"/>` : "";
      const named = this.placeOfName(at, X[0] + ((unit + 0.5) / units) * (X[1] - X[0]));
      return `<path class="bend-part" style="${colour}" d="${way(parts, at)}"/>${tick}
        <text class="bend-number" x="${Math.min(Math.max(parts.across(named), 36), parts.width - 20)}"
          y="${parts.down(at(named)) - 5}">${unit + 1}</text>`;
    }).join("");
  }

  // Where the part is large, as near as can be to `wanted`: so names keep out of each other's way.
  placeOfName(at, wanted) {
    const inside = PLACES.filter((x) => Math.abs(at(x)) < 3);
    const most = Math.max(...inside.map((x) => Math.abs(at(x))));
    return inside.filter((x) => Math.abs(at(x)) >= most / 2)
      .reduce((best, x) => (Math.abs(x - wanted) < Math.abs(best - wanted) ? x : best), Infinity);
  }

  say(now) {
    const {data, points} = this;
    const [first, last] = [data.start, now].map((one) => lossOf(one, points, data.activation));
    const units = unitsOf(now);
    this.says.textContent =
      `${units} hidden ${units === 1 ? "unit" : "units"}, ${now.length} numbers, ${data.steps} steps: ` +
      `loss from ${shown(first, 3)} to ${shown(last, 3)}. Violet ticks: where a unit bends, x = −c/w.`;
    this.parts.svg.setAttribute("aria-label", `What each of ${units} hidden units adds to the curve`);
  }
}

export default function ({data, parentElement, setTriggerValue}) {
  showFigure(BendPlot, parentElement.querySelector(".bend-plots"), data, setTriggerValue);
}
