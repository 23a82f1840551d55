import type { ProgressItem } from "../../../../src/console/progress.ts";

/** A progress item where only what a test is about has to be said. */
export function item(values: Partial<ProgressItem> = {}): ProgressItem {
  return { id: "1", label: "film.mkv", done: 0, total: 1000, rate: 0, note: "", ...values };
}
