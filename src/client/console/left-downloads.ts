import { join, relative } from "node:path";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import { bytesOf } from "../../protocol/versions/bitmap.ts";
import { decodeJournal } from "../../transfer/sinks/journal.ts";
import { PartJournal } from "../../transfer/sinks/part-journal.ts";
import { isWorkName, workFilesFor } from "../../transfer/sinks/work-files/work-files.ts";
import { pathUnder } from "../downloads/destination.ts";

/** Folders that are looked at: somebody may download to a home folder, where there are very many. */
export const MAX_FOLDERS = 1000;

/** What an earlier download left in the folder, which a new one of that name goes on from. Sizes in bytes. */
export interface LeftDownload {
  readonly name: string;
  readonly size: number;
  /** Of its pieces that were verified. */
  readonly done: number;
}

export interface LeftDownloads {
  /** In the order of their names. */
  readonly found: readonly LeftDownload[];
  /** Whether there are more folders than were looked at. */
  readonly cut: boolean;
}

/** Finds what is left from before under the folder that downloads go to. What cannot be read is passed over. */
export async function findLeftDownloads(disk: Disk, folder: string): Promise<LeftDownloads> {
  const found: LeftDownload[] = [];
  const folders = [folder];
  let looked = 0;
  for (; looked < folders.length && looked < MAX_FOLDERS; looked++) {
    const inside = folders[looked] ?? folder;
    for (const { name, kind, utf8 } of await unlessFailing(disk.list(inside), [])) {
      const path = join(inside, name);
      if (kind === "folder" && utf8 && !name.startsWith(".")) folders.push(path);
      if (kind !== "file" || !isWorkName(path) || !name.endsWith(".journal")) continue;
      const left = await unlessFailing(readLeft(disk, path), null);
      // One that goes to another place by --output is not gone on with by its name alone.
      if (left && relative(workFilesFor(pathUnder(folder, left.name)).journal, path) === "") found.push(left);
    }
  }
  found.sort((left, right) => (left.name < right.name ? -1 : 1));
  return { found, cut: looked < folders.length };
}

async function readLeft(disk: Disk, path: string): Promise<LeftDownload | null> {
  const journal = await disk.open(path, "read-no-link");
  try {
    const { size } = await disk.fstat(journal);
    const state = decodeJournal(await PartJournal.read(disk, journal, size));
    return state && { name: state.name, size: state.version.size, done: bytesOf(state.have, state.version.size) };
  } finally {
    await disk.close(journal);
  }
}

async function unlessFailing<Value>(work: Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DiskError) return otherwise;
    throw error;
  }
}
