// The decoder of a variational autoencoder: x = sigmoid(W2 · relu(W1 · z + b1) + b2).
// It stands before the code of each component that draws with it.

const SIDE = 28;
const decoders = (globalThis.latentDecoders ??= {});

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
}

const floatsOf = (base64) => new Float32Array(bytesOf(base64));

function unpackDecoder(data) {
  return {
    weight1: floatsOf(data.weight1),
    bias1: floatsOf(data.bias1),
    levels2: new Int16Array(bytesOf(data.levels2)),
    step2: floatsOf(data.step2),
    bias2: floatsOf(data.bias2),
  };
}

// Before the ReLU: one number for each of the hidden units.
function firstLayer({weight1, bias1}, place) {
  return bias1.map((bias, j) => {
    let sum = bias;
    for (let k = 0; k < place.length; k++) sum += weight1[j * place.length + k] * place[k];
    return sum;
  });
}

// Draws into an ImageData, at a distance of `left` pixels from its left edge.
function secondLayer({levels2, step2, bias2}, before, image, left = 0) {
  const hidden = before.map((value) => Math.max(0, value));
  const units = hidden.length;
  for (let i = 0; i < SIDE * SIDE; i++) {
    let sum = 0;
    for (let j = 0, k = i * units; j < units; j++, k++) sum += levels2[k] * hidden[j];
    const light = 255 / (1 + Math.exp(-(sum * step2[i] + bias2[i])));
    const pixel = 4 * (Math.floor(i / SIDE) * image.width + left + (i % SIDE));
    image.data.fill(light, pixel, pixel + 3);
    image.data[pixel + 3] = 255;
  }
}

function drawDigit(canvas, decoder, place) {
  const image = new ImageData(SIDE, SIDE);
  secondLayer(decoder, firstLayer(decoder, place), image);
  canvas.getContext("2d").putImageData(image, 0, 0);
}
