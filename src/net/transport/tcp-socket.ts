import { readSync } from "node:fs";
import { networkInterfaces } from "node:os";
import type { Socket as BunSocket, SocketHandler } from "bun";
import { limitSending, type Progress, progressOf } from "../../platform/linux/socket-calls.ts";
import { sendFile } from "../../platform/linux/stream-calls.ts";
import type { Told } from "../../sentences/sentence.ts";
import { errorOf } from "../../sentences/sentence-error.ts";
import { isLinkLocal, isLoopback, normalizeHost } from "../address/address.ts";
import type { DirectReader, DirectStream } from "./direct-reader.ts";
import type { FileSlice, Peer, Socket, SocketEvents } from "./network.ts";

/** Bytes of a file that go through this process at once, between two calls of sendfile. */
const COPY_BYTES = 16 * 1024;
/** The same with TLS, where all of them do: Bun hands 8 records of 16 KiB to the kernel with one call, and so 16 with two. */
const TLS_COPY_BYTES = 256 * 1024;
/** Bytes that came at once, or are still to come of one payload, from which on reading directly pays. */
const MIN_DIRECT_BYTES = 64 * 1024;

/**
 * Bytes that came at once whose memory is freed at once. Bun takes new memory each time, and a client that downloads over TLS
 * had 160 MB of it before the garbage collector came; so it has 105.
 */
const MIN_FREED_BYTES = 4096;

export type BunTcpSocket = BunSocket<TcpSocket | null>;

/** Bun's types leave it out. */
export function descriptorOf(socket: BunTcpSocket): number {
  return "fd" in socket && typeof socket.fd === "number" ? socket.fd : -1;
}

/** What a connection has from its beginning on. */
interface Beginning {
  /** Reads long payloads where there is one; else the event loop does. */
  readonly reader: DirectReader | null;
  /** Null without TLS. With it the descriptor must not be used, and `reader` is null. */
  readonly peer: Peer | null;
  readonly acceptedAt: number | null;
}

/** A server has thousands of these. */
export class TcpSocket implements Socket, DirectStream {
  /** Null until attached, and after the end. */
  private events: SocketEvents | null = null;
  /** Whether its owner wants nothing read. */
  private paused = false;
  /** Bun forgets it when the connection is over. */
  readonly remoteHost: string;
  readonly isSameMachine: boolean;

  private constructor(
    private readonly socket: BunTcpSocket,
    private readonly reader: DirectReader | null,
    public remotePeer: Peer | null,
    readonly acceptedAt: number | null,
  ) {
    // Of one that the other end has reset already, Bun knows none.
    const host = normalizeHost(socket.remoteAddress ?? "unknown");
    this.isSameMachine = isLoopback(host) || socket.localAddress === socket.remoteAddress;
    this.remoteHost = isLinkLocal(host) ? normalizeHost(`${host}${zoneOf(socket.localAddress)}`) : host;
  }

  static attach(
    socket: BunTcpSocket,
    { reader, peer, acceptedAt }: Beginning,
    attach: (socket: TcpSocket) => SocketEvents,
  ): void {
    socket.setNoDelay(true);
    const made = new TcpSocket(socket, reader, peer, acceptedAt);
    socket.data = made;
    made.events = attach(made);
  }

  write(bytes: Uint8Array): number {
    return Math.max(0, this.socket.write(bytes));
  }

  writeFile(slice: FileSlice): number {
    return this.events ? writeFile(this, slice) : 0;
  }

  progress(): Progress | null {
    return this.events ? progressOf(this.descriptor) : null;
  }

  limitSending(bytesPerSecond: number | null): void {
    if (this.events) limitSending(this.descriptor, bytesPerSecond);
  }

  pause(): void {
    this.paused = true;
    this.reader?.remove(this);
    this.socket.pause();
  }

  /** With a reader it goes on at once, as it reads no more than is asked for, and the event loop much more. */
  resume(): void {
    const { events, reader } = this;
    this.paused = false;
    if (events && !(events.buffered && reader?.add(this))) this.socket.resume();
  }

  shutdown(): void {
    this.socket.shutdown();
  }

  destroy(): void {
    this.socket.terminate();
    this.end(null);
  }

  /** From now on the other end is not believed. */
  refuse(reason: Told): void {
    this.remotePeer = { kind: "refused", reason };
    this.events?.refused?.(reason);
  }

  get descriptor(): number {
    return descriptorOf(this.socket);
  }

  nextBuffer(): Uint8Array | null {
    return this.events?.buffered?.nextBuffer() ?? null;
  }

  bufferFilled(count: number): void {
    this.events?.buffered?.bufferFilled(count);
  }

  data(bytes: Uint8Array): void {
    this.events?.data(bytes);
  }

  /** What Bun has read. */
  receivedByLoop(bytes: Uint8Array): void {
    const count = bytes.length;
    this.data(bytes);
    if (bytes.length >= MIN_FREED_BYTES) free(bytes);
    if (!this.reader || this.paused || !this.events?.buffered) return;
    if (Math.max(count, this.nextBuffer()?.length ?? 0) >= MIN_DIRECT_BYTES) this.reader.add(this);
  }

  readByLoop(wanted: boolean): void {
    if (!wanted) this.socket.pause();
    else if (this.events && !this.paused) this.socket.resume();
  }

  drained(): void {
    this.events?.drained();
  }

  failed(error: unknown): void {
    this.end(errorOf(error));
    this.socket.terminate();
  }

  end(error: Error | null): void {
    this.reader?.remove(this);
    const { events } = this;
    this.events = null;
    events?.closed(error);
  }
}

/** The link on which this machine has an address, as it is written behind those of others there. */
function zoneOf(local: string): string {
  const links = Object.entries(networkInterfaces());
  const found = links.find(([, addresses]) => addresses?.some(({ address }) => address === local));
  return found ? `%${found[0]}` : "";
}

/** Nobody has a view of them any more. */
function free({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

export const socketHandler: SocketHandler<TcpSocket | null> = {
  data: (socket, bytes) => socket.data?.receivedByLoop(bytes),
  drain: (socket) => socket.data?.drained(),
  close: (socket, error) => socket.data?.end(error instanceof Error ? error : null),
  // What a handler of ours throws comes here and leaves the socket open: nobody would ever close it.
  error: (socket, error) => socket.data?.failed(error),
};

const copied = new Uint8Array(COPY_BYTES);
const toEncrypt = new Uint8Array(TLS_COPY_BYTES);

/**
 * Without TLS the kernel sends from the page cache. It knows the socket by its descriptor, behind the back of Bun, which tells of
 * room only after a write of its own that found too little: where sendfile stops, some bytes are written in the usual way.
 */
function writeFile(socket: TcpSocket, { fd, position, length }: FileSlice): number {
  const plain = socket.remotePeer === null;
  const buffer = plain ? copied : toEncrypt;
  for (let done = 0; done < length; ) {
    const sent = plain ? (sendFile(socket.descriptor, fd, position + done, length - done) ?? 0) : 0;
    done += sent;
    if (sent > 0) continue;
    const count = readSync(fd, buffer, 0, Math.min(buffer.length, length - done), position + done);
    if (count === 0) throw new Error("it has become shorter");
    const written = socket.write(buffer.subarray(0, count));
    done += written;
    if (written < count) return done;
  }
  return length;
}
