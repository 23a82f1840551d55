import type { Disk } from "../../platform/disk/disk.ts";
import type { Bitmap } from "../../protocol/versions/bitmap.ts";
import type { PieceStore, ReadableVersion } from "./piece-store.ts";

/** A version that is being copied: what is verified of it can be served already. */
export interface PartialFile {
  /** For reading, its own: whoever writes closes another. */
  readonly fd: number;
  readonly size: number;
  readonly hashes: Uint8Array;
  readonly have: Bitmap;
}

interface Entry {
  readonly copy: PartialFile;
  users: number;
  removed: boolean;
}

/** What is being copied, by version. A descriptor stays open until nobody reads from it. */
export class PartialFiles implements Pick<PieceStore, "acquire"> {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly disk: Disk) {}

  add(id: string, copy: PartialFile): void {
    this.entries.set(id, { copy, users: 0, removed: false });
  }

  /** Nobody may begin to read from it any more. */
  remove(id: string): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.entries.delete(id);
    entry.removed = true;
    this.closeUnused(entry);
  }

  async acquire(id: string): Promise<ReadableVersion | null> {
    const entry = this.entries.get(id);
    if (!entry) return null;
    const { fd, size, have } = entry.copy;
    entry.users += 1;
    let released = false;
    return {
      fd,
      size,
      bitmap: () => (have.full ? null : have.toBytes()),
      has: (piece) => have.has(piece),
      release: () => {
        if (released) return;
        released = true;
        entry.users -= 1;
        this.closeUnused(entry);
      },
    };
  }

  private closeUnused({ removed, users, copy }: Entry): void {
    // Closing what was only read from loses nothing, whatever happens.
    if (removed && users === 0) this.disk.close(copy.fd).catch(() => {});
  }

  hashes(id: string): Uint8Array | null {
    return this.entries.get(id)?.copy.hashes ?? null;
  }
}
