import { ProtocolError } from "./errors.ts";
import { MAX_DEPTH } from "./limits.ts";

/** Bytes after the first one that a value of fixed length takes, by its first byte from 0xc0 on; -1: it has none. */
const FIXED: readonly number[] = [
  ...[0, -1, 0, 0, -1, -1, -1, -1, -1, -1, 4, 8, 1, 2, 4, 8],
  ...[1, 2, 4, 8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1],
];

/**
 * Throws {@link ProtocolError} unless `bytes` are one map of plain MessagePack. msgpackr takes more than that: extensions
 * that become dates, sets or even code for reading records, maps with a key twice, nesting as deep as the stack.
 */
export function checkShape(bytes: Uint8Array): void {
  const walker = new ShapeChecker(bytes);
  if (!walker.startsWithMap()) throw new ProtocolError("a header that is no map");
  walker.value(1);
  if (!walker.atEnd()) throw new ProtocolError("a header with bytes after its map");
}

/** Keys of a map that are compared with each other: for more of them a set is made. */
const MAX_COMPARED_KEYS = 32;

/** Makes nothing of what it reads: most headers have hundreds of files with ten keys each. */
class ShapeChecker {
  private position = 0;
  /** Where the keys of the maps that are being read begin and end, one after the other. */
  private readonly keys: number[] = [];

  constructor(private readonly bytes: Uint8Array) {}

  startsWithMap(): boolean {
    const first = this.bytes[0] ?? 0;
    return (first & 0xf0) === 0x80 || first === 0xde || first === 0xdf;
  }

  atEnd(): boolean {
    return this.position === this.bytes.length;
  }

  value(depth: number): void {
    const first = this.byte();
    if (first < 0x80 || first >= 0xe0) return;
    if (first < 0x90) return this.map(first & 0x0f, depth);
    if (first < 0xa0) return this.list(first & 0x0f, depth);
    if (first < 0xc0) return this.skip(first & 0x1f);
    const length = FIXED[first - 0xc0] ?? 0;
    if (length >= 0) return this.skip(length);
    if (first >= 0xd9 && first <= 0xdb) return this.skip(this.unsigned(2 ** (first - 0xd9)));
    if (first >= 0xc4 && first <= 0xc6) return this.skip(this.unsigned(2 ** (first - 0xc4)));
    if (first === 0xdc || first === 0xdd) return this.list(this.unsigned(first === 0xdc ? 2 : 4), depth);
    if (first === 0xde || first === 0xdf) return this.map(this.unsigned(first === 0xde ? 2 : 4), depth);
    throw new ProtocolError("a header with an extension type");
  }

  private list(count: number, depth: number): void {
    this.enter(depth);
    for (let index = 0; index < count; index++) this.value(depth + 1);
  }

  private map(count: number, depth: number): void {
    this.enter(depth);
    const before = this.keys.length;
    const seen = count > MAX_COMPARED_KEYS ? new Set<string>() : null;
    for (let index = 0; index < count; index++) {
      const length = this.key();
      if (seen ? this.isIn(seen, length) : this.isKeySince(before, length))
        throw new ProtocolError("a header with a key twice");
      this.value(depth + 1);
    }
    this.keys.length = before;
  }

  /** Goes beyond a key; gives its length in bytes. */
  private key(): number {
    const first = this.byte();
    const long = first >= 0xd9 && first <= 0xdb;
    if ((first & 0xe0) !== 0xa0 && !long) throw new ProtocolError("a header with a key that is no text");
    const length = long ? this.unsigned(2 ** (first - 0xd9)) : first & 0x1f;
    this.skip(length);
    return length;
  }

  /** Whether the key that was read last is one of the set; it is from now on. */
  private isIn(seen: Set<string>, length: number): boolean {
    const { buffer, byteOffset } = this.bytes;
    const key = Buffer.from(buffer, byteOffset + this.position - length, length).toString("latin1");
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  }

  /** The same of the keys of this map, which were added since there were `before` numbers of them. */
  private isKeySince(before: number, length: number): boolean {
    const { bytes, keys, position } = this;
    const start = position - length;
    for (let at = before; at < keys.length; at += 2) {
      const other = keys[at] ?? 0;
      if ((keys[at + 1] ?? 0) - other !== length) continue;
      let same = 0;
      while (same < length && bytes[start + same] === bytes[other + same]) same += 1;
      if (same === length) return true;
    }
    keys.push(start, position);
    return false;
  }

  private enter(depth: number): void {
    if (depth > MAX_DEPTH) throw new ProtocolError(`a header nested deeper than ${MAX_DEPTH}`);
  }

  private byte(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) throw new ProtocolError("a header that is cut off");
    this.position += 1;
    return byte;
  }

  /** Big-endian. */
  private unsigned(length: number): number {
    let value = 0;
    for (let left = length; left > 0; left--) value = value * 256 + this.byte();
    return value;
  }

  private skip(length: number): void {
    this.position += length;
    if (this.position > this.bytes.length) throw new ProtocolError("a header that is cut off");
  }
}
