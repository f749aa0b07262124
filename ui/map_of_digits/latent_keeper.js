// Keeps a decoder for other parts of the page: it is large and never changes, while what they are
// told changes with every move.

export default function ({data}) {
  decoders[data.name] ??= unpackDecoder(data);
  dispatchEvent(new Event("latent-decoder"));
}
