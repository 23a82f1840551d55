import { randomFillSync } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pieceSize } from "../../src/protocol/versions/version.ts";
import { decodeJournal } from "../../src/transfer/sinks/journal.ts";
import { workFilesFor } from "../../src/transfer/sinks/work-files/work-files.ts";

export const MIB = 1024 * 1024;

/** Bytes that no compression and no luck can guess. */
export function randomBytes(size: number): Uint8Array {
  return randomFillSync(new Uint8Array(size));
}

/** Writes a file beneath a folder, and the folders on its way; gives its path. */
export function put(folder: string, name: string, content: Uint8Array | string): string {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  return file;
}

/** Whether two files hold the same bytes. */
export async function same(left: string, right: string): Promise<boolean> {
  const cmp = Bun.spawn(["cmp", "-s", left, right], { stdout: "ignore", stderr: "ignore" });
  return (await cmp.exited) === 0;
}

/** The names of all files beneath a folder that are shared, sorted. */
export function shared(folder: string): string[] {
  return everything(folder).filter((name) => !name.split("/").some((segment) => segment.startsWith(".")));
}

/** The names of all files beneath a folder, sorted. */
export function everything(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** The names that an unfinished download of a file leaves in its folder, sorted. */
export function unfinished(name: string): string[] {
  const { journal, part } = workFilesFor(name);
  return [journal, part];
}

/** Bytes of the pieces that a journal says are there; of one that is not there, or is being written, 0. */
export function markedBytes(journal: string): number {
  const state = fs.existsSync(journal) ? decodeJournal(fs.readFileSync(journal)) : null;
  return state ? state.have.size * pieceSize(state.version.size) : 0;
}

/** The file's content as text; null where there is none. */
export function textOf(folder: string, name: string): string | null {
  try {
    return fs.readFileSync(path.join(folder, name), "utf8");
  } catch {
    return null;
  }
}
