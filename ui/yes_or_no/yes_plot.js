// Points of two kinds with the border between yes and no, and how hard each of them pulls.

const REACH = 4;
const RIGHT = 10;
const MOST = 30;
const ALONG = Array.from({length: 81}, (_, i) => i / 80);

class YesPlot {
  constructor(root, sends) {
    this.sends = sends;
    this.moved = new OnItsWay();
    const find = (name) => root.querySelector("." + name);
    this.here = find("yes-here");
    this.border = find("yes-border");
    const drawn = () => this.data && this.draw();
    const square = [-REACH, REACH];
    this.plane = new Plot(find("yes-points"), {x: square, y: square, names: ["x₁", "x₂"], drawn});
    this.pull = new Plot(find("yes-pull"),
      {x: [-RIGHT, RIGHT], y: [0, 1.1], names: ["← wrong · right →", "pull"], drawn});
    root.querySelectorAll("[data-kind]").forEach((button) => {
      button.onclick = () => this.add(Number(button.dataset.kind));
    });
    find("yes-less").onclick = () => this.change(this.points.slice(0, -1));
  }

  get flat() {
    return this.data.inputs === 1;
  }

  show(data) {
    if (this.plane.held !== null) return;
    const turned = this.data?.inputs !== data.inputs;
    this.data = data;
    if (this.moved.isOver(data.points)) this.points = data.points;
    if (turned) {
      this.plane.y = this.flat ? [-0.15, 1.15] : [-REACH, REACH];
      this.plane.names = this.flat ? ["x", "p, the probability of yes"] : ["x₁", "x₂"];
      this.plane.fit();
    }
    this.draw();
  }

  // A new point stands where there is none yet.
  add(kind) {
    const place = [[0, 0], [1, -1], [-1, 1], [1, 1], [-1, -1], [2, 0], [0, 2], [-2, 0], [0, -2]].find(
      ([x, y]) => !this.points.some((one) => Math.hypot(one[0] - x, one[1] - y) < 0.3));
    const [x, y] = place ?? [Math.random() * 2 - 1, Math.random() * 2 - 1].map((n) => Math.round(n * 300) / 100);
    if (this.points.length < MOST) this.change([...this.points, [x, y, kind]]);
  }

  change(points) {
    if (points.length < 2) return;
    this.points = points;
    this.draw();
    this.moved.send(this.sends, "points", points);
  }

  examples() {
    return this.points.map(([x, y, kind]) => ({x: this.flat ? [x] : [x, y], y: kind}));
  }

  draw() {
    const {plane, pull, data} = this;
    if (!plane.width || !pull.width) return;
    const examples = this.examples();
    const start = {w: data.start.slice(0, data.inputs), b: data.start[2]};
    this.path = pathOf(start, examples, data.loss, data.rate, data.steps);
    const now = this.path.at(-1);
    plane.under.innerHTML = this.flat ? this.curveDrawn(now) : this.sideDrawn(now);
    pull.under.innerHTML = this.pullsDrawn(now, examples);
    this.say(now, examples);
    const isWrong = (i) => scoreOf(now, examples[i].x) > 0 !== (examples[i].y === 1);
    plane.movable(this.points.length, {
      at: (i) => this.flat ? [this.points[i][0], this.points[i][2]] : this.points[i].slice(0, 2),
      label: (i) => `Point ${i + 1}, ${this.points[i][2] ? "yes" : "no"}, on the ` +
        `${isWrong(i) ? "wrong" : "right"} side: ${shown(this.points[i][0])}` +
        `${this.flat ? "" : `, ${shown(this.points[i][1])}`}. Arrow keys move it.`,
      look: (i) => `${this.points[i][2] ? "" : "yes-no"} ${isWrong(i) ? "yes-wrong" : ""}`,
      moved: (i, [x, y]) => {
        const [, before, kind] = this.points[i];
        this.points = this.points.with(i, [x, this.flat ? before : y, kind]);
        this.draw();
      },
      done: () => this.moved.send(this.sends, "points", this.points),
      gone: (i) => this.change(this.points.filter((_, other) => other !== i)),
    });
  }

  sideDrawn(now) {
    const side = sideOfYes(now, REACH);
    if (side.length < 3) return "";
    const edge = side.filter((corner) => Math.abs(scoreOf(now, corner)) < 1e-6);
    const line = edge.length > 1 ? `<path class="yes-edge" d="${this.plane.way(edge)}"/>` : "";
    return `<path class="yes-side" d="${this.plane.way(side)}Z"/>${line}`;
  }

  curveDrawn(now) {
    const {plane} = this;
    const curve = ALONG.map((share) => (2 * share - 1) * REACH).map((x) => [x, sigmoid(scoreOf(now, [x]))]);
    const at = -now.b / now.w[0];
    const edge = Math.abs(at) < REACH
      ? `<path class="yes-other" d="${plane.way([[at, plane.y[0]], [at, plane.y[1]]])}"/>` : "";
    return `${edge}<path class="yes-edge" d="${plane.way(curve)}"/>`;
  }

  // Of an example of yes: one of no is its mirror image.
  pullsDrawn(now, examples) {
    const {pull, data} = this;
    const lines = Object.entries(LOSSES).map(([kind, {slope}]) => {
      const way = ALONG.map((share) => (2 * share - 1) * RIGHT).map((z) => [z, -slope(z, 1)]);
      return `<path class="${kind === data.loss ? "yes-edge" : "yes-other"}" d="${pull.way(way)}"/>`;
    });
    const marks = examples.map(({x, y}) => {
      const right = scoreOf(now, x) * (y ? 1 : -1);
      const place = Math.min(Math.max(right, -RIGHT), RIGHT);
      const [across, down] = [pull.across(place), pull.down(-LOSSES[data.loss].slope(right, 1))];
      return y ? `<circle class="yes-one" r="4.5" cx="${across}" cy="${down}"/>`
        : `<path class="yes-cross" d="M${across - 4} ${down - 4}l8 8m-8 0 8-8"/>`;
    });
    return lines.join("") + marks.join("");
  }

  say(now, examples) {
    const {data, path} = this;
    const wrong = examples.filter(({x, y}) => scoreOf(now, x) > 0 !== (y === 1)).length;
    const [first, last] = [path[0], now].map((one) => meanLoss(one, examples, data.loss));
    this.here.textContent = `After ${data.steps} steps: ${wrong} of ${examples.length} points on the ` +
      `wrong side. Loss from ${shown(first, 3)} to ${shown(last, 3)}.`;
    const border = this.flat
      ? `w = ${shown(now.w[0])}, b = ${shown(now.b)}: the border is at x = −b/w = ${shown(-now.b / now.w[0])}.`
      : `w = (${now.w.map((one) => shown(one)).join(", ")}), b = ${shown(now.b)}.`;
    this.border.textContent = border;
    this.pull.svg.setAttribute("aria-label",
      `How hard the points pull: ${wrong} of ${examples.length} are on the wrong side.`);
  }
}

export default function ({data, parentElement, setTriggerValue}) {
  showFigure(YesPlot, parentElement.querySelector(".yes-plots"), data, setTriggerValue);
}
