import { decode, PREFIX_BYTES } from "./codec.ts";
import { ProtocolError } from "./errors.ts";
import { MAX_HEADER_BYTES } from "./limits.ts";
import { type Message, payloadLength } from "./messages/messages.ts";

/** Bytes for which there is room when a header begins. */
const FIRST_HEADER_BYTES = 4096;

/** Receives what a {@link FrameDecoder} finds. Bytes that gather in no buffer are a view: use or copy them at once. */
export interface FrameSink {
  /** A whole header. Its payload, if it has one, follows in calls of `payload`. */
  message(message: Message): void;
  /**
   * The buffer in which the payload of `message` gathers, exactly as long as the payload; null where it is only passed on.
   * Called once for each payload, after `message`. The decoder writes to it until the payload ends or `stop` is called.
   */
  payloadBuffer?(message: Message): Uint8Array | null;
  /** The next bytes of the payload of `message`, never none; `left` bytes are still to come. */
  payload(message: Message, bytes: Uint8Array, left: number): void;
}

/**
 * Cuts a stream of bytes into frames, `u32 header length · MessagePack header · payload`. Holds at most one header. The
 * bytes of a payload gather in one buffer: the reader of the socket puts them there itself (`nextBuffer`,
 * `bufferFilled`), or `push` copies them. Knows no sockets.
 */
export class FrameDecoder {
  /** The bytes of the prefix that are here, as a number: a server has a decoder for each of thousands of sessions. */
  private prefix = 0;
  /** Has room for what has come, and grows: who announces a long header has sent nothing of it yet. Null between headers. */
  private header: Uint8Array | null = null;
  private headerLength = 0;
  /** Bytes of the prefix and then of the header that are here. */
  private headerFilled = 0;
  private current: Message | null = null;
  /** Where the payload of `current` gathers; null where it does not. */
  private buffer: Uint8Array | null = null;
  /** Bytes of that payload that are still to come. */
  private left = 0;
  private stopped = false;
  private paused = false;
  private frames = 0;

  /** `maxHeaderBytes`: the longest header that is taken from now on. */
  constructor(
    private readonly sink: FrameSink,
    public maxHeaderBytes = MAX_HEADER_BYTES,
  ) {}

  /** Drops all that is still to come, also the rest of the bytes being pushed now. */
  stop(): void {
    this.stopped = true;
  }

  /** To be called by the sink: takes no more of the bytes that are being pushed now. */
  pause(): void {
    this.paused = true;
  }

  /** Which frame's header has begun and is not whole; null: none. */
  get unfinishedHeader(): number | null {
    return this.header !== null || this.headerFilled > 0 ? this.frames : null;
  }

  /** Where the next bytes can be put, instead of pushing them; null where they must be pushed. */
  nextBuffer(): Uint8Array | null {
    const { buffer } = this;
    return buffer === null || this.stopped ? null : buffer.subarray(buffer.length - this.left);
  }

  /** The first `count` bytes of `nextBuffer` have come. */
  bufferFilled(count: number): void {
    const { buffer } = this;
    if (buffer === null || this.stopped) return;
    const start = buffer.length - this.left;
    this.payloadCame(buffer.subarray(start, start + count));
  }

  /**
   * Takes the next bytes; gives those that it has not taken, because it was paused meanwhile. Throws {@link ProtocolError};
   * nothing more may be pushed then.
   */
  push(bytes: Uint8Array): Uint8Array {
    let rest = bytes;
    this.paused = false;
    while (rest.length > 0 && !this.stopped && !this.paused) {
      if (this.current) rest = this.decodePayload(rest);
      else if (this.header) rest = this.decodeHeader(this.header, rest);
      else rest = this.decodePrefix(rest);
    }
    return rest;
  }

  private decodePayload(bytes: Uint8Array): Uint8Array {
    const part = bytes.subarray(0, this.left);
    const { buffer } = this;
    if (buffer === null) {
      this.payloadCame(part);
    } else {
      buffer.set(part, buffer.length - this.left);
      this.bufferFilled(part.length);
    }
    return bytes.subarray(part.length);
  }

  private payloadCame(bytes: Uint8Array): void {
    const { current: message } = this;
    if (message === null) return;
    this.left -= bytes.length;
    if (this.left === 0) {
      this.current = null;
      this.buffer = null;
    }
    this.sink.payload(message, bytes, this.left);
  }

  private decodePrefix(bytes: Uint8Array): Uint8Array {
    const part = bytes.subarray(0, PREFIX_BYTES - this.headerFilled);
    for (const byte of part) this.prefix = this.prefix * 256 + byte;
    this.headerFilled += part.length;
    const rest = bytes.subarray(part.length);
    if (this.headerFilled < PREFIX_BYTES) return rest;
    const length = this.checkedHeaderLength(this.prefix);
    this.headerFilled = 0;
    this.prefix = 0;
    if (rest.length < length) {
      this.headerLength = length;
      this.header = new Uint8Array(Math.min(length, FIRST_HEADER_BYTES));
      return rest;
    }
    this.deliver(rest.subarray(0, length));
    return rest.subarray(length);
  }

  private decodeHeader(before: Uint8Array, bytes: Uint8Array): Uint8Array {
    const { headerFilled, headerLength } = this;
    const part = bytes.subarray(0, headerLength - headerFilled);
    const filled = headerFilled + part.length;
    const header = withRoom(before, filled, headerLength);
    header.set(part, headerFilled);
    if (filled === headerLength) {
      this.header = null;
      this.headerFilled = 0;
      this.deliver(header.subarray(0, headerLength));
    } else {
      this.header = header;
      this.headerFilled = filled;
    }
    return bytes.subarray(part.length);
  }

  /** Throws {@link ProtocolError} when no header may be so long or so short. */
  private checkedHeaderLength(length: number): number {
    if (length > 0 && length <= this.maxHeaderBytes) return length;
    throw new ProtocolError(`a header of ${length} bytes, where 1 to ${this.maxHeaderBytes} are allowed`);
  }

  private deliver(header: Uint8Array): void {
    this.frames += 1;
    const message = decode(header);
    this.left = payloadLength(message);
    if (this.left > 0) this.current = message;
    this.sink.message(message);
    if (this.left > 0 && !this.stopped) this.buffer = this.sink.payloadBuffer?.(message) ?? null;
  }
}

/** The bytes, or a copy with more room: twice as much, at most `length`. */
function withRoom(bytes: Uint8Array, needed: number, length: number): Uint8Array {
  if (needed <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.min(length, Math.max(needed, 2 * bytes.length)));
  larger.set(bytes);
  return larger;
}
