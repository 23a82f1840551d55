import axe from "axe-core";
import type { Page } from "playwright-core";

/** One rule of axe that a page breaks, and where. */
export interface Violation {
  readonly rule: string;
  readonly help: string;
  /** The elements, as axe points at them, and what is wrong with each. */
  readonly at: readonly string[];
}

interface Found {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

/** All rules of axe: WCAG 2.2, and what is good practice beside it. */
export async function violationsOf(page: Page): Promise<Violation[]> {
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(axe.source);
  const found = await page.evaluate<Found[]>(
    'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)',
  );
  return found.map(({ id, help, nodes }) => ({
    rule: id,
    help,
    at: nodes.map(({ target, failureSummary = "" }) => `${target.join(" ")}: ${failureSummary.replaceAll("\n", " ")}`),
  }));
}
