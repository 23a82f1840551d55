import { type ErrorCode, PeerError } from "../protocol/errors.ts";
import { SentenceError } from "../sentences/sentence-error.ts";

/** The central cannot be asked now. */
export class CentralUnreachable extends SentenceError {}

/** Something else answers where the central should be. */
export class WrongServer extends CentralUnreachable {}

/** With which a central that may be there refuses a client for good. Their texts say by themselves what is wrong. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(["key", "version"]);

export function isRefusal(error: unknown): boolean {
  return error instanceof PeerError && REFUSALS.has(error.code);
}
