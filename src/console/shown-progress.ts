import { type Cancel, type Clock, every } from "../platform/clock.ts";
import { beatOf } from "../platform/process/beat.ts";

export interface ShownProgress {
  readonly clock: Clock;
  /** Milliseconds between two updates while something is under way, and between two checks whether something is. */
  readonly busyMs: number;
  readonly restMs: number;
  /** Shows how far all is that is under way; says whether anything is. */
  show(): boolean;
}

/** Keeps what is under way on the screen, until cancelled, and wakes nobody often while nothing is. */
export function keepProgressShown({ clock, busyMs, restMs, show }: ShownProgress): Cancel {
  let cancelBusy: Cancel | null = null;
  const calm = () => {
    cancelBusy?.();
    cancelBusy = null;
  };
  const update = () => {
    if (!show()) calm();
    else cancelBusy ??= every(clock, busyMs, update);
  };
  const cancelRest = beatOf(clock).every(restMs, () => {
    if (!cancelBusy) update();
  });
  return () => {
    cancelRest();
    calm();
  };
}
