import { decode, MAX_HEADER_BYTES, PREFIX_BYTES } from "./codec.ts";
import { ProtocolError } from "./errors.ts";
import { type Message, payloadLength } from "./messages/messages.ts";

/** Receives what a {@link FrameDecoder} finds. Views are of the bytes that were pushed: use or copy them at once. */
export interface FrameSink {
  /** A whole header. Its payload, if it has one, follows in calls of `payload`. */
  message(message: Message): void;
  /** Where the next bytes of a payload, at most `left`, should be put if that can be chosen. */
  bufferFor?(message: Message, left: number): Uint8Array | null;
  /** The next bytes of the payload of `message`, never none; `left` bytes are still to come. */
  payload(message: Message, bytes: Uint8Array, left: number): void;
}

/**
 * Cuts a stream of bytes into frames, `u32 header length · MessagePack header · payload`. Holds at most one header;
 * payloads pass through. Knows no sockets.
 */
export class FrameDecoder {
  /** The bytes of the prefix that are here, as a number: a server has a decoder for each of thousands of sessions. */
  private prefix = 0;
  /** Allocated when the prefix is whole and the header is not. */
  private header: Uint8Array | null = null;
  /** Bytes of the prefix and then of the header that are here. */
  private filled = 0;
  private current: Message | null = null;
  private left = 0;
  private stopped = false;

  constructor(private readonly sink: FrameSink) {}

  /** Drops all that is still to come, also the rest of the bytes being pushed now. */
  stop(): void {
    this.stopped = true;
  }

  /** Where the next bytes should be put before they are pushed, if that can be chosen. */
  nextBuffer(): Uint8Array | null {
    return this.current && !this.stopped ? (this.sink.bufferFor?.(this.current, this.left) ?? null) : null;
  }

  /** Takes the next bytes. Throws {@link ProtocolError}; nothing more may be pushed then. */
  push(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0 && !this.stopped) {
      if (this.current) rest = this.decodePayload(this.current, rest);
      else if (this.header) rest = this.decodeHeader(this.header, rest);
      else rest = this.decodePrefix(rest);
    }
  }

  private decodePayload(message: Message, bytes: Uint8Array): Uint8Array {
    const part = bytes.subarray(0, this.left);
    this.left -= part.length;
    if (this.left === 0) this.current = null;
    this.sink.payload(message, part, this.left);
    return bytes.subarray(part.length);
  }

  private decodePrefix(bytes: Uint8Array): Uint8Array {
    const part = bytes.subarray(0, PREFIX_BYTES - this.filled);
    for (const byte of part) this.prefix = this.prefix * 256 + byte;
    this.filled += part.length;
    const rest = bytes.subarray(part.length);
    if (this.filled < PREFIX_BYTES) return rest;
    const length = checkedHeaderLength(this.prefix);
    this.filled = 0;
    this.prefix = 0;
    if (rest.length < length) {
      this.header = new Uint8Array(length);
      return rest;
    }
    this.deliver(rest.subarray(0, length));
    return rest.subarray(length);
  }

  private decodeHeader(header: Uint8Array, bytes: Uint8Array): Uint8Array {
    const part = bytes.subarray(0, header.length - this.filled);
    header.set(part, this.filled);
    this.filled += part.length;
    if (this.filled === header.length) {
      this.header = null;
      this.filled = 0;
      this.deliver(header);
    }
    return bytes.subarray(part.length);
  }

  private deliver(header: Uint8Array): void {
    const message = decode(header);
    this.left = payloadLength(message);
    if (this.left > 0) this.current = message;
    this.sink.message(message);
  }
}

/** The length of a header. Throws {@link ProtocolError} when none may be so long or so short. */
function checkedHeaderLength(length: number): number {
  if (length === 0 || length > MAX_HEADER_BYTES) {
    throw new ProtocolError(`a header of ${length} bytes, where 1 to ${MAX_HEADER_BYTES} are allowed`);
  }
  return length;
}
