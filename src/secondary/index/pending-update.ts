import type { FileRecord, RecordChanges, VanishedFile } from "./file-record.ts";

/** Something found that is not stored yet: a version, or (record null) that there is none any more. */
export interface PendingUpdate {
  readonly record: FileRecord | null;
  /** What was there before there was none. */
  readonly vanished: VanishedFile | null;
  /** Piece hashes that the store has not yet. */
  readonly hashes: Uint8Array | null;
  /** Whether the store has the record as it is. */
  readonly stored: boolean;
}

/** What a set of findings means for the memory (records, drop, vanished) and for the store (put, drop, vanished). */
export function splitUpdates(
  findings: ReadonlyMap<string, PendingUpdate>,
): RecordChanges & { readonly records: readonly FileRecord[]; readonly vanished: readonly VanishedFile[] } {
  const records: FileRecord[] = [];
  const put: RecordChanges["put"][number][] = [];
  const drop: string[] = [];
  const vanished: VanishedFile[] = [];
  for (const [name, { record, vanished: before, hashes, stored }] of findings) {
    if (record) records.push(record);
    else drop.push(name);
    if (before) vanished.push(before);
    if (record && !stored) put.push({ record, hashes });
  }
  return { records, put, drop, vanished };
}
