import type { SimSecondary } from "../../cluster/servers/sim-secondary.ts";
import type { Invariant } from "../invariant.ts";

/** Milliseconds of a rate that may go out at once. */
const BURST_MS = 100;
/** Bytes that may have been on their way when a limit was changed. */
const ON_THEIR_WAY = 64 * 1024;

/** Since when a secondary has had this limit, and what it had sent by then. */
interface Span {
  readonly limits: SimSecondary["limits"];
  readonly rate: number | null;
  readonly at: number;
  readonly sent: number;
  /** Bytes that had been taken of the rate before, and pass by that. */
  readonly owed: number;
}

/** A secondary never sends more than its limit and what it owed by the one before, in all the time for which that holds. */
export const limitsAreKept: Invariant = {
  name: "limits are kept",
  watch({ sim, secondaries, shape }, broken) {
    if (!shape.limits) return {};
    const spans = new Map<number, Span>();
    return {
      afterEvent() {
        for (const { number, limits, server } of secondaries) {
          const { client = 0, secondary = 0 } = server.role?.server.sent ?? {};
          const sent = client + secondary;
          const rate = limits?.upload.rate ?? null;
          const span = spans.get(number);
          if (!span || span.limits !== limits || span.rate !== rate || sent < span.sent) {
            spans.set(number, { limits, rate, at: sim.now, sent, owed: limits?.upload.bucket.debt(sim.now) ?? 0 });
            continue;
          }
          const ms = sim.now - span.at + BURST_MS;
          const most = (ms * (rate ?? Number.POSITIVE_INFINITY)) / 1000 + span.owed + ON_THEIR_WAY;
          if (sent - span.sent > most)
            broken(`secondary ${number} sent ${sent - span.sent} bytes where ${Math.round(most)} are the most`);
        }
      },
    };
  },
};
