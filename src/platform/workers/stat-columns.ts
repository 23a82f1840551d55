import type { FileStat } from "../disk/disk.ts";

/** What is told of a file: size, the two times, inode, device, bytes on the disk. */
const FIELDS = 6;
/** In the place of the size: nothing is told of this file. */
const NOTHING = -1n;

/** Bytes of the columns for so many files. */
export function statBytes(files: number): number {
  return files * FIELDS * BigInt64Array.BYTES_PER_ELEMENT;
}

/**
 * What is known of many ordinary files, in memory that one thread gives to another: as objects it would be copied, which takes
 * longer than it takes the system to tell.
 */
export class StatColumns {
  private readonly values: BigInt64Array;

  /** `buffer` has {@link statBytes} for these files from its beginning on. */
  constructor(buffer: ArrayBuffer, files: number) {
    this.values = new BigInt64Array(buffer, 0, files * FIELDS);
  }

  put(index: number, stat: FileStat | null): void {
    const row = index * FIELDS;
    const { values } = this;
    values[row] = stat ? BigInt(stat.size) : NOTHING;
    if (!stat) return;
    values[row + 1] = stat.mtimeNs;
    values[row + 2] = stat.ctimeNs;
    values[row + 3] = stat.inode;
    values[row + 4] = stat.device;
    values[row + 5] = BigInt(stat.allocated);
  }

  get(index: number): FileStat | null {
    const row = index * FIELDS;
    const at = (field: number) => this.values[row + field] ?? NOTHING;
    if (at(0) === NOTHING) return null;
    return {
      kind: "file",
      size: Number(at(0)),
      mtimeNs: at(1),
      ctimeNs: at(2),
      inode: BigInt.asUintN(64, at(3)),
      device: BigInt.asUintN(64, at(4)),
      allocated: Number(at(5)),
    };
  }
}

/** Names in one text, which costs the two threads less than a list. No name has a zero. */
export function joinNames(names: readonly string[]): string {
  return names.join("\0");
}

export function splitNames(names: string): string[] {
  return names === "" ? [] : names.split("\0");
}
