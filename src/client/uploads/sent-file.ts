import { FileChanged, type HashedFile, type Hashing } from "../../hashing/hashing.ts";
import type { Disk, FileStat } from "../../platform/disk/disk.ts";
import { bytesEqual, hash } from "../../platform/hash.ts";
import { MAX_SIZE, pieceHash, pieceLength, pieceSize, type Version } from "../../protocol/versions/version.ts";
import { say } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";

/** A file of this machine cannot be sent, for a reason that its user can remove. */
export class UnsendableFile extends SentenceError {}

/** There is no such file on this machine. */
export class NoLocalFile extends UnsendableFile {}

/** A file of this machine that is sent: read once to know its version, and piece by piece as they are wanted. */
export class SentFile {
  private constructor(
    private readonly disk: Pick<Disk, "read" | "close">,
    private readonly fd: number,
    readonly path: string,
    readonly version: Version,
    /** The 32-byte hash of each piece. */
    readonly hashes: Uint8Array,
    /** As it was before it was read. */
    readonly state: FileStat,
    /** Microseconds since 1970. */
    readonly modified: number,
  ) {}

  /**
   * Opens and hashes it, as long as `isWanted` says so; to be closed. Rejects with {@link UnsendableFile} or DiskError, and
   * with Error where it is not wanted any more.
   */
  static async open(
    disk: Disk,
    hasher: Pick<Hashing, "hashAs">,
    path: string,
    isWanted: () => boolean = () => true,
  ): Promise<SentFile> {
    const there = await disk.stat(path);
    if (!there) throw new NoLocalFile(say("there is no file {path} here", { path }));
    // A pipe would be waited for.
    if (there.kind !== "file")
      throw new UnsendableFile(say("{path} is {what}: put takes files", { path, what: KINDS[there.kind] }));
    const fd = await disk.open(path, "read");
    try {
      const stat = await disk.fstat(fd);
      if (stat.size > MAX_SIZE)
        throw new UnsendableFile(say("{path} is larger than a file of the cluster can be", { path }));
      const hashed = await hashFile(hasher, path, stat, isWanted);
      const { id, hashes } = hashed;
      const modified = Math.max(0, Number(stat.mtimeNs / 1000n));
      return new SentFile(disk, fd, path, { id, size: stat.size }, hashes, stat, modified);
    } catch (error) {
      await disk.close(fd).catch(() => {});
      throw error;
    }
  }

  /** So many bytes of a piece, in memory of their own. Rejects with {@link UnsendableFile} where the file is shorter now. */
  async read(piece: number, offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    const position = piece * pieceSize(this.version.size) + offset;
    for (let done = 0; done < length; ) {
      const read = await this.disk.read(this.fd, bytes.subarray(done), position + done);
      if (read === 0) throw changed(this.path);
      done += read;
    }
    return bytes;
  }

  /** Whether a piece is what it was when its hash was made. Rejects as {@link read} does. */
  async isUnchanged(piece: number): Promise<boolean> {
    const bytes = await this.read(piece, 0, pieceLength(this.version.size, piece));
    return bytesEqual(hash(bytes), pieceHash(this.hashes, piece));
  }

  async close(): Promise<void> {
    await this.disk.close(this.fd).catch(() => {});
  }
}

const KINDS = { folder: say("a folder"), link: say("a symbolic link"), other: say("no regular file") } as const;

/** Somebody writes to it. */
export function changed(path: string): UnsendableFile {
  return new UnsendableFile(say("{path} was changed while it was being sent: run it once more", { path }));
}

async function hashFile(
  hasher: Pick<Hashing, "hashAs">,
  path: string,
  before: FileStat,
  isWanted: () => boolean,
): Promise<HashedFile> {
  const hashed = await hasher.hashAs(path, before.size, isWanted).catch((error: unknown) => {
    throw error instanceof FileChanged ? changed(path) : error;
  });
  const { stat } = hashed;
  if (stat.inode === before.inode && stat.mtimeNs === before.mtimeNs && stat.size === before.size) return hashed;
  throw changed(path);
}
