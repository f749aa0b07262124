// The optimisers and surfaces of mnist_core/experiments/descent, step by step: a test holds that
// these paths equal those.

const TOO_FAR = 1e6;

const SURFACES = {
  valley: (kappa) => [
    ([x, y]) => (x * x + kappa * y * y) / 2,
    ([x, y]) => [x, kappa * y],
  ],
  ravine: (kappa, degrees) => {
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const [value, gradient] = SURFACES.valley(kappa);
    const straight = ([x, y]) => [cos * x + sin * y, cos * y - sin * x];
    return [
      (w) => value(straight(w)),
      (w) => {
        const [a, b] = gradient(straight(w));
        return [cos * a - sin * b, sin * a + cos * b];
      },
    ];
  },
  saddle: () => [
    ([x, y]) => x ** 2 / 2 - y ** 2 / 2 + y ** 4 / 4,
    ([x, y]) => [x, y ** 3 - y],
  ],
  plateau: () => [
    ([x, y]) => 1 - Math.exp(-(x * x + y * y) / 2),
    ([x, y]) => [x, y].map((one) => one * Math.exp(-(x * x + y * y) / 2)),
  ],
  rosenbrock: () => [
    ([x, y]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    ([x, y]) => [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
  ],
  hollows: () => [
    (w) => w.reduce((sum, one) => sum + one ** 4 - 16 * one ** 2 + 5 * one, 0) / 2,
    (w) => w.map((one) => 2 * one ** 3 - 16 * one + 2.5),
  ],
};

// One weight at a time: what is remembered of it (m), its gradient g, the number of the step t,
// and the settings. Each returns what is added to the weight, after it has changed m.
const adam = (m, g, t, {rate}, corrected) => {
  m.mean = 0.9 * (m.mean ?? 0) + (1 - 0.9) * g;
  m.squares = 0.999 * (m.squares ?? 0) + (1 - 0.999) * g * g;
  const mean = corrected ? m.mean / (1 - 0.9 ** t) : m.mean;
  const squares = corrected ? m.squares / (1 - 0.999 ** t) : m.squares;
  return (-rate * mean) / (Math.sqrt(squares) + 1e-8);
};

const STEPS = {
  sgd: (m, g, t, {rate}) => -rate * g,
  momentum: (m, g, t, {rate, beta}) => {
    m.velocity = beta * (m.velocity ?? 0) + g;
    return -rate * m.velocity;
  },
  momentum_averaging: (m, g, t, {rate, beta}) => {
    m.velocity = beta * (m.velocity ?? 0) + (1 - beta) * g;
    return -rate * m.velocity;
  },
  nesterov: (m, g, t, {rate, beta}) => {
    m.velocity = beta * (m.velocity ?? 0) + g;
    return -rate * (g + beta * m.velocity);
  },
  adagrad: (m, g, t, {rate}) => {
    m.squares = (m.squares ?? 0) + g * g;
    return (-rate * g) / (Math.sqrt(m.squares) + 1e-10);
  },
  rmsprop: (m, g, t, {rate}) => {
    m.squares = 0.99 * (m.squares ?? 0) + (1 - 0.99) * g * g;
    return (-rate * g) / (Math.sqrt(m.squares) + 1e-8);
  },
  adam: (m, g, t, settings) => adam(m, g, t, settings, true),
  adam_uncorrected: (m, g, t, settings) => adam(m, g, t, settings, false),
  adadelta: (m, g) => {
    m.squares = 0.9 * (m.squares ?? 0) + (1 - 0.9) * g * g;
    const delta = (g * Math.sqrt((m.changes ?? 0) + 1e-6)) / Math.sqrt(m.squares + 1e-6);
    m.changes = 0.9 * (m.changes ?? 0) + (1 - 0.9) * delta * delta;
    return -delta;
  },
};

const MEMORY = {
  velocity: "velocity v", mean: "mean of gradients m", squares: "squared gradients s",
  changes: "squared steps u",
};

// The path of one optimiser, which ends where it is lost.
function descend(key, [value, gradient], start, settings, steps) {
  const path = {key, places: [start], losses: [value(start)], gradients: [gradient(start)],
                memories: [{}], lost: false};
  const memory = start.map(() => ({}));
  for (let t = 1; t <= steps && !path.lost; t++) {
    const [here, g] = [path.places.at(-1), path.gradients.at(-1)];
    const place = here.map((one, i) => one + STEPS[key](memory[i], g[i], t, settings));
    path.places.push(place);
    path.losses.push(value(place));
    path.gradients.push(gradient(place));
    const names = Object.keys(memory[0]);
    path.memories.push(Object.fromEntries(names.map((name) => [name, memory.map((m) => m[name])])));
    path.lost = !place.every((one) => Math.abs(one) < TOO_FAR);
  }
  return path;
}

function numbersOf(path, step) {
  const place = path.places[step];
  const next = path.places[step + 1];
  const named = Object.entries(path.memories[step]).map(([name, value]) => [MEMORY[name], value]);
  return {
    "place w": place,
    "gradient g": path.gradients[step],
    ...Object.fromEntries(named),
    ...(next ? {"next step": next.map((one, i) => one - place[i])} : {}),
  };
}

function walkFrom({surface, kappa, degrees, rate, beta, steps}, start) {
  const formulas = SURFACES[surface](kappa, degrees);
  return Object.keys(STEPS).map((key) => {
    const path = descend(key, formulas, start, {rate, beta}, steps);
    return {...path, numbers: (step) => numbersOf(path, step)};
  });
}
