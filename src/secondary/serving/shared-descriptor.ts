import type { FilePlace } from "../index/file-index.ts";

/** An open file that some may be reading from. */
export class Descriptor {
  /** Piece hashes, once no name holds the version any more. */
  hashes: Promise<Uint8Array | null> | null = null;
  private userCount = 0;
  private lastUse = 0;

  constructor(
    readonly id: string,
    readonly fd: number,
    readonly place: FilePlace,
  ) {}

  get users(): number {
    return this.userCount;
  }

  /** Milliseconds on the steady clock. */
  get usedAt(): number {
    return this.lastUse;
  }

  take(now: number): void {
    this.userCount += 1;
    this.lastUse = now;
  }

  put(now: number): void {
    this.userCount -= 1;
    this.lastUse = now;
  }
}
