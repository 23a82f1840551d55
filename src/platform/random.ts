/** The only source of chance. */
export interface Random {
  /** A number from 0 up to, but not including, 1. */
  fraction(): number;
  /** `length` unpredictable bytes. */
  bytes(length: number): Uint8Array;
}

export const systemRandom: Random = {
  fraction: () => Math.random(),
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

/** A name that nobody else has: 32 hexadecimal digits. */
export function uniqueId(random: Random): string {
  return Buffer.from(random.bytes(16)).toString("hex");
}

/** A name for one thing among few: 8 hexadecimal digits. */
export function shortId(random: Random): string {
  return Buffer.from(random.bytes(4)).toString("hex");
}
