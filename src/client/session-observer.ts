/** Is notified of how the session with the central goes, in the place of the log. */
export interface SessionObserver {
  /** `awayMs`: how long the central was away; null where it was there at the first try. */
  connected(awayMs: number | null): void;
  lost(reason: string): void;
  /** The first try to connect has failed. */
  unreachable(reason: string): void;
}
