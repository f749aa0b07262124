// Points and their line on one side, the loss of every line on the other.

const RINGS = [0.05, 0.2, 0.6, 1.5, 4, 10, 25, 60];
const FAR = 1e5;

class LinePlot {
  constructor(root, sends) {
    this.sends = sends;
    this.moved = new OnItsWay();
    this.restarted = new OnItsWay();
    const find = (name) => root.querySelector("." + name);
    for (const name of ["here", "slope", "limit"]) this[name] = find("line-" + name);
    const drawn = () => this.data && this.draw();
    this.plane = new Plot(find("line-points"), {x: [0, 4], y: [0, 4], names: ["x", "y"], drawn});
    this.valley = new Plot(find("line-loss"), {x: [-2, 3], y: [-2, 5], names: ["w", "b"], drawn});
  }

  show(data) {
    if (this.plane.held !== null || this.valley.held !== null) return;
    this.data = data;
    if (this.moved.isOver(data.points)) this.points = data.points;
    if (this.restarted.isOver([data.start])) this.start = data.start;
    if (this.plane.width && this.valley.width) this.draw();
  }

  draw() {
    const {points, start, data, plane, valley} = this;
    if (!plane.width || !valley.width) return;
    this.path = pathOf(points, start, data.rate, data.steps);
    this.best = leastSquares(points);
    const now = this.path.at(-1);
    this.drawPlane(now);
    this.drawValley(now);
    this.say(now);
    plane.movablePoints(this);
    valley.movable(1, {
      at: () => this.start,
      label: () => `The start: w ${shown(this.start[0])}, b ${shown(this.start[1])}. ` +
        "Arrow keys move it.",
      moved: (_, place) => {
        this.start = place;
        this.draw();
      },
      done: () => this.restarted.send(this.sends, "start", [this.start]),
    });
  }

  across([w, b]) {
    return [0, 4].map((x) => [x, Math.min(Math.max(w * x + b, -FAR), FAR)]);
  }

  drawPlane(now) {
    const {plane, points} = this;
    const squares = points.map(([x, y], i) => {
      const at = Math.min(Math.max(now[0] * x + now[1], -9), 13);
      const [own, line] = [plane.down(y), plane.down(at)];
      const side = Math.abs(own - line);
      const left = plane.across(x) - (i % 2 ? side : 0);
      return `<rect class="line-square" x="${left}" y="${Math.min(own, line)}" width="${side}"
        height="${side}"/>`;
    });
    plane.under.innerHTML = `${squares.join("")}
      <path class="line-best" d="${plane.way(this.across(this.best))}"/>
      <path class="line-fit" d="${plane.way(this.across(now))}"/>`;
  }

  drawValley(now) {
    const {valley, points, path, best} = this;
    const rings = RINGS.map((above) =>
      `<path class="line-ring" d="${valley.way(contourOf(points, above))}"/>`);
    const near = path.filter((line) => line.every((value) => Math.abs(value) < FAR));
    const dots = near.map(([w, b]) =>
      `<circle class="line-step" r="3" cx="${valley.across(w)}" cy="${valley.down(b)}"/>`);
    const [x, y] = [valley.across(best[0]), valley.down(best[1])];
    const [w, b] = now.map((value) => Math.min(Math.max(value, -FAR), FAR));
    valley.under.innerHTML = `${rings.join("")}<path class="line-path" d="${valley.way(near)}"/>
      ${dots.join("")}<path class="line-diamond" d="M${x - 8} ${y}l8-8 8 8-8 8z"/>
      <circle class="line-now" r="8" cx="${valley.across(w)}" cy="${valley.down(b)}"/>`;
  }

  say(now) {
    const {points, best, data} = this;
    const slope = gradientOf(points, now);
    const limit = greatestRate(points);
    this.here.textContent = `After ${data.steps} steps: w = ${shown(now[0])}, b = ${shown(now[1])}, ` +
      `loss J = ${shown(lossOf(points, now), 3)}. Best line: w = ${shown(best[0])}, ` +
      `b = ${shown(best[1])}, J = ${shown(lossOf(points, best), 3)}.`;
    this.slope.textContent = `The next step goes against the slope: ∂J/∂w = ${shown(slope[0], 3)}, ` +
      `∂J/∂b = ${shown(slope[1], 3)}.`;
    this.limit.textContent = `Learning rate η = ${data.rate}; limit 2/λ = ${shown(limit, 4)}: ` +
      (data.rate < limit ? "the steps lead down to ◆." : "the steps jump across the valley and away.");
  }
}

export default function ({data, parentElement, setTriggerValue}) {
  showFigure(LinePlot, parentElement.querySelector(".line-plots"), data, setTriggerValue);
}
