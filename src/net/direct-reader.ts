import { libc } from "../base/libc.ts";

/** A connection that can be read past the event loop. */
export interface Stream {
  /** Of its socket. */
  readonly descriptor: number;
  /** Where the next bytes are wanted: never an empty place, null for anywhere. */
  room(): Uint8Array | null;
  data(bytes: Uint8Array): void;
  /** What `data` or `room` threw. */
  failed(error: unknown): void;
  /** From now on the event loop reads it, or no longer. */
  readByLoop(wanted: boolean): void;
}

/** Milliseconds that one turn waits for bytes: commands and timers of this thread wait as long. */
const WAIT = 1;
/** Turns that bring a stream nothing, after which the event loop reads it again: half a second when all are silent. */
const PATIENCE = 500;
/** Bytes read until other streams have their turn. */
const AT_ONCE = 8 * 1024 * 1024;
/** Bytes read where no place is wanted for them: mostly a header, after which there is one. */
const passing = new Uint8Array(128);

/** From <poll.h>. */
const POLLIN = 1;

interface Entry {
  readonly stream: Stream;
  /** Turns since it last brought something. */
  idle: number;
}

/**
 * Reads streams in the middle of long payloads, straight to where these gather. Bun reads into a buffer of its own and
 * copies that into a new one for each event: from three sources at a gigabit a second, 40 MB of garbage at any time.
 */
export class DirectReader {
  private readonly entries = new Map<Stream, Entry>();
  /** struct pollfd for each entry: a descriptor, then what is asked and, in the upper half, what is answered. */
  private polled = new Int32Array(0);
  private turning = false;

  /** Takes over a stream from the event loop; an end or an error is left for the loop to find. */
  take(stream: Stream): void {
    if (!libc() || this.entries.has(stream)) return;
    const entry = { stream, idle: 0 };
    this.entries.set(stream, entry);
    stream.readByLoop(false);
    // Now: Bun reads on, up to ten times, as long as there is much.
    this.read(entry);
    this.next();
  }

  /** To be said of every stream that is over, since its descriptor may soon be another's. */
  forget(stream: Stream): void {
    this.entries.delete(stream);
  }

  private next(): void {
    if (this.turning || this.entries.size === 0) return;
    this.turning = true;
    setImmediate(() => {
      this.turning = false;
      this.turn();
      this.next();
    });
  }

  private turn(): void {
    const c = libc();
    const entries = [...this.entries.values()];
    if (this.polled.length < 2 * entries.length) this.polled = new Int32Array(4 * entries.length);
    const { polled } = this;
    for (const [index, { stream }] of entries.entries()) {
      polled[2 * index] = stream.descriptor;
      polled[2 * index + 1] = POLLIN;
    }
    c?.poll(polled, entries.length, WAIT);
    for (const [index, entry] of entries.entries()) {
      if ((polled[2 * index + 1] ?? 0) >>> 16 !== 0) this.read(entry);
      else this.rest(entry);
    }
  }

  private read(entry: Entry): void {
    const { stream } = entry;
    entry.idle = 0;
    try {
      for (let read = 0; read < AT_ONCE && this.entries.has(stream); ) {
        const place = stream.room() ?? passing;
        const count = libc()?.receive(stream.descriptor, place) ?? null;
        if (count === null) return this.giveBack(stream);
        if (count === 0) return;
        read += count;
        stream.data(place.subarray(0, count));
      }
    } catch (error) {
      stream.failed(error);
    }
  }

  private rest(entry: Entry): void {
    entry.idle += 1;
    if (entry.idle >= PATIENCE) this.giveBack(entry.stream);
  }

  private giveBack(stream: Stream): void {
    if (this.entries.delete(stream)) stream.readByLoop(true);
  }
}
