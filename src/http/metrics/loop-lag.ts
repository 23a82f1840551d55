import { type Clock, every } from "../../platform/clock.ts";

/** Milliseconds between two measurements of an event loop's lag. */
export const LAG_INTERVAL_MS = 100;

/** Says each LAG_INTERVAL_MS how many seconds later than it was due a timer of this thread ran. */
export function watchLag(clock: Clock, observe: (seconds: number) => void): void {
  let due = clock.now() + LAG_INTERVAL_MS;
  every(clock, LAG_INTERVAL_MS, () => {
    const now = clock.now();
    observe(Math.max(0, now - due) / 1000);
    due = now + LAG_INTERVAL_MS;
  });
}
