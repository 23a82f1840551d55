import type { WriteQueue } from "../../src/platform/disk/disk.ts";

/** Direct writes that end, the oldest first, when a test says so or when somebody waits for one. */
export class FakeWriteQueue implements WriteQueue {
  /** All that were begun. */
  readonly begun: { fd: number; length: number; position: number }[] = [];
  /** How often somebody had to wait. */
  waited = 0;
  private readonly under: (() => () => void)[] = [];
  private readonly over: (() => void)[] = [];

  /** `write` does what the disk does, and says whether it could; null: none can even be begun. */
  constructor(
    private readonly write: ((fd: number, bytes: Uint8Array, position: number) => boolean) | null = () => true,
  ) {}

  get pending(): number {
    return this.under.length + this.over.length;
  }

  begin(fd: number, bytes: Uint8Array, position: number, done: (written: boolean) => void): boolean {
    const { write } = this;
    if (!write) return false;
    this.begun.push({ fd, length: bytes.length, position });
    this.under.push(() => {
      const written = write(fd, bytes, position);
      return () => done(written);
    });
    return true;
  }

  /** The disk is done with the oldest so many. */
  end(count = 1): void {
    for (const write of this.under.splice(0, count)) this.over.push(write());
  }

  reap(wait: boolean): void {
    if (wait && this.over.length === 0 && this.under.length > 0) {
      this.waited += 1;
      this.end();
    }
    for (let tell = this.over.shift(); tell; tell = this.over.shift()) tell();
  }
}
