/**
 * Times of a session that both ends rely on, in milliseconds. The table "Time" of the specification (README.md) lists
 * them, and its test compares the two.
 */

export interface HeartbeatTimes {
  /** Milliseconds without a byte from the peer after which a ping is sent; also the time between two checks. */
  readonly pingAfterMs: number;
  /** Milliseconds without a byte from the peer after which it counts as dead. */
  readonly deadAfterMs: number;
}

export interface BackoffTimes {
  /** Milliseconds before the first new try; each further wait is twice as long. */
  readonly firstMs: number;
  /** The longest wait in milliseconds. */
  readonly longestMs: number;
}

/** Sessions with the central: the cluster waits for a lost secondary, so it is noticed within seconds. */
export const CENTRAL_HEARTBEAT: HeartbeatTimes = { pingAfterMs: 2000, deadAfterMs: 5000 };
/** Data sessions: a secondary that reads from a slow disk may be silent for seconds, and is still worth waiting for. */
export const DATA_HEARTBEAT: HeartbeatTimes = { pingAfterMs: 5000, deadAfterMs: 20_000 };
/** Until hello and welcome must have come. */
export const GREETING_TIMEOUT_MS = 5000;
/** How long an end that closes lets the peer read its last message before it cuts the connection. */
export const LINGER_MS = 1000;
/** In which a secondary must take the report of a client: it stores a few bytes, and other secondaries can be asked. */
export const REPORT_TIMEOUT_MS = 3000;
/** Between two `figures` of a secondary, at least: people see no difference, and it costs nothing. */
export const FIGURES_INTERVAL_MS = 2000;
/** Between two `held-back` of an end whose limit lets nothing pass for long: shorter than any wait for an answer. */
export const HELD_BACK_INTERVAL_MS = 5000;
/** For which they count as progress when nothing else comes: so many share a limit then that it is of no use to wait. */
export const HELD_BACK_TIMEOUT_MS = 300_000;
/** Waits between two tries to connect to the central. */
export const CENTRAL_RECONNECT: BackoffTimes = { firstMs: 100, longestMs: 2000 };
/** Waits between two tries to connect to a secondary that is a source of a file. */
export const SOURCE_RECONNECT: BackoffTimes = { firstMs: 250, longestMs: 2000 };
