// ŷ = Σⱼ vⱼ f(wⱼx + cⱼ) + d over hidden units, its gradient by hand and Adam: as in
// mnist_core.experiments.regression.bending, with which tests compare it.
// numbers: all w, all c, all v, then d.

const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

export const FUNCTIONS = {
  relu: {value: (z) => Math.max(z, 0), slope: (z) => Number(z > 0)},
  tanh: {value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2},
  sigmoid: {
    value: (z) => 1 / (1 + Math.exp(-z)),
    slope: (z) => Math.exp(-Math.abs(z)) / (1 + Math.exp(-Math.abs(z))) ** 2,
  },
};

export const unitsOf = (numbers) => (numbers.length - 1) / 3;

export function partOf(numbers, unit, x, kind) {
  const units = unitsOf(numbers);
  return numbers[2 * units + unit] * FUNCTIONS[kind].value(numbers[unit] * x + numbers[units + unit]);
}

export function curveAt(numbers, x, kind) {
  let sum = numbers.at(-1);
  for (let unit = 0; unit < unitsOf(numbers); unit++) sum += partOf(numbers, unit, x, kind);
  return sum;
}

export function lossOf(numbers, points, kind) {
  return points.reduce((sum, [x, y]) => sum + (curveAt(numbers, x, kind) - y) ** 2, 0) / points.length;
}

export function gradientOf(numbers, points, kind) {
  const units = unitsOf(numbers);
  const {value, slope} = FUNCTIONS[kind];
  const gradient = new Array(numbers.length).fill(0);
  for (const [x, y] of points) {
    const error = (2 * (curveAt(numbers, x, kind) - y)) / points.length;
    for (let unit = 0; unit < units; unit++) {
      const z = numbers[unit] * x + numbers[units + unit];
      const atUnit = error * numbers[2 * units + unit] * slope(z);
      gradient[unit] += atUnit * x;
      gradient[units + unit] += atUnit;
      gradient[2 * units + unit] += error * value(z);
    }
    gradient[3 * units] += error;
  }
  return gradient;
}

// The numbers after so many steps of Adam.
export function learnt(start, points, kind, rate, steps) {
  const numbers = [...start];
  const [means, squares] = [start.map(() => 0), start.map(() => 0)];
  for (let t = 1; t <= steps; t++) {
    const gradient = gradientOf(numbers, points, kind);
    gradient.forEach((slope, i) => {
      means[i] = BETA1 * means[i] + (1 - BETA1) * slope;
      squares[i] = BETA2 * squares[i] + (1 - BETA2) * slope * slope;
      const [mean, square] = [means[i] / (1 - BETA1 ** t), squares[i] / (1 - BETA2 ** t)];
      numbers[i] -= (rate * mean) / (Math.sqrt(square) + EPSILON);
    });
  }
  return numbers;
}
