/** The last millisecond of a `Date`. */
const MAX_DATE_MS = 8.64e15;

/** A file, as listings have it. */
export interface ListingFile {
  /** The id of its version. */
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** When its content was last modified: microseconds since 1970. */
  readonly modified: number;
  readonly sha256: string | null;
  /** How many secondaries hold it; null where that is not known. */
  readonly sources: number | null;
}

/** As ISO 8601, in UTC. `modified`: microseconds since 1970, possibly later than a `Date` can be. */
export function isoTime(modified: number): string {
  return new Date(Math.min(modified / 1000, MAX_DATE_MS)).toISOString();
}
