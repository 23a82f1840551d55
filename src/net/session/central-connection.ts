import type { Cancel, Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { LogLimiter, ONCE_AN_HOUR } from "../../platform/log/log-limiter.ts";
import type { Random } from "../../platform/random.ts";
import { PeerError } from "../../protocol/errors.ts";
import type { Message } from "../../protocol/messages/messages.ts";
import { CENTRAL_HEARTBEAT, CENTRAL_RECONNECT } from "../../protocol/timing.ts";
import { english, say } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import { type Address, formatAddress } from "../address/address.ts";
import { ConnectError, type Network, type Socket, type SocketEvents } from "../transport/network.ts";
import { Backoff } from "./backoff.ts";
import type { Channel, CloseReason } from "./channel.ts";
import { openChannel } from "./open-channel.ts";

/** Milliseconds in which a missing central is not logged: all processes of a cluster are often started together. */
const STARTUP_GRACE_MS = 1000;

export interface CentralConnectionDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly log: Log;
}

export interface CentralConnectionOptions {
  readonly central: Address;
  readonly role: "secondary" | "client";
  /**
   * Whether the connection stops when no further try can succeed: the central has refused this process for good, or
   * another program answers at its address. Otherwise it tries for ever.
   */
  readonly stopsWhenRefused: boolean;
  /** What the central is told when this process stops, so that it does not wait for it to come back; absent: nothing. */
  readonly farewell?: string;
}

export interface Disconnection {
  readonly reason: CloseReason;
  /** Whether a joined session was lost; otherwise a try to connect has failed. */
  readonly wasJoined: boolean;
  /** Whether no further try is made. */
  readonly refused: boolean;
}

export interface CentralConnectionHandler {
  /** The message that asks the central to accept this process: `register` or `enter`. */
  joinRequest(): Message;
  /** The central has accepted this process. `lossWasLogged`: the log says that there is no session. */
  joined(answer: Message, lossWasLogged: boolean): void;
  /** What the central sends in a joined session. */
  message(message: Message): void;
  /** A session has ended, or a try to connect has failed. */
  disconnected(disconnection: Disconnection): void;
}

/** The answer of the central that accepts a process. */
const JOIN_ANSWERS = { secondary: "registered", client: "entered" } as const;

/** While there is a channel, its state (greeting, joining, open) says how far the session is. */
type ConnectionPhase =
  | { readonly kind: "idle" }
  | { readonly kind: "waiting"; readonly cancel: Cancel }
  | { readonly kind: "dialing" }
  | { readonly kind: "session"; readonly channel: Channel }
  | { readonly kind: "stopped" };

/**
 * A secondary's or a client's connection to the central: dials, greets, joins, and does so again with backoff and jitter
 * whenever it is lost. Writes into the log why there is no session.
 */
export class CentralConnection {
  private phase: ConnectionPhase = { kind: "idle" };
  /** Who has ever answered at the central's address. */
  private answered: "nobody" | "somebody" | "the central" = "nobody";
  private startedAt = 0;
  private readonly backoff = new Backoff(CENTRAL_RECONNECT);
  /** Each reason is logged once an hour: a line for every try would hide everything else. */
  private readonly limitedLog: LogLimiter;
  private lossWasLogged = false;

  constructor(
    private readonly deps: CentralConnectionDeps,
    private readonly options: CentralConnectionOptions,
    private readonly handler: CentralConnectionHandler,
  ) {
    this.limitedLog = new LogLimiter(deps.log, deps.clock, ONCE_AN_HOUR);
  }

  start(): void {
    if (this.phase.kind !== "idle") return;
    this.startedAt = this.deps.clock.now();
    this.dial();
  }

  /** Ends the session for good. */
  stop(): void {
    const { phase } = this;
    this.phase = { kind: "stopped" };
    if (phase.kind === "waiting") phase.cancel();
    if (phase.kind !== "session") return;
    const { farewell } = this.options;
    if (farewell !== undefined && phase.channel.state === "open") phase.channel.fail("stopping", farewell);
    else phase.channel.close({ cause: "ours", message: "stopping" });
  }

  /** Whether the central has accepted this process. */
  get joined(): boolean {
    return this.phase.kind === "session" && this.phase.channel.state === "open";
  }

  /** Where the central is, for people. */
  get address(): string {
    return formatAddress(this.options.central);
  }

  /** The host at the other end; null where there is no session. */
  get remoteHost(): string | null {
    return this.phase.kind === "session" ? this.phase.channel.remoteHost : null;
  }

  /** Sends where there is a joined session; says whether there is. */
  send(message: Message, payload?: Uint8Array): boolean {
    if (this.phase.kind !== "session" || this.phase.channel.state !== "open") return false;
    this.phase.channel.send(message, payload);
    return true;
  }

  private dial(): void {
    this.phase = { kind: "dialing" };
    const { network } = this.deps;
    network
      .connect(this.options.central, (socket) => this.openChannel(socket), { role: "central" })
      .catch((error: Error) => this.ended(connectFailure(error), false));
  }

  private openChannel(socket: Socket): SocketEvents {
    const { clock } = this.deps;
    const { role, central } = this.options;
    const channel: Channel = openChannel(
      socket,
      { clock, role, side: "connects", heartbeat: CENTRAL_HEARTBEAT, expected: { role: "central", address: central } },
      {
        greeted: () => {
          if (this.answered === "nobody") this.answered = "somebody";
          channel.send(this.handler.joinRequest());
        },
        message: (message) => this.receive(channel, message),
        closed: (reason, last) => this.ended(reason, last === "open"),
      },
    );
    if (this.phase.kind === "stopped") channel.close({ cause: "ours", message: "stopping" });
    else this.phase = { kind: "session", channel };
    return channel.socketEvents;
  }

  private receive(channel: Channel, message: Message): void {
    if (channel.state !== "joining" || message.type !== JOIN_ANSWERS[this.options.role]) {
      return this.handler.message(message);
    }
    channel.markJoined();
    this.answered = "the central";
    this.backoff.reset();
    this.limitedLog.reset();
    const { lossWasLogged } = this;
    this.lossWasLogged = false;
    this.handler.joined(message, lossWasLogged);
  }

  private ended(reason: CloseReason, wasJoined: boolean): void {
    if (this.phase.kind === "stopped") return;
    const { clock, random } = this.deps;
    // Any answer shows that a process is there, also when it is not a central.
    if (reason.cause !== "lost" && this.answered === "nobody") this.answered = "somebody";
    const refused = this.options.stopsWhenRefused && this.isFinal(reason);
    if (refused) this.phase = { kind: "stopped" };
    else {
      const cancel = clock.after(this.backoff.next(random.fraction()), () => this.dial());
      this.phase = { kind: "waiting", cancel };
      this.logLoss(reason, wasJoined);
    }
    this.handler.disconnected({ reason, wasJoined, refused });
  }

  /** Whether no further try can succeed. A program that answers where a central was before may go away again. */
  private isFinal({ cause, error }: CloseReason): boolean {
    return (error !== undefined && !error.retryable) || (cause === "stranger" && this.answered !== "the central");
  }

  private logLoss({ message }: CloseReason, wasJoined: boolean): void {
    const starting = this.answered === "nobody" && this.deps.clock.now() - this.startedAt < STARTUP_GRACE_MS;
    if (starting) return;
    const event = wasJoined ? "central-lost" : "waiting";
    const text = wasJoined
      ? say("the central {address} is lost ({message}); trying again until it is back", {
          address: this.address,
          message,
        })
      : say("waiting for the central: {message}", { message });
    this.limitedLog.warn(event, text, {}, english(text));
    this.lossWasLogged = true;
  }
}

function connectFailure(error: Error): CloseReason {
  const message = toldOf(error);
  if (!(error instanceof ConnectError) || error.failure !== "key") return { cause: "lost", message };
  return { cause: "stranger", message, error: new PeerError("key", message) };
}
