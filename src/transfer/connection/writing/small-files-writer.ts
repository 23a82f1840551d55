import { join } from "node:path";
import type { BlockingDisk } from "../../../platform/disk/disk.ts";
import { writeSparse } from "../../../platform/disk/sparse.ts";
import type { SmallFile, StoredFiles } from "../messages.ts";

interface WrittenFile {
  readonly place: number;
  readonly hashes: Uint8Array;
  readonly unnamed: number | null;
}

/** Writes verified small files to a folder, without a name where that can be; one flush of the file system serves all. */
export class SmallFilesWriter {
  private written: WrittenFile[] = [];

  constructor(
    private readonly disk: BlockingDisk,
    private readonly folder: string,
  ) {}

  /** Writes the file at `place`, with the hashes of its pieces. Throws DiskError. */
  write(place: number, { modified }: SmallFile, bytes: Uint8Array, hashes: Uint8Array): void {
    const { disk, folder } = this;
    // A file without a name changes a folder once, when it gets its name; a file that is renamed changes folders three
    // times.
    const unnamed = disk.openTmpfile(folder);
    const fd = unnamed ?? disk.open(join(folder, String(place)), "create");
    try {
      writeSparse(disk, fd, bytes);
      // A file with another time is better than none.
      disk.setModified(fd, modified);
    } catch (error) {
      disk.close(fd);
      throw error;
    }
    if (unnamed === null) disk.close(fd);
    this.written.push({ place, hashes, unnamed });
  }

  /** Brings all that was written to the disk; null when that is nothing. Throws DiskError; nothing is left open then. */
  flush(): StoredFiles | null {
    const { written } = this;
    this.written = [];
    if (written.length === 0) return null;
    try {
      this.syncFolder();
    } catch (error) {
      for (const { unnamed } of written) if (unnamed !== null) this.disk.close(unnamed);
      throw error;
    }
    return {
      places: written.map(({ place }) => place),
      hashes: Buffer.concat(written.map(({ hashes }) => hashes)),
      unnamed: written.map(({ unnamed }) => unnamed),
    };
  }

  private syncFolder(): void {
    const { disk } = this;
    const folder = disk.open(this.folder, "read");
    try {
      disk.syncfs(folder);
    } finally {
      disk.close(folder);
    }
  }
}
