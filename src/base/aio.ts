import { ptr } from "bun:ffi";
import type { WriteQueue } from "./disk.ts";
import { type Libc, libc } from "./libc.ts";

/** Most writes at once. */
const SLOTS = 16;

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
  const context = system?.ioSetup(SLOTS) ?? null;
  return system && context !== null ? new KernelQueue(system, context) : null;
}

class KernelQueue implements WriteQueue {
  private readonly blocks = Array.from({ length: SLOTS }, () => new Uint8Array(IOCB_BYTES));
  private readonly free = [...this.blocks.keys()];
  private readonly writes = new Map<number, Write>();
  private readonly events = new BigInt64Array(SLOTS * EVENT_WORDS);

  constructor(
    private readonly system: Libc,
    private readonly context: bigint,
  ) {}

  get pending(): number {
    return this.writes.size;
  }

  begin(fd: number, bytes: Uint8Array, position: number, done: (written: boolean) => void): boolean {
    const slot = this.free.pop();
    const block = slot === undefined ? undefined : this.blocks[slot];
    if (slot === undefined || !block) return false;
    const fields = new DataView(block.buffer);
    fields.setBigUint64(IOCB_DATA, BigInt(slot), true);
    fields.setUint16(IOCB_OPCODE, PWRITE, true);
    fields.setUint32(IOCB_FILE, fd, true);
    fields.setBigUint64(IOCB_ADDRESS, BigInt(ptr(bytes)), true);
    fields.setBigUint64(IOCB_LENGTH, BigInt(bytes.length), true);
    fields.setBigUint64(IOCB_POSITION, BigInt(position), true);
    if (!this.system.ioSubmit(this.context, block)) {
      this.free.push(slot);
      return false;
    }
    // Here they are kept from being thrown away.
    this.writes.set(slot, { bytes, done });
    return true;
  }

  reap(wait: boolean): void {
    if (this.pending === 0) return;
    const { events } = this;
    let count: number | null;
    do count = this.system.ioEvents(this.context, wait ? 1 : 0, SLOTS, events);
    while (wait && count === 0);
    // The system may still read what is pending: nobody may use that memory again.
    if (count === null) throw new Error("the system does not tell what became of direct writes");
    const ended = Array.from({ length: count }, (_, event) => {
      const [slot = 0n, , result = 0n] = events.subarray(event * EVENT_WORDS);
      return this.end(Number(slot), result);
    });
    // Who is told may begin the next one.
    for (const tell of ended) tell();
  }

  private end(slot: number, result: bigint): () => void {
    const write = this.writes.get(slot);
    this.writes.delete(slot);
    this.free.push(slot);
    return () => write?.done(result === BigInt(write.bytes.length));
  }
}
