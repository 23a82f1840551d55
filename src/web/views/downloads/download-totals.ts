import type { ShownDownload } from "../../store/page-state.ts";

/** What all of them together receive each second; null: nothing is known of any. */
export function rateTogether(downloads: readonly Pick<ShownDownload, "rate">[]): number | null {
  const known = downloads.flatMap(({ rate }) => (rate === null ? [] : [rate]));
  return known.length === 0 ? null : known.reduce((sum, rate) => sum + rate, 0);
}
