// The drawing as a text, for links and for a reload. The tab keeps it, so that two tabs stay apart.

const KEY = "drawing-of-mnist-lab";
const kept = (globalThis.drawingOfMnistLab ??= {});

const read = () => {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
};

const write = (text) => {
  try {
    sessionStorage.setItem(KEY, text);
  } catch {
    // A browser that keeps nothing still draws.
  }
};

export default function ({data, setTriggerValue}) {
  if (data.session !== kept.session) {
    const before = read();
    Object.assign(kept, {session: data.session, change: -1, waits: Boolean(before && !data.text)});
    if (kept.waits) setTriggerValue("drawing", before);
  }
  if (data.heard || data.text) kept.waits = false;
  if (kept.waits || data.change < kept.change) return;
  kept.change = data.change;
  (globalThis.linkOfMnistLab ??= {}).drawing = data.text ? {[data.name]: data.text} : {};
  write(data.text);
}
