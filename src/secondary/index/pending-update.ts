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

/** Changes that the index makes itself, as what is to be stored of each name. */
export function pendingUpdates({ put, drop }: RecordChanges): [string, PendingUpdate][] {
  const gone: PendingUpdate = { record: null, vanished: null, hashes: null, stored: false };
  return [
    ...drop.map((name): [string, PendingUpdate] => [name, gone]),
    ...put.map(({ record, hashes }): [string, PendingUpdate] => {
      return [record.name, { record, vanished: null, hashes, stored: false }];
    }),
  ];
}
