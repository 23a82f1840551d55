import type { Disk } from "../../platform/disk/disk.ts";
import type { StagedFile } from "../changes/staged-file.ts";
import { CHANGED, obstacleIn } from "../folder/obstacle.ts";
import type { CopierEvents, CopyDestination } from "./ports.ts";

export interface InstallerDeps {
  readonly disk: Pick<Disk, "remove">;
  readonly folder: Pick<CopyDestination, "install">;
  readonly events: CopierEvents;
}

/** Puts copied files into the shared folder. A refused one is deleted, since to copy it again costs little. */
export class Installer {
  constructor(private readonly deps: InstallerDeps) {}

  /** Resolves with the files that have their names now; the others are rejected orders. Does not reject. */
  async install(files: readonly StagedFile[], logCopied: boolean): Promise<readonly StagedFile[]> {
    const { folder, disk, events } = this.deps;
    const results = await folder
      .install(files, logCopied)
      .catch((error: unknown) => files.map(() => obstacleIn(error)));
    const installed: StagedFile[] = [];
    for (const [index, file] of files.entries()) {
      const { name, version, temp } = file;
      const result = results[index] ?? CHANGED;
      if (result === "installed") {
        installed.push(file);
        events.installed(name, version.id);
        continue;
      }
      await disk.remove(temp).catch(() => {});
      events.rejected({ name, ...version }, result);
    }
    return installed;
  }
}
