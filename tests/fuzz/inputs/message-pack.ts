/** Bytes that are no value of MessagePack that this program writes, in the place of one. */
export class RawBytes {
  constructor(readonly bytes: Uint8Array) {}
}

/** A map whose keys may be any values, also the same one twice. */
export class Pairs {
  constructor(readonly pairs: readonly (readonly [unknown, unknown])[]) {}
}

/** A number in eight bytes of floating point, also where it is whole. */
export class Float {
  constructor(readonly value: number) {}
}

/** MessagePack that says more than the codec of the program can: for what no honest peer sends. */
export function packOddly(value: unknown): Uint8Array {
  const parts: Uint8Array[] = [];
  write(value, parts);
  return new Uint8Array(Buffer.concat(parts));
}

function write(value: unknown, parts: Uint8Array[]): void {
  if (value === null || value === undefined) parts.push(Uint8Array.of(0xc0));
  else if (typeof value === "boolean") parts.push(Uint8Array.of(value ? 0xc3 : 0xc2));
  else if (typeof value === "number") parts.push(Number.isInteger(value) ? integer(value) : float(value));
  else if (typeof value === "string") text(value, parts);
  else if (value instanceof RawBytes) parts.push(value.bytes);
  else if (value instanceof Float) parts.push(float(value.value));
  else if (Array.isArray(value)) {
    parts.push(head(0x90, 16, 0xdc, value.length));
    for (const each of value) write(each, parts);
  } else {
    const pairs = value instanceof Pairs ? value.pairs : Object.entries(value);
    parts.push(head(0x80, 16, 0xde, pairs.length));
    for (const pair of pairs) for (const each of pair) write(each, parts);
  }
}

function text(value: string, parts: Uint8Array[]): void {
  const bytes = Buffer.from(value);
  parts.push(head(0xa0, 32, bytes.length < 256 ? 0xd9 : 0xda, bytes.length), bytes);
}

/** The first bytes of a text, a list or a map: `short` below `limit`, else by the formats from `long` on. */
function head(short: number, limit: number, long: number, length: number): Uint8Array {
  if (length < limit) return Uint8Array.of(short | length);
  if (long === 0xd9) return Uint8Array.of(0xd9, length);
  const bytes = Buffer.alloc(length < 65_536 ? 3 : 5);
  bytes[0] = length < 65_536 ? long : long + 1;
  bytes.writeUIntBE(length, 1, bytes.length - 1);
  return bytes;
}

function integer(value: number): Uint8Array {
  if (Object.is(value, -0) || Math.abs(value) > Number.MAX_SAFE_INTEGER) return float(value);
  if (value >= 0 && value < 128) return Uint8Array.of(value);
  if (value < 0 && value >= -32) return Uint8Array.of(value & 0xff);
  const bytes = Buffer.alloc(9);
  bytes[0] = value < 0 ? 0xd3 : 0xcf;
  if (value < 0) bytes.writeBigInt64BE(BigInt(value), 1);
  else bytes.writeBigUInt64BE(BigInt(value), 1);
  return bytes;
}

function float(value: number): Uint8Array {
  const bytes = Buffer.alloc(9);
  bytes[0] = 0xcb;
  bytes.writeDoubleBE(value, 1);
  return bytes;
}
