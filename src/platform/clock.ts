/** Cancels what a {@link Clock} has been asked to do later. Calling it twice, or too late, does nothing. */
export type Cancel = () => void;

/** Where no time is waited for. */
export const NOTHING_TO_CANCEL: Cancel = () => {};

/** The only source of time. Decisions take `now` as an argument; classes that do I/O take a Clock. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. Only differences mean anything. */
  now(): number;
  /** Milliseconds since 1970, for people and for what is stored. May jump. */
  wall(): number;
  /** Calls `run` once, `delay` milliseconds from now. */
  after(delay: number, run: () => void): Cancel;
  /** Calls `run` once, as soon as the timers and sockets that are due have had their turn. */
  nextTurn(run: () => void): void;
}

/** What the runtime can wait for: with more it would not wait at all. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(delay, run) {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (left: number): void => {
      // It may be over already: this process does not run all the time. The runtime would tell the user so on stderr.
      const now = Math.min(Math.max(0, left), LONGEST_TIMEOUT_MS);
      timer = setTimeout(() => (left > now ? wait(left - now) : run()), now);
    };
    wait(delay);
    return () => clearTimeout(timer);
  },
  nextTurn(run) {
    setImmediate(run);
  },
};

/** Calls `run` every `period` milliseconds until cancelled; a slow `run` delays the next one, never doubles it. */
export function every(clock: Clock, period: number, run: () => void): Cancel {
  let cancel: Cancel;
  const again = () => {
    cancel = clock.after(period, again);
    run();
  };
  cancel = clock.after(period, again);
  return () => cancel();
}

/** Resolves `delay` milliseconds from now; at once when `ended` is aborted before. */
export function delay(clock: Pick<Clock, "after">, delay: number, ended?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ended?.aborted) return resolve();
    const end = () => {
      cancel();
      ended?.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.after(delay, end);
    ended?.addEventListener("abort", end);
  });
}

/** Settles as `work` does; resolves with "late" when that takes longer than `limit` milliseconds. */
export function within<T>(clock: Pick<Clock, "after">, limit: number, work: Promise<T>): Promise<T | "late"> {
  const { promise, resolve, reject } = Promise.withResolvers<T | "late">();
  const cancel = clock.after(limit, () => resolve("late"));
  work.then(resolve, reject).finally(cancel);
  return promise;
}

/** Settles as `work` does; rejects with the reason of the signal when that is aborted before. */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  if (signal.aborted) abort();
  return promise;
}
