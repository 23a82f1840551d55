import { type Clock, delay } from "../../../../../src/platform/clock.ts";

/** What another program writes, a block at a time. */
export interface Stream {
  readonly bytes: Uint8Array;
  readonly blockBytes: number;
  /** Milliseconds before each block. */
  readonly pauseMs: number;
}

/** Somebody has stopped who was reading. */
export class Stopped extends Error {
  constructor() {
    super("it was stopped");
  }
}

/** Gives the blocks in order. Rejects with {@link Stopped} as soon as `stopped` resolves. */
export async function* blocksOf(
  clock: Clock,
  { bytes, blockBytes, pauseMs }: Stream,
  stopped: Promise<unknown>,
): AsyncGenerator<Uint8Array> {
  const stopping = stopped.then(() => Promise.reject(new Stopped()));
  // It may be stopped later, when nobody reads any more.
  stopping.catch(() => {});
  for (let at = 0; at < bytes.length; at += blockBytes) {
    await Promise.race([delay(clock, pauseMs), stopping]);
    yield bytes.subarray(at, at + blockBytes);
  }
}
