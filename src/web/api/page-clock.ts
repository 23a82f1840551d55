/** Ends what was to come; called again it does nothing. */
export type CancelTimer = () => void;

/** Time, as the page needs it. */
export interface PageClock {
  /** Milliseconds since 1970. */
  wall(): number;
  after(milliseconds: number, run: () => void): CancelTimer;
}

export const pageClock: PageClock = {
  wall: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
