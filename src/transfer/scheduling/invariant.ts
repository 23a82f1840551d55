/** Throws unless `holds`. `what` names the rule that was broken; it is called only then. */
export function invariant(holds: boolean, what: () => string): void {
  if (!holds) throw new Error(`the scheduler is inconsistent: ${what()}`);
}
