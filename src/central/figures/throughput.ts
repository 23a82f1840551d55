import { MAX_SAMPLES } from "../../http/api/central-queries.ts";
import type { FiguresView } from "./cluster-figures.ts";
import { sentOf } from "./cluster-figures.ts";

/** Milliseconds of a sample: short enough to see what happens, and an hour of them are few. */
export const SAMPLE_MS = 10_000;

/** Bytes that went out and came in until a time. */
interface Sums {
  readonly sent: number;
  readonly received: number;
}

/** Bytes in a second of one secondary, the oldest first; null where it was not connected. */
export interface ServerThroughput {
  readonly number: number;
  readonly sent: readonly (number | null)[];
  readonly received: readonly (number | null)[];
}

/** A ring of rates: NaN where there is none. */
class Ring {
  readonly sent = new Float64Array(MAX_SAMPLES).fill(Number.NaN);
  readonly received = new Float64Array(MAX_SAMPLES).fill(Number.NaN);
  /** At the last sample; nothing before the first. */
  sums: Sums = { sent: 0, received: 0 };
}

/** What a sample is made from. */
export interface SampledSecondary {
  readonly number: number;
  readonly figures: Pick<FiguresView, "isKnown" | "totals">;
}

/** What each secondary has sent and received in the last hour, a sample after the other. Sans-I/O. */
export class Throughput {
  private readonly rings = new Map<number, Ring>();
  /** Samples since the start. */
  private taken = 0;

  /** `sampledAt`: when it begins, in milliseconds on the steady clock. */
  constructor(private sampledAt: number) {}

  /** To be called every {@link SAMPLE_MS}. `now`: milliseconds on the steady clock. Those that are not named are forgotten. */
  sample(secondaries: readonly SampledSecondary[], now: number): void {
    const seconds = (now - this.sampledAt) / 1000;
    this.sampledAt = now;
    const place = this.taken % MAX_SAMPLES;
    this.taken += 1;
    const numbers = new Set(secondaries.map(({ number }) => number));
    for (const number of this.rings.keys()) if (!numbers.has(number)) this.rings.delete(number);
    for (const { number, figures } of secondaries) {
      const ring = this.rings.get(number) ?? new Ring();
      this.rings.set(number, ring);
      const sums = { sent: sentOf(figures.totals), received: figures.totals.received };
      const since = (field: keyof Sums) =>
        figures.isKnown && seconds > 0 ? (sums[field] - ring.sums[field]) / seconds : Number.NaN;
      ring.sent[place] = since("sent");
      ring.received[place] = since("received");
      ring.sums = sums;
    }
  }

  /** At most the last `limit` samples of each secondary, in the order of their numbers. */
  last(limit: number): readonly ServerThroughput[] {
    const count = Math.min(limit, this.taken, MAX_SAMPLES);
    const places = Array.from({ length: count }, (_, index) => (this.taken - count + index) % MAX_SAMPLES);
    const read = (ring: Float64Array) => places.map((place) => toShown(ring[place]));
    return [...this.rings]
      .sort(([one], [other]) => one - other)
      .map(([number, { sent, received }]) => ({ number, sent: read(sent), received: read(received) }));
  }
}

function toShown(rate: number | undefined): number | null {
  return rate === undefined || Number.isNaN(rate) ? null : Math.max(0, Math.round(rate));
}
