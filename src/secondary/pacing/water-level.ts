import { KIB } from "../../platform/units.ts";
import { type ConnectionFlow, type FlowSample, Flows, SAMPLE_INTERVAL_MS } from "./flows.ts";

/** A queue below this is none: milliseconds, or bytes of each connection, which a slow line has in bursts. */
const [QUEUE_MS, QUEUE_BYTES] = [5, 3000];
/** Shares are unfair when the largest is so many times the smallest. */
const UNFAIR_RATIO = 1.2;
/** Part of what goes over the line that is sent while its queue empties at the beginning, and next, as far as the fastest lose it. */
const [FIRST_DRAINING_SHARE, NEXT_DRAINING_SHARE] = [0.5, 0.85];
/** Milliseconds for which it empties, at least and at most. */
const [LEAST_DRAINING_MS, MOST_DRAINING_MS] = [400, 2000];
/** It is empty when connections are no longer faster in a sample by more than that. */
const DRAINED_RATIO = 0.9;
/** Milliseconds in which a queue is to be gone later, and by how much less is sent for it. */
const EMPTYING_MS = 600;
const [LEAST_CUT_SHARE, MOST_CUT_SHARE] = [0.03, 0.1];
/** A queue that stays though no more than that is sent of what was sent when it began is somebody else's. */
const FOREIGN_QUEUE_RATIO = 0.93;
/** How much the level rises in a sample: at first, and at most. Where the line has been full before, it first stays close to that. */
const [FIRST_STEP_SHARE, MOST_FIRST_STEP_SHARE] = [0.01, 0.08];
const [STEP_SHARE, MOST_STEP_SHARE] = [0.005, 0.02];
const NEAR_FULL_MS = 2000;
/** Who gets so much of the level is held by it, and not by something else. */
const HELD_SHARE = 0.8;
/** Samples in a row in which there must be a queue: one that goes by itself is none. */
const STANDING_SAMPLES = 3;
/** Bytes a second with which a connection still shows that it is alive. */
const LEAST_LEVEL_BYTES_PER_SECOND = 8 * KIB;
/** Milliseconds for which nobody is held before everybody is let go. */
const UNUSED_MS = 3000;
/** Milliseconds for which everybody is let go then: the first time, and at most; and those of use after which it is the first time again. */
const [APART_MS, MOST_APART_MS, OF_USE_MS] = [10_000, 240_000, 60_000];
/** Milliseconds for which a queue that somebody else makes is let be: the first time, and at most. */
const [COMPETING_MS, MOST_COMPETING_MS] = [15_000, 240_000];
/** What one may then have of what most have. */
const COMPETING_RATIO = 1.2;

/** The level rises while there is no queue; by `step` at the next sample. */
interface Rising {
  readonly kind: "rising";
  readonly level: number;
  readonly step: number;
  readonly mostStep: number;
  /** The step grows from then on. */
  readonly growsAt: number;
  /** When it last held somebody. */
  readonly heldAt: number;
}

/** Less is sent than the line carries, until its queue is gone: all of it should be by then. */
interface Emptying {
  readonly kind: "emptying";
  readonly level: number;
  readonly until: number;
  /** At the beginning: the queue, and the level with which the line was just full. */
  readonly queue: number;
  readonly full: number;
  /** The level and what all got when the queue began. */
  readonly before: { readonly level: number; readonly total: number };
}

/** Somebody else fills the line, who would have all that is not sent: everybody takes what he gets of it, but not much more than others. */
interface Competing {
  readonly kind: "competing";
  readonly level: number;
  readonly until: number;
}

/** `open`: everybody gets what TCP gives them; `draining`: what waits on the line is waited for, since only without it is known how long the way is. */
type LevelState =
  | { readonly kind: "open"; readonly until: number }
  | {
      readonly kind: "draining";
      readonly level: number;
      readonly since: number;
      readonly rtts: number;
      readonly next: number;
    }
  | Rising
  | Emptying
  | Competing;

/**
 * Max-min fairness by water-filling: how fast a secondary sends over each connection at most, so that all who share its line get
 * the same of it. TCP alone gives one connection many times what it gives another, for minutes. The rate of the line is not known,
 * nor who waits for something else: a line of its own, a disk. So one level (bytes for each second) limits every connection, and
 * is right when those whom it limits fill the line: it rises while there is no standing queue on the line, and sinks while every
 * connection has one. A connection that is slow for reasons of its own never reaches the level, and loses nothing.
 * Sans-I/O; times in milliseconds, rates in bytes for each second.
 */
export class WaterLevel {
  private readonly flows = new Flows();
  private state: LevelState = { kind: "open", until: Number.NEGATIVE_INFINITY };
  private apartMs = APART_MS;
  /** When the state was last open. */
  private openAt = 0;
  /** What waited in the last samples at the least. */
  private queues: readonly number[] = [];
  private competingMs = COMPETING_MS;

  /** A connection is about to be sent files to a client; so much had come through before. */
  begin(key: object, acknowledged: number, now: number): void {
    this.flows.begin(key, acknowledged, now);
  }

  /** To be called every {@link SAMPLE_INTERVAL_MS}. Gives what each connection may have; null: all it gets. */
  update(samples: readonly FlowSample[], now: number): number | null {
    const ended = this.flows.note(samples, now);
    const { busy } = this.flows;
    if (busy.length < 2) this.open(now);
    const { state } = this;
    if (state.kind === "open") return this.consider(state, busy, now);
    const queue = leastQueue(busy);
    this.queues = [...this.queues.slice(1 - STANDING_SAMPLES), queue];
    if (queue <= minorQueue(busy)) nothingWaits(busy);
    const freed = this.freed(state.level, ended, busy);
    if (freed > 1) return this.stayNear(freed * (state.kind === "emptying" ? state.full : state.level), now);
    if (state.kind === "draining") return this.lower(state, busy, now);
    if (state.kind === "rising") return this.rise(state, busy, now);
    return state.kind === "emptying" ? this.empty(state, busy, now) : this.compete(state, busy, now);
  }

  /** Begins when somebody has more than another, and something waits on the way. */
  private consider(state: { readonly until: number }, busy: readonly ConnectionFlow[], now: number): number | null {
    this.openAt = now;
    const rates = busy.filter((flow) => flow.isMeasured(now)).map(({ rate }) => rate);
    if (now < state.until || rates.length < 2 || Math.max(...rates) < UNFAIR_RATIO * Math.min(...rates)) return null;
    const minor = minorQueue(busy);
    if (busy.every(({ queue }) => queue < minor)) return null;
    const level = levelFor(FIRST_DRAINING_SHARE, busy);
    return this.become({
      kind: "draining",
      level,
      since: now,
      rtts: Number.POSITIVE_INFINITY,
      next: levelFor(NEXT_DRAINING_SHARE, busy),
    });
  }

  private lower(state: LevelState & { kind: "draining" }, busy: readonly ConnectionFlow[], now: number): number {
    const rtts = busy.reduce((sum, { rtt }) => sum + rtt, 0);
    const passed = now - state.since;
    const isFalling = rtts < DRAINED_RATIO * state.rtts;
    if (passed < LEAST_DRAINING_MS || (isFalling && passed < MOST_DRAINING_MS)) return this.become({ ...state, rtts });
    this.queues = [];
    nothingWaits(busy);
    const steps = { step: FIRST_STEP_SHARE, mostStep: MOST_FIRST_STEP_SHARE, growsAt: now };
    return this.become({ kind: "rising", level: state.next, ...steps, heldAt: now });
  }

  private rise(state: Rising, busy: readonly ConnectionFlow[], now: number): number | null {
    if (this.queueStands(busy)) return this.cut(state.level, null, busy, now);
    if (fastest(busy) < HELD_SHARE * state.level) {
      if (now - state.heldAt < UNUSED_MS) return state.level;
      this.open(now);
      return null;
    }
    const step = now < state.growsAt ? state.step : Math.min(state.mostStep, 2 * state.step);
    return this.become({ ...state, level: state.level * (1 + state.step), step, heldAt: now });
  }

  private queueStands(busy: readonly ConnectionFlow[]): boolean {
    return this.queues.length === STANDING_SAMPLES && Math.min(...this.queues) > minorQueue(busy);
  }

  /** Less than what those who are held get now, so that the line sends what waits. */
  private cut(level: number, before: Emptying["before"] | null, busy: readonly ConnectionFlow[], now: number): number {
    const queue = leastQueue(busy);
    const held = busy.filter(({ recentRate }) => recentRate >= HELD_SHARE * level);
    const full = Math.min(level, held.length === 0 ? fastest(busy) : totalOf(held) / held.length);
    const cut = Math.min(MOST_CUT_SHARE, Math.max(LEAST_CUT_SHARE, queue / EMPTYING_MS));
    const until = now + queue / cut + SAMPLE_INTERVAL_MS;
    const first = before ?? { level: full, total: this.flows.total };
    return this.become({ kind: "emptying", level: full * (1 - cut), until, queue, full, before: first });
  }

  private empty(state: Emptying, busy: readonly ConnectionFlow[], now: number): number {
    const queue = leastQueue(busy);
    if (queue <= minorQueue(busy)) return this.stayNear((1 - STEP_SHARE) * state.full, now);
    if (now < state.until) return state.level;
    // Whom nobody holds does not send less because of us: it is the line that carries less.
    if (fastest(busy) < HELD_SHARE * state.level) return this.cut(state.level, null, busy, now);
    const isSentLess = this.flows.total < FOREIGN_QUEUE_RATIO * state.before.total;
    if (!isSentLess || queue < state.queue / 2) return this.cut(state.level, state.before, busy, now);
    const until = now + this.competingMs;
    this.competingMs = Math.min(MOST_COMPETING_MS, 2 * this.competingMs);
    return this.become({ kind: "competing", level: COMPETING_RATIO * state.before.level, until });
  }

  private compete(state: Competing, busy: readonly ConnectionFlow[], now: number): number {
    const isGone = this.queues.length === STANDING_SAMPLES && Math.max(...this.queues) <= minorQueue(busy);
    if (isGone) this.competingMs = COMPETING_MS;
    if (isGone || now >= state.until) return this.stayNear(state.level / COMPETING_RATIO, now);
    const half = fastest(busy) / 2;
    const fast = busy.map(({ recentRate }) => recentRate).filter((rate) => rate >= half);
    return this.become({ ...state, level: COMPETING_RATIO * median(fast) });
  }

  private stayNear(level: number, now: number): number {
    const steps = { step: STEP_SHARE, mostStep: MOST_STEP_SHARE, growsAt: now + NEAR_FULL_MS };
    return this.become({ kind: "rising", level, ...steps, heldAt: now });
  }

  /** What those had who have ended is for the others at once: by how much each may have more. */
  private freed(level: number, ended: readonly ConnectionFlow[], busy: readonly ConnectionFlow[]): number {
    if (this.state.kind === "draining" || this.state.kind === "competing") return 1;
    const held = (flows: readonly ConnectionFlow[]) =>
      flows.filter(({ recentRate }) => recentRate >= HELD_SHARE * level).length;
    const [left, stay] = [held(ended), held(busy)];
    return stay > 0 ? (stay + left) / stay : 1;
  }

  private open(now: number): void {
    if (this.state.kind === "open") return;
    if (now - this.openAt > OF_USE_MS) this.apartMs = APART_MS;
    this.competingMs = COMPETING_MS;
    this.state = { kind: "open", until: this.flows.busy.length < 2 ? now : now + this.apartMs };
    this.apartMs = Math.min(MOST_APART_MS, 2 * this.apartMs);
  }

  private become(state: Exclude<LevelState, { kind: "open" }>): number {
    const level = Math.max(LEAST_LEVEL_BYTES_PER_SECOND, state.level);
    this.state = { ...state, level };
    return level;
  }
}

function totalOf(flows: readonly ConnectionFlow[]): number {
  return flows.reduce((sum, { recentRate }) => sum + recentRate, 0);
}

/** With which those who are faster than it lose so much that all get that part of what they get now. */
function levelFor(part: number, flows: readonly ConnectionFlow[]): number {
  let left = part * totalOf(flows);
  const rates = flows.map(({ recentRate }) => recentRate).sort((one, other) => one - other);
  for (const [index, rate] of rates.entries()) {
    const share = left / (rates.length - index);
    if (rate >= share) return share;
    left -= rate;
  }
  return fastest(flows);
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}

function fastest(flows: readonly ConnectionFlow[]): number {
  return Math.max(...flows.map(({ recentRate }) => recentRate));
}

/** What waits on the way that all have in common: who waits longer does so elsewhere. Who came while something waited may not know it. */
function leastQueue(flows: readonly ConnectionFlow[]): number {
  const sure = flows.filter(({ knowsWay }) => knowsWay);
  return Math.min(...(sure.length > 0 ? sure : flows).map(({ queue }) => queue));
}

function nothingWaits(flows: readonly ConnectionFlow[]): void {
  for (const flow of flows) flow.knowsWay = true;
}

/** Milliseconds of a queue that is none. */
function minorQueue(flows: readonly ConnectionFlow[]): number {
  return Math.max(QUEUE_MS, (1000 * QUEUE_BYTES * flows.length) / Math.max(1, totalOf(flows)));
}
