import type { PieceDigests } from "../../protocol/digests/piece-digests.ts";
import type { FileRecord, RecordChanges, VanishedFile } from "./file-record.ts";

/** A version that was found. */
interface PendingRecord {
  readonly record: FileRecord;
  readonly vanished: null;
  /** Piece hashes that the store has not yet. */
  readonly hashes: Uint8Array | null;
  /** Digests that the store has not yet. */
  readonly digests: PieceDigests | null;
  /** Whether the store has the record as it is. */
  readonly stored: boolean;
}

/** There is no file any more. */
interface PendingLoss {
  readonly record: null;
  /** What was there before; null when nothing is known of it. */
  readonly vanished: VanishedFile | null;
  readonly hashes: null;
  readonly digests: null;
}

/** Something found that is not stored yet. */
export type PendingUpdate = PendingRecord | PendingLoss;

/** At most `limit` of them, the oldest. */
export function firstUpdates(updates: ReadonlyMap<string, PendingUpdate>, limit: number): Map<string, PendingUpdate> {
  const first = new Map<string, PendingUpdate>();
  for (const [name, update] of updates) {
    if (first.size === limit) break;
    first.set(name, update);
  }
  return first;
}

/** What a set of findings means for the memory (records, drop, vanished) and for the store (put, drop, vanished). */
export function splitUpdates(
  findings: ReadonlyMap<string, PendingUpdate>,
): RecordChanges & { readonly records: readonly FileRecord[]; readonly vanished: readonly VanishedFile[] } {
  const records: FileRecord[] = [];
  const put: RecordChanges["put"][number][] = [];
  const drop: string[] = [];
  const vanished: VanishedFile[] = [];
  for (const [name, update] of findings) {
    if (update.vanished) vanished.push(update.vanished);
    if (!update.record) {
      drop.push(name);
      continue;
    }
    const { record, hashes, digests, stored } = update;
    records.push(record);
    if (!stored) put.push({ record, hashes, digests });
  }
  return { records, put, drop, vanished };
}

/** Changes that the index makes itself, as what is to be stored of each name. */
export function pendingUpdates({ put, drop }: RecordChanges): [string, PendingUpdate][] {
  const gone: PendingUpdate = { record: null, vanished: null, hashes: null, digests: null };
  return [
    ...drop.map((name): [string, PendingUpdate] => [name, gone]),
    ...put.map(({ record, hashes, digests = null }): [string, PendingUpdate] => {
      return [record.name, { record, vanished: null, hashes, digests, stored: false }];
    }),
  ];
}
