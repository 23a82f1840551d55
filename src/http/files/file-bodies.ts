import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import { type Allowance, UNLIMITED } from "../../platform/pacing/allowance.ts";
import type { Blocks } from "../server/block-response.ts";
import type { ByteRange } from "./byte-range.ts";
import { type BodyEnd, FileBody } from "./file-body.ts";
import { type BlockReader, MAX_BLOCK_BYTES, type VerifiedFile } from "./file-reads.ts";

/**
 * Milliseconds for which a reader may take nothing, as the system buffers some megabytes for it: a slow line takes a
 * while to empty them, and a player that pauses asks again by itself.
 */
export const STALL_MS = 10 * 60_000;
/** Milliseconds between two checks for it. */
const CHECK_INTERVAL_MS = 30_000;
/**
 * Bytes of the blocks of all bodies together, and of one block at least. The runtime copies what a slow reader does not
 * take of a block; smaller blocks it collects, many of them, before it gives them to the system.
 */
const BLOCKS_BYTES = 4 * 1024 * 1024;
const MIN_BLOCK_BYTES = 16 * 1024;

/** Reads blocks of files, as {@link FileReads} does. It may give fewer bytes than are asked for. */
export interface BlockReads<File> {
  readNow(file: File, position: number, length: number, reader: BlockReader): boolean;
  read(file: File, position: number, length: number, reader: BlockReader): Promise<void>;
}

/** The bodies that are being sent: with many of them each has smaller blocks, and whoever takes nothing is cut off. */
export class FileBodies<File = VerifiedFile> {
  private readonly bodies = new Set<FileBody>();
  private cancelCheck: Cancel | null = null;
  private passedOn = 0;

  constructor(
    private readonly clock: Clock,
    private readonly reads: BlockReads<File>,
    private readonly allowance: Allowance = UNLIMITED,
    private readonly maxBlockBytes = MAX_BLOCK_BYTES,
  ) {}

  /** Bytes of all bodies that are on their way to their readers, since the start. */
  get sentBytes(): number {
    return this.passedOn;
  }

  /** `ended`: see {@link FileBody}. */
  open(file: File, range: ByteRange, ended: (end: BodyEnd, sent: number) => void): Blocks {
    const body = new FileBody({
      range,
      now: () => this.clock.now(),
      blockBytes: (previous) => Math.min(this.mostBytes, Math.max(MIN_BLOCK_BYTES, 2 * previous)),
      allowance: this.allowance,
      passedOn: (bytes) => {
        this.passedOn += bytes;
      },
      readNow: (position, length, reader) => this.reads.readNow(file, position, length, reader),
      read: (position, length, reader) => this.reads.read(file, position, length, reader),
      ended: (end, sent) => {
        this.close(body);
        ended(end, sent);
      },
    });
    this.bodies.add(body);
    this.cancelCheck ??= every(this.clock, CHECK_INTERVAL_MS, () => this.cutStalled());
    return body;
  }

  /** Of the next block of each body. It grows from the smallest: many who come at once do not all begin with a large one. */
  private get mostBytes(): number {
    // A power of two: with one reader more or less, blocks mostly stay as they are.
    const share = 2 ** Math.floor(Math.log2(BLOCKS_BYTES / Math.max(1, this.bodies.size)));
    return Math.max(MIN_BLOCK_BYTES, Math.min(this.maxBlockBytes, share));
  }

  private close(body: FileBody): void {
    this.bodies.delete(body);
    if (this.bodies.size > 0) return;
    this.cancelCheck?.();
    this.cancelCheck = null;
  }

  private cutStalled(): void {
    for (const body of [...this.bodies]) if (body.blockedMs >= STALL_MS) body.cancel();
  }
}
