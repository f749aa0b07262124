// A digit, what an operation makes of it, and the strip of numbers that both read.

const SIDE = 28;
const ARROWS = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]};

// Rows and columns in which a tensor is shown: those of a batch stand side by side.
export function sheet(size) {
  const columns = size.at(-1);
  const rows = size.length > 1 ? size.at(-2) : 1;
  const copies = size.slice(0, -2).reduce((all, count) => all * count, 1);
  return {rows, columns: columns * copies, own: columns};
}

// Which element of the tensor, in its order, a cell of its sheet shows; and back.
export function elementAt({rows, own}, row, column) {
  return Math.floor(column / own) * rows * own + row * own + (column % own);
}

export function cellOf({rows, own}, element) {
  const copy = Math.floor(element / (rows * own));
  return [Math.floor((element % (rows * own)) / own), copy * own + (element % own)];
}

export function indexOf(size, element) {
  return size.reduceRight(([rest, index], count) => [Math.floor(rest / count), [rest % count, ...index]],
    [element, []])[1];
}

// Both strips after a value was written into one element of the result.
export function written({strip, own, isView, reads}, element, value) {
  if (!isView) return {strip, own: own.with(element, value)};
  const changed = strip.with(reads[element], value);
  return {strip: changed, own: reads.map((place) => changed[place])};
}

function paint(canvas, values, columns) {
  const rows = values.length / columns;
  canvas.width = columns;
  canvas.height = rows;
  const image = new ImageData(columns, rows);
  values.forEach((value, i) => image.data.set([255 * value, 255 * value, 255 * value, 255], 4 * i));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

class StripView {
  constructor(root) {
    const find = (name) => root.querySelector(".strip-" + name);
    this.digit = find("digit");
    this.result = find("result");
    this.made = this.result.querySelector("canvas");
    this.band = find("band");
    this.order = find("order");
    for (const name of ["code", "facts", "says", "wrote", "write", "back"]) this[name] = find(name);
    this.write.onclick = () => this.toggle();
    this.back.onclick = () => this.show(this.data);
    this.listen(this.result, (x, y) => {
      const {rows, columns} = this.sheet;
      return elementAt(this.sheet, Math.floor(y * rows), Math.floor(x * columns));
    });
    const places = (of) => (x, y) => this.reads.indexOf(of(x, y));
    this.listen(this.digit.parentElement, places((x, y) =>
      Math.floor(y * SIDE) * SIDE + Math.floor(x * SIDE)));
    for (const canvas of [this.band, this.order])
      this.listen(canvas, places((x) => Math.floor(x * SIDE * SIDE)));
    this.result.onkeydown = (event) => this.walk(event);
    new ResizeObserver(() => this.data && this.fit()).observe(root);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  listen(place, elementOf) {
    place.onpointermove = place.onpointerdown = (event) => {
      const box = place.getBoundingClientRect();
      const share = (at, length) => Math.min(Math.max(at / length, 0), 0.999999);
      const element = elementOf(share(event.clientX - box.left, box.width),
        share(event.clientY - box.top, box.height));
      if (element >= 0 && element < this.reads.length) this.point(element);
    };
  }

  walk(event) {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return this.toggle();
    }
    const direction = ARROWS[event.key];
    if (!direction) return;
    event.preventDefault();
    const {rows, columns} = this.sheet;
    const [row, column] = cellOf(this.sheet, this.element).map((at, i) => at + direction[i]);
    if (row < 0 || column < 0 || row >= rows || column >= columns) return;
    this.point(elementAt(this.sheet, row, column));
  }

  show(data) {
    this.data = data;
    this.reads = data.reads;
    this.sheet = sheet(data.size);
    this.strip = data.strip;
    this.own = data.reads.map((place) => data.strip[place]);
    this.code.textContent = data.code;
    this.facts.textContent = data.facts;
    this.wrote.textContent = "";
    this.digit.setAttribute("aria-label", "The digit, 28 by 28 pixels");
    this.result.setAttribute("aria-label",
      `${data.code}, ${data.size.join(" by ")}. Arrow keys walk, Enter writes into the pixel.`);
    this.band.setAttribute("aria-label", "The digit's 784 numbers side by side");
    this.order.setAttribute("aria-label", data.alt);
    this.fit();
    this.draw();
    this.point(Math.min(this.element ?? data.first, this.reads.length - 1));
  }

  fit() {
    const {rows, columns} = this.sheet;
    const wide = this.result.parentElement.clientWidth;
    const tall = matchMedia("(max-width: 640px)").matches ? 120 : 200;
    const side = Math.min(wide / columns, tall / rows, 200 / SIDE);
    this.result.style.width = `${Math.max(side * columns, 12)}px`;
    this.result.style.height = `${Math.max(side * rows, 16)}px`;
    if (this.element !== undefined) this.point(this.element);
  }

  draw() {
    paint(this.digit, this.strip, SIDE);
    paint(this.band, this.strip, SIDE * SIDE);
    const {rows, columns} = this.sheet;
    const shown = Array.from({length: rows * columns}, (_, i) =>
      this.own[elementAt(this.sheet, Math.floor(i / columns), i % columns)]);
    paint(this.made, shown, columns);
    this.drawOrder();
  }

  // Across, the number on the strip; downwards, when it is read.
  drawOrder() {
    const {order, reads} = this;
    const [width, height] = [order.clientWidth, order.clientHeight].map((px) => px * devicePixelRatio);
    if (!width) return;
    order.width = width;
    order.height = height;
    const context = order.getContext("2d");
    const size = Math.max(devicePixelRatio, width / (SIDE * SIDE));
    context.fillStyle = getComputedStyle(order).color;
    reads.forEach((place, i) => context.fillRect((place / (SIDE * SIDE)) * width,
      (i / reads.length) * (height - size), size, size));
    context.fillStyle = getComputedStyle(this.result.querySelector("i")).borderTopColor;
    const place = reads[this.element] / (SIDE * SIDE) * width;
    context.fillRect(place - size / 2, 0, 2 * size, height);
  }

  frame(map, [row, column], rows, columns) {
    Object.assign(map.querySelector("i").style, {
      left: `${(100 * column) / columns}%`, top: `${(100 * row) / rows}%`,
      width: `${100 / columns}%`, height: `${100 / rows}%`,
    });
  }

  point(element) {
    this.element = element;
    const place = this.reads[element];
    this.frame(this.digit.parentElement, [Math.floor(place / SIDE), place % SIDE], SIDE, SIDE);
    this.frame(this.result, cellOf(this.sheet, element), this.sheet.rows, this.sheet.columns);
    const index = indexOf(this.data.size, element);
    this.says.textContent =
      `Element [${index.join(", ")}], read as number ${element + 1} of ${this.reads.length}: ` +
      `${this.data.isView ? "number" : "copied from number"} ${place} of the strip, ` +
      `${this.own[element].toFixed(2)}.`;
    this.drawOrder();
  }

  toggle() {
    const value = this.own[this.element] < 0.5 ? 1 : 0;
    const {isView} = this.data;
    Object.assign(this, written({...this, isView}, this.element, value));
    this.draw();
    this.point(this.element);
    this.wrote.textContent = isView
      ? `You wrote ${value}, and the digit has changed, too: a view reads its strip.`
      : `You wrote ${value}, and the digit stays as it was: a copy has a strip of its own.`;
  }
}

const views = new WeakMap();

export default function ({data, parentElement}) {
  const root = parentElement.querySelector(".strip-view");
  if (!views.has(root)) views.set(root, new StripView(root));
  const view = views.get(root);
  const says = JSON.stringify(data);
  if (view.told !== says) view.show(data);
  view.told = says;
}
