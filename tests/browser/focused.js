// Where the focus is: its name and what of the window it takes, null when nothing has it.
// An input that is hidden shows its focus on its label or group.
() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  globalThis.focused = one;
  if (!one || one === document.body) return null;
  const shown = one.matches("input") ? one.closest('label, [role="group"]') ?? one : one;
  const {x, y, width, height} = shown.getBoundingClientRect();
  const where = one.closest("[data-testid]")?.dataset.testid ?? "";
  return {name: `${one.tagName} “${one.ariaLabel || one.innerText || one.value || ""}” in ${where}`,
    x, y, width, height};
}
