/** Milliseconds without a change after which a file counts as finished, and a vanished one as gone. */
export const SETTLE_MS = 1_000;
