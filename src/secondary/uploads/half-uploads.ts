import { join } from "node:path";
import type { Clock } from "../../platform/clock.ts";
import type { Fingerprint } from "../../platform/content-state.ts";
import type { Disk, FileStat } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { plural } from "../../platform/units.ts";
import { HALF_UPLOAD_AGE_MS, HALF_UPLOADS_SHARE, MAX_HALF_UPLOADS } from "../../protocol/limits.ts";
import type { Bitmap } from "../../protocol/versions/bitmap.ts";
import { fingerprintOf, sameFingerprint } from "../folder/fingerprint.ts";

const PART = /^put-([0-9a-f]{64})\.part$/;

export interface HalfUploadsDeps {
  readonly clock: Pick<Clock, "wall">;
  readonly disk: Pick<Disk, "list" | "lstat" | "remove" | "totalBytes">;
  readonly log: Pick<Log, "info">;
}

interface StoredPart {
  readonly path: string;
  readonly stat: FileStat;
}

/**
 * Parts of files that clients have sent, in the staging folders, each under the id of its version. Those that nobody sends
 * just now are kept for another try, in bounds: the oldest go first, and all when a copy needs their room.
 */
export class HalfUploads {
  /** Paths of parts that grow now. */
  private readonly growing = new Set<string>();
  /** Which pieces of those that stopped in this run are right, as long as they are as they were. */
  private readonly known = new Map<string, { readonly have: Bitmap; readonly fingerprint: Fingerprint }>();

  constructor(private readonly deps: HalfUploadsDeps) {}

  pathIn(staging: string, id: string): string {
    return join(staging, `put-${id}.part`);
  }

  /** Nobody else may have this part until `stopped`; false where somebody has it. */
  claim(path: string): boolean {
    if (this.growing.has(path)) return false;
    this.growing.add(path);
    return true;
  }

  /** The right pieces of a part, if nothing has touched it since they were checked; null where they must be read. */
  piecesOf(path: string, stat: FileStat): Bitmap | null {
    const known = this.known.get(path);
    this.known.delete(path);
    return known && sameFingerprint(known.fingerprint, stat) ? known.have : null;
  }

  /** A part does not grow any more: its file is closed. `have`: its right pieces; null where it is not there any more. */
  async stopped(path: string, staging: string, have: Bitmap | null): Promise<void> {
    try {
      const stat = have && (await this.deps.disk.lstat(path).catch(() => null));
      if (have && stat) this.known.set(path, { have, fingerprint: fingerprintOf(stat) });
    } finally {
      this.growing.delete(path);
    }
    if (have) await this.trim(staging);
  }

  /** Deletes what is too old or too much in a staging folder. Does not reject: what stays is deleted the next time. */
  async trim(staging: string): Promise<void> {
    const { clock, disk } = this.deps;
    try {
      const oldest = BigInt(Math.round(clock.wall() - HALF_UPLOAD_AGE_MS)) * 1_000_000n;
      const most = (await disk.totalBytes(staging)) * HALF_UPLOADS_SHARE;
      const parts = await this.partsIn(staging);
      let bytes = 0;
      const extra = parts.filter(({ stat }, index) => {
        bytes += bytesOn(stat);
        // The newest may be larger than all together should be, or a large file could never be resumed.
        const tooMuch = index > 0 && (bytes > most || index >= MAX_HALF_UPLOADS);
        return tooMuch || stat.ctimeNs < oldest;
      });
      await this.remove(extra);
    } catch {
      // A disk that is not there, or that fails, has nothing to be deleted now.
    }
  }

  /** Bytes that those take which {@link removeAllIn} would delete. Rejects with DiskError. */
  async bytesIn(staging: string): Promise<number> {
    return (await this.partsIn(staging)).reduce((sum, { stat }) => sum + bytesOn(stat), 0);
  }

  /** Deletes all in a staging folder, for their room. Does not reject. */
  async removeAllIn(staging: string): Promise<void> {
    await this.partsIn(staging)
      .then((parts) => this.remove(parts))
      .catch(() => {});
  }

  /** Those that do not grow, the newest first. */
  private async partsIn(staging: string): Promise<StoredPart[]> {
    const { disk } = this.deps;
    const parts: StoredPart[] = [];
    for (const { name, kind } of await disk.list(staging)) {
      const path = join(staging, name);
      if (kind !== "file" || !PART.test(name) || this.growing.has(path)) continue;
      const stat = await disk.lstat(path);
      if (stat) parts.push({ path, stat });
    }
    return parts.sort((left, right) => Number(right.stat.ctimeNs - left.stat.ctimeNs));
  }

  private async remove(parts: readonly StoredPart[]): Promise<void> {
    let removed = 0;
    for (const { path } of parts) {
      // Somebody may have come back for it meanwhile.
      if (this.growing.has(path)) continue;
      this.known.delete(path);
      await this.deps.disk.remove(path, "real").catch(() => {});
      removed += 1;
    }
    if (removed > 0) this.deps.log.info("half-uploads", `${plural(removed, "file")} that had come in part deleted`);
  }
}

/** Bytes of the disk that a part takes: one of which little has come has its whole length, and takes little. */
function bytesOn({ size, allocated }: FileStat): number {
  return Math.min(size, allocated);
}
