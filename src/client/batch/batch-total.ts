/** Milliseconds over which the rate is averaged: files that are small come in bursts. */
const AVERAGING_MS = 5000;

/** How far a batch of downloads or uploads is. Bytes, and bytes for each second. */
export interface BatchProgress {
  readonly done: number;
  readonly total: number;
  readonly rate: number;
  readonly filesLeft: number;
}

/** Bytes of those that run: of their files, and what went over the network. */
export interface RunningBytes {
  readonly done: number;
  readonly moved: number;
}

/** What the files of a batch come to, and how far they are together. Sans-I/O. */
export class BatchTotal {
  private readonly sizes: Map<string, number>;
  private readonly total: number;
  private done = 0;
  private moved = 0;
  /** What had gone over the network when, for as long as the rate is averaged. */
  private samples: { readonly at: number; readonly moved: number }[] = [];

  constructor(files: readonly { readonly name: string; readonly size: number }[]) {
    this.sizes = new Map(files.map(({ name, size }) => [name, size]));
    this.total = files.reduce((sum, { size }) => sum + size, 0);
  }

  /** One has ended. What has failed is left out from here on: no more of it comes. `bytes`: what went over the network for it. */
  ended({ name, bytes }: { readonly name: string; readonly bytes: number }): void {
    this.done += this.sizes.get(name) ?? 0;
    this.moved += bytes;
    this.sizes.delete(name);
  }

  progress(running: RunningBytes, now: number): BatchProgress {
    const moved = this.moved + running.moved;
    this.samples = this.samples.filter(({ at }) => now - at <= AVERAGING_MS);
    this.samples.push({ at: now, moved });
    const [first = { at: now, moved }] = this.samples;
    const seconds = (now - first.at) / 1000;
    return {
      done: Math.min(this.total, this.done + running.done),
      total: this.total,
      rate: seconds > 0 ? Math.max(0, moved - first.moved) / seconds : 0,
      filesLeft: this.sizes.size,
    };
  }
}
