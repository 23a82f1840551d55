import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Disk } from "../../platform/disk/disk.ts";
import { type Random, uniqueId } from "../../platform/random.ts";
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
  keepHashes(hashes: Uint8Array): Promise<void>;
  /** Closes it; `bytes`: how many of its pieces' bytes it holds. To be called once. */
  close(bytes: number): Promise<void>;
}

/** Where pieces for readers are. */
export interface PieceFiles {
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

/**
 * Files without a name: nothing of them is left when they are closed. Room that was given back is used again at once, which
 * costs a third less than to take new room from the system for each piece.
 */
export class NamelessFiles implements PieceFiles {
  readonly limit = NAMELESS_LIMIT_BYTES;

  constructor(private readonly deps: { readonly disk: Disk; readonly random: Random }) {}

  async open({ size }: Version): Promise<StoreFile> {
    const { disk, random } = this.deps;
    const path = join(tmpdir(), `redes-${uniqueId(random)}`);
    const fd = await disk.open(path, "create");
    await disk.remove(path);
    const slots = new Slots();
    return {
      fd,
      pieces: [],
      hashes: null,
      position: (piece) => slots.of(piece) * pieceSize(size),
      free: async (piece) => slots.free(piece),
      keepHashes: async () => {},
      close: () => disk.close(fd),
    };
  }

  trim(): void {}

  async stop(): Promise<void> {}
}
