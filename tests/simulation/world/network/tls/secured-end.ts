import type { KnownSockets } from "../../../../../src/net/transport/known-sockets.ts";
import type { FileSlice, Peer, Socket, SocketEvents } from "../../../../../src/net/transport/network.ts";
import type { Cancel } from "../../../../../src/platform/clock.ts";
import { ForwardingSocket } from "../../../../support/forwarding-socket.ts";

/** Sees what the program writes to the other end. */
export type WriteWatcher = (bytes: Uint8Array) => void;

/** What both ends of a TLS connection have in common: after the handshake bytes pass as they are. */
export abstract class SecuredEnd extends ForwardingSocket implements SocketEvents {
  private peer: Peer | null = null;
  private inner: SocketEvents | null = null;
  private state: "handshake" | "open" | "over" = "handshake";
  /** Ends what the handshake waits for. */
  protected cancel: Cancel = () => {};
  private watchWrites: WriteWatcher | null = null;

  constructor(
    socket: Socket,
    readonly acceptedAt: number | null,
    private readonly known: KnownSockets,
  ) {
    super(socket);
  }

  override get remotePeer(): Peer | null {
    return this.peer;
  }

  protected get isShakingHands(): boolean {
    return this.state === "handshake";
  }

  override write(bytes: Uint8Array): number {
    const taken = super.write(bytes);
    this.watchWrites?.(bytes.subarray(0, taken));
    return taken;
  }

  override writeFile(slice: FileSlice): number {
    const taken = super.writeFile(slice);
    this.watchWrites?.(new Uint8Array(taken));
    return taken;
  }

  /** From now on the other end is not believed. */
  refuse(reason: string): void {
    this.peer = { kind: "refused", reason };
    this.inner?.refused?.(reason);
  }

  data(bytes: Uint8Array): void {
    if (this.state === "handshake") this.received(bytes);
    else this.inner?.data(bytes);
  }

  drained(): void {
    this.inner?.drained();
  }

  closed(error: Error | null): void {
    this.cancel();
    this.known.delete(this);
    const { inner, state } = this;
    this.state = "over";
    this.inner = null;
    if (state === "handshake") this.broken(error);
    else inner?.closed(error);
  }

  /** Bytes of the handshake. */
  protected abstract received(bytes: Uint8Array): void;
  /** The connection has ended in the handshake. */
  protected abstract broken(error: Error | null): void;

  /** Sends a part of the handshake: what waits for nobody fits into the smallest buffer. */
  protected say(record: Uint8Array): void {
    const taken = this.socket.write(record);
    if (taken > 0 && taken < record.length) throw new Error("a buffer is too small for a handshake");
  }

  /** The handshake is over: the program has the connection from here on. */
  protected open(
    peer: Peer,
    attach: (socket: Socket) => SocketEvents,
    rest: Uint8Array,
    watch: WriteWatcher | null,
  ): void {
    this.cancel();
    this.peer = peer;
    this.state = "open";
    this.watchWrites = watch;
    this.inner = attach(this);
    this.known.add(this);
    if (rest.length > 0) this.inner.data(rest);
  }

  /** What comes from now on is for nobody. The connection ends in order, so that the other end reads what was said. */
  protected endHandshake(): void {
    this.cancel();
    this.state = "over";
    this.socket.shutdown();
  }
}
