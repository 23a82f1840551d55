import { tmpdir } from "node:os";
import type { Disk } from "../../platform/disk/disk.ts";
import { openNameless } from "../../platform/disk/nameless-file.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Random } from "../../platform/random.ts";
import { pieceSize, type Version } from "../../protocol/versions/version.ts";
import { Slots } from "./slots.ts";

/** A file that pieces of one version are in. */
export interface StoreFile {
  readonly fd: number;
  /** The pieces that are in it since before; they may be wrong. */
  readonly pieces: readonly number[];
  /** The hashes of the version's pieces, where an earlier process has kept them; they match the version. */
  readonly hashes: Uint8Array | null;
  /** The byte position of a piece. It stays the same until the piece is freed. */
  position(piece: number): number;
  /** Gives back the room of a piece; resolves when it may be written again. Rejects with DiskError. */
  free(piece: number): Promise<void>;
  /** Keeps the hashes for a later process, where the file is kept. */
  storeHashes(hashes: Uint8Array): Promise<void>;
  /** The disk has failed with `error`: another file for the version, on another one; null where there is none. */
  replace(error: Error): Promise<StoreFile | null>;
  /** Closes it; `bytes`: how many of its pieces' bytes it holds. To be called once. */
  close(bytes: number): Promise<void>;
}

/** Where pieces for readers are. */
export interface StreamFiles {
  /** Bytes of pieces that are kept beyond those that readers want. */
  readonly limit: number;
  /** Rejects with DiskError. */
  open(version: Version): Promise<StoreFile>;
  /** So many bytes are in open files: gives up files that are not open until the limit is kept, or there are none. */
  trim(openBytes: number): void;
  /** Nothing is open any more. */
  stop(): Promise<void>;
}

/** Bytes that are kept for those who read what somebody has just read, or seek back a little. */
const NAMELESS_LIMIT_BYTES = 64 * 1024 * 1024;

/** Where files are memory, for when no disk takes them. */
const MEMORY_FOLDER = "/dev/shm";

export interface StoreDeps {
  readonly disk: Disk;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Files without a name: nothing of them is left when they are closed. Room that was given back is used again at once, which
 * costs a third less than to take new room from the system for each piece.
 */
export class NamelessFiles implements StreamFiles {
  readonly limit = NAMELESS_LIMIT_BYTES;
  /** Whether the log says that it has. */
  private hasFailed = false;

  constructor(
    private readonly deps: StoreDeps,
    private readonly folder = tmpdir(),
  ) {}

  async open(version: Version): Promise<StoreFile> {
    try {
      return await this.openHere(version);
    } catch (error) {
      const other = await this.openElsewhere(version, error as Error);
      if (other === null) throw error;
      return other;
    }
  }

  private async openHere(version: Version): Promise<StoreFile> {
    const { disk, random } = this.deps;
    const { size } = version;
    const fd = await openNameless(disk, random, this.folder, "redes-");
    const slots = new Slots();
    return {
      fd,
      pieces: [],
      hashes: null,
      position: (piece) => slots.of(piece) * pieceSize(size),
      free: async (piece) => slots.free(piece),
      storeHashes: async () => {},
      replace: (error) => this.openElsewhere(version, error),
      close: () => disk.close(fd),
    };
  }

  private async openElsewhere(version: Version, error: Error): Promise<StoreFile | null> {
    if (this.folder === MEMORY_FOLDER) return null;
    const { log } = this.deps;
    if (!this.hasFailed)
      log.warn("no-room", `what is read is kept in memory, as ${this.folder} fails: ${error.message}`);
    this.hasFailed = true;
    return new NamelessFiles(this.deps, MEMORY_FOLDER).open(version);
  }

  trim(): void {}

  async stop(): Promise<void> {}
}
