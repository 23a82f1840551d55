import type { Place } from "./library.ts";

/** An open file that some may be reading from. */
export class Descriptor {
  /** Piece hashes, once no name holds the version any more. */
  hashes: Promise<Uint8Array | null> | null = null;
  #users = 0;
  #usedAt = 0;

  constructor(
    readonly id: string,
    readonly fd: number,
    readonly place: Place,
  ) {}

  get users(): number {
    return this.#users;
  }

  /** Milliseconds on the steady clock. */
  get usedAt(): number {
    return this.#usedAt;
  }

  take(now: number): void {
    this.#users += 1;
    this.#usedAt = now;
  }

  put(now: number): void {
    this.#users -= 1;
    this.#usedAt = now;
  }
}
