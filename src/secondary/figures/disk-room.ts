import { type Clock, within } from "../../platform/clock.ts";
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
  /** What it has answered last, and when (milliseconds). */
  private last: { readonly room: Room; readonly at: number } | null = null;

  constructor(private readonly deps: DiskRoomDeps) {}

  /** Null where the disk is not there, or does not answer in time. Never rejects. */
  async read(): Promise<Room | null> {
    const { clock, missing } = this.deps;
    if (missing() !== null) return null;
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    const answer = await within(clock, DISK_TIMEOUT_MS, this.asking);
    return answer === "late" ? null : answer;
  }

  /** The same; what was read within `maxAgeMs` is enough. */
  recent(maxAgeMs: number): Promise<Room | null> {
    const { last } = this;
    if (!last || this.deps.clock.now() - last.at >= maxAgeMs) return this.read();
    return Promise.resolve(this.deps.missing() === null ? last.room : null);
  }

  private async ask(): Promise<Room | null> {
    const { disk, folder, clock } = this.deps;
    this.last = null;
    try {
      const [total, free] = await Promise.all([disk.totalBytes(folder), disk.freeBytes(folder)]);
      this.last = { room: { total, free }, at: clock.now() };
      return this.last.room;
    } catch {
      return null;
    }
  }
}
