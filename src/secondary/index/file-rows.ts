import type { Descent } from "./descent.ts";
import type { FileRecord } from "./file-record.ts";

/** Rows of the store's tables, as the database gives them. */

export interface FileRow {
  name: string;
  size: bigint;
  mtime_ns: bigint;
  ctime_ns: bigint;
  inode: bigint;
  id: string;
  vector: string;
  changed: bigint;
  edits: string;
  blake3: string | null;
  sha256: string | null;
}

export interface VanishedRow extends Pick<FileRow, "name" | "id" | "vector" | "changed" | "edits"> {}

export interface PlanRow {
  number: bigint;
  files: string;
}

export function toRecord(row: FileRow): FileRecord {
  return {
    name: row.name,
    size: Number(row.size),
    mtimeNs: row.mtime_ns,
    ctimeNs: row.ctime_ns,
    inode: BigInt.asUintN(64, row.inode),
    blake3: row.blake3,
    sha256: row.sha256,
    ...toDescent(row),
  };
}

export function toDescent({ id, vector, changed, edits }: Omit<VanishedRow, "name">): Descent {
  return { id, vector, changed: changed === 1n, edits };
}
