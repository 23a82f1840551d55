import type { Hashing } from "../../hashing/hashing.ts";
import { sameContent } from "../../platform/content-state.ts";
import { type Disk, DiskError, type FileStat } from "../../platform/disk/disk.ts";
import type { DepartureReason } from "../../protocol/messages/kept.ts";
import { modifiedOf } from "../folder/fingerprint.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";
import type { FileRecord } from "../index/file-record.ts";
import type { InstallSteps } from "./install-steps.ts";
import type { KeptSlot, KeptSlots } from "./kept-slots.ts";

/**
 * Removes and replaces recorded files of the shared folder. A file is kept before its name loses it, so that at no
 * moment, nor after a crash or a power loss, the content is under neither. Everything throws DiskError.
 */
export class RemovalSteps {
  private readonly disk: Disk;
  private readonly sharedFolder: SharedFolder;
  private readonly installSteps: InstallSteps;
  private readonly kept: KeptSlots;
  private readonly hashing: Pick<Hashing, "copy">;

  constructor(deps: {
    disk: Disk;
    sharedFolder: SharedFolder;
    installSteps: InstallSteps;
    kept: KeptSlots;
    hashing: Pick<Hashing, "copy">;
  }) {
    this.disk = deps.disk;
    this.sharedFolder = deps.sharedFolder;
    this.installSteps = deps.installSteps;
    this.kept = deps.kept;
    this.hashing = deps.hashing;
  }

  /**
   * Removes a file; false when it is not the recorded one any more, and stays. If it is kept, that is made durable, by the
   * caller if it passes `slots`, in which the place of the file is noted then by its name.
   */
  async remove(known: FileRecord, why: DepartureReason, slots?: Map<string, KeptSlot>): Promise<boolean> {
    const slot = await this.reserveSlot(known, why);
    if (!slot)
      return this.disk.removeIf(this.sharedFolder.pathOf(known.name), (there) => !isInTheWay(there, known), "real");
    if (!(await this.moveToKept(known, slot))) return false;
    if (slots) slots.set(known.name, slot);
    else await slot.sync();
    return true;
  }

  /**
   * Puts the file `from` under the name of a recorded one; false when that is not the recorded one any more, and stays.
   */
  async replace(known: FileRecord, from: string): Promise<boolean> {
    const slot = await this.reserveSlot(known, "replaced");
    if (!slot) return this.overwrite(known, from);
    const path = this.sharedFolder.pathOf(known.name);
    // Some file systems have no hard links, and some users may not make them: then the name is free for a moment.
    const linked = await this.disk.link(path, slot.path, "real").then(
      () => true,
      () => false,
    );
    return linked ? this.renameOver(known, slot, from) : this.moveThenRename(known, slot, from);
  }

  /** The same for a file that is not to be kept, or whose content is the same. */
  overwrite(known: FileRecord, from: string): Promise<boolean> {
    const path = this.sharedFolder.pathOf(known.name);
    return this.disk.renameIf(from, path, (there) => !isInTheWay(there, known), "real");
  }

  /** The recorded file has the slot as a second name. */
  private async renameOver(known: FileRecord, slot: KeptSlot, from: string): Promise<boolean> {
    let replaced = false;
    try {
      const path = this.sharedFolder.pathOf(known.name);
      if (!isRecorded(await this.disk.lstat(slot.path), known)) return false;
      await slot.sync();
      // The sync lasts a while: a file that somebody has put there meanwhile is kept nowhere.
      if (!(await this.disk.renameIf(from, path, (there) => isRecorded(there, known), "real"))) return false;
      replaced = true;
      slot.commit();
      return true;
    } finally {
      if (!replaced) {
        await this.disk.remove(slot.path, "real");
        await slot.cancel();
      }
    }
  }

  private async moveThenRename(known: FileRecord, slot: KeptSlot, from: string): Promise<boolean> {
    if (!(await this.moveToKept(known, slot))) return false;
    await slot.sync();
    await this.installSteps.renameNoReplace(from, known.name);
    return true;
  }

  private async moveToKept(known: FileRecord, slot: KeptSlot): Promise<boolean> {
    try {
      await this.disk.rename(this.sharedFolder.pathOf(known.name), slot.path, "real");
    } catch (error) {
      if (error instanceof DiskError && error.failure === "device") return this.copyToKept(known, slot);
      await slot.cancel();
      throw error;
    }
    const unchanged = isRecorded(await this.disk.lstat(slot.path), known);
    if (unchanged) {
      slot.commit();
    } else {
      await this.installSteps.renameNoReplace(slot.path, known.name);
      await slot.cancel();
    }
    return unchanged;
  }

  /** Keeps a verified copy of a file whose folder is on another disk than the slot. */
  private async copyToKept(known: FileRecord, slot: KeptSlot): Promise<boolean> {
    const path = this.sharedFolder.pathOf(known.name);
    const modified = modifiedOf(known);
    let kept = false;
    try {
      const to = { path: slot.path, reach: this.sharedFolder.reach(), modified, cloneOnly: false };
      const { id } = await this.hashing.copy(path, known.size, to, () => true, this.sharedFolder.bounds);
      if (id !== known.id || (await this.installSteps.stateOf(known.name)) !== "known") return false;
      await this.syncKeptCopy(slot);
      if (!(await this.disk.removeIf(path, (there) => isRecorded(there, known), "real"))) return false;
      kept = true;
      slot.commit();
      return true;
    } finally {
      if (!kept) {
        await this.disk.remove(slot.path, "real").catch(() => {});
        await slot.cancel();
      }
    }
  }

  private async syncKeptCopy(slot: KeptSlot): Promise<void> {
    const fd = await this.disk.open(slot.path, "read", "real");
    try {
      await this.disk.sync(fd);
    } finally {
      await this.disk.close(fd);
    }
    await slot.sync();
  }

  private async reserveSlot(known: FileRecord, why: DepartureReason): Promise<KeptSlot | null> {
    // Only the link is removed, not the file that it points to: nothing is to be kept.
    const stat = await this.disk.lstat(this.sharedFolder.pathOf(known.name));
    return stat?.kind === "file" ? this.kept.reserve(known, why) : null;
  }
}

/** Whether this is the recorded file, and not one that somebody has put there just now. */
function isRecorded(there: FileStat | null, known: FileRecord): boolean {
  return there !== null && sameContent(there, known);
}

/** Whether this is another file than the recorded one, which somebody has put there just now and nobody keeps. */
function isInTheWay(there: FileStat | null, known: FileRecord): boolean {
  return there?.kind === "file" && !sameContent(there, known);
}
