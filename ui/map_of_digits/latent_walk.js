// A slider for each latent number. The digit is drawn at once, the strips in the next few frames,
// and Python is told where the sliders stand when they come to rest.

const REST_MS = 150;
const FRAME_MS = 8;

class Walk {
  constructor(root) {
    this.digit = root.querySelector(".walk-digit");
    this.all = root.querySelector(".walk-all");
    this.sent = [];
    root.querySelector(".walk-reset").onclick = () => {
      this.place.fill(0);
      this.moved();
    };
    this.roll = root.querySelector(".walk-roll");
    this.temperature = root.querySelector(".walk-temperature input");
    this.temperature.oninput = () => {
      this.sayTemperature();
      this.place = this.noise.map((noise) => this.onSlider(this.temperature.value * noise));
      this.moved();
    };
    this.sayTemperature();
  }

  sayTemperature() {
    const {value, nextElementSibling: output} = this.temperature;
    output.textContent = Number(value).toFixed(2);
  }

  onSlider(value) {
    const bounded = Math.min(Math.max(value, -this.extent), this.extent);
    return Math.round(bounded / this.step) * this.step;
  }

  show({decoder, numbers, steps, extent, step}) {
    Object.assign(this, {name: decoder, extent, step});
    this.place = numbers.map(() => 0);
    this.rows = [];
    const made = numbers.map((number) => this.row(number, steps));
    this.all.replaceChildren(...made);
    this.all.style.setProperty("--rows", Math.ceil(made.length / 2));
  }

  row({index, name, share, carries}, steps) {
    const row = document.createElement("div");
    row.className = "walk-row";
    row.innerHTML = `
      <div class="walk-head"><b>${name}</b><output></output>
        <span class="walk-bar"><span style="width:${100 * share}%"></span></span>${carries}</div>
      <canvas width="${SIDE * steps}" height="${SIDE}" role="img"
        aria-label="The digit with ${name} from −${this.extent} to ${this.extent}"></canvas>
      <div class="walk-slider"><input type="range" min="${-this.extent}" max="${this.extent}"
        step="${this.step}" aria-label="${name}, carries ${carries}"></div>`;
    const [input, output, strip] = ["input", "output", "canvas"].map((tag) =>
      row.querySelector(tag),
    );
    input.oninput = () => {
      this.place[index] = Number(input.value);
      this.moved();
    };
    this.rows.push({index, input, output, strip, steps});
    return row;
  }

  // What Python says counts, unless it only repeats what it was told from here.
  follow(text) {
    const told = this.sent.indexOf(text);
    if (told >= 0) {
      this.sent.splice(0, told + 1);
    } else if (this.timer === undefined && text !== this.text()) {
      this.sent = [];
      this.place = text ? text.split("_").map(Number) : this.place.map(() => 0);
    }
    this.draw();
  }

  text() {
    const rounded = this.place.map((value) => Number(value.toFixed(2)) + 0);
    return rounded.some((value) => value) ? rounded.join("_") : "";
  }

  moved() {
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.sent.push(this.text());
      this.tell(this.text());
    }, REST_MS);
  }

  draw() {
    const decoder = decoders[this.name];
    if (!decoder) {
      addEventListener("latent-decoder", () => this.draw(), {once: true});
      return;
    }
    this.before = firstLayer(decoder, this.place);
    drawDigit(this.digit, decoder, this.place);
    for (const {index, input, output} of this.rows) {
      input.value = this.place[index];
      output.textContent = this.place[index].toFixed(2).replace("-", "−");
    }
    this.strips = this.rows.length;
    this.frame ??= requestAnimationFrame(() => this.drawStrips(decoder));
  }

  // A few in each frame, in turn, so that all follow also while a slider is being dragged.
  drawStrips(decoder) {
    const end = performance.now() + FRAME_MS;
    while (this.strips > 0 && performance.now() < end) {
      this.next = ((this.next ?? -1) + 1) % this.rows.length;
      this.drawStrip(decoder, this.rows[this.next]);
      this.strips--;
    }
    this.frame = this.strips ? requestAnimationFrame(() => this.drawStrips(decoder)) : undefined;
  }

  drawStrip(decoder, {index, strip, steps}) {
    const image = new ImageData(SIDE * steps, SIDE);
    for (let tile = 0; tile < steps; tile++) {
      const value = this.extent * ((2 * tile) / (steps - 1) - 1);
      const further = value - this.place[index];
      const {weight1} = decoder;
      const count = this.place.length;
      const before = this.before.map((old, j) => old + further * weight1[j * count + index]);
      secondLayer(decoder, before, image, SIDE * tile);
    }
    strip.getContext("2d").putImageData(image, 0, 0);
  }
}

const walks = new WeakMap();

export default function ({data, parentElement, setTriggerValue}) {
  const root = parentElement.querySelector(".walk");
  if (!walks.has(root)) walks.set(root, new Walk(root));
  const walk = walks.get(root);
  walk.tell = (text) => setTriggerValue("code", text);
  walk.roll.onclick = () => setTriggerValue("roll", Number(walk.temperature.value));
  if (!walk.rows) walk.show(data);
  walk.noise = data.noise;
  walk.follow(data.code);
}
