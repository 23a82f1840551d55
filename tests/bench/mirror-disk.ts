import type { BlockingDisk, Disk, FileStat } from "../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../src/platform/disk/system-disk.ts";

/** Beyond what the system gives as a descriptor. */
const FIRST = 1_000_000;

interface MirrorFile {
  path: string;
  size: number;
  /** Bytes at each position that was written. */
  readonly parts: Map<number, number>;
}

/**
 * A disk for any number of downloads of one file, which keeps no byte of them: what is written must be what `reference`
 * has in that place, and a part may take its name only when all of it was written.
 */
export class MirrorDisk {
  readonly disk: Disk;
  readonly blocking: BlockingDisk;
  private readonly files = new Map<number, MirrorFile>();
  private last = FIRST;

  constructor(private readonly reference: Uint8Array) {
    this.disk = {
      ...systemDisk,
      stat: async () => null,
      lstat: async (path) => this.lstat(path),
      makeFolder: async () => null,
      makeSubfolder: async () => {},
      remove: async () => {},
      rename: async (from, to) => this.finish(from, to),
      renameNoReplace: async (from, to) => this.finish(from, to),
      open: async (path) => this.open(path),
      fstat: async (fd) => this.fstat(fd),
      read: async () => 0,
      write: async (fd, bytes, position) => this.write(fd, bytes, position),
      truncate: async (fd, size) => {
        this.file(fd).size = size;
      },
      freeBytes: async () => Number.MAX_SAFE_INTEGER,
      sync: async () => {},
      close: async (fd) => {
        this.files.delete(fd);
      },
      syncFolder: async () => {},
      hasHole: () => false,
      lock: () => "taken",
      lockBeyondEnd: () => "taken",
    };
    this.blocking = {
      ...systemBlockingDisk,
      write: (fd, bytes, position) => this.write(fd, bytes, position),
      startWriteback() {},
    };
  }

  private open(path: string): number {
    this.last += 1;
    this.files.set(this.last, { path, size: 0, parts: new Map() });
    return this.last;
  }

  private file(fd: number): MirrorFile {
    const file = this.files.get(fd);
    if (!file) throw new Error(`descriptor ${fd} is closed`);
    return file;
  }

  private fstat(fd: number): FileStat {
    const { size } = this.file(fd);
    return { kind: "file", size, mtimeNs: 0n, ctimeNs: 0n, inode: BigInt(fd), device: 0n, allocated: size };
  }

  private lstat(path: string): FileStat | null {
    const [fd] = [...this.files].find(([, file]) => file.path === path) ?? [];
    return fd === undefined ? null : this.fstat(fd);
  }

  private write(fd: number, bytes: Uint8Array, position: number): void {
    const file = this.file(fd);
    if (file.path.endsWith(".journal")) return;
    const expected = this.reference.subarray(position, position + bytes.length);
    if (Buffer.compare(bytes, expected) !== 0) throw new Error(`${file.path}: wrong bytes at ${position}`);
    file.parts.set(position, bytes.length);
  }

  private finish(path: string, to: string): void {
    const file = [...this.files.values()].find((one) => one.path === path);
    let end = 0;
    for (const [position, length] of [...(file?.parts ?? [])].sort(([left], [right]) => left - right)) {
      if (position <= end) end = Math.max(end, position + length);
    }
    if (end !== this.reference.length) throw new Error(`${path} is whole up to ${end} only`);
    if (file) file.path = to;
  }
}
