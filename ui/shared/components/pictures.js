export default function ({data, parentElement, setTriggerValue}) {
  let root = parentElement.querySelector(".pick-root");
  if (root.shown !== data.html) {
    root.innerHTML = data.html;
    root.shown = data.html;
  }
  root.onclick = (event) => {
    const part = event.target.closest("[data-pick]");
    if (!part) return;
    const box = part.getBoundingClientRect();
    setTriggerValue("pick", {
      part: part.dataset.pick,
      x: (event.clientX - box.left) / box.width,
      y: (event.clientY - box.top) / box.height,
    });
  };
}
