import { type Clock, delay } from "../../platform/clock.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import type { Room } from "../../protocol/messages/figures.ts";

/** Milliseconds in which a disk must say how much room it has: a disk that hangs must not hold up what else is told. */
const DISK_TIMEOUT_MS = 1000;

export interface DiskRoomDeps {
  readonly clock: Clock;
  readonly disk: Pick<Disk, "freeBytes" | "totalBytes">;
  /** The shared folder. */
  readonly folder: string;
  /** Why it is not shared now; null when it is. */
  missing(): string | null;
}

/** How much room there is on the disk of the shared folder. */
export class DiskRoom {
  /** The question that the disk has not answered: a disk that hangs is asked no other one, since each holds up a thread. */
  private asking: Promise<Room | null> | null = null;

  constructor(private readonly deps: DiskRoomDeps) {}

  /** Null where the disk is not there, or does not answer in time. Never rejects. */
  read(): Promise<Room | null> {
    const { clock, missing } = this.deps;
    if (missing() !== null) return Promise.resolve(null);
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    return Promise.race([this.asking, delay(clock, DISK_TIMEOUT_MS).then(() => null)]);
  }

  private async ask(): Promise<Room | null> {
    const { disk, folder } = this.deps;
    try {
      const [total, free] = await Promise.all([disk.totalBytes(folder), disk.freeBytes(folder)]);
      return { total, free };
    } catch {
      return null;
    }
  }
}
