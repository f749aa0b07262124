// A digit that is read row by row; what the network makes of each row comes with the data.

const STEP_MS = 220;
const START = 14;

class Rows {
  constructor(root) {
    const find = (name) => root.querySelector(name);
    this.digit = find(".rows-digit");
    this.slider = find("input");
    this.button = find(".rows-play");
    this.says = find(".rows-says");
    this.bars = find(".rows-bars");
    this.memory = find(".rows-memory canvas");
    this.caption = find("figcaption");
    this.makeBars();
    this.slider.oninput = () => this.stand(Number(this.slider.value));
    this.button.onclick = () => (this.timer ? this.stop() : this.play());
    this.digit.onpointerdown = (event) => {
      this.digit.setPointerCapture(event.pointerId);
      this.stand(this.rowAt(event));
    };
    this.digit.onpointermove = (event) => {
      if (event.pointerType === "mouse" || event.buttons) this.stand(this.rowAt(event));
    };
  }

  makeBars() {
    this.shown = Array.from({length: 10}, (_, digit) => {
      const [name, track, share] = ["name", "track", "share"].map((kind) => {
        const made = document.createElement("span");
        made.className = kind;
        return made;
      });
      const fill = document.createElement("span");
      fill.className = "fill";
      track.append(fill);
      name.textContent = digit;
      this.bars.append(name, track, share);
      return {parts: [name, track, share], fill, share};
    });
  }

  rowAt(event) {
    const box = this.digit.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * 28) + 1;
    return Math.min(Math.max(row, 0), 28);
  }

  show(data) {
    this.data = data;
    this.go(this.row ?? START);
  }

  stand(row) {
    this.stop();
    this.go(row);
  }

  play() {
    if (this.row === 28) this.go(0);
    this.timer = setInterval(() => {
      if (!this.digit.isConnected || this.row === 28) this.stop();
      else this.go(this.row + 1);
    }, STEP_MS);
    this.mark();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.mark();
  }

  mark() {
    this.button.textContent = this.timer ? "Pause" : "Play";
    this.button.setAttribute("aria-pressed", Boolean(this.timer));
  }

  go(row) {
    this.row = row;
    this.slider.value = row;
    this.slider.setAttribute("aria-valuetext", `${row} of 28 rows`);
    const chances = this.data.probabilities[row];
    const best = chances.indexOf(Math.max(...chances));
    const inPercent = (chance) => `${(100 * chance).toFixed(1)}\u00a0%`;
    this.shown.forEach(({parts, fill, share}, digit) => {
      for (const part of parts) part.classList.toggle("best", digit === best);
      fill.style.width = `${100 * chances[digit]}%`;
      share.textContent = inPercent(chances[digit]);
    });
    this.bars.setAttribute("aria-label",
      chances.map((chance, digit) => `${digit}: ${inPercent(chance)}`).join(", "));
    this.digit.setAttribute("aria-label", `The digit, of which ${row} rows are read`);
    this.says.textContent =
      `${row} of 28 rows read: likeliest is ${best} (${inPercent(chances[best])}).`;
    this.caption.textContent = this.data.caption;
    this.drawDigit(row);
    this.drawMemory(this.data.states[row]);
  }

  drawDigit(row) {
    const context = this.digit.getContext("2d");
    const picture = context.createImageData(28, 28);
    this.data.pixels.forEach((ink, i) => {
      const line = Math.floor(i / 28);
      const lit = line < row;
      const grey = lit ? ink : Math.round(90 + 0.22 * ink);
      picture.data.set([grey, grey, grey, lit ? 255 : 120], 4 * i);
      if (line === row - 1) picture.data.set(mix(this.data.marked, ink), 4 * i);
    });
    context.putImageData(picture, 0, 0);
  }

  drawMemory(values) {
    const {columns, negative, positive} = this.data;
    const rows = values.length / columns;
    if (this.memory.width !== columns) this.memory.width = columns;
    if (this.memory.height !== rows) this.memory.height = rows;
    const context = this.memory.getContext("2d");
    const picture = context.createImageData(columns, rows);
    values.forEach((value, i) => {
      const colour = value < 0 ? negative : positive;
      picture.data.set([...colour, Math.round(2.55 * Math.abs(value))], 4 * i);
    });
    context.putImageData(picture, 0, 0);
  }
}

const mix = (colour, ink) => [...colour.map((part) => Math.round((part + 2 * ink) / 3)), 255];

const all = new WeakMap();

export default function ({data, parentElement}) {
  const root = parentElement.querySelector(".rows");
  if (!all.has(root)) all.set(root, new Rows(root));
  all.get(root).show(data);
}
