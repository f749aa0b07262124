// The stations from the drawing to the digit. While the hand or the pen writes, its
// pictures stand in them.

class Strip extends Follower {
  constructor(root) {
    super();
    this.root = root;
  }

  build(stations) {
    const key = JSON.stringify(stations);
    if (key === this.key) return;
    this.key = key;
    this.frames = new Map();
    this.root.replaceChildren(
      ...stations.map(([name, title, alt]) => {
        const figure = document.createElement("figure");
        const shown = document.createElement(alt ? "img" : "b");
        if (alt) shown.alt = alt;
        const frame = document.createElement("div");
        frame.className = `strip-${name}`;
        frame.append(shown);
        const caption = document.createElement("figcaption");
        caption.textContent = title;
        figure.append(frame, caption);
        this.frames.set(name, shown);
        return figure;
      }),
    );
  }

  show(data, moment) {
    const pictures = (moment ?? data).pictures;
    const sign = moment ? moment.answer.sign : data.sign;
    for (const [name, shown] of this.frames) {
      if (shown.tagName === "B") shown.textContent = sign;
      else {
        shown.hidden = !pictures[name];
        if (pictures[name] && shown.src !== pictures[name]) shown.src = pictures[name];
      }
    }
  }
}

const strips = new WeakMap();

export default function ({data, parentElement}) {
  const root = parentElement.querySelector(".strip");
  if (!strips.has(root)) strips.set(root, new Strip(root));
  const strip = strips.get(root);
  strip.build(data.stations);
  return strip.take(data);
}
