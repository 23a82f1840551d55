import { ProtocolError } from "./errors.ts";
import { MAX_DEPTH } from "./limits.ts";

/** Bytes after the first one that a value of fixed length takes, by its first byte. */
const FIXED: ReadonlyMap<number, number> = new Map([
  ...[0xc0, 0xc2, 0xc3].map((byte) => [byte, 0] as const),
  ...[0xcc, 0xd0].map((byte) => [byte, 1] as const),
  ...[0xcd, 0xd1].map((byte) => [byte, 2] as const),
  ...[0xca, 0xce, 0xd2].map((byte) => [byte, 4] as const),
  ...[0xcb, 0xcf, 0xd3].map((byte) => [byte, 8] as const),
]);

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

class ShapeChecker {
  private readonly buffer: Buffer;
  private position = 0;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  startsWithMap(): boolean {
    const first = this.buffer[0] ?? 0;
    return (first & 0xf0) === 0x80 || first === 0xde || first === 0xdf;
  }

  atEnd(): boolean {
    return this.position === this.buffer.length;
  }

  value(depth: number): void {
    const first = this.unsigned(1);
    if (first < 0x80 || first >= 0xe0) return;
    if (first < 0x90) return this.map(first & 0x0f, depth);
    if (first < 0xa0) return this.list(first & 0x0f, depth);
    if (first < 0xc0) return this.skip(first & 0x1f);
    const length = FIXED.get(first);
    if (length !== undefined) return this.skip(length);
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
    const keys = new Set<string>();
    for (let index = 0; index < count; index++) {
      keys.add(this.key());
      if (keys.size <= index) throw new ProtocolError("a header with a key twice");
      this.value(depth + 1);
    }
  }

  private key(): string {
    const first = this.unsigned(1);
    const long = first >= 0xd9 && first <= 0xdb;
    if ((first & 0xe0) !== 0xa0 && !long) throw new ProtocolError("a header with a key that is no text");
    const length = long ? this.unsigned(2 ** (first - 0xd9)) : first & 0x1f;
    this.skip(length);
    return this.buffer.toString("latin1", this.position - length, this.position);
  }

  private enter(depth: number): void {
    if (depth > MAX_DEPTH) throw new ProtocolError(`a header nested deeper than ${MAX_DEPTH}`);
  }

  private unsigned(length: number): number {
    const start = this.position;
    this.skip(length);
    return this.buffer.readUIntBE(start, length);
  }

  private skip(length: number): void {
    this.position += length;
    if (this.position > this.buffer.length) throw new ProtocolError("a header that is cut off");
  }
}
