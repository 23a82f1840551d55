import { RecentRate } from "./recent-rate.ts";

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
  private readonly rate = new RecentRate();

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
    return {
      done: Math.min(this.total, this.done + running.done),
      total: this.total,
      rate: this.rate.at(now, this.moved + running.moved),
      filesLeft: this.sizes.size,
    };
  }
}
