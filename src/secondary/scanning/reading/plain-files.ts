import type { HashScope } from "../../../hashing/hashing.ts";
import { type BatchDisk, type ExaminedFile, MAX_EXAMINED_BYTES } from "../../../platform/disk/batch-disk.ts";
import type { FileStat } from "../../../platform/disk/disk.ts";
import type { SharedFolder } from "../../folder/shared-folder.ts";
import type { PendingFile } from "../pending-file.ts";
import type { ReadingProgress } from "./reading-progress.ts";

/** Files examined with one message: what is made of the answers takes this thread some milliseconds. */
const MAX_FILES = 128;

export interface PlainFilesDeps {
  readonly batches: Pick<BatchDisk, "examineFiles">;
  readonly sharedFolder: Pick<SharedFolder, "bounds">;
  readonly hashScope: HashScope;
  readonly progress: ReadingProgress;
  /** What has come of a file, and what it was when it was found; `seen` null: it is none of these, or changes just now. */
  examined(file: PendingFile, found: FileStat, seen: ExaminedFile | null): void;
}

/**
 * New small files that are at rest when they are found: opened, looked at for writers, read and looked at again in one step
 * each, many with one message. There may be a million of them, and three questions for each, with all that waits for the
 * answers, took most of the time of a first start.
 */
export class PlainFiles {
  private readonly deps: PlainFilesDeps;
  private waiting: { readonly file: PendingFile; readonly found: FileStat }[] = [];

  constructor(deps: PlainFilesDeps) {
    this.deps = deps;
  }

  /** Adds a file that is at rest, if it is one of these; says whether it is. */
  tryAdd(file: PendingFile, found: FileStat): boolean {
    // Other digests are the hasher's to make.
    if (this.deps.hashScope === "digests" || found.kind !== "file" || found.size > MAX_EXAMINED_BYTES) return false;
    file.become("hashing");
    this.deps.progress.begin(found.size);
    this.waiting.push({ file, found });
    if (this.waiting.length === 1) queueMicrotask(() => void this.examine());
    if (this.waiting.length === MAX_FILES) void this.examine();
    return true;
  }

  private async examine(): Promise<void> {
    const { batches, sharedFolder, progress, examined } = this.deps;
    const batch = this.waiting;
    this.waiting = [];
    const files = batch.filter(({ file }) => file.state === "hashing");
    const names = files.map(({ file }) => file.name);
    const seen = names.length > 0 ? await batches.examineFiles(sharedFolder.bounds, names) : [];
    progress.end(
      batch.reduce((bytes, { found }) => bytes + found.size, 0),
      batch.length,
    );
    for (const [index, { file, found }] of files.entries()) {
      if (file.state === "hashing") examined(file, found, seen[index] ?? null);
    }
  }
}
