import { NO_BYTES } from "../../platform/memory.ts";
import type { Allowance, Wait } from "../../platform/pacing/allowance.ts";
import type { Blocks } from "../server/block-response.ts";
import type { ByteRange } from "./byte-range.ts";
import type { BlockReader } from "./file-reads.ts";

/** How a body has ended. `unreadable`: the rest could not be read; `broken-off`: nobody took the rest. */
export type BodyEnd = "complete" | "unreadable" | "broken-off";

export interface FileBodyDeps {
  readonly range: ByteRange;
  /** Milliseconds on the steady clock. */
  now(): number;
  /** Bytes of the next block, if there are as many, after one of so many. */
  blockBytes(previous: number): number;
  /** What may be sent. */
  readonly allowance: Allowance;
  /** So many bytes are on their way to its reader. */
  passedOn(bytes: number): void;
  /** As {@link FileReads.readNow}. */
  readNow(position: number, length: number, reader: BlockReader): boolean;
  /** As {@link FileReads.read}. */
  read(position: number, length: number, reader: BlockReader): Promise<void>;
  /** Called once, when nothing is read for it any more. `sent`: up to where the range was passed on. */
  ended(end: BodyEnd, sent: number): void;
}

/** The body of one response, read block by block as its reader takes them. */
export class FileBody implements Blocks, BlockReader {
  private position: number;
  private state: "open" | BodyEnd = "open";
  private reading = false;
  /** Milliseconds on the steady clock: since when the reader has a block that it has not taken whole. */
  private blockedSince: number;
  /** For one block after the other. */
  private block: Uint8Array = NO_BYTES;
  private stopWaiting: () => void = () => {};
  private write: (bytes: Uint8Array) => void = () => {};

  constructor(private readonly deps: FileBodyDeps) {
    this.position = deps.range.start;
    this.blockedSince = deps.now();
  }

  /** Milliseconds for which its reader has taken nothing. */
  get blockedMs(): number {
    return this.reading ? 0 : this.deps.now() - this.blockedSince;
  }

  /** To be called once the block before is on its way. */
  next(write: (bytes: Uint8Array) => void): boolean | Promise<boolean> {
    const { range, blockBytes, allowance } = this.deps;
    const { position } = this;
    if (!this.wanted) return Promise.reject(new Error("the body is over"));
    if (position === range.end) {
      this.end("complete");
      return false;
    }
    this.write = write;
    this.reading = true;
    const most = Math.min(blockBytes(this.block.length), range.end - position);
    const length = Math.min(most, allowance.quantum ?? most);
    const wait = allowance.consume(length);
    if (wait) return this.readWhenAllowed(wait, position, length);
    return this.readNow(position, length) ? this.settle(position) : this.readLater(position, length);
  }

  /** False: it must be waited for. */
  private readNow(position: number, length: number): boolean {
    try {
      return this.deps.readNow(position, length, this);
    } catch {
      return true;
    }
  }

  private async readWhenAllowed(wait: Wait, position: number, length: number): Promise<boolean> {
    await new Promise<void>((resolve) => {
      const cancel = wait(resolve);
      this.stopWaiting = () => {
        cancel();
        resolve();
      };
    });
    return !this.wanted || this.readNow(position, length) ? this.settle(position) : this.readLater(position, length);
  }

  private async readLater(position: number, length: number): Promise<boolean> {
    try {
      await this.deps.read(position, length, this);
    } catch {
      // Then it has not gone on from that position.
    }
    return this.settle(position);
  }

  /** What was read from a position on has been passed on, or could not be read. */
  private settle(position: number): boolean {
    this.reading = false;
    this.blockedSince = this.deps.now();
    if (!this.wanted) this.report();
    else if (this.position === position) this.end("unreadable");
    if (!this.wanted) throw new Error("the rest of the body does not come");
    return true;
  }

  get wanted(): boolean {
    return this.state === "open";
  }

  memory(length: number): Uint8Array {
    // Without zeros: whatever is not written over is not given out.
    if (this.block.length !== length) this.block = Buffer.allocUnsafeSlow(length);
    return this.block;
  }

  filled(bytes: Uint8Array): void {
    this.position += bytes.length;
    this.deps.passedOn(bytes.length);
    this.write(bytes);
  }

  /** Whoever hears of the end ends the connection, so that the other end knows that bytes are missing. */
  cancel(): void {
    this.end("broken-off");
  }

  private end(end: BodyEnd): void {
    if (!this.wanted) return;
    this.state = end;
    this.block = NO_BYTES;
    this.stopWaiting();
    if (!this.reading) this.report();
  }

  private report(): void {
    if (this.state !== "open") this.deps.ended(this.state, this.position);
  }
}
