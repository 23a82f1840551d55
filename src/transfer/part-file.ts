import { dirname } from "node:path";
import { type Disk, DiskError } from "../base/disk.ts";
import { sameBytes } from "../base/hash.ts";
import type { Log } from "../base/log.ts";
import { formatBytes, MIB } from "../base/units.ts";
import { pieceCount, pieceHash, pieceSize, type Version } from "../protocol/version.ts";
import { Bitmap, bytesOf } from "./bitmap.ts";
import type { Hashing } from "./hashing.ts";
import {
  decodeJournal,
  encodeJournal,
  encodeMarks,
  type JournalState,
  looksLikeJournal,
  MAX_JOURNAL,
  markPosition,
  marksOffset,
} from "./journal-format.ts";
import { type Sink, SinkError } from "./sink.ts";
import { runsOf } from "./zero-pieces.ts";

export interface PartFileOptions {
  readonly disk: Disk;
  readonly hasher: Pick<Hashing, "hash">;
  readonly log: Log;
  /** The finished file's path. */
  readonly path: string;
  /** Where it grows; the same file system. Its journal is beside it. */
  readonly part: string;
  readonly name: string;
  readonly version: Version;
  /** Whether whatever is in the way may be replaced. */
  readonly force: boolean;
  /** Whether a large file may be written past the page cache: not where it is to be read again at once. */
  readonly direct: boolean;
}

/** Bytes from which on a file is large: what is smaller may well stay in memory for whoever wants it next. */
const LARGE = 128 * MIB;

/** The file `part` with its journal, which becomes `path` when it is whole. */
export class PartFile implements Sink {
  readonly window = null;
  private open = new Set<number>();
  private marks = 0;

  private constructor(
    private readonly options: PartFileOptions,
    readonly file: number,
    readonly direct: number | null,
    readonly journal: number,
    private readonly earlier: JournalState | null,
    /** Bytes of the part that an earlier try left. */
    private readonly leftover: number,
  ) {
    this.open.add(file).add(journal);
    if (direct !== null) this.open.add(direct);
  }

  /** Takes the destination's lock and looks at what an earlier try left. Throws {@link SinkError} or DiskError. */
  static async prepare(options: PartFileOptions): Promise<PartFile> {
    const { disk, part, path, force } = options;
    await disk.makeFolder(dirname(path));
    await disk.makeFolder(dirname(part));
    const journalPath = `${part}.journal`;
    const before = await disk.stat(part);
    const journalBefore = await disk.stat(journalPath);
    if (before && before.size > 0 && !journalBefore && !force) {
      throw new SinkError(`${part} is in the way and no journal of redes is beside it: move it, or use --force`);
    }
    const journal = await disk.open(journalPath, "update");
    try {
      if (!disk.lock(journal)) throw new SinkError(`another redes is downloading to ${path}`);
      const bytes = await readWhole(disk, journal);
      const earlier = decodeJournal(bytes);
      if (!earlier && !looksLikeJournal(bytes) && !force) {
        throw new SinkError(`${journalPath} is in the way and is no journal of redes: move it, or use --force`);
      }
      const file = await disk.open(part, "update");
      const large = options.direct && options.version.size >= LARGE;
      const direct = large ? await disk.openDirect(file) : null;
      return new PartFile(options, file, direct, journal, earlier, before?.size ?? 0);
    } catch (error) {
      await disk.close(journal);
      throw error;
    }
  }

  /** Where it grows. */
  get path(): string {
    return this.options.part;
  }

  get fresh(): boolean {
    return this.leftover === 0;
  }

  get hashes(): Uint8Array | null {
    return this.earlier?.version.id === this.options.version.id ? this.earlier.hashes : null;
  }

  async begin(hashes: Uint8Array, zeros = new Bitmap(0)): Promise<Bitmap> {
    const { disk, name, version, part } = this.options;
    const boot = await disk.bootId();
    const found = await this.trusted(hashes, boot);
    const have = found.union(zeros);
    const missing = version.size - bytesOf(have, version.size);
    const free = await disk.free(dirname(part));
    const present = (await disk.fstat(this.file)).size;
    // An earlier try may have taken the space, or left holes: only a fresh part can be judged.
    if (present === 0 && missing > free) {
      const text = `${part}: ${formatBytes(missing)} are to come and the disk has ${formatBytes(free)} free`;
      throw new DiskError("full", part, text);
    }
    const bytes = encodeJournal(name, version, hashes, boot);
    this.marks = marksOffset(bytes, version.size);
    const { earlier } = this;
    const kept = found.size > 0 && found === earlier?.have && earlier.boot === boot && earlier.name === name;
    // Marks stay where they are only if all before them does. Old ones must be gone before the part has its full length.
    if (!kept) await disk.truncate(this.journal, 0);
    await disk.truncate(this.file, version.size);
    if (!this.fresh) await this.erase((piece) => zeros.has(piece) && !found.has(piece));
    if (!kept || have.size > found.size)
      await disk.write(this.journal, encodeMarks(bytes, version.size, hashes, have), 0);
    return have;
  }

  /** Makes pieces read as zeros. */
  private async erase(wanted: (piece: number) => boolean): Promise<void> {
    const { disk, version } = this.options;
    for (const { start, end } of runsOf(pieceCount(version.size), wanted)) {
      const position = this.position(start);
      await disk.erase(this.file, position, Math.min(this.position(end), version.size) - position);
    }
  }

  position(piece: number): number {
    return piece * pieceSize(this.options.version.size);
  }

  mark(piece: number): number {
    return markPosition(this.marks, piece);
  }

  attach(): void {}

  arrived(): void {}

  async finish(): Promise<void> {
    try {
      await this.name();
    } finally {
      await this.leave();
    }
  }

  async leave(): Promise<void> {
    const open = [...this.open];
    this.open.clear();
    const closed = await Promise.allSettled(open.map((fd) => this.options.disk.close(fd)));
    const failed = closed.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  }

  /** Gives the whole file its name. */
  private async name(): Promise<void> {
    const { disk, path, part, force } = this.options;
    // Before the rename, or a power loss could leave the name with nothing behind it.
    try {
      await disk.sync(this.file);
    } catch (error) {
      // What the disk refused may be gone from memory too: the next try must read what there is.
      await disk.truncate(this.journal, 0).catch(() => {});
      throw error;
    }
    if (!force && (await disk.stat(path))) {
      throw new SinkError(`${path} has come into being meanwhile: the finished download is in ${part}`);
    }
    await disk.rename(part, path);
    await disk.remove(`${part}.journal`);
    await disk.syncFolder(dirname(path));
  }

  /** The pieces in the part file that need not come again. */
  private async trusted(hashes: Uint8Array, boot: string | null): Promise<Bitmap> {
    const { version, log, part, name, hasher } = this.options;
    const nothing = new Bitmap(pieceCount(version.size));
    if (this.leftover === 0) return nothing;
    // A part has its full length before the first mark is made: another length means that somebody has changed it.
    const same = this.hashes !== null && this.earlier !== null && this.leftover === version.size;
    // On the same boot the page cache is whole: what was written before the mark is there.
    if (same && this.earlier && boot !== null && this.earlier.boot === boot) return this.earlier.have;
    if (same && this.earlier?.have.size === 0) return nothing;
    const why = same
      ? "the machine was started again since"
      : "it or its journal was changed, or is of another version";
    log.warn("checking", `${name}: ${part} is checked piece by piece: ${why}`);
    await this.options.disk.truncate(this.file, version.size);
    const { hashes: found } = await hasher.hash(part, version.size);
    for (let piece = 0; piece < nothing.length; piece++) {
      const marked = !same || this.earlier?.have.has(piece);
      if (marked && sameBytes(pieceHash(found, piece), pieceHash(hashes, piece))) nothing.add(piece);
    }
    return nothing;
  }
}

async function readWhole(disk: Disk, fd: number): Promise<Uint8Array> {
  const { size } = await disk.fstat(fd);
  const buffer = new Uint8Array(Math.min(size, MAX_JOURNAL));
  return buffer.subarray(0, await disk.read(fd, buffer, 0));
}
