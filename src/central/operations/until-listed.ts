import { type Clock, delay } from "../../platform/clock.ts";
import type { CatalogueView } from "../registry/catalogue.ts";

/** Milliseconds until new files must be there: their secondaries store them first, and announce them together with others. */
const LISTED_TIMEOUT_MS = 8000;
/** Milliseconds between two checks: people notice no such wait, and a check looks each name up in memory. */
const LISTED_CHECK_INTERVAL_MS = 25;

/**
 * Waits until these names have these versions in the catalogue, for a while at most and until `ended`: who has ordered it
 * may go on with them then. Gives how many have.
 */
export async function untilListed(
  clock: Clock,
  catalogue: Pick<CatalogueView, "get">,
  ids: ReadonlyMap<string, string | undefined>,
  ended: AbortSignal,
): Promise<number> {
  const end = clock.now() + LISTED_TIMEOUT_MS;
  for (;;) {
    const listed = [...ids].filter(([name, id]) => catalogue.get(name)?.id === id).length;
    if (listed === ids.size || clock.now() >= end || ended.aborted) return listed;
    await delay(clock, LISTED_CHECK_INTERVAL_MS, ended);
  }
}
