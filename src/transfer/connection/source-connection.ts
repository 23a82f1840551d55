import type { Address } from "../../net/address/address.ts";
import type { Channel, ChannelHandler, CloseReason } from "../../net/session/channel.ts";
import { openChannel } from "../../net/session/open-channel.ts";
import type { Socket } from "../../net/transport/network.ts";
import { DiskError } from "../../platform/disk/disk.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import type { Role } from "../../protocol/messages/session.ts";
import { DATA_HEARTBEAT } from "../../protocol/timing.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import type { ConnectionEnd, ConnectionFault } from "./messages.ts";
import type { ResponseValidator } from "./response-validator.ts";
import type { ConnectionDeps } from "./thread-resources.ts";

/**
 * A connection to a source, from its start to its one end. Each request to the source has its own number, and the validator
 * compares each answer with its request. A connection that fetches pieces and one that fetches small files are built on it.
 */
export abstract class SourceConnection implements ChannelHandler {
  protected channel: Channel | null = null;
  protected ended = false;
  private socket: Pick<Socket, "progress"> | null = null;
  private requests = 0;

  constructor(
    protected readonly deps: ConnectionDeps,
    protected readonly validator: ResponseValidator,
  ) {}

  greeted?(): void;
  abstract message(message: Message, payload: Uint8Array): void;
  abstract block(message: Messages["block"], bytes: Uint8Array, left: number): void;

  closed(reason: CloseReason): void {
    this.channel = null;
    this.end({ cause: "source", ...this.faultIn(reason) });
  }

  /** Whether the source is at fault when its session ends so, and the text that says why it ended. */
  protected abstract faultIn(reason: CloseReason): Pick<ConnectionFault, "message" | "fault">;
  /** Called when the session exists; its greeting is still under way. */
  protected connected?(): void;
  /** Called once, when the connection ends for the reason `end`. Posts the `ended` event last. */
  protected abstract finish(end: ConnectionEnd): void;

  /** `number`: which secondary is there. */
  protected connect(number: number, address: Address, role: Exclude<Role, "central">): void {
    const { clock, network } = this.deps;
    network
      .connect(
        address,
        (socket) => {
          this.socket = socket;
          const expected = { role: "secondary", address } as const;
          const options = { clock, role, side: "connects", heartbeat: DATA_HEARTBEAT, expected } as const;
          const channel = openChannel(socket, options, this);
          if (this.ended) {
            channel.close({ cause: "ours", message: say("not wanted any more") });
          } else {
            this.channel = channel;
            this.connected?.();
          }
          return channel.socketEvents;
        },
        { role: "secondary", number },
      )
      .catch((error: unknown) => {
        this.end({ cause: "source", message: toldOf(error), fault: null });
      });
  }

  /** Milliseconds for which what came last has waited for this thread; 0 where that is not known. */
  protected get waitedToBeRead(): number {
    return this.socket?.progress?.()?.sinceArrival ?? 0;
  }

  protected nextRequest(): number {
    this.requests += 1;
    return this.requests;
  }

  /** Whether `amount` more of the answer is allowed now, and what is `announced` after it; if not, the connection ends. */
  protected accept(request: number, amount: number, announced = 0): boolean {
    const offence = this.validator.received(request, amount, announced);
    if (offence !== null) this.offence(offence);
    return offence === null;
  }

  /** The source broke the protocol. */
  protected offence(message: Told): void {
    this.end({ cause: "source", message, fault: "offence" });
  }

  protected end(end: ConnectionEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.channel?.close({ cause: "ours", message: "done" });
    this.finish(end);
  }
}

/** The end of a connection whose disk threw `error`. */
export function diskEnd(error: unknown): ConnectionEnd {
  const failure = error instanceof DiskError ? error.failure : "other";
  return { cause: "disk", failure, message: toldOf(error) };
}
