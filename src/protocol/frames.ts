import { decode, MAX_HEADER_BYTES, PREFIX_BYTES } from "./codec.ts";
import { ProtocolError } from "./errors.ts";
import { type Message, payloadLength } from "./messages/messages.ts";

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
  /** Allocated when the prefix is whole and the header is not. */
  private header: Uint8Array | null = null;
  /** Bytes of the prefix and then of the header that are here. */
  private headerFilled = 0;
  private current: Message | null = null;
  /** Where the payload of `current` gathers; null where it does not. */
  private buffer: Uint8Array | null = null;
  /** Bytes of that payload that are still to come. */
  private left = 0;
  private stopped = false;

  constructor(private readonly sink: FrameSink) {}

  /** Drops all that is still to come, also the rest of the bytes being pushed now. */
  stop(): void {
    this.stopped = true;
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

  /** Takes the next bytes. Throws {@link ProtocolError}; nothing more may be pushed then. */
  push(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0 && !this.stopped) {
      if (this.current) rest = this.decodePayload(rest);
      else if (this.header) rest = this.decodeHeader(this.header, rest);
      else rest = this.decodePrefix(rest);
    }
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
    const length = checkedHeaderLength(this.prefix);
    this.headerFilled = 0;
    this.prefix = 0;
    if (rest.length < length) {
      this.header = new Uint8Array(length);
      return rest;
    }
    this.deliver(rest.subarray(0, length));
    return rest.subarray(length);
  }

  private decodeHeader(header: Uint8Array, bytes: Uint8Array): Uint8Array {
    const part = bytes.subarray(0, header.length - this.headerFilled);
    header.set(part, this.headerFilled);
    this.headerFilled += part.length;
    if (this.headerFilled === header.length) {
      this.header = null;
      this.headerFilled = 0;
      this.deliver(header);
    }
    return bytes.subarray(part.length);
  }

  private deliver(header: Uint8Array): void {
    const message = decode(header);
    this.left = payloadLength(message);
    if (this.left > 0) this.current = message;
    this.sink.message(message);
    if (this.left > 0 && !this.stopped) this.buffer = this.sink.payloadBuffer?.(message) ?? null;
  }
}

/** The length of a header. Throws {@link ProtocolError} when none may be so long or so short. */
function checkedHeaderLength(length: number): number {
  if (length === 0 || length > MAX_HEADER_BYTES) {
    throw new ProtocolError(`a header of ${length} bytes, where 1 to ${MAX_HEADER_BYTES} are allowed`);
  }
  return length;
}
