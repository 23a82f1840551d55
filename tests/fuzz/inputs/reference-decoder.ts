/** The bytes are not a header by the section "MessagePack" of src/protocol/README.md. */
export class NotAHeader extends Error {}

const MAX_DEPTH = 8;

/**
 * A header by the words of the specification, written without a look at the codec, which it is compared with. Slow, and
 * nothing else than that. Throws {@link NotAHeader}.
 */
export function referenceDecode(bytes: Uint8Array): unknown {
  const reader = new Reader(Buffer.from(bytes));
  const value = reader.value(0);
  if (!reader.atEnd) throw new NotAHeader("bytes after the map");
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new NotAHeader("no map");
  return value;
}

class Reader {
  private place = 0;

  constructor(private readonly bytes: Buffer) {}

  get atEnd(): boolean {
    return this.place === this.bytes.length;
  }

  value(depth: number): unknown {
    const token = this.byte();
    if (token <= 0x7f) return token;
    if (token >= 0xe0) return token - 256;
    if (token <= 0x8f) return this.map(token - 0x80, depth + 1);
    if (token <= 0x9f) return this.list(token - 0x90, depth + 1);
    if (token <= 0xbf) return this.text(token - 0xa0);
    return this.long(token, depth);
  }

  private long(token: number, depth: number): unknown {
    switch (token) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return { binary: this.take(this.unsigned(2 ** (token - 0xc4))) };
      case 0xca:
        return this.take(4).readFloatBE();
      case 0xcb:
        return this.take(8).readDoubleBE();
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.unsigned(2 ** (token - 0xcc));
      case 0xcf:
        return Number(this.take(8).readBigUInt64BE());
      case 0xd0:
      case 0xd1:
      case 0xd2: {
        const size = 2 ** (token - 0xd0);
        return this.take(size).readIntBE(0, size);
      }
      case 0xd3:
        return Number(this.take(8).readBigInt64BE());
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.text(this.unsigned(2 ** (token - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.list(this.unsigned(token === 0xdc ? 2 : 4), depth + 1);
      case 0xde:
      case 0xdf:
        return this.map(this.unsigned(token === 0xde ? 2 : 4), depth + 1);
      default:
        throw new NotAHeader("an extension");
    }
  }

  private map(count: number, depth: number): Record<string, unknown> {
    if (depth > MAX_DEPTH) throw new NotAHeader("too deep");
    const found = new Map<string, unknown>();
    for (let index = 0; index < count; index++) {
      const key = this.value(MAX_DEPTH);
      if (typeof key !== "string") throw new NotAHeader("a key that is no text");
      if (found.has(key)) throw new NotAHeader("a key twice");
      found.set(key, this.value(depth));
    }
    return Object.fromEntries(found);
  }

  private list(count: number, depth: number): unknown[] {
    if (depth > MAX_DEPTH) throw new NotAHeader("too deep");
    const found: unknown[] = [];
    for (let index = 0; index < count; index++) found.push(this.value(depth));
    return found;
  }

  private text(length: number): string {
    return this.take(length).toString("utf8");
  }

  private byte(): number {
    return this.unsigned(1);
  }

  private unsigned(size: number): number {
    return this.take(size).readUIntBE(0, size);
  }

  private take(size: number): Buffer {
    const start = this.place;
    this.place += size;
    if (this.place > this.bytes.length) throw new NotAHeader("cut off");
    return this.bytes.subarray(start, this.place);
  }
}
