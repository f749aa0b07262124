// Texts that differ too little from their ground, as texts: letters of charts and pictures, too,
// which axe leaves out. 3 is enough for large letters; what is switched off need not be legible,
// and letters with a shadow bring their own ground.
(least) => {
  const pen = Object.assign(document.createElement("canvas"), {width: 1, height: 1})
    .getContext("2d", {willReadFrequently: true});
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], below) => [...[r, g, b].map((c, n) => c * a + below[n] * (1 - a)), 1];
  const luminance = (colour) => colour.slice(0, 3)
    .map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
  const ratio = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const above = (one) => one.assignedSlot ?? one.parentElement ?? one.getRootNode().host;
  const lineage = (one) => (one ? [one, ...lineage(above(one))] : []);

  const isRound = (place, text) => {
    const {left, right, top, bottom} = text.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const box = place.getBoundingClientRect();
    return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
  };
  // Shapes of a drawing that lie under a text in it, the lowest first.
  const under = (text) => [...text.ownerSVGElement.querySelectorAll("rect, circle, image")]
    .filter((shape) => isRound(shape, text)
      && shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING);
  // null where a picture is the ground
  const ground = (one) => {
    const layers = [];
    for (const place of lineage(one)) {
      const style = getComputedStyle(place);
      if (style.overflow === "visible" && !isRound(place, one)) continue;
      if (style.backgroundImage !== "none") return null;
      layers.push(rgba(style.backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    let colour = layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
    if (!(one instanceof SVGElement)) return colour;
    for (const shape of under(one)) {
      if (shape.matches("image")) return null;
      const {fill, fillOpacity, opacity} = getComputedStyle(shape);
      if (fill === "none" || fill.startsWith("url")) continue;
      const [r, g, b, a] = rgba(fill);
      colour = over([r, g, b, a * fillOpacity * opacity], colour);
    }
    return colour;
  };

  const texts = (root) => [...root.querySelectorAll("*")].flatMap((one) => [
    ...([...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) ? [one] : []),
    ...(one.shadowRoot ? texts(one.shadowRoot) : []),
  ]);
  const isHidden = (one) => !one.checkVisibility({visibilityProperty: true, opacityProperty: true})
    || one.matches("style, script, option, title, desc, .katex-mathml *")
    || getComputedStyle(one).textShadow !== "none"
    || lineage(one).some((place) => place.matches('[aria-disabled="true"], :disabled')
      || (getComputedStyle(place).clipPath === "inset(50%)"));
  return texts(document.body).filter((one) => !isHidden(one)).flatMap((one) => {
    const {color, fill, fontSize, fontWeight} = getComputedStyle(one);
    const below = ground(one);
    if (below === null) return [];
    const seen = lineage(one).reduce((share, place) => share * getComputedStyle(place).opacity, 1);
    const [r, g, b, a] = rgba(one instanceof SVGElement ? fill : color);
    const size = parseFloat(fontSize);
    const enough = size >= 24 || (size >= 18.66 && fontWeight >= 700) ? Math.min(3, least) : least;
    const found = ratio(over([r, g, b, a * seen], below), below);
    return found + 0.005 >= enough ? [] : [`${found.toFixed(1)}: “${one.textContent.trim().slice(0, 40)}” in ${
      one.closest("[data-testid]")?.dataset.testid ?? ""} ${one.className.baseVal ?? one.className}`];
  });
}
