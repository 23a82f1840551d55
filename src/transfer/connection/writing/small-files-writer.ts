import { join } from "node:path";
import type { BlockingDisk, Reach } from "../../../platform/disk/disk.ts";
import { writeSparse } from "../../../platform/disk/sparse.ts";
import { DescriptorTable } from "../../../platform/workers/descriptor-table.ts";
import type { SmallFile, SmallFilesSpec, StoredFiles } from "../messages.ts";

interface WrittenFile {
  readonly place: number;
  readonly hashes: Uint8Array;
}

/**
 * Writes verified small files to a folder; one flush of the file system serves all. Those without a name stay open, in
 * the table of the {@link SmallFilesSpec}.
 */
export class SmallFilesWriter {
  private written: WrittenFile[] = [];
  private readonly folder: string;
  private readonly reach: Reach;
  private readonly unnamed: DescriptorTable;

  constructor(
    private readonly disk: BlockingDisk,
    { folder, reach, unnamed }: Pick<SmallFilesSpec, "folder" | "reach" | "unnamed">,
  ) {
    this.folder = folder;
    this.reach = reach;
    this.unnamed = new DescriptorTable(unnamed);
  }

  /** Writes the file at `place`, with the hashes of its pieces. Throws DiskError. */
  write(place: number, file: SmallFile, bytes: Uint8Array, hashes: Uint8Array): void {
    const { disk, folder } = this;
    // A file without a name changes a folder once, when it gets its name; a file that is renamed changes folders three
    // times.
    const unnamed = disk.openTmpfile(folder);
    if (unnamed !== null) {
      this.unnamed.put(place, unnamed);
      this.fill(unnamed, file, bytes);
    } else {
      const fd = disk.open(join(folder, String(place)), "create", this.reach);
      try {
        this.fill(fd, file, bytes);
      } finally {
        disk.close(fd);
      }
    }
    this.written.push({ place, hashes });
  }

  /** Brings all that was written to the disk; null when that is nothing. Throws DiskError. */
  flush(): StoredFiles | null {
    const { written } = this;
    this.written = [];
    if (written.length === 0) return null;
    this.syncFolder();
    return {
      places: written.map(({ place }) => place),
      hashes: Buffer.concat(written.map(({ hashes }) => hashes)),
    };
  }

  private fill(fd: number, { modified }: SmallFile, bytes: Uint8Array): void {
    writeSparse(this.disk, fd, bytes);
    // A file with another time is better than none.
    this.disk.setModified(fd, modified);
  }

  private syncFolder(): void {
    const { disk } = this;
    const folder = disk.open(this.folder, "read", "real");
    try {
      disk.syncfs(folder);
    } finally {
      disk.close(folder);
    }
  }
}
