// The answer follows the pen: pictures of the canvas go to Python while a stroke is drawn, one in
// flight at a time. Only the answer to it lets the next one leave, so that nothing piles up; the
// busier the server, the fewer it is sent.

const PATIENCE_MS = 3000;
const SETTLED_MS = 4000; // at the latest then, Python knows of a stroke
const QUICK_MS = 150; // after an answer that took longer, the pen rests for twice that time
const BUSY_MS = 2000; // so long when the server has had no time for it
const REST_MS = 150; // then the canvas is about to send its drawing, and needs no other beside it
let number = 0; // goes on when the page is left and opened again

class Pen {
  constructor(place) {
    this.place = place;
    this.small = document.createElement("canvas");
    this.context = this.small.getContext("2d", {willReadFrequently: true});
    this.liftedAt = this.stale = 0;
    this.held = [];
    place.addEventListener("click", this.hold, {capture: true});
    place.addEventListener("pointerdown", this.touch, {capture: true});
    for (const kind of ["pointermove", "pointerup", "pointercancel"]) {
      addEventListener(kind, this.move, {capture: true});
    }
  }

  touch = (event) => {
    const upper = event.composedPath().find((each) => each.matches?.("canvas.upper-canvas"));
    if (!upper || event.button || !event.isPrimary) return;
    this.layers = [upper.parentNode.querySelector(".lower-canvas"), upper];
    this.isDown = this.follows = true;
    this.strokes += 1;
  };

  move = (event) => {
    if (!this.isDown || !event.isPrimary) return;
    if (event.type !== "pointermove") {
      this.isDown = false;
      this.liftedAt = performance.now();
    }
    this.waits = true;
    this.leave();
  };

  // Undo and Clear wait until Python knows of the stroke whose answer is already seen.
  hold = (event) => {
    const button = event.target.closest?.("button");
    if (!button || !this.follows || this.isDown || this.rested() > SETTLED_MS) return;
    event.stopPropagation();
    event.preventDefault();
    this.held.push(button);
    setTimeout(this.release, SETTLED_MS);
  };

  release = () => {
    for (const button of this.held.splice(0)) button.click();
  };

  // After the frame, for only then does the lower layer have a stroke that has just ended.
  leave() {
    if (!this.waits || this.sent || this.frame || this.pauses) return;
    this.frame = requestAnimationFrame(() => {
      this.waits = false;
      setTimeout(() => {
        this.frame = 0;
        if (this.follows && (this.isDown || this.rested() < REST_MS)) this.send();
      });
    });
  }

  rested() {
    return performance.now() - this.liftedAt;
  }

  send() {
    const {side} = this.data;
    if (this.small.width !== side) this.small.width = this.small.height = side;
    for (const layer of this.layers) this.context.drawImage(layer, 0, 0, side, side);
    this.sent = number += 1;
    this.sentAt = performance.now();
    this.timer = setTimeout(this.arrive, PATIENCE_MS);
    this.setState("picture", {number, png: this.small.toDataURL("image/png")});
  }

  arrive = () => {
    clearTimeout(this.timer);
    this.sent = 0;
    const took = performance.now() - this.sentAt;
    this.pauses = took > QUICK_MS || this.data.busy;
    if (this.pauses) this.timer = setTimeout(this.goOn, this.data.busy ? BUSY_MS : 2 * took);
    else this.leave();
  };

  goOn = () => {
    this.pauses = false;
    this.leave();
  };

  take(data, setState) {
    Object.assign(this, {data, setState});
    if (data.final !== this.final) this.settle(data);
    if (data.moment && this.follows && data.number > this.stale) tell(data.moment);
    if (this.sent && data.number >= this.sent) this.arrive();
  }

  // The final answer stands, unless the pen has drawn more than it knows of.
  settle({final, strokes, restarts}) {
    const isRestart = restarts !== this.restarts;
    Object.assign(this, {final, restarts});
    if (this.isDown) {
      if (isRestart) this.strokes = strokes + 1;
      return;
    }
    if (!isRestart && this.rested() < SETTLED_MS && strokes < this.strokes) return;
    Object.assign(this, {strokes, stale: number, follows: false, waits: false});
    if (moment()?.by === "pen") tell(undefined);
    setTimeout(this.release);
  }

  end() {
    this.follows = this.isDown = false;
    clearTimeout(this.timer);
    this.place.removeEventListener("pointerdown", this.touch, {capture: true});
    this.place.removeEventListener("click", this.hold, {capture: true});
    for (const kind of ["pointermove", "pointerup", "pointercancel"]) {
      removeEventListener(kind, this.move, {capture: true});
    }
    if (moment()?.by === "pen") tell(undefined);
  }
}

const pens = new WeakMap();

export default function ({data, parentElement, setStateValue}) {
  const place = parentElement.closest(".st-key-canvas_place");
  if (!pens.has(parentElement)) pens.set(parentElement, new Pen(place));
  const pen = pens.get(parentElement);
  pen.take(data, setStateValue);
  return () => {
    if (pen.data !== data) return;
    pen.end();
    pens.delete(parentElement);
  };
}
