import { ptr } from "bun:ffi";
import { addFaultCleanup } from "../crash.ts";
import type { WriteQueue } from "../disk/disk.ts";
import { type Libc, libc } from "./libc.ts";

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

/** A queue of Linux AIO (io_submit(2)): it needs no thread, and unlike io_uring it is allowed in most containers. */
export function openWriteQueue(): WriteQueue | null {
  const system = libc();
  const context = system?.ioSetup(MAX_WRITES) ?? null;
  return system && context !== null ? new KernelWriteQueue(system, context) : null;
}

export class KernelWriteQueue implements WriteQueue {
  /** By a number that the system gives back. Here the bytes are kept from being thrown away. */
  private readonly writes = new Map<bigint, Write>();
  private count = 0n;
  /** Ended, and not told of. */
  private readonly over: (() => void)[] = [];
  private readonly block = new Uint8Array(IOCB_BYTES);
  private readonly fields = new DataView(this.block.buffer);
  private readonly events = new BigInt64Array(MAX_WRITES * EVENT_WORDS);
  private readonly closed: () => void;
  private broken = false;

  constructor(
    private readonly system: Libc,
    private readonly context: bigint,
  ) {
    // The system would go on reading memory that is somebody else's when this thread is gone.
    this.closed = addFaultCleanup(() => system.ioDestroy(context));
  }

  get pending(): number {
    return this.writes.size + this.over.length;
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
    if (!this.system.ioSubmit(this.context, this.block)) return false;
    this.writes.set(this.count, { bytes, done });
    return true;
  }

  reap(wait: boolean): void {
    if (this.over.length === 0) this.collect(wait);
    // One by one: who is told may begin the next one, or wait for all others.
    for (let tell = this.over.shift(); tell; tell = this.over.shift()) tell();
  }

  private collect(wait: boolean): void {
    const { system, context, events } = this;
    if (this.writes.size === 0) return;
    let count: number | null;
    do count = system.ioEvents(context, wait ? 1 : 0, MAX_WRITES, events);
    while (wait && count === 0);
    if (count === null) return this.abandon();
    for (let event = 0; event < count; event++) {
      const [number = 0n, , result = 0n] = events.subarray(event * EVENT_WORDS);
      const write = this.writes.get(number);
      this.writes.delete(number);
      if (write) this.over.push(() => write.done(result === BigInt(write.bytes.length)));
    }
  }

  /** The system does not tell what became of the writes: none of them counts, and there are no more. */
  private abandon(): void {
    this.broken = true;
    // Waits until it does not read what is pending any more: whoever is told may free that memory.
    this.system.ioDestroy(this.context);
    this.closed();
    for (const { done } of this.writes.values()) this.over.push(() => done(false));
    this.writes.clear();
  }
}
