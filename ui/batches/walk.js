// A line fitted in batches, as mnist_core/experiments/descent/line_in_batches does it: a test holds
// that these paths equal those.

const residual = ([w, b], [x, y]) => w * x + b - y;
const meanOf = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;
const TOO_FAR = 1e6;

const lossOf = (place, points) => meanOf(points.map((point) => residual(place, point) ** 2)) / 2;

const gradientOf = (place, points) => [
  meanOf(points.map((point) => residual(place, point) * point[0])),
  meanOf(points.map((point) => residual(place, point))),
];

// orders: for each epoch the numbers of the points of each batch.
function descend(key, orders, points, rate, start) {
  const path = {key, places: [start], losses: [lossOf(start, points)], gradients: [], seen: [0],
                lost: false};
  for (const chosen of orders.flat()) {
    if (path.lost) break;
    const here = path.places.at(-1);
    const gradient = gradientOf(here, chosen.map((i) => points[i]));
    const place = here.map((one, i) => one - rate * gradient[i]);
    path.gradients.push(gradient);
    path.places.push(place);
    path.losses.push(lossOf(place, points));
    path.seen.push(path.seen.at(-1) + chosen.length);
    path.lost = !place.every((one) => Math.abs(one) < TOO_FAR);
  }
  return path;
}

// By what each picture has seen: the last step of a path that is done when so many points are.
function reachedBySeen(path, count, pictures) {
  return Array.from({length: pictures + 1}, (_, picture) => {
    const done = path.seen.findLastIndex((seen) => seen * pictures <= picture * count);
    return Math.max(done, 0);
  });
}

function walkFrom({orders, points, rate, by_seen, steps}, start) {
  return Object.keys(orders).map((key) => {
    const path = descend(key, orders[key], points, rate, start);
    const total = orders[key].length * points.length;
    const numbers = (step) => ({
      "steps done": step,
      "epochs done": path.seen[step] / points.length,
      "place (w, b)": path.places[step],
      ...(path.gradients[step] ? {"gradient of the batch": path.gradients[step]} : {}),
    });
    const reached = by_seen ? {reached: reachedBySeen(path, total, steps)} : {};
    return {...path, ...reached, numbers};
  });
}
