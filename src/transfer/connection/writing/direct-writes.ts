import { type BlockingDisk, DIRECT_UNIT } from "../../../platform/disk/disk.ts";
import { MIB } from "../../../platform/units.ts";
import type { PieceRequest } from "../messages.ts";
import type { AsyncWrites } from "./async-writes.ts";

/** Milliseconds for each MiB, on average, with which a disk is slow. */
const SLOW = 10;
/** How much of the average each write is: a hiccup of the disk does not matter. */
const WEIGHT = 1 / 8;
/** Pieces that take the other way when the disk is slow: at first, and at most, when it is so again after each detour. */
const FIRST_DETOUR = 32;
const LONGEST_DETOUR = 1024;

type Place = Pick<PieceRequest, "position" | "extent">;

/**
 * Writes whole pieces of a file past the page cache, while the disk is quick: nothing is copied, no memory is taken that
 * other programs have use for, and little is left to sync. In a virtual machine whose host takes free memory back, the
 * page cache's way can cost three times as much as all the rest of a download. A slow disk is better off with the page
 * cache, which puts in order what waits for it.
 */
export class DirectWrites {
  /** Where the stretches of the file begin for which room is taken. */
  private readonly reserved = new Set<number>();
  /** Milliseconds for each MiB. */
  private pace = 0;
  /** Pieces that still take the other way; how many do so the next time; how many did not since the last time. */
  private left = 0;
  private detour = FIRST_DETOUR;
  private straight = 0;

  /** To `file`, through its descriptor `direct`; null where there is none. */
  constructor(
    private readonly disk: Pick<BlockingDisk, "allocate">,
    private readonly behind: AsyncWrites,
    private readonly file: number,
    private readonly direct: number | null,
  ) {}

  /**
   * Whether its write has begun, of which `done` is told later whether it succeeded. If not, now or then, the piece is to
   * be written the usual way.
   */
  begin(bytes: Uint8Array, { position, extent }: Place, done: (written: boolean) => void): boolean {
    if (this.direct === null || bytes.length % DIRECT_UNIT !== 0) return false;
    if (this.left > 0) {
      this.left -= 1;
      return false;
    }
    if (!this.reserved.has(extent.position)) this.disk.allocate(this.file, extent.position, extent.length);
    this.reserved.add(extent.position);
    const begun = this.behind.begin(this.direct, bytes, position, (written, took) => {
      if (written) this.took(took * (MIB / bytes.length));
      else this.left = Number.POSITIVE_INFINITY;
      done(written);
    });
    if (!begun) this.left = Number.POSITIVE_INFINITY;
    return begun;
  }

  private took(pace: number): void {
    this.straight += 1;
    this.pace += (pace - this.pace) * WEIGHT;
    if (this.pace <= SLOW || this.left > 0) return;
    if (this.straight > this.detour) this.detour = FIRST_DETOUR;
    this.left = this.detour;
    this.detour = Math.min(2 * this.detour, LONGEST_DETOUR);
    this.straight = 0;
    this.pace = 0;
  }
}
