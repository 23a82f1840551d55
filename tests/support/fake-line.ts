import type { Progress } from "../../src/platform/linux/socket-calls.ts";
import { SAMPLE_INTERVAL_MS } from "../../src/secondary/pacing/flows.ts";
import { WaterLevel } from "../../src/secondary/pacing/water-level.ts";

/** Milliseconds of one step. */
const STEP_MS = 10;
/** Milliseconds of a way, where nothing else is said. */
const LEAST_RTT_MS = 1;
/** Milliseconds that wait on the way of who has a line of his own that is full. */
const OWN_QUEUE_MS = 150;

/** Rates are in bytes for each second, times in milliseconds. */
export interface FakeFlow {
  /** What TCP gives it of the line, to what it gives another. */
  readonly weight: number;
  /** What it takes at most, by its own line or its disk; null: all. */
  readonly own?: number | null;
  /** Its own line is why, and there bytes wait. */
  readonly ownQueue?: boolean;
  /** Of its way, without queues. */
  readonly rtt?: number;
}

export interface FakeLineOptions {
  readonly rate: number;
  /** What waits on the line at most. */
  readonly buffer: number;
  /** A number from 0 to 1: by what measured times differ from true ones, times `noiseMs`. */
  random?(): number;
  readonly noiseMs?: number;
}

interface Running {
  readonly flow: FakeFlow;
  acknowledged: number;
  leastRtt: number;
}

/** Connections over one line with a queue, first in first out, and the level that they are held by. */
export class FakeLine {
  readonly level = new WaterLevel();
  limit: number | null = null;
  now = 0;
  /** Milliseconds. */
  queue = 0;
  private readonly running = new Map<FakeFlow, Running>();

  /** It may change. */
  rate: number;
  /** What somebody else takes of it at least, who keeps its queue full, and takes what others leave. */
  foreign = 0;

  constructor(private readonly options: FakeLineOptions) {
    this.rate = options.rate;
  }

  join(...flows: readonly FakeFlow[]): void {
    for (const flow of flows) {
      this.level.begin(flow, 0, this.now);
      this.running.set(flow, { flow, acknowledged: 0, leastRtt: (flow.rtt ?? LEAST_RTT_MS) + this.queue });
    }
  }

  leave(...flows: readonly FakeFlow[]): void {
    for (const flow of flows) this.running.delete(flow);
  }

  /** Lets time pass. Gives what each got in it, in bytes for each second. */
  run(seconds: number): Map<FakeFlow, number> {
    const before = new Map([...this.running].map(([flow, { acknowledged }]) => [flow, acknowledged]));
    for (const end = this.now + 1000 * seconds; this.now < end; ) {
      this.now += STEP_MS;
      this.send();
      if (this.now % SAMPLE_INTERVAL_MS === 0) this.sample();
    }
    return new Map(
      [...this.running].map(([flow, { acknowledged }]) => [flow, (acknowledged - (before.get(flow) ?? 0)) / seconds]),
    );
  }

  /** The bytes of one step. */
  private send(): void {
    const { buffer } = this.options;
    const { rate, foreign } = this;
    const all = [...this.running.values()];
    const wants = all.map(({ flow }) =>
      Math.min(this.limit ?? Number.POSITIVE_INFINITY, flow.own ?? Number.POSITIVE_INFINITY),
    );
    const wanted = wants.reduce((sum, want) => sum + want, 0);
    // Who comes as others let him has what they leave, and fills the queue with it.
    const left = foreign > 0 ? Math.max(foreign, rate - wanted) : 0;
    const free = rate - Math.min(left, rate / 2);
    this.queue = Math.min(buffer, Math.max(0, this.queue + (Math.min(wanted, 3 * rate) / free - 1) * STEP_MS));
    if (foreign > 0) this.queue = buffer;
    const got =
      this.queue < buffer || wanted <= free
        ? inProportion(wants, wanted, free, this.queue > 0)
        : byWeight(all, wants, free);
    for (const [index, one] of all.entries()) one.acknowledged += ((got[index] ?? 0) * STEP_MS) / 1000;
    for (const one of all) one.leastRtt = Math.min(one.leastRtt, this.rtt(one));
  }

  private sample(): void {
    const samples = [...this.running.values()].map((one) => {
      const rtt = this.rtt(one) + (this.options.noiseMs ?? 0) * (this.options.random?.() ?? 0);
      const progress: Progress = {
        acknowledged: Math.round(one.acknowledged),
        rtt,
        leastRtt: one.leastRtt,
        sinceArrival: 0,
      };
      return { key: one.flow, progress };
    });
    this.limit = this.level.update(samples, this.now);
  }

  private rtt({ flow }: Running): number {
    const isFull = flow.ownQueue === true && (this.limit ?? Number.POSITIVE_INFINITY) >= (flow.own ?? 0);
    return (flow.rtt ?? LEAST_RTT_MS) + this.queue + (isFull ? OWN_QUEUE_MS : 0);
  }
}

/** Of a line whose queue still grows each gets as much as he sends of all; of one that is not full, what he sends, and of a queue that empties more. */
function inProportion(wants: readonly number[], wanted: number, free: number, waits: boolean): number[] {
  const least = (want: number) => Math.min(want, 3 * free);
  const sum = wants.reduce((total, want) => total + least(want), 0);
  if (wanted <= free && !waits) return [...wants];
  return wants.map((want) => (least(want) / Math.max(1, sum)) * free);
}

/** Of a line that is full each gets what TCP gives him, and who wants less leaves the rest to the others. */
function byWeight(all: readonly Running[], wants: readonly number[], free: number): number[] {
  const got = wants.map(() => 0);
  let open = all.map((_, index) => index);
  for (let left = free; open.length > 0; ) {
    const weights = open.reduce((sum, index) => sum + (all[index]?.flow.weight ?? 0), 0);
    const share = (index: number) => (left * (all[index]?.flow.weight ?? 0)) / weights;
    const modest = open.filter((index) => (wants[index] ?? 0) <= share(index));
    if (modest.length === 0) {
      for (const index of open) got[index] = share(index);
      break;
    }
    for (const index of modest) got[index] = wants[index] ?? 0;
    left -= modest.reduce((sum, index) => sum + (wants[index] ?? 0), 0);
    open = open.filter((index) => !modest.includes(index));
  }
  return got;
}
