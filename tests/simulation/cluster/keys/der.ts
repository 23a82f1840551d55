/** The part of the encoding of certificates (DER, ITU-T X.690) that those of a simulation need. */

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
} as const;

type Der = Uint8Array;

/** A value of any kind. `tag`: also one that the context gives a meaning. */
export function tagged(tag: number, ...parts: readonly Der[]): Der {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Uint8Array.of(tag, ...lengthBytes(length)), ...parts]);
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 255];
}

export const sequence = (...parts: readonly Der[]): Der => tagged(TAG.sequence, ...parts);
export const set = (...parts: readonly Der[]): Der => tagged(TAG.set, ...parts);
export const yes = (): Der => tagged(TAG.boolean, Uint8Array.of(0xff));
export const octets = (content: Der): Der => tagged(TAG.octetString, content);
export const text = (value: string): Der => tagged(TAG.utf8, Buffer.from(value));

/** A whole number of which the first bit is not set. */
export const integer = (bytes: Der): Der => tagged(TAG.integer, bytes);

/** `unused`: bits at the end that mean nothing. */
export const bits = (content: Der, unused = 0): Der => tagged(TAG.bitString, Uint8Array.of(unused), content);

/** `hex`: the encoding of the identifier, as OpenSSL's tables have it. */
export const objectId = (hex: string): Der => tagged(TAG.objectId, Buffer.from(hex, "hex"));

/** `time`: milliseconds since 1970, before 2050; seconds are what is written. */
export function utcTime(time: number): Der {
  const digits = new Date(time).toISOString().replaceAll(/\D/g, "").slice(2, 14);
  return tagged(TAG.utcTime, Buffer.from(`${digits}Z`));
}
