import { KIB } from "../units.ts";

/** Milliseconds of a rate that may pass at once after a quiet time: a timer that is late loses nothing of the rate. */
const BURST_MS = 100;
/** Milliseconds of a rate that one block is made of: who waits for another's block hardly notices. */
const QUANTUM_MS = 50;
/** Bytes of such a block: with a smaller one headers would be much of what is sent, and a larger one makes nothing faster. */
const [MIN_QUANTUM_BYTES, MAX_QUANTUM_BYTES] = [KIB, 512 * KIB];

/** Where each number is in the memory, which has 8 bytes for each. */
const [CONSUMED, CHANGES, RELEASED, SINCE, DEBT_END, DEBT_RATE, RATE] = [0, 1, 2, 3, 4, 5, 6] as const;
const MEMORY_BYTES = 7 * 8;

/**
 * What the bytes are released by: `released` of them up to the time `since`, after it `debtRate` for each millisecond up to the
 * place `debtEnd`, and from there on `rate`.
 */
interface Release {
  readonly released: number;
  readonly since: number;
  /** Not above `released`: nothing is owed from before. */
  readonly debtEnd: number;
  readonly debtRate: number;
  /** 0: there is no limit. */
  readonly rate: number;
}

/**
 * How many bytes may pass: a token bucket in memory that several threads share. Whoever wants bytes consumes them at once, in
 * the order of asking, and gets a place; they may pass when as many bytes are released. So nobody is overtaken, and what is
 * consumed in any time is never more than the rate times that time and a burst. One thread alone sets the rate. Sans-I/O; times
 * are milliseconds of a clock that all these threads have in common.
 */
export class TokenBucket {
  private readonly counters: BigInt64Array;
  private readonly numbers: Float64Array;

  /** `memory`: of another one that this is to be the same as. */
  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(MEMORY_BYTES)) {
    this.counters = new BigInt64Array(memory);
    this.numbers = new Float64Array(memory);
  }

  /** Bytes for each second; null: there is no limit. */
  get rate(): number | null {
    const rate = (this.numbers[RATE] ?? 0) * 1000;
    return rate > 0 ? rate : null;
  }

  /** Most bytes that should be consumed at once; null: there is no limit. */
  get quantum(): number | null {
    const rate = this.numbers[RATE] ?? 0;
    if (rate <= 0) return null;
    return Math.floor(Math.min(MAX_QUANTUM_BYTES, Math.max(MIN_QUANTUM_BYTES, rate * QUANTUM_MS)));
  }

  /**
   * For what is consumed from now on; null: no limit. What was consumed before waits no longer than it would have: by a lower rate
   * the blocks that many have consumed of a high one would wait for minutes, and whoever waits as long counts as dead.
   */
  setRate(bytesPerSecond: number | null, now: number): void {
    const before = this.release();
    const rate = (bytesPerSecond ?? 0) / 1000;
    const consumed = this.consumed;
    // What was not consumed of another rate is no burst of this one.
    const released = before.rate > 0 ? Math.min(releasedAt(before, now), consumed + burstOf(before)) : consumed;
    // The mean of all rates that it is due by: a lower one comes later, so that at no time more passes than would have.
    const debtRate = consumed > released ? (consumed - released) / (dueAt(before, consumed) - now) : 0;
    Atomics.add(this.counters, CHANGES, 1n);
    this.numbers[RELEASED] = released;
    this.numbers[SINCE] = now;
    this.numbers[DEBT_END] = consumed;
    this.numbers[DEBT_RATE] = Math.max(rate, debtRate);
    this.numbers[RATE] = rate;
    Atomics.add(this.counters, CHANGES, 1n);
  }

  /** Bytes that were consumed and may not pass yet. */
  debt(now: number): number {
    const release = this.release();
    return release.rate > 0 ? Math.max(0, this.consumed - releasedAt(release, now)) : 0;
  }

  /** Consumes bytes. Gives their place, for {@link waitMs}; null: there is no limit. */
  consume(bytes: number, now: number): number | null {
    const release = this.release();
    if (release.rate <= 0) return null;
    const least = BigInt(Math.floor(releasedAt(release, now) - burstOf(release)));
    for (;;) {
      const consumed = Atomics.load(this.counters, CONSUMED);
      const place = (consumed > least ? consumed : least) + BigInt(bytes);
      if (Atomics.compareExchange(this.counters, CONSUMED, consumed, place) === consumed) return Number(place);
    }
  }

  /** Milliseconds until the bytes up to a place may pass; 0: now. */
  waitMs(place: number, now: number): number {
    const release = this.release();
    if (release.rate <= 0) return 0;
    return Math.max(0, dueAt(release, place) - now);
  }

  /** Whether more is wanted than the rate allows: else the bytes wait for something else than this. */
  isBinding(now: number): boolean {
    const release = this.release();
    if (release.rate <= 0) return false;
    return this.consumed > releasedAt(release, now) - burstOf(release) / 2;
  }

  private get consumed(): number {
    return Number(Atomics.load(this.counters, CONSUMED));
  }

  /** The numbers as they belong together: while they are changed, the count of changes is odd. */
  private release(): Release {
    const { counters, numbers } = this;
    const numberAt = (place: number) => numbers[place] ?? 0;
    for (;;) {
      const changes = Atomics.load(counters, CHANGES);
      const release = {
        released: numberAt(RELEASED),
        since: numberAt(SINCE),
        debtEnd: numberAt(DEBT_END),
        debtRate: numberAt(DEBT_RATE),
        rate: numberAt(RATE),
      };
      if (changes % 2n === 0n && Atomics.load(counters, CHANGES) === changes) return release;
    }
  }
}

function releasedAt(release: Release, now: number): number {
  const { released, since, debtEnd, debtRate, rate } = release;
  const elapsed = Math.max(0, now - since);
  const debtMs = debtMsOf(release);
  if (elapsed < debtMs) return released + elapsed * debtRate;
  return Math.max(released, debtEnd) + (elapsed - debtMs) * rate;
}

/** When the bytes up to a place are released. */
function dueAt(release: Release, place: number): number {
  const { released, since, debtEnd, debtRate, rate } = release;
  if (place <= debtEnd) return since + Math.max(0, place - released) / debtRate;
  return since + debtMsOf(release) + Math.max(0, place - Math.max(released, debtEnd)) / rate;
}

function debtMsOf({ released, debtEnd, debtRate }: Release): number {
  return debtEnd > released ? (debtEnd - released) / debtRate : 0;
}

function burstOf({ rate }: Release): number {
  return rate * BURST_MS;
}
