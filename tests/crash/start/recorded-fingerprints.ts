import { Database, SQLiteError } from "bun:sqlite";
import fs from "node:fs";
import type { History, NodeId } from "../model/history.ts";
import { unitsOf } from "../model/persistence.ts";
import { filesIn, treeOf } from "../model/tree.ts";

/** The inodes that recorded files had on the real disk, of those that have a name at the end of the recording. */
export function recordedInodes(history: History): Map<string, NodeId> {
  const units = unitsOf(history, "ordered");
  const inodes = new Map<string, NodeId>();
  for (const [path, { node }] of filesIn(treeOf(history, units, new Set(units.keys())))) {
    inodes.set(String(fs.statSync(path, { bigint: true }).ino), node);
  }
  return inodes;
}

/**
 * Makes the records of a secondary's database be about the files of a copy: where a record is about a file of the recording,
 * and the file has the recorded size, it gets the inode and times of the copied file. A power loss leaves these as they
 * were, whatever it does to the bytes; without this every record would be known for an old one, and no file trusted. A database
 * that cannot be read stays as it is.
 */
export function adoptFingerprints(
  path: string,
  inodes: ReadonlyMap<string, NodeId>,
  files: ReadonlyMap<NodeId, string>,
): void {
  if (!fs.existsSync(path)) return;
  const database = new Database(path, { readwrite: true, safeIntegers: true });
  try {
    adopt(database, inodes, files);
  } catch (error) {
    if (!(error instanceof SQLiteError)) throw error;
  } finally {
    database.close();
  }
}

function adopt(database: Database, inodes: ReadonlyMap<string, NodeId>, files: ReadonlyMap<NodeId, string>): void {
  if (!hasRecords(database)) return;
  const rows = database.query<{ name: string; inode: bigint; size: bigint }, []>("SELECT name, inode, size FROM files");
  for (const { name, inode, size } of rows.all()) {
    const node = inodes.get(String(BigInt.asUintN(64, inode)));
    const copy = node === undefined ? undefined : files.get(node);
    if (copy === undefined) continue;
    const stat = fs.statSync(copy, { bigint: true });
    if (stat.size !== size) continue;
    const values = [stat.mtimeNs, stat.ctimeNs, BigInt.asIntN(64, stat.ino), name];
    database.query("UPDATE files SET mtime_ns = ?, ctime_ns = ?, inode = ? WHERE name = ?").run(...values);
  }
}

function hasRecords(database: Database): boolean {
  return database.query("SELECT 1 FROM sqlite_master WHERE name = 'files'").get() !== null;
}
