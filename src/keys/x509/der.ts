/**
 * The part of DER (X.690, the encoding of certificates) that {@link ./signed-certificate.ts} needs. Every value is its tag,
 * the length of its contents, and the contents.
 */

/** Tags of values. */
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;
/** Added to the number of an element whose kind is known from where it stands; the second holds whole values. */
const CONTEXT = 0x80;
const CONTEXT_CONSTRUCTED = 0xa0;

/** Lengths from here on are written as the number of their bytes, and then the bytes. */
const LONG_LENGTH = 0x80;
/** From this year on a time is a GeneralizedTime, with the whole year (RFC 5280, 4.1.2.5). */
const GENERALIZED_FROM_YEAR = 2050;

export const sequence = (...values: readonly Uint8Array[]) => encode(SEQUENCE, ...values);
export const setOf = (value: Uint8Array) => encode(SET, value);
export const octetString = (contents: Uint8Array) => encode(OCTET_STRING, contents);
export const utf8String = (text: string) => encode(UTF8_STRING, Buffer.from(text));
export const yes = encode(BOOLEAN, Buffer.of(0xff));
/** A small one that is not negative. */
export const smallInteger = (value: number) => encode(INTEGER, Buffer.of(value));
/** Of the bytes of a number; the first bit must be 0, or it would be negative. */
export const longInteger = (bytes: Uint8Array) => encode(INTEGER, bytes);
/** `unused`: bits at the end that do not count. */
export const bitString = (bytes: Uint8Array, unused = 0) => encode(BIT_STRING, Buffer.of(unused), bytes);
export const element = (number: number, contents: Uint8Array) => encode(CONTEXT + number, contents);
export const wrapped = (number: number, value: Uint8Array) => encode(CONTEXT_CONSTRUCTED + number, value);

/** An object identifier, such as 2.5.29.17. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split(".").map(Number);
  return encode(OBJECT_IDENTIFIER, Buffer.from([40 * first + second, ...others].flatMap(base128)));
}

/** A time, in milliseconds since 1970, to the second. */
export function time(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replace(/[-:T]|\.\d+/g, "");
  const generalized = Number(text.slice(0, 4)) >= GENERALIZED_FROM_YEAR;
  return encode(generalized ? GENERALIZED_TIME : UTC_TIME, Buffer.from(generalized ? text : text.slice(2)));
}

/** The values that a sequence holds, each as it is encoded. The sequence must be right. */
export function valuesIn(encoded: Uint8Array): Uint8Array[] {
  const values: Uint8Array[] = [];
  for (let rest = contentsOf(encoded).contents; rest.length > 0; ) {
    const { end } = contentsOf(rest);
    values.push(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
  return values;
}

function encode(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.of(tag, ...lengthBytes(length)), ...contents]);
}

function lengthBytes(length: number): number[] {
  if (length < LONG_LENGTH) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [LONG_LENGTH | bytes.length, ...bytes];
}

/** The contents of the value at the beginning, and where it ends. */
function contentsOf(encoded: Uint8Array): { contents: Uint8Array; end: number } {
  const first = encoded[1] ?? 0;
  const count = first < LONG_LENGTH ? 0 : first - LONG_LENGTH;
  const start = 2 + count;
  const length = encoded.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, count === 0 ? first : 0);
  return { contents: encoded.subarray(start, start + length), end: start + length };
}

/** Seven bits a byte, the highest first; all but the last have the eighth bit. */
function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}
