// What axe finds against the given levels, as texts; `exempt`: {rule, inside}, where a rule of it
// is left out.
async ([levels, exempt]) => {
  const found = await axe.run(document,
    {runOnly: levels, resultTypes: ["violations"], elementRef: true});
  const isExempt = (rule, {element}) => exempt.some(
    (one) => one.rule === rule && element?.closest(one.inside));
  return found.violations.flatMap(({id, nodes}) => nodes
    .filter((node) => !isExempt(id, node))
    .map(({html, failureSummary}) => `${id}: ${html.slice(0, 200)} — ${failureSummary}`));
}
