// The line ŷ = wx + b through points (x, y), and J = mean of (ŷ − y)²: as in
// mnist_core.experiments.regression.linear, with which tests compare it.

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

export const residualsOf = (points, [w, b]) => points.map(([x, y]) => w * x + b - y);

export const lossOf = (points, line) => mean(residualsOf(points, line).map((r) => r * r));

export function gradientOf(points, line) {
  const errors = residualsOf(points, line);
  return [2 * mean(errors.map((r, i) => r * points[i][0])), 2 * mean(errors)];
}

// Curvatures of J with their directions in (w, b): the greatest first.
export function curvaturesOf(points) {
  const [a, c] = [2 * mean(points.map(([x]) => x * x)), 2 * mean(points.map(([x]) => x))];
  const apart = Math.hypot((a - 2) / 2, c);
  const angle = Math.atan2(c, (a - 2) / 2) / 2;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const middle = (a + 2) / 2;
  return [
    {value: middle + apart, along: [cos, sin]},
    {value: Math.max(middle - apart, 0), along: [-sin, cos]},
  ];
}

export const greatestRate = (points) => 2 / curvaturesOf(points)[0].value;

// Of several lines that are equally good, the one with the least w² + b².
export function leastSquares(points) {
  const [x, y] = [0, 1].map((axis) => mean(points.map((point) => point[axis])));
  const spread = mean(points.map((point) => (point[0] - x) ** 2));
  if (spread < 1e-12) return [(y * x) / (x * x + 1), y / (x * x + 1)];
  const w = mean(points.map((point) => (point[0] - x) * (point[1] - y))) / spread;
  return [w, y - w * x];
}

export function pathOf(points, start, rate, steps) {
  const lines = [start];
  for (let i = 0; i < steps; i++) {
    const slope = gradientOf(points, lines[i]);
    lines.push(lines[i].map((value, axis) => value - rate * slope[axis]));
  }
  return lines;
}

// The line in (w, b) along which J has one value: an ellipse round the best line.
export function contourOf(points, above, count = 72) {
  const best = leastSquares(points);
  const [steep, flat] = curvaturesOf(points).map(({value, along}) =>
    along.map((part) => part * Math.sqrt((2 * above) / Math.max(value, 1e-6))));
  return Array.from({length: count + 1}, (_, i) => {
    const [cos, sin] = [Math.cos((2 * Math.PI * i) / count), Math.sin((2 * Math.PI * i) / count)];
    return best.map((value, axis) => value + cos * steep[axis] + sin * flat[axis]);
  });
}
