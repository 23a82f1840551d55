import type { Socket, SocketEvents } from "../../../../../src/net/transport/network.ts";

/** The byte at a place of a stream: one that is lost, doubled or overtaken shows, and one of another stream. */
export function byteAt(stream: number, place: number): number {
  return place === 0 ? stream : (stream * 101 + place * 31 + (place >> 8) * 17) & 255;
}

/** An end of a connection that writes a stream as fast as the network takes it, and checks the one that comes. */
export class Talker implements SocketEvents {
  private socket: Socket | null = null;
  private written = 0;
  /** The stream that comes, by its first byte. */
  heard: number | null = null;
  received = 0;
  isOver = false;

  /** `gathers`: it has places where payloads gather, of so many bytes. */
  constructor(
    private readonly stream: number,
    private readonly length: number,
    private readonly writeLength: () => number,
    gathers: number | null,
  ) {
    if (gathers !== null) this.buffered = this.gathering(gathers);
  }

  readonly buffered?: NonNullable<SocketEvents["buffered"]>;

  attach(socket: Socket): SocketEvents {
    this.socket = socket;
    this.drained();
    return this;
  }

  data(bytes: Uint8Array): void {
    if (this.isOver) throw new Error("bytes after the end");
    for (const byte of bytes) {
      this.heard ??= byte;
      if (byte !== byteAt(this.heard, this.received)) throw new Error(`a wrong byte at ${this.received}`);
      this.received += 1;
    }
  }

  drained(): void {
    while (this.socket && this.written < this.length) {
      const { stream, written } = this;
      const length = Math.min(this.length - written, this.writeLength());
      const taken = this.socket.write(Uint8Array.from({ length }, (_, index) => byteAt(stream, written + index)));
      this.written += taken;
      if (taken < length) return;
    }
  }

  closed(): void {
    if (this.isOver) throw new Error("two ends");
    this.isOver = true;
  }

  /** After each byte that comes to `data`, some gather. */
  private gathering(length: number): NonNullable<SocketEvents["buffered"]> {
    let place = new Uint8Array(0);
    return {
      nextBuffer: () => {
        if (this.received % length === 0) return null;
        if (place.length === 0) place = new Uint8Array(length - (this.received % length));
        return place;
      },
      bufferFilled: (count) => {
        this.data(place.subarray(0, count));
        place = place.subarray(count);
      },
    };
  }
}
