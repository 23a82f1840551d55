import type { Channel } from "../../net/session/channel.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import type { Central } from "../central.ts";
import type { Session } from "./session.ts";

/** The central's end of a secondary's session. */
export class SecondarySession implements Session {
  /** The secondary's number, once it is registered. */
  private number: number | null = null;

  constructor(
    private readonly central: Central,
    readonly key: number,
    readonly channel: Channel,
  ) {}

  message(message: Message): void {
    switch (message.type) {
      case "register":
        return this.register(message);
      case "watch":
        return this.central.sourceNews.subscribe(this, message);
      case "unwatch":
        return this.central.sourceNews.unsubscribe(this, message);
      case "finish":
        return this.central.downloads.recordOutcome(this, message.report);
      case "accuse":
        return this.central.accuse(message, `secondary ${this.number}`);
      default:
        if (this.number !== null) this.fromMember(message, this.number);
    }
  }

  closed(reason: string): void {
    if (this.number !== null) this.central.memberLost(this, this.number, reason);
  }

  private register(message: Messages["register"]): void {
    const host = message.host ?? this.channel.remoteHost;
    if (this.central.registerMember(this, { ...message, host })) this.number = message.number;
  }

  private fromMember(message: Message, number: number): void {
    const { registry } = this.central;
    switch (message.type) {
      case "announce": {
        const { batch, files, gone, complete } = message;
        const now = this.central.now();
        return this.central.apply(registry.announce(number, batch, files, gone, complete, now));
      }
      case "unfetched":
        return this.central.apply(registry.copyFailed(number, message, this.central.now()));
      case "disk":
        return this.central.memberDisk(number, message);
      case "retry":
        registry.obstaclesGone(number, message.names);
        return this.central.apply([]);
      case "keeping":
      case "restored":
        return this.central.kept.answered(number, message);
      case "removed":
        return registry.tombstonesApplied(number, message.serial);
      default:
        return;
    }
  }
}
