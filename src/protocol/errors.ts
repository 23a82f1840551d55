import type { Told } from "../sentences/sentence.ts";
import { SentenceError } from "../sentences/sentence-error.ts";

/** Every code that crosses the wire in `error`, `refusal` and `denied`, and whether asking again later may help. */
const RETRYABLE = {
  /** The peer speaks no version that this end speaks. */
  version: false,
  /** A message that this end cannot accept from this peer now, or at all. */
  protocol: false,
  /** The peer has no key or one of another cluster, the credential has expired, or it may not do what it asks for. */
  key: false,
  /** A secondary with this number is registered and alive. */
  "number-taken": true,
  /** The secondaries have not all been in step yet. */
  "not-synchronized": true,
  /** The catalogue has no file of that name. */
  "no-such-file": false,
  /** The file is in the catalogue but was replaced by another version. */
  superseded: false,
  /** This secondary has no such version, or no such piece of it yet. */
  "not-held": true,
  /** Reading the file failed here. */
  unreadable: true,
  /** The file cannot be put there: something is in its way, or there is no room. */
  unwritable: false,
  /** Too much is asked for at once. */
  busy: true,
  /** This end is shutting down. */
  stopping: true,
} as const;

export type ErrorCode = keyof typeof RETRYABLE;

export const ERROR_CODES = Object.keys(RETRYABLE) as [ErrorCode, ...ErrorCode[]];

/** The other end of a session has refused a request, or ended the session. */
export class PeerError extends SentenceError {
  constructor(
    readonly code: ErrorCode,
    told: Told,
  ) {
    super(told);
  }

  get retryable(): boolean {
    return RETRYABLE[this.code];
  }
}

/** The peer has broken the protocol. The session ends with this message. */
export class ProtocolError extends Error {}
