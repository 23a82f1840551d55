import type { FileRecord, LibraryChangeSet } from "./record.ts";

/** Something found that is not told yet: a version, or (record null) that there is none any more. */
export interface Finding {
  readonly record: FileRecord | null;
  /** Piece hashes that the store has not yet. */
  readonly hashes: Uint8Array | null;
  /** Whether the store has the record as it is. */
  readonly stored: boolean;
}

/** What a set of findings means for the memory (records, drop) and for the store (put, drop). */
export function sortFindings(
  findings: ReadonlyMap<string, Finding>,
): LibraryChangeSet & { readonly records: readonly FileRecord[] } {
  const records: FileRecord[] = [];
  const put: LibraryChangeSet["put"][number][] = [];
  const drop: string[] = [];
  for (const [name, { record, hashes, stored }] of findings) {
    if (record) records.push(record);
    else drop.push(name);
    if (record && !stored) put.push({ record, hashes });
  }
  return { records, put, drop };
}
