import type { Cancel, Clock } from "../../platform/clock.ts";
import type { Random } from "../../platform/random.ts";
import type { PeerError } from "../../protocol/errors.ts";
import type { Message } from "../../protocol/messages/messages.ts";
import type { Role } from "../../protocol/messages/session.ts";
import { CENTRAL_RECONNECT, type HeartbeatTimes } from "../../protocol/timing.ts";
import type { Address } from "../address/address.ts";
import type { Network } from "../transport/network.ts";
import { Backoff } from "./backoff.ts";
import { Channel, type CloseReason } from "./channel.ts";

export interface DialerDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
}

export interface DialerOptions {
  readonly address: Address;
  readonly role: Exclude<Role, "central">;
  readonly heartbeat: HeartbeatTimes;
}

export interface DialerHandler {
  /** Connected and greeted. */
  up(channel: Channel): void;
  message(message: Message, payload: Uint8Array): void;
  /** The connection could not be made, or is over. It is tried again unless `stop` was called. */
  down(reason: CloseReason): void;
}

/** Milliseconds in which a server that is not there yet is no news: all are often started together. */
const STARTUP_GRACE_MS = 1000;

/** `waiting` for the next try; `calling`: connecting and greeting; `up`; `stopped`. */
type DialerState = "waiting" | "calling" | "up" | "stopped";

/** Keeps a session with one server: connects, and connects again with backoff and jitter whenever it is lost. */
export class Dialer {
  private state: DialerState = "waiting";
  private channel: Channel | null = null;
  private cancelWait: Cancel = () => {};
  private began = 0;
  /** Whether the other end has ever said anything. */
  private met = false;
  private readonly backoff = new Backoff(CENTRAL_RECONNECT);

  constructor(
    private readonly deps: DialerDeps,
    private readonly options: DialerOptions,
    private readonly handler: DialerHandler,
  ) {}

  start(): void {
    this.began = this.deps.clock.now();
    if (this.state === "waiting") this.call();
  }

  /** Whether it has only begun to try: that nobody is there need not be told yet. */
  get starting(): boolean {
    return !this.met && this.deps.clock.now() - this.began < STARTUP_GRACE_MS;
  }

  /** Ends the session for good. */
  stop(): void {
    if (this.state === "stopped") return;
    this.state = "stopped";
    this.cancelWait();
    this.channel?.close({ cause: "ours", message: "stopping" });
  }

  /** Sends where there is a session; says whether there is. */
  send(message: Message, payload?: Uint8Array): boolean {
    if (this.state !== "up" || !this.channel) return false;
    this.channel.send(message, payload);
    return true;
  }

  private call(): void {
    this.state = "calling";
    const { clock, network } = this.deps;
    const { role, heartbeat, address } = this.options;
    const attach = (socket: Parameters<Parameters<Network["connect"]>[1]>[0]) => {
      const channel: Channel = new Channel(
        socket,
        { clock, role, side: "connects", heartbeat, expected: { role: "central", address } },
        {
          greeted: () => {
            this.state = "up";
            this.met = true;
            this.handler.up(channel);
          },
          message: (message, payload) => this.handler.message(message, payload),
          closed: (reason) => this.ended(reason),
        },
      );
      this.channel = channel;
      if (this.state === "stopped") channel.close({ cause: "ours", message: "stopping" });
      return channel;
    };
    network.connect(address, attach).catch((error: Error) => this.ended({ cause: "lost", message: error.message }));
  }

  /** The session has done its work: the next loss is tried again at once. */
  settled(): void {
    this.backoff.reset();
  }

  private ended(reason: CloseReason): void {
    this.channel = null;
    if (this.state === "stopped") return;
    // Whoever says something, and be it that it is another, is there.
    if (reason.cause !== "lost") this.met = true;
    this.state = "waiting";
    this.cancelWait = this.deps.clock.after(this.backoff.next(this.deps.random.fraction()), () => this.call());
    this.handler.down(reason);
  }
}

/** Whether trying again can change anything. */
export function hopeless(error: PeerError | undefined): boolean {
  return error !== undefined && !error.retryable;
}
