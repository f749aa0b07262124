// A computation graph that is walked back node by node; all numbers come with the data.

const SMALLEST_LETTERS = 0.72;
const BEFORE = "Every box shows its value. Step back: how does the output follow each of them?";

class Graph {
  constructor(root) {
    const find = (name) => root.querySelector("." + name);
    this.leaves = find("graph-leaves");
    this.picture = find("graph-picture");
    this.count = find("graph-count");
    this.says = find("graph-says");
    this.buttons = Object.fromEntries(
      [...root.querySelectorAll("[data-go]")].map((button) => [button.dataset.go, button]),
    );
    this.done = 0;
    this.buttons["1"].onclick = () => this.go(this.done + 1);
    this.buttons.all.onclick = () => this.go(this.data.steps.length);
    this.buttons.none.onclick = () => this.go(0);
    this.picture.onkeydown = (event) => {
      const by = {ArrowLeft: 1, ArrowRight: -1}[event.key];
      if (!by) return;
      event.preventDefault();
      this.go(this.done + by);
    };
    this.picture.onclick = (event) => {
      const node = event.target.closest(".node[data-step]");
      if (node && Number(node.dataset.step) >= 0) this.go(Number(node.dataset.step) + 1);
    };
  }

  show(data) {
    const isNew = this.data?.expression !== data.expression;
    this.data = data;
    this.picture.style.setProperty("--width", `${data.width}px`);
    this.picture.style.setProperty("--least", `${SMALLEST_LETTERS * data.width}px`);
    this.picture.innerHTML = data.svg;
    if (isNew) this.fillLeaves();
    this.fields().forEach((field, i) => {
      if (field !== field.getRootNode().activeElement) field.value = data.leaves[i].value;
    });
    this.go(isNew ? 0 : this.done);
  }

  fields() {
    return [...this.leaves.querySelectorAll("input")];
  }

  fillLeaves() {
    this.leaves.replaceChildren(...this.data.leaves.map(({name, value}) => {
      const label = document.createElement("label");
      const field = document.createElement("input");
      Object.assign(field, {type: "number", step: "any", value});
      field.dataset.name = name;
      field.oninput = () => this.tell();
      field.onkeydown = (event) => {
        const by = {ArrowUp: 0.1, ArrowDown: -0.1}[event.key];
        if (!by || field.value === "") return;
        event.preventDefault();
        field.value = Number((Number(field.value) + by).toFixed(6));
        this.tell();
      };
      label.append(`${name} =`, field);
      return label;
    }));
  }

  tell() {
    const given = this.fields().filter((field) => field.value !== "" && field.checkValidity());
    this.send(Object.fromEntries(given.map((field) => [field.dataset.name, field.value])));
  }

  go(done) {
    const {steps} = this.data;
    this.done = Math.min(Math.max(done, 0), steps.length);
    const now = steps[this.done - 1];
    for (const node of this.picture.querySelectorAll(".node")) {
      const step = Number(node.dataset.step);
      node.classList.toggle("done", step >= 0 && step < this.done);
      node.classList.toggle("now", this.done > 0 && step === this.done - 1);
    }
    for (const edge of this.picture.querySelectorAll(".edge"))
      edge.classList.toggle("walked", Boolean(now) && Number(edge.dataset.from) === now.node);
    this.says.innerHTML = now ? now.says : BEFORE;
    this.count.textContent = `${this.done} of ${steps.length} nodes`;
    this.buttons["1"].disabled = this.buttons.all.disabled = this.done === steps.length;
    this.buttons.none.disabled = this.done === 0;
  }
}

const graphs = new WeakMap();

export default function ({data, parentElement, setTriggerValue}) {
  const root = parentElement.querySelector(".graph");
  if (!graphs.has(root)) graphs.set(root, new Graph(root));
  const graph = graphs.get(root);
  graph.send = (leaves) => setTriggerValue("leaves", leaves);
  graph.show(data);
}
