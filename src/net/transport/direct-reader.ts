import type { Clock } from "../../platform/clock.ts";
import { canReceive, poll, receive } from "../../platform/linux/stream-calls.ts";
import type { BufferedReceiver } from "./network.ts";

/** A connection that can be read without the event loop. */
export interface DirectStream extends BufferedReceiver {
  /** Of its socket. */
  readonly descriptor: number;
  /** Bytes that gather nowhere. */
  data(bytes: Uint8Array): void;
  /** What taking the bytes threw. */
  failed(error: unknown): void;
  /** From now on the event loop reads it, or no longer. */
  readByLoop(wanted: boolean): void;
}

/** Milliseconds that one turn waits for bytes: everything else on this thread waits as long. */
const POLL_TIMEOUT_MS = 1;
/**
 * Turns in a row that bring nothing at all, after which the event loop reads again, which costs nothing while it waits. Each
 * idle turn wakes the process: of a hundred that waited for the same sources, half a second of turns took more of the
 * processors than all that they received.
 */
const MAX_IDLE_TURNS = 8;
/** Bytes of one stream, and milliseconds of all, until everything else on this thread has its turn. */
const MAX_TURN_BYTES = 2 * 1024 * 1024;
/**
 * Who takes the bytes may write them, and a busy disk may need a second for a piece. A central that no pong reaches for 5 s
 * gives a session up, and this thread may be the one that answers.
 */
const MAX_TURN_MS = 100;
/** For bytes that gather nowhere: mostly a header, after which there is a place for the rest. */
const headerBuffer = new Uint8Array(128);
/** For the next bytes when as many as that did not end it: a payload that nobody gathers. */
const streamBuffer = new Uint8Array(64 * 1024);

/** From <poll.h>. */
const POLLIN = 1;

/**
 * Reads sockets in the middle of long payloads, straight to where these gather. Bun reads into a buffer of its own and
 * copies that into a new one for each event: from three sources at a gigabit a second, 40 MB of garbage at any time.
 */
export class DirectReader {
  private readonly streams = new Set<DirectStream>();
  /** struct pollfd for each stream: a descriptor, then what is asked and, in the upper half, what is answered. */
  private polled = new Int32Array(0);
  private turning = false;
  private idleTurns = 0;

  constructor(private readonly clock: Pick<Clock, "now">) {}

  /** Reads a stream in place of the event loop, which still finds its end or an error. Says whether it does. */
  add(stream: DirectStream): boolean {
    if (!canReceive()) return false;
    if (this.streams.has(stream)) return true;
    this.streams.add(stream);
    this.idleTurns = 0;
    stream.readByLoop(false);
    // Now: Bun reads on, up to ten times, as long as there is much.
    this.read(stream, this.clock.now() + MAX_TURN_MS);
    this.scheduleTurn();
    return true;
  }

  /** Must be called for every stream that is not to be read, or is over: another may soon have its descriptor. */
  remove(stream: DirectStream): void {
    this.streams.delete(stream);
  }

  private scheduleTurn(): void {
    if (this.turning || this.streams.size === 0) return;
    this.turning = true;
    setImmediate(() => {
      this.turning = false;
      try {
        this.turn();
      } finally {
        this.scheduleTurn();
      }
    });
  }

  private turn(): void {
    const streams = [...this.streams];
    if (this.polled.length < 2 * streams.length) this.polled = new Int32Array(4 * streams.length);
    const { polled } = this;
    for (const [index, { descriptor }] of streams.entries()) {
      polled[2 * index] = descriptor;
      polled[2 * index + 1] = POLLIN;
    }
    poll(polled, streams.length, POLL_TIMEOUT_MS);
    const ready = streams.filter((_, index) => (polled[2 * index + 1] ?? 0) >>> 16 !== 0);
    this.idleTurns = ready.length > 0 ? 0 : this.idleTurns + 1;
    if (this.idleTurns >= MAX_IDLE_TURNS) for (const stream of streams) this.returnToLoop(stream);
    const end = this.clock.now() + MAX_TURN_MS;
    for (const stream of ready) {
      if (this.clock.now() >= end) return;
      // Those that are left out now come first in the next turn.
      if (this.streams.delete(stream)) this.streams.add(stream);
      this.read(stream, end);
    }
  }

  private read(stream: DirectStream, end: number): void {
    let elsewhere = headerBuffer;
    try {
      for (let read = 0; read < MAX_TURN_BYTES && this.streams.has(stream) && this.clock.now() < end; ) {
        const buffered = stream.nextBuffer();
        const place = buffered ?? elsewhere;
        const count = receive(stream.descriptor, place);
        if (count === null) return this.returnToLoop(stream);
        if (count === 0) return;
        read += count;
        elsewhere = buffered === null && count === place.length ? streamBuffer : headerBuffer;
        if (buffered === null) stream.data(place.subarray(0, count));
        else stream.bufferFilled(count);
      }
    } catch (error) {
      stream.failed(error);
    }
  }

  private returnToLoop(stream: DirectStream): void {
    if (this.streams.delete(stream)) stream.readByLoop(true);
  }
}
