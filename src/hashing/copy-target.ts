import { type BlockingDisk, DiskError } from "../platform/disk/disk.ts";
import { stretches } from "../platform/disk/sparse.ts";
import { pieceCount } from "../protocol/versions/version.ts";
import type { HashSlice } from "./hasher-worker.ts";

/** Where a file that is read is written as well. */
export interface CopyDestination {
  /** Must not exist yet, on the same file system where that can be. */
  readonly path: string;
  /** Its modification time, in microseconds since 1970. */
  readonly modified: number;
  /** Whether it must share the blocks of the file, because there is no room for others. */
  readonly cloneOnly: boolean;
}

type CopiedSlice = HashSlice & { readonly to: CopyDestination };
type CopyDisk = Pick<
  BlockingDisk,
  "open" | "fstat" | "write" | "syncSoon" | "truncate" | "clone" | "setModified" | "close"
>;

/** Most copies under way. */
const UNDER_WAY = 64;

/** The copy of a file, for as long as a slice of it is worked on. */
export class CopyTarget {
  /** What is to be read and hashed: the source, or a clone of it, which nobody can change any more. */
  readonly input: number;

  constructor(
    private readonly disk: CopyDisk,
    source: number,
    private readonly fd: number,
    private readonly cloned: boolean,
  ) {
    this.input = cloned ? fd : source;
  }

  /** Bytes of the source were read. Throws DiskError. */
  write(bytes: Uint8Array, position: number): void {
    if (this.cloned) return;
    for (const { start, end, zero } of stretches(bytes)) {
      if (zero) continue;
      this.disk.write(this.fd, bytes.subarray(start, end), position + start);
      // It is synced at its end, and the disk would have nothing to do until then.
      this.disk.syncSoon(this.fd, position + start, end - start);
    }
  }
}

/**
 * The copies that a hasher's thread makes. A file is copied slice by slice; a clone, which shares the blocks of the
 * source until one of them is changed, is made with the first slice where the file system can, and takes no time.
 */
export class CopyTargets {
  /** Copies under way, by path, and whether they are clones. */
  private readonly underWay = new Map<string, boolean>();
  /** File systems that cannot clone. */
  private readonly unable = new Set<bigint>();

  constructor(private readonly disk: CopyDisk) {}

  /**
   * Has one slice worked on, which gives null when the source is not what it should be. Null, too, when an earlier slice
   * failed: nothing more comes of its file then. Throws what `work` throws, or DiskError.
   */
  during<T>(source: number, slice: CopiedSlice, work: (target: CopyTarget) => T | null): T | null {
    const { disk, underWay } = this;
    const { from, count, size, to } = slice;
    if (from > 0 && !underWay.has(to.path)) return null;
    const fd = disk.open(to.path, from === 0 ? "create" : "update");
    const last = from + count >= pieceCount(size);
    let done: T | null = null;
    try {
      if (from === 0) this.begin(source, fd, slice);
      done = work(new CopyTarget(disk, source, fd, underWay.get(to.path) ?? false));
      // A copy with another time is better than none.
      if (done !== null && last) disk.setModified(fd, to.modified);
      return done;
    } finally {
      if (done === null || last) underWay.delete(to.path);
      disk.close(fd);
    }
  }

  private begin(source: number, fd: number, { size, to }: CopiedSlice): void {
    const cloned = this.clone(source, fd);
    if (!cloned && to.cloneOnly) throw new DiskError("full", to.path, `there is no room for ${to.path}`);
    if (!cloned) this.disk.truncate(fd, size);
    this.underWay.set(to.path, cloned);
    // One that is not wanted any more does not come to its last slice.
    for (const [oldest] of this.underWay) if (this.underWay.size > UNDER_WAY) this.underWay.delete(oldest);
  }

  private clone(source: number, fd: number): boolean {
    const { device } = this.disk.fstat(fd);
    if (this.unable.has(device)) return false;
    const result = this.disk.clone(source, fd);
    if (result === "unsupported") this.unable.add(device);
    return result === "cloned";
  }
}
