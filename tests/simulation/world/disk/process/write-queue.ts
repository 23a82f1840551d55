import type { WriteQueue } from "../../../../../src/platform/disk/disk.ts";
import type { ThreadTime } from "../../sim-thread.ts";
import type { OpenFile } from "../machine/open-file.ts";
import type { Descriptors } from "./descriptors.ts";
import type { FileCalls } from "./file-calls.ts";
import type { Latency } from "./latency.ts";

/** Most writes at once. */
const MAX_WRITES = 16;

interface Write {
  readonly file: OpenFile;
  readonly bytes: Uint8Array;
  readonly position: number;
  readonly done: (written: boolean) => void;
  /** Simulated milliseconds. */
  readonly endsAt: number;
}

/** Writes that go on while their thread does something else. Each is done when it ends, in no order. */
export class SimWriteQueue implements WriteQueue {
  private writes: Write[] = [];

  constructor(
    private readonly files: FileCalls,
    private readonly descriptors: Descriptors,
    private readonly time: ThreadTime,
    private readonly latency: Latency,
  ) {
    // The kernel ends the writes of a process that is killed before it closes its files.
    time.process.onEnd(() => {
      for (const write of this.writes.splice(0)) this.carryOut(write);
    });
  }

  get pending(): number {
    return this.writes.length;
  }

  begin(fd: number, bytes: Uint8Array, position: number, done: (written: boolean) => void): boolean {
    if (this.writes.length >= MAX_WRITES) return false;
    const now = this.threadNow;
    const file = this.descriptors.get(fd);
    if (file.access === "read") return false;
    this.writes.push({ file, bytes, position, done, endsAt: now + this.latency.draw("data", bytes.length, now) });
    return true;
  }

  reap(wait: boolean): void {
    if (this.writes.length === 0) return;
    let now = this.threadNow;
    const first = Math.min(...this.writes.map(({ endsAt }) => endsAt));
    if (wait && first > now) {
      this.time.spend(first - now);
      now = first;
    }
    const ended = this.writes.filter(({ endsAt }) => endsAt <= now);
    this.writes = this.writes.filter(({ endsAt }) => endsAt > now);
    ended.sort((left, right) => left.endsAt - right.endsAt);
    for (const write of ended) write.done(this.carryOut(write));
  }

  /** By the time of this thread, which may be ahead of the others. */
  private get threadNow(): number {
    return this.time.process.sim.now + this.time.behind;
  }

  private carryOut({ file, bytes, position }: Write): boolean {
    return this.files.writeTo(file, bytes, position);
  }
}
