import type { Hashing } from "../../hashing/hasher-client.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import type { DepartureReason } from "../../protocol/messages/kept.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";
import { type FileRecord, modifiedOf, sameContent } from "../index/file-record.ts";
import type { Placing } from "./install-steps.ts";
import type { Keeper, KeptPlace } from "./keeper.ts";

/**
 * How known files leave the shared folder: whatever is kept of them is kept before the name loses it, so that at no
 * moment, nor after a crash or a power loss, the content is under neither. Everything throws DiskError.
 */
export class Leaving {
  private readonly disk: Disk;
  private readonly sharedFolder: SharedFolder;
  private readonly placing: Placing;
  private readonly keeper: Keeper;
  private readonly hashing: Pick<Hashing, "copy">;

  constructor(deps: {
    disk: Disk;
    sharedFolder: SharedFolder;
    placing: Placing;
    keeper: Keeper;
    hashing: Pick<Hashing, "copy">;
  }) {
    this.disk = deps.disk;
    this.sharedFolder = deps.sharedFolder;
    this.placing = deps.placing;
    this.keeper = deps.keeper;
    this.hashing = deps.hashing;
  }

  /**
   * Takes a file away; false when it is not the known one any more, and stays. Where it is kept is made to survive a power
   * loss, or (`places`) is added there for the caller to do that.
   */
  async take(known: FileRecord, why: DepartureReason, places?: KeptPlace[]): Promise<boolean> {
    const place = await this.placeFor(known, why);
    if (!place) {
      await this.disk.remove(this.sharedFolder.pathOf(known.name));
      return true;
    }
    if (!(await this.move(known, place))) return false;
    if (places) places.push(place);
    else await place.sync();
    return true;
  }

  /** Puts the file `from` into the place of a known one; false when that is not the known one any more, and stays. */
  async replace(known: FileRecord, from: string): Promise<boolean> {
    const place = await this.placeFor(known, "replaced");
    const path = this.sharedFolder.pathOf(known.name);
    if (!place) {
      await this.disk.rename(from, path);
      return true;
    }
    // Not every file system has hard links, nor may everyone make one: then the name is free for a moment.
    const linked = await this.disk.link(path, place.path).then(
      () => true,
      () => false,
    );
    return linked ? this.overwrite(known, place, from) : this.swap(known, place, from);
  }

  /** The known file has its kept place as a second name. */
  private async overwrite(known: FileRecord, place: KeptPlace, from: string): Promise<boolean> {
    let replaced = false;
    try {
      const path = this.sharedFolder.pathOf(known.name);
      if (!(await this.isKnown(known, place.path))) return false;
      await place.sync();
      // That takes a while: what somebody has put there meanwhile is kept nowhere.
      if (!(await this.isKnown(known, path))) return false;
      await this.disk.rename(from, path);
      replaced = true;
      place.kept();
      return true;
    } finally {
      if (!replaced) {
        await this.disk.remove(place.path);
        await place.unused();
      }
    }
  }

  private async swap(known: FileRecord, place: KeptPlace, from: string): Promise<boolean> {
    if (!(await this.move(known, place))) return false;
    await place.sync();
    await this.placing.putNew(from, known.name);
    return true;
  }

  private async move(known: FileRecord, place: KeptPlace): Promise<boolean> {
    try {
      await this.disk.rename(this.sharedFolder.pathOf(known.name), place.path);
    } catch (error) {
      if (error instanceof DiskError && error.failure === "device") return this.copyAcross(known, place);
      await place.unused();
      throw error;
    }
    const taken = await this.isKnown(known, place.path);
    if (taken) {
      place.kept();
    } else {
      await this.placing.putNew(place.path, known.name);
      await place.unused();
    }
    return taken;
  }

  /** Keeps a file of a folder that is on another disk than the kept files: as a copy, verified. */
  private async copyAcross(known: FileRecord, place: KeptPlace): Promise<boolean> {
    const path = this.sharedFolder.pathOf(known.name);
    const modified = modifiedOf(known);
    let kept = false;
    try {
      const to = { path: place.path, modified, cloneOnly: false };
      const { id } = await this.hashing.copy(path, known.size, to, () => true);
      if (id !== known.id || (await this.placing.stateOf(known.name)) !== "known") return false;
      await this.sync(place);
      await this.disk.remove(path);
      kept = true;
      place.kept();
      return true;
    } finally {
      if (!kept) {
        await this.disk.remove(place.path).catch(() => {});
        await place.unused();
      }
    }
  }

  private async sync(place: KeptPlace): Promise<void> {
    const fd = await this.disk.open(place.path, "read");
    try {
      await this.disk.sync(fd);
    } finally {
      await this.disk.close(fd);
    }
    await place.sync();
  }

  /** Whether what is at a path is the known file, and not what somebody has put there in the last moment. */
  private async isKnown(known: FileRecord, path: string): Promise<boolean> {
    const stat = await this.disk.lstat(path);
    return stat !== null && sameContent(stat, known);
  }

  private async placeFor(known: FileRecord, why: DepartureReason): Promise<KeptPlace | null> {
    // Of a link only the link goes.
    const stat = await this.disk.lstat(this.sharedFolder.pathOf(known.name));
    return stat?.kind === "file" ? this.keeper.place(known, why) : null;
  }
}
