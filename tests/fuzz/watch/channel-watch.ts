import type { Channel, CloseReason } from "../../../src/net/session/channel.ts";
import { openChannel } from "../../../src/net/session/open-channel.ts";
import type { Socket } from "../../../src/net/transport/network.ts";
import type { Message } from "../../../src/protocol/messages/messages.ts";
import { FakeClock } from "../../support/fake-clock.ts";

/** What all channels inherit from, with what is not of their interface. */
interface ChannelPrototype {
  close(this: Watched, reason: CloseReason): void;
  message(this: Watched, message: Message): void;
}

interface Watched extends Channel {
  readonly options: { readonly role: string; readonly side: string };
}

/** Sees all sessions of this process: which message comes in which state, and where the program itself fails. */
export class ChannelWatch implements Disposable {
  /** How often each message came, by role of the receiver, side and state. */
  readonly reached = new Map<string, number>();
  private faults: string[] = [];
  private readonly prototype: ChannelPrototype;
  private readonly original: ChannelPrototype;

  constructor() {
    const prototype = channelPrototype();
    const { close, message } = prototype;
    this.prototype = prototype;
    this.original = { close, message };
    const { faults, reached } = { faults: (text: string) => this.faults.push(text), reached: this.reached };
    prototype.close = function (reason) {
      // What fails while a session is being closed ends a session that is closed already.
      if (reason.cause === "fault") faults(`${this.options.role}, ${this.state}: ${reason.message}`);
      close.call(this, reason);
    };
    prototype.message = function (received) {
      const { role, side } = this.options;
      const key = `${role} ${side} ${this.state} ${received.type}`;
      reached.set(key, (reached.get(key) ?? 0) + 1);
      message.call(this, received);
    };
  }

  /** Failures of the program since the last call. */
  takeFaults(): string[] {
    const { faults } = this;
    this.faults = [];
    return faults;
  }

  [Symbol.dispose](): void {
    Object.assign(this.prototype, this.original);
  }
}

function channelPrototype(): ChannelPrototype {
  const socket: Socket = {
    ...{ remoteHost: "", remotePeer: null },
    write: () => 0,
    writeFile: () => 0,
    pause() {},
    resume() {},
    shutdown() {},
    destroy() {},
  };
  const heartbeat = { pingAfterMs: 1000, deadAfterMs: 2000 };
  const options = { clock: new FakeClock(), heartbeat, role: "central", side: "accepts" } as const;
  return Object.getPrototypeOf(openChannel(socket, options, { message() {}, closed() {} }));
}
