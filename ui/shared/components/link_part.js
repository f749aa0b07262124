// What a link to this page must say besides its address, as long as this part is in the page.

export default function ({data}) {
  const parts = (globalThis.linkOfMnistLab ??= {});
  parts[data.part] = data.says;
  return () => delete parts[data.part];
}
