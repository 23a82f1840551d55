import type { Progress } from "../../platform/linux/socket-calls.ts";

/** Milliseconds between two samples. */
export const SAMPLE_INTERVAL_MS = 200;
/** Milliseconds that rates are the means of: that by which somebody counts as sent to, that of late, and that of all together. */
const RATE_MS = 2000;
const RECENT_RATE_MS = 800;
const TOTAL_RATE_MS = 400;

/** A connection over which files go out, in a sample. */
export interface FlowSample {
  /** The same in each sample. */
  readonly key: object;
  readonly progress: Progress;
}

interface Point {
  readonly at: number;
  readonly bytes: number;
}

/** A connection over which files go out. Rates are in bytes for each second, of what the other end has confirmed. */
export class ConnectionFlow {
  private points: readonly Point[];
  /** Over {@link RATE_MS}. */
  rate = 0;
  recentRate = 0;
  /** Milliseconds that bytes are on their way, and how many of these they wait somewhere, as far as is known. */
  rtt = 0;
  queue = 0;
  /** Nothing has waited for it once, so that it is known how long its way is. */
  knowsWay = false;

  constructor(begun: Point) {
    this.points = [begun];
  }

  /** Gives how many bytes have come through since the last sample. */
  note({ acknowledged, rtt, leastRtt }: Progress, now: number): number {
    const before = this.points.at(-1)?.bytes ?? acknowledged;
    this.points = [...since(this.points, RATE_MS, now), { at: now, bytes: acknowledged }];
    this.rate = rateOf(this.points);
    this.recentRate = rateOf(since(this.points, RECENT_RATE_MS, now));
    this.rtt = rtt;
    this.queue = rtt - leastRtt;
    return acknowledged - before;
  }

  /** Whether the rates are of all the time that they should be of. */
  isMeasured(now: number): boolean {
    const [first] = this.points;
    return first !== undefined && now - first.at >= RATE_MS - SAMPLE_INTERVAL_MS;
  }
}

/** A sample comes late now and then. */
function since(points: readonly Point[], ms: number, now: number): readonly Point[] {
  return points.filter(({ at }) => at >= now - ms - SAMPLE_INTERVAL_MS / 2);
}

function rateOf(points: readonly Point[]): number {
  const [first, last] = [points[0], points.at(-1)];
  return first && last && last.at > first.at ? ((last.bytes - first.bytes) * 1000) / (last.at - first.at) : 0;
}

/** All connections over which files go out. */
export class Flows {
  private readonly known = new Map<object, ConnectionFlow>();
  /** Of all together, also of those that have ended. */
  private points: readonly Point[] = [];

  /** What comes through over all together. */
  get total(): number {
    return rateOf(this.points);
  }

  /** `acknowledged`: so far. */
  begin(key: object, acknowledged: number, now: number): void {
    this.known.set(key, new ConnectionFlow({ at: now, bytes: acknowledged }));
  }

  /** All that are still there. Gives those that have ended. */
  note(samples: readonly FlowSample[], now: number): readonly ConnectionFlow[] {
    const open = new Set(samples.map(({ key }) => key));
    const ended = [...this.known].filter(([key]) => !open.has(key));
    for (const [key] of ended) this.known.delete(key);
    let bytes = this.points.at(-1)?.bytes ?? 0;
    for (const { key, progress } of samples) {
      bytes += this.known.get(key)?.note(progress, now) ?? 0;
    }
    this.points = [...since(this.points, TOTAL_RATE_MS, now), { at: now, bytes }];
    return ended.map(([, flow]) => flow);
  }

  /** Those over which something comes through. */
  get busy(): readonly ConnectionFlow[] {
    return [...this.known.values()].filter(({ rate }) => rate > 0);
  }
}
