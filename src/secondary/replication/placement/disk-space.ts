import { type Disk, DiskError } from "../../../platform/disk/disk.ts";
import { saidBytes } from "../../../platform/units.ts";
import { UPLOAD_ROOM_BYTES } from "../../../protocol/limits.ts";
import { say } from "../../../sentences/sentence.ts";

/** Bytes that stay free for what copies write themselves: journals, databases and folders. */
const HEADROOM_BYTES = 256 * 1024;

export interface DiskSpaceDeps {
  readonly disk: Pick<Disk, "freeBytes">;
  /**
   * Deletes what matters less than a copy until so many bytes are free, if that is possible. Resolves with the bytes
   * that are free then.
   */
  freeSpace(staging: string, bytes: number): Promise<number>;
  /** Bytes that could be freed so. */
  freeableBytes(staging: string): Promise<number>;
}

/** Space that belongs to one copy until it is released. */
export interface SpaceReservation {
  release(): void;
}

/** The same for what somebody sends: it grows with what has come, and only then something is deleted for it. */
export interface GradualReservation extends SpaceReservation {
  /** To be awaited before so many bytes are written, which do not count as remaining any more. Throws DiskError `full`. */
  makeRoom(bytes: number): Promise<void>;
}

/**
 * Space on disks for all copies together: a copy begins only when the bytes that it has still to write fit, together
 * with those that the other copies have still to write. A file system is known by its staging folder.
 */
export class DiskSpace {
  private readonly reservations = new Set<{ readonly staging: string; remaining(): number }>();
  /** Checks run one after the other, or two copies would take the same space. */
  private lastCheck: Promise<unknown> = Promise.resolve();

  constructor(private readonly deps: DiskSpaceDeps) {}

  /** `remaining`: the bytes that a copy has still to write, at any time. Throws DiskError `full` without enough space. */
  reserve(staging: string, remaining: () => number): Promise<SpaceReservation> {
    return this.inTurn(async () => {
      const bytes = remaining();
      if (!(await this.ensure(staging, bytes))) throw diskFull(staging, bytes);
      const reservation = { staging, remaining };
      this.reservations.add(reservation);
      return { release: () => void this.reservations.delete(reservation) };
    });
  }

  /**
   * For a file of which nobody knows whether it will come, so that no kept file goes for a promise. Throws DiskError `full`
   * where there could not be enough space for all of it.
   */
  reserveGradually(staging: string, remaining: () => number): Promise<GradualReservation> {
    return this.inTurn(async () => {
      const all = remaining();
      if (!(await this.couldHold(staging, all))) throw diskFull(staging, all);
      const held = () => Math.min(remaining(), Math.max(UPLOAD_ROOM_BYTES, all - remaining()));
      const reservation = { staging, remaining: held };
      this.reservations.add(reservation);
      // Bytes for which there was room when it was last measured.
      let found = 0;
      const findRoom = async (bytes: number) => {
        if (found < bytes) {
          if (!(await this.ensure(staging, bytes))) throw diskFull(staging, all);
          found = bytes + held();
        }
        found -= bytes;
      };
      const makeRoom = async (bytes: number) => {
        if (found < bytes) return this.inTurn(() => findRoom(bytes));
        found -= bytes;
      };
      return { release: () => void this.reservations.delete(reservation), makeRoom };
    });
  }

  /** Whether a copy would have space. Kept files are deleted for it, as for a copy that begins. Throws DiskError. */
  hasSpaceFor(staging: string, bytes: number): Promise<boolean> {
    return this.inTurn(() => this.ensure(staging, bytes));
  }

  /** Whether there would be space if all were deleted that can be. */
  private async couldHold(staging: string, bytes: number): Promise<boolean> {
    const { disk, freeableBytes } = this.deps;
    const missing = this.neededFor(staging, bytes) - (await disk.freeBytes(staging));
    return bytes === 0 || missing <= 0 || missing <= (await freeableBytes(staging));
  }

  private neededFor(staging: string, bytes: number): number {
    let needed = bytes + HEADROOM_BYTES;
    for (const other of this.reservations) if (other.staging === staging) needed += other.remaining();
    return needed;
  }

  private async ensure(staging: string, bytes: number): Promise<boolean> {
    if (bytes === 0) return true;
    const needed = this.neededFor(staging, bytes);
    if ((await this.deps.disk.freeBytes(staging)) >= needed) return true;
    return (await this.deps.freeSpace(staging, needed)) >= needed;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.lastCheck.then(work);
    this.lastCheck = run.catch(() => {});
    return run;
  }
}

/** The error of a disk without space for a copy. Its text does not change, so that it is logged once. */
export function diskFull(staging: string, bytes: number): DiskError {
  return new DiskError("full", staging, say("the disk has no room for its {bytes}", { bytes: saidBytes(bytes) }));
}
