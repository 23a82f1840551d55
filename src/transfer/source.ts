import { type Address, formatAddress } from "../net/address/address.ts";
import { Backoff } from "../net/session/backoff.ts";
import type { Cancel, Clock } from "../platform/clock.ts";
import type { Random } from "../platform/random.ts";
import { StateMachine, type Transitions } from "../platform/state-machine.ts";
import type { SourceAddress } from "../protocol/fields.ts";
import { SOURCE_RECONNECT } from "../protocol/timing.ts";
import type {
  ConnectionCommand,
  ConnectionEnd,
  ConnectionEvent,
  ConnectionHandle,
  ConnectionHost,
  PieceConnectionSpec,
} from "./connection/messages.ts";

/** Milliseconds before a source that lied is tried again. */
const WRONG_PIECES_RETRY_MS = 30_000;
/** Wrong pieces after which a source is left alone for a while. */
const MAX_WRONG_PIECES = 3;
/** Milliseconds in which a source that has the whole file must say so. One that is still copying it may take longer. */
const OPEN_TIMEOUT_MS = 20_000;

/**
 * `resting`: waiting to be tried again; `connecting`: a lane was started; `ready`: it delivers; `closing`: the lane was
 * told to stop and has not ended yet; `stopped`: not wanted any more.
 */
export type SourceConnectionState = "resting" | "connecting" | "ready" | "closing" | "stopped";

const TRANSITIONS: Transitions<SourceConnectionState> = {
  resting: ["connecting", "stopped"],
  connecting: ["ready", "resting", "closing"],
  ready: ["resting", "closing"],
  closing: ["stopped", "resting"],
  stopped: ["connecting"],
};

export interface SourceEvents {
  event(source: Source, event: Exclude<ConnectionEvent, { kind: "ended" }>): void;
  /** All that came at once has been passed on. */
  batchHandled(): void;
  /** The lane has ended; nothing of it is written any more. The source is resting or stopped now. */
  ended(source: Source, end: ConnectionEnd): void;
}

export interface SourceDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly lanes: ConnectionHost;
}

/** One secondary as a source of one download: its lane, and when it is tried again. */
export class Source {
  readonly number: number;
  /** Bytes that came from it. */
  bytes = 0;
  /** Bad answers that it gave. */
  faults = 0;
  /** Why it is not ready, as far as it has been tried since it last was. */
  failure: string | null = null;
  private readonly connection = new StateMachine("a source", TRANSITIONS, "stopped");
  private lane: ConnectionHandle | null = null;
  /** Where the lane was told to connect to, and when. */
  private attempt: { readonly location: Address; readonly at: number };
  private place: Address;
  private partial: boolean;
  private cancelRetry: Cancel = () => {};
  private wrongPieces = 0;
  private readonly backoff = new Backoff(SOURCE_RECONNECT);

  constructor(
    private readonly deps: SourceDeps,
    { number, host, port, partial }: SourceAddress,
    private readonly spec: (address: Address) => PieceConnectionSpec,
    private readonly events: SourceEvents,
  ) {
    this.number = number;
    this.place = { host, port };
    this.partial = partial;
    this.attempt = { location: this.place, at: deps.clock.now() };
  }

  get state(): SourceConnectionState {
    return this.connection.state;
  }

  get address(): string {
    return formatAddress(this.place);
  }

  /** Begins to use it. */
  start(): void {
    if (this.connection.state === "stopped") this.connect();
  }

  /** Somebody has just seen it alive at this address: it is tried there without waiting, unless it is in use. */
  addressReported({ host, port, partial }: SourceAddress): void {
    this.place = { host, port };
    this.partial = partial;
    if (this.connection.state === "resting") this.retryNow();
    // Its old address may take long to say that nobody is there.
    else if (this.connection.state === "connecting" && this.hasMoved) this.disconnect();
  }

  /** Whether it has been asked for long what it has of the file, and has not said. */
  openTimedOut(now: number): boolean {
    return this.connection.state === "connecting" && !this.partial && now - this.attempt.at >= OPEN_TIMEOUT_MS;
  }

  send(command: ConnectionCommand): void {
    this.lane?.send(command);
  }

  /** Ends its lane. `ended` follows where there was one. */
  stop(): void {
    if (this.connection.state === "resting") {
      this.cancelRetry();
      this.connection.become("stopped");
    } else if (this.connection.state === "connecting" || this.connection.state === "ready") {
      this.connection.become("closing");
      this.send({ kind: "stop" });
    }
  }

  /** It sent a wrong piece. Ends its lane when that was once too often. */
  wrongPieceReceived(): void {
    this.wrongPieces += 1;
    if (this.wrongPieces >= MAX_WRONG_PIECES) this.send({ kind: "stop" });
  }

  /** Ends its lane for now: it refused the whole version, or sends nothing. */
  disconnect(): void {
    this.send({ kind: "stop" });
  }

  private get hasMoved(): boolean {
    const { host, port } = this.attempt.location;
    return host !== this.place.host || port !== this.place.port;
  }

  private retryNow(): void {
    if (this.wrongPieces >= MAX_WRONG_PIECES) return;
    this.cancelRetry();
    this.connect();
  }

  private connect(): void {
    this.connection.become("connecting");
    const lane = this.deps.lanes.open((events) => {
      for (const event of events) this.handleEvent(event);
      this.events.batchHandled();
    });
    this.lane = lane;
    this.attempt = { location: this.place, at: this.deps.clock.now() };
    lane.send({ kind: "start", spec: this.spec(this.place) });
  }

  private handleEvent(event: ConnectionEvent): void {
    if (event.kind === "ended") return this.connectionEnded(event.end);
    // What had arrived before the lane was told to stop is here all the same.
    if (this.connection.state === "closing" && event.kind !== "piece" && event.kind !== "bytes") return;
    if (event.kind === "ready") {
      this.connection.become("ready");
      this.failure = null;
    }
    if (event.kind === "refused" && event.piece === null) this.failure = event.message;
    if (event.kind === "piece") this.backoff.reset();
    this.events.event(this, event);
  }

  private connectionEnded(end: ConnectionEnd): void {
    this.lane = null;
    if (end.cause === "source") this.failure = end.message;
    const told = this.connection.state === "closing";
    if (told) this.connection.become("stopped");
    else this.scheduleRetry();
    this.events.ended(this, end);
    // It was left because it has moved.
    if (this.connection.state === "resting" && this.hasMoved) this.retryNow();
  }

  private scheduleRetry(): void {
    this.connection.become("resting");
    const liar = this.wrongPieces >= MAX_WRONG_PIECES;
    const wait = liar ? WRONG_PIECES_RETRY_MS : this.backoff.next(this.deps.random.fraction());
    this.cancelRetry = this.deps.clock.after(wait, () => {
      if (liar) this.wrongPieces = 0;
      this.connect();
    });
  }
}
