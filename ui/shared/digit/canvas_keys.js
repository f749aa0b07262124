// While the canvas has the focus, the keys 0 to 9 put an example on it.

export default function ({parentElement, setTriggerValue}) {
  const place = parentElement.closest(".st-key-canvas_place");
  const onKey = (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const onCanvas = event.composedPath()[0]?.classList?.contains("canvas-root");
    if (!onCanvas || !plain || !/^[0-9]$/.test(event.key)) return;
    event.preventDefault();
    setTriggerValue("example", Number(event.key));
  };
  place?.addEventListener("keydown", onKey);
  return () => place?.removeEventListener("keydown", onKey);
}
