import { dirname } from "node:path";
import type { Hashing } from "../../hashing/hashing.ts";
import { type Cancel, type Clock, every, NOTHING_TO_CANCEL } from "../../platform/clock.ts";
import type { Disk, FileId, FileStat, WriteWatch } from "../../platform/disk/disk.ts";
import { descriptorPath } from "../../platform/linux/libc.ts";
import type { Log } from "../../platform/log/log.ts";
import { MIB } from "../../platform/units.ts";
import { Bitmap, bytesOf } from "../../protocol/versions/bitmap.ts";
import { rangesWhere } from "../../protocol/versions/piece-range.ts";
import { pieceCount, pieceSize, type Version } from "../../protocol/versions/version.ts";
import type { Told } from "../../sentences/sentence.ts";
import { decodeJournal, encodeJournal, encodeMarks, type JournalState } from "./journal.ts";
import { claimedPieces, type Leftover } from "./leftover.ts";
import { markSession } from "./mark-session.ts";
import { changedInLength, changedPieces, isChecked, uncheckable, writtenTo } from "./part-faults.ts";
import { PartJournal } from "./part-journal.ts";
import { PartVerifier } from "./part-verifier.ts";
import { type DirectFile, type InitialPieces, type Sink, SinkError, type SinkListener } from "./sink.ts";
import { lockInFolder, removeMadeFolders } from "./work-files/made-folders.ts";
import { isAt, lossOf, publish, removeOwn } from "./work-files/publishing.ts";
import { requireRoom } from "./work-files/room.ts";
import type { WorkFiles } from "./work-files/work-files.ts";
import { releaseUnused, type WorkLock } from "./work-files/work-lock.ts";
import { createWriteModes } from "./write-modes.ts";

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
  /** Is called with the state of the finished file, whose content is right, and a wall time before it was verified last. */
  readonly published?: (state: FileStat, seenAt: number) => void;
}

/** Bytes from which on a file is written directly: a smaller one may stay in memory for the program that reads it next. */
export const MIN_DIRECT_BYTES = 128 * MIB;
/** Milliseconds for a killed process to end: it may have to wait for its writes. */
const LOCK_TIMEOUT_MS = 5000;
/** Milliseconds between two checks that the part is still at its path. */
const PLACE_CHECK_INTERVAL_MS = 2000;

/** A part that grows, with its journal, and is renamed to the finished file when it is whole. */
export class PartFile implements Sink {
  readonly windowPieces = null;
  private listener: SinkListener | null = null;
  private readonly marks: PartJournal;
  /** Null before `begin`. */
  private verifier: PartVerifier | null = null;
  /** What is to be read, why, and the journal's beginning for when that is done; null when nothing is. */
  private unread: { readonly pieces: Bitmap; readonly whyVerify: Told; readonly header: Uint8Array } | null = null;
  /** Whether all marks count: the journal has none of an earlier try that is still to be read. */
  private trusted = false;
  /** Whether any piece has come, or was found. */
  private hasGained = false;
  private state: "growing" | "published" | "left" = "growing";
  private keptAt: string | null = null;
  private cancelPlaceCheck: Cancel = NOTHING_TO_CANCEL;
  /** Null for files of one piece, which are read at their end. */
  private writers: WriteWatch | null = null;
  readonly file: number;
  private readonly leftover: Leftover;

  private constructor(
    private readonly options: PartFileOptions,
    private readonly lock: WorkLock,
    readonly direct: DirectFile | null,
    earlier: JournalState | null,
    /** The topmost folder that was made for it. */
    private readonly madeFolder: string | null,
  ) {
    const { journal, part } = lock;
    this.file = part.fd;
    this.leftover = { earlier, part: part.stat, journal: journal.stat };
    this.marks = new PartJournal(options.disk, journal.fd);
  }

  /** Locks the work files and reads what an earlier try left. Throws {@link SinkError} or DiskError. */
  static async prepare(options: PartFileOptions): Promise<PartFile> {
    const { disk, files, version } = options;
    const { lock, madeFolder } = await lockInFolder(options, files, LOCK_TIMEOUT_MS);
    try {
      const { journal, part } = lock;
      const earlier = decodeJournal(await PartJournal.read(disk, journal.fd, journal.stat.size));
      const large = options.direct && version.size >= MIN_DIRECT_BYTES;
      const directFd = large ? await disk.openDirect(part.fd) : null;
      const direct =
        directFd === null ? null : { fd: directFd, writeModes: createWriteModes(pieceCount(version.size)) };
      return new PartFile(options, lock, direct, earlier, madeFolder);
    } catch (error) {
      await releaseUnused(disk, lock, files);
      await removeMadeFolders(disk, files, madeFolder);
      throw error;
    }
  }

  /** Whether another download had the lock meanwhile, so that the finished file may be there now. */
  get waited(): boolean {
    return this.lock.waited;
  }

  /** Which file it is, also once it has its name. */
  get id(): FileId {
    return this.leftover.part;
  }

  get journal(): number {
    return this.marks.fd;
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
    const { disk, files, hasher, name, version } = this.options;
    const { earlier, part } = this.leftover;
    const session = await markSession(disk, part, version.size);
    const { pieces, whyVerify } = claimedPieces(this.leftover, version, session);
    const unread = whyVerify === null ? new Bitmap(pieces.length) : pieces.without(zeros);
    const found = whyVerify === null ? pieces : new Bitmap(pieces.length);
    const have = found.union(zeros);
    // An earlier try may have taken the space, or left holes: only a fresh part can be judged.
    if (this.fresh) await requireRoom(disk, files.part, version.size - bytesOf(have.union(unread), version.size));
    const state = { name, version, hashes, session, file: part };
    const bytes = encodeJournal({ ...state, checked: unread.size === 0 });
    const wanted = { version, hashes, zeros };
    this.verifier = new PartVerifier(disk, hasher, this.file, wanted, () => this.state !== "growing");
    this.marks.layOut(bytes, version.size);
    this.cancelPlaceCheck = every(this.options.clock, PLACE_CHECK_INTERVAL_MS, () => this.checkPlace());
    if (pieces.length > 1) this.writers = disk.watchWriters(this.file);
    // The marks keep their places only if nothing before them changes. Then neither file is written to.
    const kept = found.size > 0 && have.size === found.size && earlier?.name === name;
    this.trusted = kept;
    if (kept) return { have, unverified: unread };
    // Old marks must be gone before the part has its full length.
    await this.marks.clear();
    if (part.size !== version.size) await disk.truncate(this.file, version.size);
    if (!this.fresh) await this.erase((piece) => zeros.has(piece) && !found.has(piece));
    await this.marks.replace(encodeMarks(bytes, version.size, hashes, have.union(unread)));
    const header = this.marks.layOut(encodeJournal({ ...state, checked: true }), version.size);
    this.trusted = unread.size === 0;
    if (!this.trusted) this.unread = { pieces: unread, whyVerify: whyVerify ?? "", header };
    return { have, unverified: unread };
  }

  verifyUnread(): void {
    const { name, log, files } = this.options;
    if (!this.unread || this.state !== "growing") return;
    log.warn("checking", isChecked(name, files.part, this.unread.whyVerify));
    this.readUnread(this.unread.pieces, this.unread.header).catch((error: Error) => {
      const reason = error.message.replaceAll(descriptorPath(this.file), "it");
      if (this.state === "growing") this.listener?.failed(uncheckable(files.part, reason));
    });
  }

  position(piece: number): number {
    return piece * pieceSize(this.options.version.size);
  }

  markPosition(piece: number): number {
    return this.marks.markPosition(piece);
  }

  setListener(user: SinkListener): void {
    this.listener = user;
  }

  pieceWritten(): void {
    this.hasGained = true;
  }

  async finish(): Promise<void> {
    try {
      const { disk, files, clock } = this.options;
      const [seenAt, own] = [clock.wall(), await this.complete()];
      await publish(this.options, own);
      this.state = "published";
      await disk.remove(files.journal, files.reach).catch(() => {});
      await disk.syncFolder(dirname(files.path), files.reach);
      const stat = await disk.fstat(this.file);
      if (stat.mtimeNs === own.mtimeNs) return this.options.published?.(stat, seenAt);
      throw writtenTo(files.path);
    } finally {
      await this.abandon();
    }
  }

  async abandon(): Promise<void> {
    const { disk, files } = this.options;
    this.cancelPlaceCheck();
    this.writers?.stop();
    this.writers = null;
    const unpublished = this.state === "growing";
    this.state = this.state === "growing" ? "left" : this.state;
    await this.marks.close();
    const [kept] = await Promise.allSettled([unpublished ? this.keepWorkFiles() : null]);
    const closed = await Promise.allSettled([this.direct && disk.close(this.direct.fd), this.lock.release()]);
    if (unpublished && this.keptAt === null) await removeMadeFolders(disk, files, this.madeFolder);
    const failed = [kept, ...closed].find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  }

  /** If the part was moved or removed, the rest would be fetched for nothing. */
  private async checkPlace(): Promise<void> {
    const { disk, files } = this.options;
    const loss = await lossOf(disk, files, this.leftover.part).catch(() => null);
    if (loss !== null && this.state === "growing") this.listener?.failed(new SinkError(loss));
  }

  /** Makes pieces read as zeros. */
  private async erase(wanted: (piece: number) => boolean): Promise<void> {
    const { disk, version } = this.options;
    for (const range of rangesWhere(pieceCount(version.size), wanted)) {
      const [start, end] = [this.position(range.start), Math.min(this.position(range.end), version.size)];
      await disk.zeroRange(this.file, start, end - start);
    }
  }

  /** Keeps the work files for another try, unless they are empty or not there any more. */
  private async keepWorkFiles(): Promise<void> {
    const { disk, files } = this.options;
    const empty = this.fresh && !this.hasGained;
    if ((await isAt(disk, this.file, files.part)) && !empty) {
      this.keptAt = files.part;
      if (this.trusted) await this.marks.trustUnmarkedTail(await disk.fstat(this.file));
      return;
    }
    if (empty) await removeOwn(disk, this.file, files.part, files.reach);
    await removeOwn(disk, this.journal, files.journal, files.reach);
  }

  /**
   * Syncs the part, gives it its time, and verifies the pieces that may have been lost since they were written. Whoever
   * writes to it afterwards gives it another time.
   */
  private async complete(): Promise<FileStat> {
    const { disk, files, version } = this.options;
    // Before the rename, or a power loss could leave the name with nothing behind it.
    try {
      await disk.sync(this.file);
    } catch (error) {
      // What the disk refused may be gone from memory too: the next try must read what there is.
      await this.marks.clear().catch(() => {});
      throw error;
    }
    const { verifier } = this;
    const untouched = await this.withTime();
    // Asked after the time was set: whoever writes to it from here on changes it again.
    const suspects = await verifier?.suspects(untouched, this.mayBeTouched());
    if (!verifier || !suspects || (suspects.size === 0 && untouched.size === version.size)) return untouched;
    // It may have been given its length again.
    const stat = await this.withTime();
    if (stat.size !== version.size) throw changedInLength(files.part);
    const lost = suspects.without(await verifier.sound(suspects));
    if (lost.size === 0) return stat;
    for (const piece of lost) await this.marks.unmark(piece);
    throw changedPieces(files.part, lost);
  }

  /** Gives the part its modification time. With another one it is still the file. */
  private withTime(): Promise<FileStat> {
    const { disk, modified } = this.options;
    disk.setModified(this.file, modified);
    return disk.fstat(this.file);
  }

  /** Whether somebody else may have written to the part. One piece costs less to read than to watch. */
  private mayBeTouched(): boolean {
    return pieceCount(this.options.version.size) === 1 || (this.writers?.noticed() ?? false);
  }

  private async readUnread(pieces: Bitmap, header: Uint8Array): Promise<void> {
    await this.verifier?.read(pieces, async (piece, right) => {
      if (right) this.hasGained = true;
      else await this.marks.unmark(piece);
      if (this.state === "growing") this.listener?.pieceChecked(piece, right);
    });
    await this.marks.writeHeader(header);
    // Where the journal was being closed, its header still says that the pieces are to be read.
    this.trusted = true;
  }
}
