import type { Disk, FileStat } from "../../platform/disk/disk.ts";
import { MAX_JOURNAL_BYTES, markPosition, marksOffset, NO_MARK } from "./journal.ts";

/** Nanoseconds by which the last bytes that a connection wrote may be newer than the last mark. */
const MAX_UNMARKED_AGE_NS = 2_000_000_000n;

/** The open journal of a part that grows. Connections write its marks; they are removed here. */
export class PartJournal {
  /** Where the marks begin; 0 before it is laid out. */
  private marks = 0;
  /** Settled unless something is written with `write`. */
  private writing: Promise<void> = Promise.resolve();
  private closing = false;

  constructor(
    private readonly disk: Disk,
    readonly fd: number,
  ) {}

  /** The content of a journal of `size` bytes. Throws DiskError. */
  static async read(disk: Disk, fd: number, size: number): Promise<Uint8Array> {
    const buffer = new Uint8Array(Math.min(size, MAX_JOURNAL_BYTES));
    return buffer.subarray(0, await disk.read(fd, buffer, 0));
  }

  /** Places the marks where `journal` has them, for a file of `size` bytes. Returns the header, which precedes the marks. */
  layOut(journal: Uint8Array, size: number): Uint8Array {
    this.marks = marksOffset(journal, size);
    return journal.subarray(0, this.marks);
  }

  markPosition(piece: number): number {
    return markPosition(this.marks, piece);
  }

  /** Removes all marks: the next try must read the part. Throws DiskError. */
  clear(): Promise<void> {
    return this.disk.truncate(this.fd, 0);
  }

  /** Throws DiskError. */
  async replace(journal: Uint8Array): Promise<void> {
    await this.disk.write(this.fd, journal, 0);
  }

  /** Removes the mark of a piece, unless the journal is being closed. Throws DiskError. */
  unmark(piece: number): Promise<void> {
    return this.write(NO_MARK, this.markPosition(piece));
  }

  /** Writes the header, unless the journal is being closed. Throws DiskError. */
  writeHeader(header: Uint8Array): Promise<void> {
    return this.write(header, 0);
  }

  /** Writes no more; resolves when nothing is being written. */
  async close(): Promise<void> {
    this.closing = true;
    await this.writing.catch(() => {});
  }

  /**
   * Makes the journal newer than the part, so that the next try trusts the marks, where the newest bytes of the part can
   * only be those that a connection wrote before their mark. Throws DiskError.
   */
  async trustUnmarkedTail(part: FileStat): Promise<void> {
    const journal = await this.disk.fstat(this.fd);
    const newest = part.mtimeNs > part.ctimeNs ? part.mtimeNs : part.ctimeNs;
    if (journal.size === 0 || newest <= journal.mtimeNs || newest > journal.mtimeNs + MAX_UNMARKED_AGE_NS) return;
    const first = new Uint8Array(1);
    await this.disk.read(this.fd, first, 0);
    await this.disk.write(this.fd, first, 0);
  }

  private write(bytes: Uint8Array, position: number): Promise<void> {
    this.writing = this.writing.then(async () => {
      if (!this.closing) await this.disk.write(this.fd, bytes, position);
    });
    return this.writing;
  }
}
