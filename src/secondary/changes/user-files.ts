import type { HashedFile } from "../../hashing/hashing.ts";
import { sameContent } from "../../platform/content-state.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import { parentOf } from "../../platform/disk/names.ts";
import { isInvalidated, sameFingerprint } from "../folder/fingerprint.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";
import type { FileRecord } from "../index/file-record.ts";
import type { FileRecords } from "../index/file-records.ts";
import type { InstallSteps } from "./install-steps.ts";
import type { RemovalSteps } from "./removal-steps.ts";

/**
 * What became of a file that was to have a name. `taken`: another file has it, which may not be replaced; `there`: one of
 * the same content has it; `changing`: something is being done to it just now, or something else is in the way.
 */
export type UserPut = "put" | "there" | "taken" | "changing";

export interface UserFilesDeps {
  readonly disk: Pick<Disk, "lstat">;
  readonly sharedFolder: Pick<SharedFolder, "allows" | "fingerprint">;
  readonly records: Pick<FileRecords, "latest" | "recordVerified" | "recordPutAgain">;
  readonly steps: Pick<
    InstallSteps,
    "makeFolders" | "stateOf" | "renameNoReplace" | "syncParents" | "fingerprintToRecord"
  >;
  readonly removalSteps: Pick<RemovalSteps, "replace">;
}

/** Puts verified files from outside of the shared folder under names, as a user would. Throws DiskError. */
export class UserFiles {
  constructor(private readonly deps: UserFilesDeps) {}

  /** `mayReplace`: whether what is recorded under the name makes way. What does is kept. */
  async put(
    name: string,
    from: string,
    verified: HashedFile,
    mayReplace: (known: FileRecord) => boolean,
  ): Promise<UserPut> {
    const { disk, sharedFolder, records, steps, removalSteps } = this.deps;
    const before = await disk.lstat(from);
    if (!before || !sameFingerprint(before, verified.stat)) return "changing";
    if (!sharedFolder.allows(name) || !(await steps.makeFolders(parentOf(name), from))) return "changing";
    const state = await steps.stateOf(name);
    const known = records.latest(name);
    if (state === "nothing") await steps.renameNoReplace(from, name);
    else if (state === "other" || !known) return "changing";
    else if (!mayReplace(known)) {
      if (known.id !== verified.id) return "taken";
      // It may have been removed from the cluster already, by an order that is on its way here.
      records.recordPutAgain(name);
      return "there";
    } else if (!(await removalSteps.replace(known, from))) return "changing";
    await steps.syncParents([name]);
    const there = await sharedFolder.fingerprint(name).catch(() => null);
    // Somebody has written to it, or put another file there, in the last moment: the checker reads what that is.
    if (there && !sameContent(there, before)) return "changing";
    const fingerprint = steps.fingerprintToRecord(before, there);
    if (!isInvalidated(fingerprint)) records.recordVerified(name, fingerprint, verified);
    return "put";
  }
}
