import type { BlockingDisk } from "./disk.ts";

/** Bytes of the blocks in which zeros are looked for. A file system's own blocks are smaller; looking costs more then. */
const ZERO_BLOCK_BYTES = 64 * 1024;
const ZERO_BLOCK = new Uint8Array(ZERO_BLOCK_BYTES);

/** A part of some bytes: from `start` up to, but not including, `end`. */
export interface SparseRange {
  readonly start: number;
  readonly end: number;
  /** Whether it is all zeros. */
  readonly zero: boolean;
}

/**
 * Cuts bytes into stretches of blocks that are all zeros and of those that are not, in turn. Of a block that is not, it
 * looks at a few bytes in nearly every case.
 */
export function* splitZeroBlocks(bytes: Uint8Array): Generator<SparseRange> {
  let start = 0;
  let zero = bytes.length > 0 && blockIsZero(bytes, 0);
  for (let block = ZERO_BLOCK_BYTES; block < bytes.length; block += ZERO_BLOCK_BYTES) {
    const next = blockIsZero(bytes, block);
    if (next === zero) continue;
    yield { start, end: block, zero };
    start = block;
    zero = next;
  }
  if (bytes.length > 0) yield { start, end: bytes.length, zero };
}

function blockIsZero(bytes: Uint8Array, start: number): boolean {
  const length = Math.min(ZERO_BLOCK_BYTES, bytes.length - start);
  if (bytes[start] !== 0 || bytes[start + length - 1] !== 0 || bytes[start + (length >> 1)] !== 0) return false;
  const block = Buffer.from(bytes.buffer, bytes.byteOffset + start, length);
  return block.compare(ZERO_BLOCK, 0, length) === 0;
}

/** Whether a whole block of some bytes is zeros. */
export function hasZeroBlock(bytes: Uint8Array): boolean {
  for (const { zero } of splitZeroBlocks(bytes)) if (zero) return true;
  return false;
}

/** Writes bytes to an empty file, whose holes are where they are zero. Throws DiskError. */
export function writeSparse(disk: Pick<BlockingDisk, "write" | "truncate">, fd: number, bytes: Uint8Array): void {
  if (!hasZeroBlock(bytes)) return disk.write(fd, bytes, 0);
  disk.truncate(fd, bytes.length);
  for (const { start, end, zero } of splitZeroBlocks(bytes))
    if (!zero) disk.write(fd, bytes.subarray(start, end), start);
}
