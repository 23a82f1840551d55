import type { WriteQueue } from "../../src/base/disk.ts";

/** Direct writes that end when a test says so, or when somebody waits for one; the oldest first. */
export class FakeWriteQueue implements WriteQueue {
  /** Begun, whether ended or not: descriptor, length and position. */
  readonly begun: { fd: number; length: number; position: number }[] = [];
  /** Told each time somebody has to wait. */
  waited = 0;
  private readonly under: { write: () => boolean; done: (written: boolean) => void }[] = [];
  private readonly over: (() => void)[] = [];

  /** `write` does what the disk does, and says whether it could; null: cannot even be begun. */
  constructor(
    private readonly write: ((fd: number, bytes: Uint8Array, position: number) => boolean) | null = () => true,
    private readonly slow: () => void = () => {},
  ) {}

  get pending(): number {
    return this.under.length + this.over.length;
  }

  begin(fd: number, bytes: Uint8Array, position: number, done: (written: boolean) => void): boolean {
    const { write } = this;
    if (!write) return false;
    this.begun.push({ fd, length: bytes.length, position });
    this.under.push({ write: () => write(fd, bytes, position), done });
    return true;
  }

  /** The disk is done with the oldest so many. */
  end(count = 1): void {
    for (const { write, done } of this.under.splice(0, count)) {
      const written = write();
      this.over.push(() => done(written));
    }
  }

  reap(wait: boolean): void {
    if (wait && this.over.length === 0) {
      this.waited += 1;
      this.slow();
      this.end();
    }
    for (const tell of this.over.splice(0)) tell();
  }
}
