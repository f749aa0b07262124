// What can be pressed and is narrower or lower than `least` px, as texts. A finger may also press
// a box's label, and all of what is round a slider, a select box or a number; links in a sentence
// are text.
(least) => {
  const pressed = 'button, a[href], input, summary, [role="tab"], [role="radio"], [role="button"]';
  const place = (one) => {
    const field = '[role="group"], [data-testid="stNumberInputContainer"]';
    const chosen = one.matches('[type="checkbox"], [type="radio"]');
    return one.closest(one.matches("input") && !chosen ? field : "label") ?? one;
  };
  const roots = (root) => [root, ...[...root.querySelectorAll("*")]
    .filter((one) => one.shadowRoot).flatMap((one) => roots(one.shadowRoot))];
  const inSentence = (one) => one.matches("a") && getComputedStyle(one).display === "inline";
  return roots(document).flatMap((root) => [...root.querySelectorAll(pressed)])
    .filter((one) => one.checkVisibility({visibilityProperty: true, opacityProperty: true}))
    .filter((one) => !one.closest('[aria-hidden="true"]') && !inSentence(one))
    .map((one) => [one, place(one).getBoundingClientRect()])
    .filter(([, {width, height}]) => width > 1 && height > 1)
    .filter(([, {width, height}]) => Math.min(width, height) < least - 0.5)
    .map(([one, {width, height}]) => {
      const name = one.ariaLabel || one.labels?.[0]?.innerText || one.innerText || one.title;
      const where = one.closest("[data-testid]")?.dataset.testid ?? one.className;
      return `${Math.round(width)} × ${Math.round(height)} px: ${one.tagName} “${name}” in ${where}`;
    });
}
