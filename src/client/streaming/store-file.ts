import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Disk } from "../../platform/disk/disk.ts";
import { type Random, uniqueId } from "../../platform/random.ts";
import type { Version } from "../../protocol/versions/version.ts";

/** A file with holes that the pieces of one version are in, each where it is in the whole file. */
export interface StoreFile {
  readonly fd: number;
  /** The pieces that are in it since before; they may be wrong. */
  readonly pieces: readonly number[];
  /** The hashes of the version's pieces, where an earlier process has kept them; they match the version. */
  readonly hashes: Uint8Array | null;
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

/** Files without a name: nothing of them is left when they are closed. */
export class NamelessFiles implements PieceFiles {
  readonly limit = NAMELESS_LIMIT_BYTES;

  constructor(private readonly deps: { readonly disk: Disk; readonly random: Random }) {}

  async open({ size }: Version): Promise<StoreFile> {
    const { disk, random } = this.deps;
    const path = join(tmpdir(), `redes-${uniqueId(random)}`);
    const fd = await disk.open(path, "create");
    await disk.remove(path);
    await disk.truncate(fd, size);
    return { fd, pieces: [], hashes: null, keepHashes: async () => {}, close: () => disk.close(fd) };
  }

  trim(): void {}

  async stop(): Promise<void> {}
}
