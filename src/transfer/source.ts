import { type Address, formatAddress } from "../net/address/address.ts";
import { HeldBackPeer } from "../net/pacing/held-back-peer.ts";
import { Backoff } from "../net/session/backoff.ts";
import { type Cancel, type Clock, NOTHING_TO_CANCEL } from "../platform/clock.ts";
import type { Random } from "../platform/random.ts";
import { StateMachine, type Transitions } from "../platform/state-machine.ts";
import type { SourceAddress } from "../protocol/fields.ts";
import { HELD_BACK_INTERVAL_MS, SOURCE_RECONNECT } from "../protocol/timing.ts";
import type { Told } from "../sentences/sentence.ts";
import type {
  ConnectionCommand,
  ConnectionEnd,
  ConnectionEvent,
  ConnectionHandle,
  ConnectionHost,
  PieceConnectionSpec,
} from "./connection/messages.ts";
import { HASHES_TIMEOUT_MS, OPEN_PARTIAL_TIMEOUT_MS, OPEN_TIMEOUT_MS } from "./request-deadlines.ts";

/** Milliseconds before a source that sent too many wrong pieces is tried again: it may have verified them by then. */
const WRONG_PIECES_RETRY_MS = 30_000;
/** Milliseconds for which the word that a limit holds it back, here or there, explains that nothing comes: it is said again before. */
const HELD_BACK_MS = { us: 2000, source: 2 * HELD_BACK_INTERVAL_MS } as const;
/** One wrong piece may be a single damaged place on its disk. With three it is likely that most are wrong. */
const MAX_WRONG_PIECES = 3;

/**
 * `waiting` to be tried again; `connecting` until it has said which pieces it has; `ready` to deliver; `closing`: its
 * connection was told to stop and has not ended; `stopped`: not wanted any more.
 */
export type SourceConnectionState = "waiting" | "connecting" | "ready" | "closing" | "stopped";

const TRANSITIONS: Transitions<SourceConnectionState> = {
  waiting: ["connecting", "stopped"],
  connecting: ["ready", "waiting", "closing"],
  ready: ["waiting", "closing"],
  closing: ["stopped", "waiting"],
  stopped: ["connecting"],
};

/** No bytes, of piece -1, come where a limit holds them back: the source is not to blame. */
export type SourceEvent = Exclude<ConnectionEvent, { kind: "ended" | "held-back" }>;

export interface SourceEvents {
  event(source: Source, event: SourceEvent): void;
  /** All events that came in one message have been passed on. */
  batchHandled(): void;
  /** The connection has ended, and writes nothing more. The source is waiting or stopped now. */
  ended(source: Source, end: ConnectionEnd): void;
}

export interface SourceDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly connections: ConnectionHost;
}

/** One secondary as a source of one download: its connection, and when it is tried again. */
export class Source {
  readonly number: number;
  /** Bytes that came from it. */
  bytes = 0;
  /** Bad answers that it gave. */
  faults = 0;
  /** Why the last try to use it has failed; null when it did not. */
  failure: Told | null = null;
  /** Until when a limit is why nothing comes from it. */
  heldBackUntil = Number.NEGATIVE_INFINITY;
  private readonly lifecycle = new StateMachine("a source", TRANSITIONS, "stopped");
  private connection: ConnectionHandle | null = null;
  /** Where the connection was told to connect to, when, and whether the piece hashes were asked for. */
  private attempt: { readonly address: Address; readonly at: number; readonly hashes: boolean };
  private location: Address;
  private partial: boolean;
  private cancelRetry: Cancel = NOTHING_TO_CANCEL;
  private wrongPieces = 0;
  private readonly backoff = new Backoff(SOURCE_RECONNECT);
  private readonly heldBackPeer = new HeldBackPeer();

  constructor(
    private readonly deps: SourceDeps,
    { number, host, port, partial }: SourceAddress,
    private readonly spec: (source: Pick<PieceConnectionSpec, "number" | "address">) => PieceConnectionSpec,
    private readonly events: SourceEvents,
  ) {
    this.number = number;
    this.location = { host, port };
    this.partial = partial;
    this.attempt = { address: this.location, at: deps.clock.now(), hashes: false };
  }

  get state(): SourceConnectionState {
    return this.lifecycle.state;
  }

  get address(): string {
    return formatAddress(this.location);
  }

  /** Begins to use it. */
  start(): void {
    if (this.state === "stopped") this.connect();
  }

  /** The central says that it is connected, at this address: it is tried there without waiting, unless it is in use. */
  addressReported({ host, port, partial }: SourceAddress): void {
    this.location = { host, port };
    this.partial = partial;
    if (this.state === "waiting") this.retryNow();
    // Its old address may take long to say that nobody is there.
    else if (this.state === "connecting" && this.hasMoved) this.disconnect();
  }

  /** Whether it has not said in time which pieces it has. */
  openTimedOut(now: number): boolean {
    const timeout = this.partial ? OPEN_PARTIAL_TIMEOUT_MS : OPEN_TIMEOUT_MS;
    return this.state === "connecting" && now - this.attempt.at >= timeout;
  }

  /**
   * Whether it was asked for the piece hashes and has not sent them in time, while no other source has sent them
   * either.
   */
  hashesTimedOut(now: number): boolean {
    return this.state === "ready" && this.attempt.hashes && now - this.attempt.at >= HASHES_TIMEOUT_MS;
  }

  send(command: ConnectionCommand): void {
    this.connection?.send(command);
  }

  /** Ends its connection. `ended` follows if there was one. */
  stop(): void {
    if (this.state === "waiting") {
      this.cancelRetry();
      this.lifecycle.become("stopped");
    } else if (this.lifecycle.is("connecting", "ready")) {
      this.lifecycle.become("closing");
      this.send({ kind: "stop" });
    }
  }

  /** It sent a wrong piece. Ends its connection when that was once too often. */
  wrongPieceReceived(): void {
    this.wrongPieces += 1;
    if (this.wrongPieces >= MAX_WRONG_PIECES) this.disconnect();
  }

  /** Ends its connection for now; it is tried again later. */
  disconnect(): void {
    this.send({ kind: "stop" });
  }

  private get hasMoved(): boolean {
    const { host, port } = this.attempt.address;
    return host !== this.location.host || port !== this.location.port;
  }

  private retryNow(): void {
    if (this.wrongPieces >= MAX_WRONG_PIECES) return;
    this.cancelRetry();
    this.connect();
  }

  private connect(): void {
    this.lifecycle.become("connecting");
    const connection = this.deps.connections.open((events) => {
      for (const event of events) this.handleEvent(event);
      this.events.batchHandled();
    });
    this.connection = connection;
    const spec = this.spec({ number: this.number, address: this.location });
    this.attempt = { address: this.location, at: this.deps.clock.now(), hashes: spec.manifest };
    connection.send({ kind: "start", spec });
  }

  private handleEvent(event: ConnectionEvent): void {
    if (event.kind === "ended") return this.connectionEnded(event.end);
    if (event.kind === "held-back") return this.heldBack(event.by);
    // What had arrived before the connection was told to stop is here all the same.
    if (this.state === "closing" && event.kind !== "piece" && event.kind !== "bytes") return;
    if (event.kind === "ready") {
      this.lifecycle.become("ready");
      this.failure = null;
    }
    if (event.kind === "bytes") this.heldBackPeer.progressed();
    if (event.kind === "refused" && event.piece === null) this.failure = event.message;
    if (event.kind === "piece") this.backoff.reset();
    this.events.event(this, event);
  }

  /** It is not to blame that nothing comes. */
  private heldBack(by: "us" | "source"): void {
    const now = this.deps.clock.now();
    if (by === "source" && !this.heldBackPeer.saidSo(now)) return;
    this.attempt = { ...this.attempt, at: now };
    this.heldBackUntil = now + HELD_BACK_MS[by];
    this.events.event(this, { kind: "bytes", piece: -1, bytes: 0 });
  }

  private connectionEnded(end: ConnectionEnd): void {
    this.connection = null;
    if (end.cause === "source") this.failure = end.message;
    if (this.state === "closing") this.lifecycle.become("stopped");
    else this.scheduleRetry();
    this.events.ended(this, end);
    // It was left because it has moved.
    if (this.lifecycle.is("waiting") && this.hasMoved) this.retryNow();
  }

  private scheduleRetry(): void {
    this.lifecycle.become("waiting");
    const distrusted = this.wrongPieces >= MAX_WRONG_PIECES;
    const wait = distrusted ? WRONG_PIECES_RETRY_MS : this.backoff.next(this.deps.random.fraction());
    this.cancelRetry = this.deps.clock.after(wait, () => {
      if (distrusted) this.wrongPieces = 0;
      this.connect();
    });
  }
}
