import { hash } from "../platform/hash.ts";

/**
 * Hashes nothing, so that a machine where nothing can be hashed is found before the work begins, and not by one of its
 * threads. Throws HashUnavailable.
 */
export function checkHash(): void {
  hash(new Uint8Array(0));
}
