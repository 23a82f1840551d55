import { dirname } from "node:path";
import type { Hashing } from "../../hashing/hashing.ts";
import { rangesWhere } from "../../hashing/zero-pieces.ts";
import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import { type Disk, DiskError, type FileId, type FileStat, type WriteWatch } from "../../platform/disk/disk.ts";
import { descriptorPath } from "../../platform/linux/libc.ts";
import type { Log } from "../../platform/log/log.ts";
import { formatBytes, MIB, plural } from "../../platform/units.ts";
import { Bitmap, bytesOf } from "../../protocol/versions/bitmap.ts";
import { pieceCount, pieceLength, pieceSize, type Version } from "../../protocol/versions/version.ts";
import {
  decodeJournal,
  encodeJournal,
  encodeMarks,
  MAX_JOURNAL_BYTES,
  markPosition,
  marksOffset,
  NO_MARK,
} from "./journal.ts";
import { claimedPieces, type Leftover } from "./leftover.ts";
import { markSession } from "./mark-session.ts";
import { checkPieces } from "./part-check.ts";
import { isAt, lossOf, publish, removeOwn } from "./publishing.ts";
import { type InitialPieces, type Sink, SinkError, type SinkListener } from "./sink.ts";
import type { WorkFiles } from "./work-files.ts";
import { lockWorkFiles, openWorkFile, type WorkLock } from "./work-lock.ts";

export interface PartFileOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly hasher: Pick<Hashing, "hashPieces">;
  readonly log: Log;
  readonly files: WorkFiles;
  readonly name: string;
  readonly version: Version;
  /** The modification time that the finished file gets, in microseconds since 1970. */
  readonly modified: number;
  /** Whether what stands at the finished file's path may be replaced. */
  readonly force: boolean;
  /** Whether a large file may be written past the page cache: not where it is to be read again at once. */
  readonly direct: boolean;
}

/** Bytes from which on a file is large: what is smaller may well stay in memory for whoever wants it next. */
const MIN_DIRECT_BYTES = 128 * MIB;
/** Milliseconds for a killed process to end, which may have writes to wait for. */
const LOCK_TIMEOUT_MS = 5000;
/** Milliseconds between looks at whether the part still has its place. */
const PLACE_CHECK_INTERVAL_MS = 2000;
/** Nanoseconds by which the last bytes of a connection that was stopped may be newer than the last mark. */
const MAX_UNMARKED_AGE_NS = 2_000_000_000n;

/** A part that grows, with its journal, and becomes the finished file when it is whole. */
export class PartFile implements Sink {
  readonly windowPieces = null;
  private readonly openDescriptors = new Set<number>();
  private listener: SinkListener | null = null;
  /** Where the marks begin; 0 before `begin`. */
  private marks = 0;
  /** What the file is to be: the hash of each piece, and those that are all zeros. */
  private content: { readonly hashes: Uint8Array; readonly zeros: Bitmap } = {
    hashes: new Uint8Array(0),
    zeros: new Bitmap(0),
  };
  /** What is to be read, why, and the journal's beginning for when that is done; null when all marks count. */
  private unread: { readonly pieces: Bitmap; readonly doubt: string; readonly header: Uint8Array } | null = null;
  /** Pieces that came, or were found. */
  private gained = 0;
  private state: "growing" | "published" | "left" = "growing";
  /** Settled unless the check writes to the journal. */
  private marking: Promise<void> = Promise.resolve();
  private keptAt: string | null = null;
  private cancelLook: Cancel = () => {};
  /** Only of files that take a while to come. */
  private writers: WriteWatch | null = null;

  private constructor(
    private readonly options: PartFileOptions,
    private readonly lock: WorkLock,
    readonly file: number,
    readonly direct: number | null,
    private readonly leftover: Leftover,
    /** The topmost folder that was made for it. */
    private readonly madeFolder: string | null,
  ) {
    this.openDescriptors.add(file);
    if (direct !== null) this.openDescriptors.add(direct);
  }

  /** Takes the work files' lock and looks at what an earlier try left. Throws {@link SinkError} or DiskError. */
  static async prepare(options: PartFileOptions): Promise<PartFile> {
    const { disk, files, version } = options;
    const madeFolder = await disk.makeFolder(dirname(files.path));
    let lock: WorkLock | null = null;
    try {
      lock = await lockWorkFiles(options, files, LOCK_TIMEOUT_MS);
      const earlier = decodeJournal(await readWhole(disk, lock.journal, lock.stat.size));
      const { fd, stat } = await openWorkFile(disk, files.part);
      const large = options.direct && version.size >= MIN_DIRECT_BYTES;
      const direct = large ? await disk.openDirect(fd) : null;
      const leftover = { earlier, part: stat, journal: lock.stat };
      return new PartFile(options, lock, fd, direct, leftover, madeFolder);
    } catch (error) {
      if (lock?.stat.size === 0) await removeOwn(disk, lock.journal, files.journal).catch(() => {});
      await lock?.release();
      await removeFolders(disk, files, madeFolder);
      throw error;
    }
  }

  /** Whether another download was at it meanwhile, so that the finished file may be there now. */
  get waited(): boolean {
    return this.lock.waited;
  }

  /** Which file it is, also once it has its name. */
  get id(): FileId {
    return this.leftover.part;
  }

  get journal(): number {
    return this.lock.journal;
  }

  get resumablePath(): string | null {
    return this.keptAt;
  }

  get fresh(): boolean {
    return this.leftover.part.size === 0;
  }

  get hashes(): Uint8Array | null {
    const { earlier } = this.leftover;
    return earlier?.version.id === this.options.version.id ? earlier.hashes : null;
  }

  async begin(hashes: Uint8Array, zeros = new Bitmap(0)): Promise<InitialPieces> {
    const { disk, name, version } = this.options;
    const { earlier, part } = this.leftover;
    const session = await markSession(disk, part, version.size);
    const { pieces, doubt } = claimedPieces(this.leftover, version, session);
    const unread = doubt === null ? new Bitmap(pieces.length) : pieces.without(zeros);
    const found = doubt === null ? pieces : new Bitmap(pieces.length);
    const have = found.union(zeros);
    await this.checkRoom(version.size - bytesOf(have.union(unread), version.size));
    const state = { name, version, hashes, session, file: part };
    const bytes = encodeJournal({ ...state, checked: unread.size === 0 });
    this.content = { hashes, zeros };
    this.marks = marksOffset(bytes, version.size);
    this.cancelLook = every(this.options.clock, PLACE_CHECK_INTERVAL_MS, () => this.checkPlace());
    if (pieces.length > 1) this.writers = disk.watchWriters(this.file);
    // Marks stay where they are only if all before them does, and then neither file is touched.
    const kept = found.size > 0 && have.size === found.size && earlier?.session === session && earlier.name === name;
    if (kept) return { have, unverified: unread };
    // Old marks must be gone before the part has its full length.
    await disk.truncate(this.journal, 0);
    if (part.size !== version.size) await disk.truncate(this.file, version.size);
    if (!this.fresh) await this.erase((piece) => zeros.has(piece) && !found.has(piece));
    await disk.write(this.journal, encodeMarks(bytes, version.size, hashes, have.union(unread)), 0);
    const header = encodeJournal({ ...state, checked: true }).subarray(0, this.marks);
    if (unread.size > 0) this.unread = { pieces: unread, doubt: doubt ?? "", header };
    return { have, unverified: unread };
  }

  verifyUnread(): void {
    const { name, log, files } = this.options;
    if (!this.unread || this.state !== "growing") return;
    log.warn("checking", `${name}: ${files.part} is checked piece by piece: ${this.unread.doubt}`);
    this.readUnread(this.unread.pieces, this.unread.header).catch((error: Error) => {
      if (this.state === "growing")
        this.listener?.failed(
          new SinkError(
            `${files.part} cannot be checked: ${error.message.replaceAll(descriptorPath(this.file), "it")}`,
          ),
        );
    });
  }

  position(piece: number): number {
    return piece * pieceSize(this.options.version.size);
  }

  markPosition(piece: number): number {
    return markPosition(this.marks, piece);
  }

  setListener(user: SinkListener): void {
    this.listener = user;
  }

  pieceWritten(): void {
    this.gained += 1;
  }

  async finish(): Promise<void> {
    try {
      const { disk, files } = this.options;
      const own = await this.complete();
      // After the last write. With another time it is still the file.
      disk.setModified(this.file, this.options.modified);
      await publish(this.options, own);
      this.state = "published";
      await disk.remove(files.journal).catch(() => {});
      await disk.syncFolder(dirname(files.path));
    } finally {
      await this.abandon();
    }
  }

  async abandon(): Promise<void> {
    const { disk, files } = this.options;
    this.cancelLook();
    this.writers?.stop();
    this.writers = null;
    const unpublished = this.state === "growing";
    this.state = this.state === "growing" ? "left" : this.state;
    await this.marking.catch(() => {});
    const open = [...this.openDescriptors];
    this.openDescriptors.clear();
    const [kept] = await Promise.allSettled([unpublished ? this.keepWorkFiles() : null]);
    const closed = await Promise.allSettled([...open.map((fd) => disk.close(fd)), this.lock.release()]);
    if (unpublished && this.keptAt === null) await removeFolders(disk, files, this.madeFolder);
    const failed = [kept, ...closed].find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  }

  /** What has lost its place would be fetched in vain. */
  private async checkPlace(): Promise<void> {
    const { disk, files } = this.options;
    const loss = await lossOf(disk, files, this.leftover.part).catch(() => null);
    if (loss !== null && this.state === "growing") this.listener?.failed(new SinkError(loss));
  }

  private async checkRoom(missing: number): Promise<void> {
    const { disk, files } = this.options;
    const free = await disk.freeBytes(dirname(files.part));
    // An earlier try may have taken the space, or left holes: only a fresh part can be judged.
    if (!this.fresh || missing <= free) return;
    const text = `${files.part}: ${formatBytes(missing)} are to come and the disk has ${formatBytes(free)} free`;
    throw new DiskError("full", files.part, text);
  }

  /** Makes pieces read as zeros. */
  private async erase(wanted: (piece: number) => boolean): Promise<void> {
    const { disk, version } = this.options;
    for (const { start, end } of rangesWhere(pieceCount(version.size), wanted)) {
      const position = this.position(start);
      await disk.zeroRange(this.file, position, Math.min(this.position(end), version.size) - position);
    }
  }

  /** Leaves the work files for another try, where they are still there and hold something. */
  private async keepWorkFiles(): Promise<void> {
    const { disk, files } = this.options;
    const there = await isAt(disk, this.file, files.part);
    const empty = this.leftover.part.size === 0 && this.gained === 0;
    if (there && !empty) {
      this.keptAt = files.part;
      return this.trustUnmarkedTail();
    }
    if (empty) await removeOwn(disk, this.file, files.part);
    await removeOwn(disk, this.journal, files.journal);
  }

  /** Lets the next try trust the marks although bytes without a mark may be newer, where these can only be a connection's. */
  private async trustUnmarkedTail(): Promise<void> {
    const { disk } = this.options;
    if (this.marks === 0 || this.unread) return;
    const [part, journal] = [await disk.fstat(this.file), await disk.fstat(this.journal)];
    const newest = part.mtimeNs > part.ctimeNs ? part.mtimeNs : part.ctimeNs;
    if (journal.size === 0 || newest <= journal.mtimeNs || newest > journal.mtimeNs + MAX_UNMARKED_AGE_NS) return;
    const first = new Uint8Array(1);
    await disk.read(this.journal, first, 0);
    await disk.write(this.journal, first, 0);
  }

  /** Has everything on the disk, and makes sure that it is still there. */
  private async complete(): Promise<FileStat> {
    const { disk, files } = this.options;
    // Before the rename, or a power loss could leave the name with nothing behind it.
    try {
      await disk.sync(this.file);
    } catch (error) {
      // What the disk refused may be gone from memory too: the next try must read what there is.
      await disk.truncate(this.journal, 0).catch(() => {});
      throw error;
    }
    const stat = await disk.fstat(this.file);
    const doubtful = this.writers?.noticed() ? await this.everyPiece() : await this.holed(stat);
    if (doubtful.size === 0) return stat;
    const sound = new Bitmap(doubtful.length);
    await this.read(doubtful, async (piece, right) => void (right && sound.add(piece)));
    const lost = doubtful.size - sound.size;
    if (lost === 0) return stat;
    for (let piece = 0; piece < doubtful.length; piece++) {
      if (doubtful.has(piece) && !sound.has(piece)) await disk.write(this.journal, NO_MARK, this.markPosition(piece));
    }
    const text = `${files.part} was changed by somebody while it grew: ${plural(lost, "piece")} of ${doubtful.length} must come again`;
    throw new SinkError(`${text}; run it once more`);
  }

  /** All pieces, for somebody else may have written to any of them. */
  private async everyPiece(): Promise<Bitmap> {
    const { disk, version } = this.options;
    await disk.truncate(this.file, version.size);
    const all = new Bitmap(pieceCount(version.size));
    for (let piece = 0; piece < all.length; piece++) all.add(piece);
    return all;
  }

  /**
   * Pieces of a synced file in which something may be lost. Where somebody has cut it, there are holes, or room that was
   * taken anew and never written; a file system that cannot tell of holes takes less room for it.
   */
  private async holed({ size, allocated }: FileStat): Promise<Bitmap> {
    const { disk, version } = this.options;
    const { zeros } = this.content;
    const holed = new Bitmap(pieceCount(version.size));
    if (version.size === 0) return holed;
    if (size === version.size && allocated >= size && !disk.hasHole(this.file, 0, size)) return holed;
    await disk.truncate(this.file, version.size);
    const short = allocated < version.size - bytesOf(zeros, version.size);
    const all = new Bitmap(holed.length);
    for (let piece = 0; piece < holed.length; piece++) {
      if (zeros.has(piece)) continue;
      all.add(piece);
      if (disk.hasHole(this.file, this.position(piece), pieceLength(version.size, piece))) holed.add(piece);
    }
    return short && holed.size === 0 ? all : holed;
  }

  private async readUnread(pieces: Bitmap, header: Uint8Array): Promise<void> {
    const { disk } = this.options;
    await this.read(pieces, async (piece, right) => {
      if (right) this.gained += 1;
      else await this.record(() => disk.write(this.journal, NO_MARK, this.markPosition(piece)));
      if (this.state === "growing") this.listener?.pieceChecked(piece, right);
    });
    await this.record(() => disk.write(this.journal, header, 0));
    if (this.state === "growing") this.unread = null;
  }

  /** Reads pieces, until it is left. */
  private read(pieces: Bitmap, found: (piece: number, right: boolean) => Promise<void>): Promise<void> {
    const { hasher, version } = this.options;
    // Not by its path, where another file may be by now.
    const path = descriptorPath(this.file);
    const stopped = () => this.state !== "growing";
    return checkPieces({ hasher, path, size: version.size, hashes: this.content.hashes, stopped, found }, pieces);
  }

  /** Writes to the journal, which is not closed meanwhile. */
  private record(write: () => Promise<void>): Promise<void> {
    this.marking = this.marking.then(() => (this.state === "growing" ? write() : undefined));
    return this.marking;
  }
}

async function readWhole(disk: Disk, fd: number, size: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(Math.min(size, MAX_JOURNAL_BYTES));
  return buffer.subarray(0, await disk.read(fd, buffer, 0));
}

/** Removes the folders that were made for a download, up to the topmost one, while they are empty. */
async function removeFolders(disk: Disk, { path }: WorkFiles, topmost: string | null): Promise<void> {
  if (topmost === null) return;
  for (let folder = dirname(path); await disk.removeFolder(folder); folder = dirname(folder)) {
    if (folder.length <= topmost.length) return;
  }
}
