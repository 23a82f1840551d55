import { DiskError, type FileStat, type Reach } from "../platform/disk/disk.ts";
import { HASH_BYTES, hex } from "../platform/hash.ts";
import {
  type FileDigests,
  type PieceDigest,
  type PieceDigests,
  plainSha256,
  roomForDigests,
  setDigests,
} from "../protocol/digests/piece-digests.ts";
import { pieceSize, plainHash, versionId } from "../protocol/versions/version.ts";
import type { HashedCopy, HashSlice, ReuseTarget, SliceResult } from "./hasher-messages.ts";
import { FileChanged, type FileHashes, type HashedFile } from "./hashing.ts";

/** Pieces of a file to be hashed: from `from` up to, but not including, `end`. */
export interface HashWork {
  readonly path: string;
  readonly reach: Reach;
  readonly size: number;
  /** Whether the file may have another length than that. */
  readonly length: HashSlice["length"];
  readonly from: number;
  readonly end: number;
  /** Where the file is written, too. */
  readonly destination: HashedCopy | null;
  /** Where those of its pieces go that are as they must be. */
  readonly reuse: ReuseTarget | null;
  /** Gets the bytes of the file that are done, and says whether to go on. */
  readonly onBytes: ((done: number) => boolean) | null;
  /** The number by which the worker knows the file, where it makes the hash of the whole file, too. */
  readonly whole: number | null;
  /** Which of its digests for other programs are made, too. */
  readonly digests: readonly PieceDigest[];
  /** Whether it waits until there is nothing else to hash. */
  readonly background: boolean;
}

/** One {@link HashWork} under way: which slices of it are asked for, and what has come of them. Sans-I/O. */
export class HashJob {
  /** The 32-byte hash of each piece, in order. */
  readonly hashes: Uint8Array;
  private readonly work: HashWork;
  /** The next piece to ask for, and the end of those to ask for, which comes nearer when the rest is not wanted any more. */
  private next: number;
  private end: number;
  private hashedPieces = 0;
  private cancelled = false;
  private blake3: Uint8Array | null = null;
  private sha256: Uint8Array | null = null;
  private readonly digests: PieceDigests;
  private stat: FileStat | null = null;

  constructor(
    work: HashWork,
    private readonly resolve: (job: HashJob) => void,
    readonly reject: (error: Error) => void,
  ) {
    this.work = work;
    this.hashes = new Uint8Array((work.end - work.from) * HASH_BYTES);
    this.digests = roomForDigests(work.end - work.from, work.digests);
    this.next = work.from;
    this.end = work.end;
  }

  get path(): string {
    return this.work.path;
  }

  get size(): number {
    return this.work.size;
  }

  /** Whether it waits until there is nothing else to hash. */
  get background(): boolean {
    return this.work.background;
  }

  /** Bytes of the file that are hashed. */
  get hashedBytes(): number {
    return Math.min(this.size, this.hashedPieces * pieceSize(this.size));
  }

  /** Whether nothing is left to ask for. */
  get allAsked(): boolean {
    return this.next >= this.end;
  }

  /** What to ask for next: as many pieces as `maxBytes` holds, but at least one. */
  nextSlice(maxBytes: number): HashSlice {
    const { path, reach, size, length, destination, whole, digests, background } = this.work;
    const from = this.next;
    const count = Math.min(this.end - from, Math.max(1, Math.floor(maxBytes / pieceSize(size))));
    this.next += count;
    const reuse = this.reuseOf(from, count);
    return { path, reach, size, length, from, count, destination, reuse, whole, digests, background };
  }

  private reuseOf(from: number, count: number): ReuseTarget | null {
    const { reuse, from: first } = this.work;
    if (reuse === null) return null;
    const start = (from - first) * HASH_BYTES;
    // A copy: of a view the worker would get all that is beneath it.
    return { fd: reuse.fd, hashes: new Uint8Array(reuse.hashes.subarray(start, start + count * HASH_BYTES)) };
  }

  /** A slice was worked on. The job settles with the last one, or with the first that failed. */
  accept(slice: HashSlice, result: SliceResult): void {
    if (result.kind !== "hashed") {
      this.end = this.next;
      this.reject(errorOf(result, this.work));
      return;
    }
    const place = slice.from - this.work.from;
    this.hashes.set(result.hashes, place * HASH_BYTES);
    setDigests(this.digests, place, result.digests);
    this.hashedPieces += slice.count;
    this.blake3 = result.blake3;
    this.sha256 = result.sha256;
    this.stat = result.stat;
  }

  /** To be called after `accept` and the progress listener: resolves or rejects the job when this was its last slice. */
  settle(): void {
    if (!this.cancelled && this.work.onBytes?.(this.hashedBytes) === false) {
      // What the worker has been asked for it still does.
      this.cancelled = true;
      this.end = this.next;
    }
    if (this.hashedPieces < this.end - this.work.from) return;
    if (this.cancelled) this.reject(new Error(`${this.path} is not wanted any more`));
    else this.resolve(this);
  }

  /** Of a job that was for all pieces of its file, which it did not copy. */
  hashedFile(): HashedFile {
    if (!this.stat) throw new Error(`the hasher has not told the state of ${this.path}`);
    return { ...this.fileHashes(), stat: this.stat };
  }

  /** Of a job that was for all pieces of its file. */
  fileHashes(): FileHashes {
    const { size, hashes, blake3 } = this;
    const digests = this.fileDigests();
    return { id: versionId(size, hashes), hashes, blake3: blake3 ? hex(blake3) : plainHash(size, hashes), digests };
  }

  private fileDigests(): FileDigests | null {
    const { size, digests: pieces, sha256 } = this;
    const { digests: kinds } = this.work;
    if (kinds.length === 0) return null;
    if (!kinds.includes("sha-256")) return { sha256: null, pieces };
    // That of the only piece is that of the file.
    const whole = sha256 ?? plainSha256(size, pieces);
    return whole && { sha256: hex(whole), pieces };
  }
}

function errorOf(result: Exclude<SliceResult, { kind: "hashed" }>, { path, size }: HashWork): Error {
  if (result.kind === "failed") return new DiskError(result.failure, path, result.message);
  return new FileChanged(`${path} has no longer ${size} bytes`);
}
