import pLimit from "p-limit";
import type { Clock } from "../../platform/clock.ts";
import { ContentChanged, type ContentState, sameContent } from "../../platform/content-state.ts";
import type { BlockingDisk, Disk } from "../../platform/disk/disk.ts";
import { TurnQueue } from "./turn-queue.ts";

/** Milliseconds for which bytes from memory may occupy the thread before other requests have their turn. */
const TURN_MS = 5;
/** Bytes of the largest block: beyond, nothing becomes faster. */
export const MAX_BLOCK_BYTES = 256 * 1024;
/**
 * The same over TLS, where each byte is copied and encrypted on its way to the system: a larger block has left the processor's
 * cache by then. A `curl` takes 1.14 times as long as from nginx with the block above, and 1.00 with this one (bench `http`).
 */
export const MAX_ENCRYPTED_BLOCK_BYTES = 32 * 1024;

/** An open file, and how it was when its content was verified. */
export interface VerifiedFile {
  readonly fd: number;
  /** Null: this process alone writes to it, and never to what was read from it before. */
  readonly state: ContentState | null;
}

/** Who wants a block. */
export interface BlockReader {
  /** False once nobody is there any more. */
  readonly wanted: boolean;
  /** Memory of its own for so many bytes, whatever is in it. */
  memory(length: number): Uint8Array;
  /** That memory has been filled. */
  filled(bytes: Uint8Array): void;
}

export interface FileReadsDeps {
  readonly clock: Clock;
  readonly disk: Pick<Disk, "read" | "fstat" | "isCached">;
  readonly blocking: Pick<BlockingDisk, "read" | "isUnchanged">;
  /** How many reads may wait for a disk at once: the threads that wait are those of the whole process. */
  readonly waiting: number;
}

/**
 * Reads blocks of files, of which each reader has one at a time. What is in the page cache is read at once, by many
 * readers in turns. The others wait for the disk in the order in which they have asked, on threads of the runtime.
 */
export class FileReads {
  private readonly waiting: <T>(read: () => Promise<T>) => Promise<T>;
  private readonly turns: TurnQueue;

  constructor(private readonly deps: FileReadsDeps) {
    this.waiting = pLimit(deps.waiting);
    this.turns = new TurnQueue(deps.clock, TURN_MS);
  }

  /**
   * Does what {@link read} does, and throws as that rejects, where it need not wait for anything; else false. Of a
   * thousand readers the promises alone would be much garbage.
   */
  readNow(file: VerifiedFile, position: number, length: number, reader: BlockReader): boolean {
    return this.turns.isFree && this.readCached(file, position, length, reader);
  }

  /**
   * Gives bytes of the content that was verified, all of them, to the reader, unless it is gone. Rejects with
   * {@link ContentChanged} or DiskError. `length`: at most {@link MAX_BLOCK_BYTES}.
   */
  read(file: VerifiedFile, position: number, length: number, reader: BlockReader): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.turns.run(() => {
      try {
        if (this.readCached(file, position, length, reader)) resolve();
        else resolve(this.waiting(() => this.readDisk(file, position, length, reader)));
      } catch (error) {
        reject(error);
      }
    });
    return promise;
  }

  /** False: a disk must be waited for. It is looked at right before the bytes are read: the system may need the memory. */
  private readCached({ fd, state }: VerifiedFile, position: number, length: number, reader: BlockReader): boolean {
    const { disk, blocking } = this.deps;
    if (!reader.wanted) return true;
    if (!disk.isCached(fd, position, length)) return false;
    const bytes = reader.memory(length);
    const count = blocking.read(fd, bytes, position);
    // After the bytes: what is written from here on is not among them.
    check(count === length && (state === null || blocking.isUnchanged(fd, state)));
    reader.filled(bytes);
    return true;
  }

  private async readDisk(
    { fd, state }: VerifiedFile,
    position: number,
    length: number,
    reader: BlockReader,
  ): Promise<void> {
    const { disk } = this.deps;
    if (!reader.wanted) return;
    const bytes = reader.memory(length);
    const count = await disk.read(fd, bytes, position);
    check(count === length && (state === null || sameContent(await disk.fstat(fd), state)));
    if (reader.wanted) reader.filled(bytes);
  }
}

function check(unchanged: boolean): void {
  if (!unchanged) throw new ContentChanged();
}
