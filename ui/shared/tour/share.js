// A button that copies the link to what is seen, or hands it to Python, which draws a QR code of it.

const COPIED_MS = 2000;

const link = () => {
  const url = new URL(location.href);
  const parts = Object.values(globalThis.linkOfMnistLab ?? {});
  for (const [name, value] of parts.flatMap(Object.entries)) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url.href;
};

const copy = async (button, says, dialog, label) => {
  const text = link();
  try {
    await navigator.clipboard.writeText(text);
    says.textContent = "Copied ✓";
    button.dataset.copied = "";
    setTimeout(() => {
      says.textContent = label;
      delete button.dataset.copied;
    }, COPIED_MS);
  } catch {
    // Plain http has no clipboard.
    const field = dialog.querySelector("input");
    field.value = text;
    dialog.showModal();
    field.select();
  }
};

export default function ({data, parentElement, setTriggerValue}) {
  const button = parentElement.querySelector(".share-button");
  const says = parentElement.querySelector(".share-says");
  const dialog = parentElement.querySelector(".share-dialog");
  if (button.dataset.copied === undefined) says.textContent = data.label;
  button.onclick = () =>
    data.asks ? setTriggerValue("link", link()) : copy(button, says, dialog, data.label);
}
