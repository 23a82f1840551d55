import { ptr } from "bun:ffi";
import type { WriteQueue } from "../disk/disk.ts";
import { type AioCalls, aioCalls } from "./aio-calls.ts";

/** Most writes at once. */
const MAX_WRITES = 16;

/** struct iocb of <linux/aio_abi.h>; what is not named here stays 0. */
const IOCB_BYTES = 64;
const IOCB_DATA = 0;
const IOCB_OPCODE = 16;
const IOCB_FILE = 20;
const IOCB_ADDRESS = 24;
const IOCB_LENGTH = 32;
const IOCB_POSITION = 40;
const PWRITE = 1;

/** struct io_event, in words of 64 bits: the iocb's data, its address, the result, a second one. */
const EVENT_WORDS = 4;

interface Write {
  readonly bytes: Uint8Array;
  readonly done: (written: boolean) => void;
}

/** The contexts of this thread that may have writes under way. */
const openContexts = new Map<bigint, AioCalls>();

/**
 * A thread that ends, also by an error, waits until the system reads none of its memory any more: another part of the
 * program could get that memory, and its bytes would be written to the file. A process waits for its other threads when it
 * stops them (ConnectionPool). If it is killed, the kernel waits before it frees the memory and unlocks the files.
 */
process.on("exit", () => {
  for (const [context, calls] of openContexts) calls.destroy(context);
});

/** A queue of Linux AIO (io_submit(2)): it needs no thread, and unlike io_uring it is allowed in most containers. */
export function openWriteQueue(): WriteQueue | null {
  const calls = aioCalls();
  const context = calls?.setup(MAX_WRITES) ?? null;
  return calls && context !== null ? new KernelWriteQueue(calls, context) : null;
}

export class KernelWriteQueue implements WriteQueue {
  /** By the number that the system reports. Keeps the bytes from being garbage while the system reads them. */
  private readonly writes = new Map<bigint, Write>();
  private count = 0n;
  private readonly block = new Uint8Array(IOCB_BYTES);
  private readonly fields = new DataView(this.block.buffer);
  private readonly events = new BigInt64Array(MAX_WRITES * EVENT_WORDS);
  private broken = false;

  constructor(
    private readonly calls: AioCalls,
    private readonly context: bigint,
  ) {
    openContexts.set(context, calls);
  }

  get pending(): number {
    return this.writes.size;
  }

  begin(fd: number, bytes: Uint8Array, position: number, done: (written: boolean) => void): boolean {
    if (this.broken || this.writes.size >= MAX_WRITES) return false;
    const { fields } = this;
    this.count += 1n;
    fields.setBigInt64(IOCB_DATA, this.count, true);
    fields.setUint16(IOCB_OPCODE, PWRITE, true);
    fields.setUint32(IOCB_FILE, fd, true);
    fields.setBigUint64(IOCB_ADDRESS, BigInt(ptr(bytes)), true);
    fields.setBigUint64(IOCB_LENGTH, BigInt(bytes.length), true);
    fields.setBigUint64(IOCB_POSITION, BigInt(position), true);
    if (!this.calls.submit(this.context, this.block)) return false;
    this.writes.set(this.count, { bytes, done });
    return true;
  }

  reap(wait: boolean): void {
    const { calls, context, events } = this;
    if (this.writes.size === 0) return;
    let count: number | null;
    do count = calls.getEvents(context, wait ? 1 : 0, MAX_WRITES, events);
    while (wait && count === 0);
    if (count === null) return this.abandon();
    for (let event = 0; event < count; event++) {
      const [number = 0n, , result = 0n] = events.subarray(event * EVENT_WORDS);
      const write = this.writes.get(number);
      this.writes.delete(number);
      write?.done(result === BigInt(write.bytes.length));
    }
  }

  /** The system does not report the results: none of the writes counts, and no others are begun. */
  private abandon(): void {
    this.broken = true;
    // Waits until the system reads no pending bytes any more: `done` may free their memory.
    this.calls.destroy(this.context);
    openContexts.delete(this.context);
    const writes = [...this.writes.values()];
    this.writes.clear();
    for (const { done } of writes) done(false);
  }
}
