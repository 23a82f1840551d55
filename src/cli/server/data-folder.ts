import { accessSync, constants } from "node:fs";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import { makeDurableFolder } from "../../platform/disk/durable-folder.ts";
import { type Sentence, say } from "../../sentences/sentence.ts";
import { SentenceError, toldOf } from "../../sentences/sentence-error.ts";

/**
 * Makes the folder of a server's database and statistics, and has it survive a power loss. Rejects with an Error that says
 * what is wrong with it.
 */
export async function makeDataFolder(disk: Disk, path: string): Promise<void> {
  try {
    await makeDurableFolder(disk, path);
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    const cause = error instanceof DiskError ? error.cause : error;
    const why = SENTENCES[(cause as NodeJS.ErrnoException).code ?? ""] ?? toldOf(error);
    throw new SentenceError(say("--data {path}: {why}; it takes a folder that can be written to", { path, why }), {
      cause: error,
    });
  }
}

const SENTENCES: Readonly<Record<string, Sentence>> = {
  EACCES: say("permission denied"),
  EPERM: say("permission denied"),
  EROFS: say("the file system is read-only"),
  ENOSPC: say("the disk is full"),
  ENOENT: say("it cannot be made"),
};
