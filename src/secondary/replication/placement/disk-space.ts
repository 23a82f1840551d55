import { type Disk, DiskError } from "../../../platform/disk/disk.ts";
import { formatBytes } from "../../../platform/units.ts";

/** Bytes that stay free for journals, databases and folders. */
const HEADROOM_BYTES = 256 * 1024;

export interface DiskSpaceDeps {
  readonly disk: Pick<Disk, "freeBytes">;
  /** Frees what can go in favour of a copy until a disk has so many bytes, if it can; gives how many are free then. */
  freeSpace(folder: string, bytes: number): Promise<number>;
}

/** Room that a copy has until it is released. */
export interface SpaceReservation {
  release(): void;
}

/**
 * Room on disks for all copies together: one is begun only when what is to come of it fits beside what is still to come of
 * the others. A file system is known by its staging folder.
 */
export class DiskSpace {
  private readonly reservations = new Set<{ readonly folder: string; left(): number }>();
  /** One after the other, or two would take the same room. */
  private lastCheck: Promise<unknown> = Promise.resolve();

  constructor(private readonly deps: DiskSpaceDeps) {}

  /** Takes room for a copy of which `left` gives the bytes to come. Throws DiskError `full` when there is not enough. */
  reserve(folder: string, left: () => number): Promise<SpaceReservation> {
    return this.inTurn(async () => {
      const bytes = left();
      if (!(await this.ensure(folder, bytes))) throw diskFull(folder, bytes);
      const held = { folder, left };
      this.reservations.add(held);
      return { release: () => void this.reservations.delete(held) };
    });
  }

  /** Whether there is room for a copy that is begun if there is: kept files go for it as for one that is begun. Throws DiskError. */
  hasSpaceFor(folder: string, bytes: number): Promise<boolean> {
    return this.inTurn(() => this.ensure(folder, bytes));
  }

  private async ensure(folder: string, bytes: number): Promise<boolean> {
    if (bytes === 0) return true;
    let needed = bytes + HEADROOM_BYTES;
    for (const held of this.reservations) if (held.folder === folder) needed += held.left();
    if ((await this.deps.disk.freeBytes(folder)) >= needed) return true;
    return (await this.deps.freeSpace(folder, needed)) >= needed;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.lastCheck.then(work);
    this.lastCheck = run.catch(() => {});
    return run;
  }
}

/** The error of a disk that has no room for a copy. Its text stays the same while that is so. */
export function diskFull(folder: string, bytes: number): DiskError {
  return new DiskError("full", folder, `the disk has no room for its ${formatBytes(bytes)}`);
}
