import type { FileRecord, LibraryChangeSet, Vanished } from "./file-record.ts";

/** Something found that is not told yet: a version, or (record null) that there is none any more. */
export interface Finding {
  readonly record: FileRecord | null;
  /** What was there before there was none. */
  readonly vanished: Vanished | null;
  /** Piece hashes that the store has not yet. */
  readonly hashes: Uint8Array | null;
  /** Whether the store has the record as it is. */
  readonly stored: boolean;
}

/** What a set of findings means for the memory (records, drop, vanished) and for the store (put, drop, vanished). */
export function sortFindings(
  findings: ReadonlyMap<string, Finding>,
): LibraryChangeSet & { readonly records: readonly FileRecord[]; readonly vanished: readonly Vanished[] } {
  const records: FileRecord[] = [];
  const put: LibraryChangeSet["put"][number][] = [];
  const drop: string[] = [];
  const vanished: Vanished[] = [];
  for (const [name, { record, vanished: before, hashes, stored }] of findings) {
    if (record) records.push(record);
    else drop.push(name);
    if (before) vanished.push(before);
    if (record && !stored) put.push({ record, hashes });
  }
  return { records, put, drop, vanished };
}
