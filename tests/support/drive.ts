import type { FakeClock } from "./fake-clock.ts";

/** Milliseconds of real time after which something is taken to never happen. */
const DEADLINE = 15_000;

/**
 * Lets fake time pass while real input and output go on, `step` ms in each turn of the event loop, until `condition`
 * holds. None passes while the disk `isBusy`, so that the time does not depend on how fast a disk is.
 */
export async function drive(
  clock: FakeClock,
  what: string,
  condition: () => boolean,
  step = 20,
  isBusy = () => false,
): Promise<void> {
  const end = performance.now() + DEADLINE;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`it never came to this: ${what}`);
    if (!isBusy()) clock.advance(step);
    await Bun.sleep(1);
  }
}

/** Lets fake time pass until `work` settles. */
export async function driveThrough<T>(
  clock: FakeClock,
  work: Promise<T>,
  step?: number,
  isBusy?: () => boolean,
): Promise<T> {
  let settled = false;
  const end = () => {
    settled = true;
  };
  work.then(end, end);
  await drive(clock, "the work settles", () => settled, step, isBusy);
  return work;
}
