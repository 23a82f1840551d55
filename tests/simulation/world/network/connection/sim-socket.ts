import type { FileSlice, Socket, SocketEvents } from "../../../../../src/net/transport/network.ts";
import { copyOf } from "../../memory.ts";
import { bytesOf, type Flow, type FlowOwner, type Segment } from "./flow.ts";
import type { Outgoing } from "./outgoing.ts";
import type { KernelSocket, ProcessSockets } from "./process-sockets.ts";
import { deliverBytes } from "./reading.ts";

export const RESET_TEXT = "ECONNRESET: connection reset by peer, read";
const TIMED_OUT_TEXT = "ETIMEDOUT: connection timed out, read";

/** What a socket needs from its place in the network. */
export interface SocketPlace {
  /** The socket's process; of an end that waits to be accepted, the process that listens. */
  readonly owner: ProcessSockets;
  readonly remoteHost: string;
  readonly readSlice: (slice: FileSlice) => Uint8Array;
  /** Milliseconds until the thread that has the socket reads what has come. */
  readonly untilRead: () => number;
  /** Whether it reads payloads to where they gather, as a thread for connections does. */
  readonly gathers: boolean;
  /** The kernel answers what comes for a connection that it does not know. */
  answerReset(): void;
  /** A handler threw. */
  handlerFailed(error: unknown): void;
  over(): void;
}

/** Takes a connection; null: it is not wanted any more. */
export type Accept = (socket: Socket) => SocketEvents | null;

/**
 * One end of a connection, as Bun's sockets are: one that hears that nothing more comes ends by itself, and what it has not
 * given to the kernel then is lost.
 */
export class SimSocket implements Socket, KernelSocket, FlowOwner {
  /** Null until attached, and after the end. */
  private events: SocketEvents | null = null;
  private state: "open" | "shut" | "over" = "open";
  private outgoing: Outgoing | null = null;
  private incoming: Flow | null = null;
  private reading = false;
  private paused = false;

  constructor(
    private readonly place: SocketPlace,
    /** Of the end that is accepted, once the other one's first packet has come. It gives null where nobody listens. */
    private readonly accept: Accept | null,
  ) {
    const { open, unaccepted } = place.owner;
    (accept ? unaccepted : open).add(this);
    place.owner.host.sockets.add(this);
  }

  readonly remotePeer = null;

  get remoteHost(): string {
    return this.place.remoteHost;
  }

  get isOver(): boolean {
    return this.state === "over";
  }

  /** Bytes that the kernel holds for it. */
  get bufferedBytes(): number {
    return (this.outgoing?.unsentBytes ?? 0) + (this.incoming?.unreadBytes ?? 0);
  }

  join(outgoing: Outgoing, incoming: Flow): void {
    this.outgoing = outgoing;
    this.incoming = incoming;
  }

  attach(attach: Accept): void {
    const events = attach(this);
    if (events === null) this.destroy();
    else if (this.isOver) events.closed(null);
    else this.events = events;
  }

  write(bytes: Uint8Array): number {
    const { outgoing } = this;
    if (this.state !== "open" || outgoing === null) return 0;
    const taken = Math.min(bytes.length, outgoing.room);
    // A copy: the caller may use its buffer again.
    if (taken > 0) outgoing.send(copyOf(taken < bytes.length ? bytes.subarray(0, taken) : bytes));
    if (taken < bytes.length) outgoing.waitForRoom();
    return taken;
  }

  writeFile({ fd, position, length }: FileSlice): number {
    const { outgoing } = this;
    if (this.state !== "open" || this.events === null || outgoing === null) return 0;
    const wanted = Math.min(length, outgoing.room);
    const bytes = wanted > 0 ? this.place.readSlice({ fd, position, length: wanted }) : new Uint8Array(0);
    if (bytes.length > 0) outgoing.send(bytes);
    if (bytes.length < wanted) throw new Error("it has become shorter");
    if (wanted < length) outgoing.waitForRoom();
    return wanted;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    if (!this.isOver) this.readable();
  }

  shutdown(): void {
    if (this.state !== "open") return;
    this.state = "shut";
    this.outgoing?.signal("end");
  }

  destroy(): void {
    if (this.state === "over") return;
    this.outgoing?.abandon(this.state === "open" ? "reset" : null);
    this.end(null);
  }

  /** The process is over, and the kernel closes its sockets: unread bytes make it a reset, as in Linux. */
  closeByKernel(): void {
    if (this.state === "over") return;
    if ((this.incoming?.unreadBytes ?? 0) > 0) this.outgoing?.abandon("reset");
    else if (this.state === "open") this.outgoing?.signal("end");
    this.events = null;
    this.end(null);
  }

  /** The machine has lost its power: no packet says so. */
  forget(): void {
    this.outgoing?.abandon(null);
    this.events = null;
    this.end(null);
  }

  /** A reset that came outside of the order of bytes: what is unread is lost. */
  resetByPeer(): void {
    this.fail(RESET_TEXT);
  }

  readable(): void {
    if (this.state === "over") {
      const last = this.incoming?.take();
      this.incoming?.dropUnread();
      if (last?.signal !== "reset" && last?.signal !== "end") this.place.answerReset();
      return;
    }
    if (this.reading || this.paused) return;
    this.reading = true;
    this.readSoon();
  }

  writable(): void {
    this.place.owner.process.receive(() => {
      if (this.state === "open") this.events?.drained();
    });
  }

  gaveUp(): void {
    this.fail(TIMED_OUT_TEXT);
  }

  private fail(text: string): void {
    if (this.state === "over") return;
    this.incoming?.dropUnread();
    this.outgoing?.abandon(null);
    this.place.owner.process.receive(() => this.end(new Error(text)));
  }

  private readSoon(): void {
    const { process } = this.place.owner;
    const wait = this.place.untilRead();
    if (wait > 0) process.deliver(wait, () => this.read());
    else process.receive(() => this.read());
  }

  private read(): void {
    for (let segment = this.incoming?.take(); segment && !this.isOver; segment = this.incoming?.take()) {
      this.receive(segment);
      if (this.paused) break;
      if (!this.isOver && this.place.untilRead() > 0) return this.readSoon();
    }
    this.reading = false;
  }

  private receive(segment: Segment): void {
    if (segment.signal === "open") this.accepted();
    else if (segment.signal === "reset") this.resetByPeer();
    else if (segment.signal === "end") this.ended();
    else if (this.events) {
      try {
        deliverBytes(this.events, bytesOf(segment), this.place.gathers, () => this.state !== "over");
      } catch (error) {
        this.failed(error);
      }
    }
  }

  private accepted(): void {
    const { owner } = this.place;
    if (this.accept === null || owner.host.exhaustions.total > 0) return this.destroy();
    owner.unaccepted.delete(this);
    owner.open.add(this);
    try {
      this.attach(this.accept);
    } catch (error) {
      this.failed(error);
    }
  }

  /** Nothing more comes: what the kernel has is still sent, and then the connection is over at both ends. */
  private ended(): void {
    if (this.state === "open") this.outgoing?.signal("end");
    this.end(null);
  }

  /** As with Bun's sockets: what a handler throws ends its connection. */
  private failed(error: unknown): void {
    this.place.handlerFailed(error);
    if (this.isOver) return;
    this.outgoing?.abandon("reset");
    this.end(error instanceof Error ? error : new Error(String(error)));
  }

  private end(error: Error | null): void {
    if (this.state === "over") return;
    this.state = "over";
    this.place.owner.open.delete(this);
    this.place.owner.unaccepted.delete(this);
    this.place.owner.host.sockets.delete(this);
    const { events } = this;
    this.events = null;
    this.place.over();
    events?.closed(error);
  }
}
