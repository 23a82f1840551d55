import type { Disk } from "../../platform/disk/disk.ts";
import type { Bitmap } from "../../protocol/versions/bitmap.ts";
import type { CopyReaders } from "../replication/ports.ts";
import type { PieceStore, ReadableVersion } from "./piece-store.ts";
import { SharedDescriptor } from "./shared-descriptor.ts";

/** A version that is being copied: its verified pieces can be served already. */
export interface PartialFile {
  /** For reading only. It is closed here; the copy writes through a descriptor of its own. */
  readonly fd: number;
  /** Bytes of the whole file. */
  readonly size: number;
  /** The 32-byte hash of each piece. */
  readonly hashes: Uint8Array;
  /** The pieces that are verified; the copy adds to them. */
  readonly have: Bitmap;
}

interface SharedPartialFile extends PartialFile {
  readonly descriptor: SharedDescriptor;
}

/** The copies in progress, by version: replication adds them and says how they get on, the sessions read from them. */
export class PartialFiles implements Pick<PieceStore, "acquire">, CopyReaders {
  private readonly files = new Map<string, SharedPartialFile>();

  private readonly listeners: CopyReaders[] = [];

  constructor(private readonly disk: Pick<Disk, "close">) {}

  add(id: string, file: PartialFile): void {
    this.files.set(id, { ...file, descriptor: new SharedDescriptor(this.disk, file.fd) });
  }

  /** Ends the serving of a version; a descriptor that is being read stays open until it is released. */
  remove(id: string): void {
    const file = this.files.get(id);
    this.files.delete(id);
    file?.descriptor.retire();
  }

  /** Adds a listener, which is notified of the progress of all copies. */
  listen(listener: CopyReaders): void {
    this.listeners.push(listener);
  }

  piecesAdded(id: string, pieces: readonly number[]): void {
    for (const listener of this.listeners) listener.piecesAdded(id, pieces);
  }

  availabilityChanged(): void {
    for (const listener of this.listeners) listener.availabilityChanged();
  }

  async acquire(id: string): Promise<ReadableVersion | null> {
    const file = this.files.get(id);
    if (!file) return null;
    const { size, have, descriptor } = file;
    return {
      fd: descriptor.fd,
      size,
      bitmap: () => (have.full ? null : have.toBytes()),
      has: (piece) => have.has(piece),
      // Nobody but the copy writes to it, and never to what was read before: until it is over, and others may.
      isIntact: () => this.files.get(id) === file,
      release: descriptor.acquire(),
    };
  }

  /** The piece hashes of a version that is being copied. */
  hashes(id: string): Uint8Array | null {
    return this.files.get(id)?.hashes ?? null;
  }
}
