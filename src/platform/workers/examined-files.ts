import { type ExaminedFile, MAX_EXAMINED_BYTES } from "../disk/batch-disk.ts";
import type { BlockingDisk, Bounds, FileStat } from "../disk/disk.ts";
import { pathOf } from "../disk/names.ts";
import { HASH_BYTES, hash } from "../hash.ts";
import { ReadBuffer } from "../memory.ts";
import { realFolders } from "./real-folders.ts";
import { StatColumns, statBytes } from "./stat-columns.ts";

/** What the last column says: whether somebody writes to a file. */
const [NO_WRITERS, WRITERS, UNKNOWN] = [0, 1, 2];

/** What one thread has found out about many files, in memory that another one gets. */
class Examined {
  readonly stats: StatColumns;
  readonly hashes: Uint8Array;
  readonly writers: Uint8Array;

  constructor(buffer: ArrayBuffer, files: number) {
    const hashesAt = statBytes(files);
    this.stats = new StatColumns(buffer, files);
    this.hashes = new Uint8Array(buffer, hashesAt, files * HASH_BYTES);
    this.writers = new Uint8Array(buffer, hashesAt + files * HASH_BYTES, files);
  }

  static bytes(files: number): number {
    return statBytes(files) + files * (HASH_BYTES + 1);
  }
}

/** See {@link BatchDisk.examineFiles}; to be read by {@link examinedFiles}. */
export function examineAll(disk: BlockingDisk, bounds: Bounds, names: readonly string[]): Uint8Array<ArrayBuffer> {
  const isInRealFolder = realFolders(disk, bounds.folder);
  const bytes = new Uint8Array(Examined.bytes(names.length));
  const examined = new Examined(bytes.buffer, names.length);
  const content = new ReadBuffer(MAX_EXAMINED_BYTES);
  for (const [index, name] of names.entries()) {
    try {
      const isPlain = isInRealFolder(name);
      examined.stats.put(
        index,
        isPlain ? examine(disk, pathOf(bounds.folder, name), bounds, content, index, examined) : null,
      );
    } catch {
      // The caller handles the file by itself, and gets the error there.
      examined.stats.put(index, null);
    }
  }
  return bytes;
}

/** Gives what is known of the file; null where it is none, or long, or changes just now. */
function examine(
  disk: BlockingDisk,
  path: string,
  bounds: Bounds,
  content: ReadBuffer,
  index: number,
  { hashes, writers }: Examined,
): FileStat | null {
  const fd = disk.open(path, "read-no-link", bounds);
  try {
    const before = disk.fstat(fd);
    const { kind, size } = before;
    if (kind !== "file" || size > content.most) return null;
    const hasWriters = disk.hasWriters(fd);
    writers[index] = hasWriters === null ? UNKNOWN : hasWriters ? WRITERS : NO_WRITERS;
    const bytes = content.room(size);
    if (size > 0 && disk.read(fd, bytes, 0) !== size) return null;
    const after = disk.fstat(fd);
    if (after.size !== size || after.mtimeNs !== before.mtimeNs || after.ctimeNs !== before.ctimeNs) return null;
    if (size > 0) hashes.set(hash(bytes), index * HASH_BYTES);
    return after;
  } finally {
    disk.close(fd);
  }
}

/** What {@link examineAll} has found out, for each file. */
export function examinedFiles(bytes: Uint8Array<ArrayBuffer>, files: number): (ExaminedFile | null)[] {
  const { stats, hashes, writers } = new Examined(bytes.buffer, files);
  return Array.from({ length: files }, (_, index) => {
    const stat = stats.get(index);
    if (!stat) return null;
    const hasWriters = writers[index] === UNKNOWN ? null : writers[index] === WRITERS;
    // A copy: the whole batch would stay in memory as long as one of them.
    const own = hashes.slice(index * HASH_BYTES, stat.size > 0 ? (index + 1) * HASH_BYTES : index * HASH_BYTES);
    return { stat, hasWriters, hashes: own };
  });
}
