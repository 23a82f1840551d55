import { FFIType, ptr } from "bun:ffi";
import { EINTR, errno, lazy, loadFunctions } from "./libc.ts";

/** Calls of Linux AIO that no C library wraps, and that have other numbers on every architecture. */
const NUMBERS: Readonly<Record<string, Readonly<Record<"setup" | "destroy" | "events" | "submit", number>>>> = {
  x64: { setup: 206, destroy: 207, events: 208, submit: 209 },
  arm64: { setup: 0, destroy: 1, submit: 2, events: 4 },
};

/** The system calls of {@link KernelWriteQueue}. */
export interface AioCalls {
  /** io_setup: a context for so many writes at once; null where there is none. */
  setup(writes: number): bigint | null;
  /** io_destroy: waits until none of its writes goes on. */
  destroy(context: bigint): void;
  /** io_submit: hands over one struct iocb; whether it was taken. */
  submit(context: bigint, block: Uint8Array): boolean;
  /**
   * io_getevents: puts a struct io_event for each write that has ended into `events`, at most so many, and gives how many
   * these are; waits for `least` of them, or until a signal comes. Null when it fails.
   */
  getEvents(context: bigint, least: number, most: number, events: BigInt64Array): number | null;
}

/** Null where the system has no such calls. */
export const aioCalls = lazy((): AioCalls | null => {
  const { i64, i64_fast, u64 } = FFIType;
  const c = loadFunctions({ syscall: { args: [i64, u64, u64, u64, u64, u64], returns: i64_fast } });
  const numbers = NUMBERS[process.arch];
  if (!c || !numbers) return null;
  const word = new BigUint64Array(1);
  return {
    setup(writes) {
      // A context that is not 0 is refused as one that exists.
      word[0] = 0n;
      return Number(c.syscall(numbers.setup, writes, ptr(word), 0, 0, 0)) === 0 ? (word[0] ?? null) : null;
    },
    destroy: (context) => void c.syscall(numbers.destroy, context, 0, 0, 0, 0),
    submit(context, block) {
      word[0] = BigInt(ptr(block));
      return Number(c.syscall(numbers.submit, context, 1, ptr(word), 0, 0)) === 1;
    },
    getEvents(context, least, most, events) {
      const count = Number(c.syscall(numbers.events, context, least, most, ptr(events), 0));
      if (count >= 0) return count;
      return errno() === EINTR ? 0 : null;
    },
  };
});
