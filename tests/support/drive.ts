import type { FakeClock } from "./fake-clock.ts";

/** Milliseconds of real time after which something is taken to never happen. */
const DEADLINE = 15_000;

/**
 * Lets fake time pass while real input and output go on, `step` ms in each turn of the event loop, until `condition`
 * holds.
 */
export async function drive(clock: FakeClock, what: string, condition: () => boolean, step = 20): Promise<void> {
  const end = performance.now() + DEADLINE;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`it never came to this: ${what}`);
    clock.advance(step);
    await Bun.sleep(1);
  }
}

/** Lets fake time pass until `work` settles. */
export async function driveThrough<T>(clock: FakeClock, work: Promise<T>, step?: number): Promise<T> {
  let settled = false;
  const end = () => {
    settled = true;
  };
  work.then(end, end);
  await drive(clock, "the work settles", () => settled, step);
  return work;
}
