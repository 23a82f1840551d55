import { type BlockingDisk, DiskError } from "../platform/disk/disk.ts";
import { splitZeroBlocks } from "../platform/disk/sparse.ts";
import { pieceCount } from "../protocol/versions/version.ts";
import { say } from "../sentences/sentence.ts";
import type { HashedCopy, HashSlice } from "./hasher-messages.ts";

type CopiedSlice = HashSlice & { readonly destination: HashedCopy };
type CopyDisk = Pick<
  BlockingDisk,
  "open" | "fstat" | "write" | "startWriteback" | "truncate" | "clone" | "setModified" | "close"
>;

/** Most copies under way. */
const MAX_COPIES = 64;

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
    for (const { start, end, zero } of splitZeroBlocks(bytes)) {
      if (zero) continue;
      this.disk.write(this.fd, bytes.subarray(start, end), position + start);
      // It is synced at its end, and the disk would have nothing to do until then.
      this.disk.startWriteback(this.fd, position + start, end - start);
    }
  }
}

/**
 * The copies that a hasher's thread makes. A file is copied slice by slice; a clone, which shares the blocks of the
 * source until one of them is changed, is made with the first slice where the file system can, and takes no time.
 */
export class CopyTargets {
  /** Copies under way, by path, and whether they are clones. */
  private readonly active = new Map<string, boolean>();
  /** File systems that cannot clone. */
  private readonly cannotClone = new Set<bigint>();

  constructor(private readonly disk: CopyDisk) {}

  /**
   * Has one slice worked on, which gives null when the source is not what it should be. Null, too, when an earlier slice
   * failed: nothing more comes of its file then. Throws what `work` throws, or DiskError.
   */
  withTarget<T>(source: number, slice: CopiedSlice, work: (target: CopyTarget) => T | null): T | null {
    const { disk, active } = this;
    const { from, count, size, destination } = slice;
    if (from > 0 && !active.has(destination.path)) return null;
    const fd = disk.open(destination.path, from === 0 ? "create" : "update", destination.reach);
    const last = from + count >= pieceCount(size);
    let done: T | null = null;
    try {
      if (from === 0) this.begin(source, fd, slice);
      done = work(new CopyTarget(disk, source, fd, active.get(destination.path) ?? false));
      // A copy with another time is better than none.
      if (done !== null && last) disk.setModified(fd, destination.modified);
      return done;
    } finally {
      if (done === null || last) active.delete(destination.path);
      disk.close(fd);
    }
  }

  private begin(source: number, fd: number, { size, destination }: CopiedSlice): void {
    const cloned = this.clone(source, fd);
    if (!cloned && destination.cloneOnly)
      throw new DiskError("full", destination.path, say("there is no room for {path}", { path: destination.path }));
    if (!cloned) this.disk.truncate(fd, size);
    this.active.set(destination.path, cloned);
    // One that is not wanted any more does not come to its last slice.
    for (const [oldest] of this.active) if (this.active.size > MAX_COPIES) this.active.delete(oldest);
  }

  private clone(source: number, fd: number): boolean {
    const { device } = this.disk.fstat(fd);
    if (this.cannotClone.has(device)) return false;
    const result = this.disk.clone(source, fd);
    if (result === "unsupported") this.cannotClone.add(device);
    return result === "cloned";
  }
}
