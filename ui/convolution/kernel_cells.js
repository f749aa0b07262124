export default function ({data, parentElement, setTriggerValue}) {
  const box = parentElement.querySelector(".kernel-box");
  if (box.dataset.count !== String(data.cells.length)) {
    box.dataset.count = data.cells.length;
    box.replaceChildren(...data.cells.map((cell, index) => {
      const input = document.createElement("input");
      input.setAttribute("aria-label", cell.name);
      input.autocomplete = "off";
      input.spellcheck = false;
      input.onfocus = () => input.select();
      if (index < data.cells.length - 1) return input;
      const label = document.createElement("label");
      label.append("+ bias b ", input);
      return label;
    }));
  }
  box.style.setProperty("--size", data.size);
  const inputs = [...box.querySelectorAll("input")];
  inputs.forEach((input, index) => {
    const cell = data.cells[index];
    input.style.background = cell.colour;
    input.style.color = cell.ink;
    const typing = input === document.activeElement && input.value !== input.dataset.shown;
    if (!typing && !data.has_problem || input.dataset.exact !== cell.exact)
      input.value = cell.text;
    input.dataset.exact = cell.exact;
    input.dataset.shown = cell.text;
    input.onchange = () => setTriggerValue("cells", inputs.map(
      (one) => one.value === one.dataset.shown ? one.dataset.exact : one.value));
  });
}
