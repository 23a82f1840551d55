import pLimit from "p-limit";
import type { Clock } from "../../platform/clock.ts";
import { type ContentState, sameContent } from "../../platform/content-state.ts";
import type { BlockingDisk, Disk } from "../../platform/disk/disk.ts";

/** Milliseconds for which bytes from memory may occupy the thread before other requests have their turn. */
const TURN_MS = 5;

/** An open file, and how it was when its content was verified. */
export interface VerifiedFile {
  readonly fd: number;
  /** Null: this process alone writes to it, and never to what was read from it before. */
  readonly state: ContentState | null;
}

export interface FileReadsDeps {
  readonly clock: Clock;
  readonly disk: Pick<Disk, "read" | "fstat" | "isCached">;
  readonly blocking: Pick<BlockingDisk, "read" | "fstat">;
  /** How many reads may wait for a disk at once: the threads that wait are those of the whole process. */
  readonly waiting: number;
}

/** The file is not any more as it was when it was verified. */
export class ContentChanged extends Error {}

/**
 * Reads blocks of files, of which each reader has one at a time. What is in the page cache is read at once. The others
 * wait for the disk in the order in which they have asked, on threads of the runtime.
 */
export class FileReads {
  private readonly waiting: <T>(read: () => Promise<T>) => Promise<T>;
  /** Milliseconds on the steady clock: when other requests last had their turn. */
  private turnStart: number;

  constructor(private readonly deps: FileReadsDeps) {
    this.waiting = pLimit(deps.waiting);
    this.turnStart = deps.clock.now();
  }

  /**
   * Bytes of the content that was verified, all of them. Rejects with {@link ContentChanged} or DiskError. `wanted` is
   * asked before a disk is: null is for bytes that nobody wants any more.
   */
  async read(file: VerifiedFile, position: number, length: number, wanted: () => boolean): Promise<Uint8Array | null> {
    if (this.deps.disk.isCached(file.fd, position, length)) {
      await this.yieldTurn();
      return wanted() ? this.readCached(file, position, length) : null;
    }
    return this.waiting(async () => (wanted() ? this.readDisk(file, position, length) : null));
  }

  private readCached({ fd, state }: VerifiedFile, position: number, length: number): Uint8Array {
    const { blocking } = this.deps;
    const bytes = memory(length);
    const count = blocking.read(fd, bytes, position);
    check(count === length && (state === null || sameContent(blocking.fstat(fd), state)));
    return bytes;
  }

  private async readDisk({ fd, state }: VerifiedFile, position: number, length: number): Promise<Uint8Array> {
    const { disk } = this.deps;
    const bytes = memory(length);
    const count = await disk.read(fd, bytes, position);
    // After the bytes: what is written from here on is not among them.
    check(count === length && (state === null || sameContent(await disk.fstat(fd), state)));
    return bytes;
  }

  private async yieldTurn(): Promise<void> {
    const { clock } = this.deps;
    if (clock.now() - this.turnStart < TURN_MS) return;
    await new Promise<void>((resolve) => clock.nextTurn(resolve));
    this.turnStart = clock.now();
  }
}

/** Without zeros, which would cost a tenth of the rate: whatever is not written over is not given out. */
function memory(length: number): Uint8Array {
  return Buffer.allocUnsafeSlow(length);
}

function check(unchanged: boolean): void {
  if (!unchanged) throw new ContentChanged("the file was changed while it was read");
}
