// Logistic regression on points {x: [...], y: 0 or 1} with a neuron {w: [...], b}: as in
// mnist_core.experiments.regression.logistic, with which tests compare it.

const meanOf = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

export const sigmoid = (z) => 1 / (1 + Math.exp(-z));

export const scoreOf = ({w, b}, x) => w.reduce((sum, weight, i) => sum + weight * x[i], b);

export const LOSSES = {
  cross_entropy: {
    of: (z, y) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - y * z,
    slope: (z, y) => sigmoid(z) - y,
  },
  squared_error: {
    of: (z, y) => (sigmoid(z) - y) ** 2,
    slope: (z, y) => 2 * (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z)),
  },
};

export const meanLoss = (neuron, points, kind) =>
  meanOf(points.map(({x, y}) => LOSSES[kind].of(scoreOf(neuron, x), y)));

export function gradientOf(neuron, points, kind) {
  const slopes = points.map(({x, y}) => LOSSES[kind].slope(scoreOf(neuron, x), y));
  return {
    w: neuron.w.map((_, axis) => meanOf(slopes.map((slope, i) => slope * points[i].x[axis]))),
    b: meanOf(slopes),
  };
}

export function pathOf(start, points, kind, rate, steps) {
  const neurons = [start];
  for (let i = 0; i < steps; i++) {
    const {w, b} = neurons[i];
    const slope = gradientOf(neurons[i], points, kind);
    neurons.push({w: w.map((weight, axis) => weight - rate * slope.w[axis]), b: b - rate * slope.b});
  }
  return neurons;
}

// The corners of the part of the square within ±reach where z is above 0.
export function sideOfYes(neuron, reach) {
  const square = [[-reach, -reach], [reach, -reach], [reach, reach], [-reach, reach]];
  return square.flatMap((corner, i) => {
    const next = square[(i + 1) % 4];
    const [here, there] = [scoreOf(neuron, corner), scoreOf(neuron, next)];
    const kept = here > 0 ? [corner] : [];
    if (here > 0 === there > 0) return kept;
    const share = here / (here - there);
    return [...kept, corner.map((value, axis) => value + share * (next[axis] - value))];
  });
}
