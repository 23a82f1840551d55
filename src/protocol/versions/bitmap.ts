import { pieceLength } from "./version.ts";

/** A set of piece numbers below a fixed count. It gives them in their order. */
export class Bitmap implements Iterable<number> {
  private readonly bytes: Uint8Array;
  private setBits = 0;

  constructor(readonly length: number) {
    this.bytes = new Uint8Array(Math.ceil(length / 8));
  }

  /** All numbers below `length`. */
  static full(length: number): Bitmap {
    const bitmap = new Bitmap(length);
    for (let index = 0; index < length; index++) bitmap.add(index);
    return bitmap;
  }

  /** The set in `bytes`, the lowest bit of a byte first; null when they are not as long as `length` needs. */
  static from(length: number, bytes: Uint8Array): Bitmap | null {
    if (bytes.length !== Math.ceil(length / 8)) return null;
    const bitmap = new Bitmap(length);
    for (let index = 0; index < length; index++) {
      if (((bytes[index >> 3] ?? 0) >> (index & 7)) & 1) bitmap.add(index);
    }
    return bitmap;
  }

  get size(): number {
    return this.setBits;
  }

  get full(): boolean {
    return this.setBits === this.length;
  }

  has(index: number): boolean {
    return (((this.bytes[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
  }

  /** Adds what is in range; says whether it is new. */
  add(index: number): boolean {
    if (index >= this.length || this.has(index)) return false;
    this.bytes[index >> 3] = (this.bytes[index >> 3] ?? 0) | (1 << (index & 7));
    this.setBits += 1;
    return true;
  }

  /** What is in either of two sets below the same number. */
  union(other: Bitmap): Bitmap {
    const both = new Bitmap(this.length);
    for (const set of [this, other]) for (const index of set) both.add(index);
    return both;
  }

  /** What is in this set and not in another. */
  without(other: Bitmap): Bitmap {
    const rest = new Bitmap(this.length);
    for (const index of this) if (!other.has(index)) rest.add(index);
    return rest;
  }

  toBytes(): Uint8Array {
    return this.bytes.slice();
  }

  *[Symbol.iterator](): Generator<number, void> {
    for (let index = 0; index < this.length; index++) if (this.has(index)) yield index;
  }
}

/** Bytes in these pieces of a file of `size` bytes. */
export function bytesOf(pieces: Bitmap, size: number): number {
  let bytes = 0;
  for (const piece of pieces) bytes += pieceLength(size, piece);
  return bytes;
}
