import { MIB } from "../../platform/units.ts";

/**
 * Bytes ahead of all readers of all files. For a single one it is what a fast line carries while a source that is gone is
 * noticed; with many it bounds how many pieces are on their way at once, which are in memory.
 */
const TOTAL_BYTES = 64 * MIB;

/** How far ahead of readers may be fetched, which all of them share, whatever they read. Sans-I/O. */
export class ReadAhead {
  private readers = 0;

  /** One reader more, or with -1 one less. */
  count(change: 1 | -1): void {
    this.readers += change;
  }

  /** Most bytes ahead of each. */
  get bytes(): number {
    return TOTAL_BYTES / Math.max(1, this.readers);
  }
}
