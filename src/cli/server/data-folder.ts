import { accessSync, constants } from "node:fs";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import { systemReason } from "../../platform/disk/disk-errors.ts";
import { makeDurableFolder } from "../../platform/disk/durable-folder.ts";
import { say } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";

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
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const why = isMissing ? say("it cannot be made") : systemReason(cause);
    throw new SentenceError(say("--data {path}: {why}; it takes a folder that can be written to", { path, why }), {
      cause: error,
    });
  }
}
