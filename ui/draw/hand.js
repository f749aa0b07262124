// A hand that writes on the canvas until the visitor's first touch. It tells the answer and the
// strip what the network reads at each moment, as Python has computed it.

const LINES = {
  writes: "A hand writes, the network reads along.",
  rests: "Draw a digit, 0 to 9.",
  gone: "Draw a digit, 0 to 9.",
};

class Hand {
  constructor(root) {
    this.root = root;
    this.ink = root.querySelector(".hand-ink");
    this.line = root.querySelector(".hand-line span");
    this.button = root.querySelector("button");
    this.button.onclick = () => (this.state === "writes" ? this.rest() : this.write());
    this.place = root.closest(".st-key-canvas_place");
    this.touched = (event) => {
      const onCanvas = event.composedPath().some((each) => each.classList?.contains("canvas-root"));
      if (onCanvas && (event.type !== "keydown" || /^[0-9]$/.test(event.key))) this.leave();
    };
    for (const kind of ["pointerdown", "touchstart", "keydown"]) {
      this.place?.addEventListener(kind, this.touched, {capture: true});
    }
  }

  go(state) {
    this.state = state;
    this.root.dataset.hand = state;
    this.line.textContent = LINES[state];
    this.button.textContent = state === "writes" ? "Stop" : "Play";
  }

  follow(data) {
    if (!data.digits) return this.leave();
    if (this.state === "gone") return;
    const isNew = this.data === undefined;
    this.data = data;
    if (!isNew) return;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.rest();
    else this.write();
  }

  write() {
    this.go("writes");
    this.began = performance.now();
    cancelAnimationFrame(this.frame);
    const step = () => {
      const {digits, writing_ms, standing_ms} = this.data;
      const each = writing_ms + standing_ms;
      const passed = performance.now() - this.began;
      const number = Math.floor(passed / each);
      if (number >= digits.length) return this.rest();
      this.show(number, Math.min(1, (passed - number * each) / writing_ms));
      this.frame = requestAnimationFrame(step);
    };
    step();
  }

  // The last digit stands there, whole.
  rest() {
    cancelAnimationFrame(this.frame);
    this.go("rests");
    this.show(this.data.digits.length - 1, 1);
  }

  leave() {
    if (this.state === "gone") return;
    cancelAnimationFrame(this.frame);
    this.go("gone");
    tell(undefined);
  }

  show(number, share) {
    const {strokes, moments} = this.data.digits[number];
    this.draw(strokes, share);
    const next = moments[Math.floor(share * moments.length) - 1] ?? this.data.blank;
    if (next !== moment()) tell(next);
  }

  draw(strokes, share) {
    const side = Math.round(this.ink.clientWidth * devicePixelRatio);
    this.ink.width = this.ink.height = side;
    const context = this.ink.getContext("2d");
    Object.assign(context, {lineWidth: this.data.brush * side, lineCap: "round",
      lineJoin: "round", strokeStyle: "#fff"});
    const length = ([a, b]) => Math.hypot(b[0] - a[0], b[1] - a[1]);
    const pairs = strokes.map((stroke) => stroke.slice(1).map((end, n) => [stroke[n], end]));
    let left = share * pairs.flat().reduce((sum, pair) => sum + length(pair), 0);
    for (const stroke of pairs) {
      if (left <= 0) return;
      context.beginPath();
      context.moveTo(stroke[0][0][0] * side, stroke[0][0][1] * side);
      for (const [start, end] of stroke) {
        const part = Math.min(1, left / length([start, end]));
        context.lineTo((start[0] + part * (end[0] - start[0])) * side,
          (start[1] + part * (end[1] - start[1])) * side);
        left -= length([start, end]);
        if (left <= 0) break;
      }
      context.stroke();
    }
  }

  end() {
    cancelAnimationFrame(this.frame);
    for (const kind of ["pointerdown", "touchstart", "keydown"]) {
      this.place?.removeEventListener(kind, this.touched, {capture: true});
    }
    tell(undefined);
  }
}

const hands = new WeakMap();

export default function ({data, parentElement}) {
  const root = parentElement.querySelector(".hand");
  if (!hands.has(root)) hands.set(root, new Hand(root));
  hands.get(root).follow(data);
  return () => {
    hands.get(root)?.end();
    hands.delete(root);
  };
}
