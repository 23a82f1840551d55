import type { Clock } from "../../platform/clock.ts";
import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import { MAX_CONNECTIONS } from "../../protocol/limits.ts";
import type { Channel } from "../session/channel.ts";
import { ConnectionPlaces } from "./connection-places.ts";

/** Refused connections in each second that get the reason as a message: each stays open a moment longer for it. */
const MAX_EXPLAINED_REFUSALS = 16;
const SECOND_MS = 1000;

/** Bounds the connections that a server has at once: in all, of one address, and of those that have not greeted. */
export class ConnectionLimit {
  private readonly places: ConnectionPlaces<Channel>;
  private since = Number.NEGATIVE_INFINITY;
  private explained = 0;

  /** `most`: as many as there are descriptors for. */
  constructor(
    most: number,
    private readonly clock: Clock,
    private readonly log: LogLimiter,
  ) {
    this.places = new ConnectionPlaces(Math.min(most, MAX_CONNECTIONS));
  }

  /** There is a new connection: one that is too many is ended, or the oldest of those that have not greeted. */
  opened(channel: Channel): void {
    const { remoteHost } = channel;
    const { places } = this;
    const admission = places.admit(channel, remoteHost);
    if (admission.kind === "refused") {
      const own = `there are ${places.perAddress} connections from one address, as many as it may have`;
      const all = `there are ${places.most} connections, as many as may be (see ulimit -n)`;
      return this.refuse(channel, admission.by === "all" ? all : own);
    }
    if (admission.displaced === null) return;
    const text = "too many connections have not greeted yet, and the oldest ones are ended";
    this.refuse(admission.displaced, text);
  }

  /** The greeting of a connection is over. */
  greeted(channel: Channel): void {
    this.places.finished(channel);
  }

  closed(channel: Channel): void {
    this.places.release(channel);
  }

  private refuse(channel: Channel, text: string): void {
    this.log.warn("connections", `${text}; ${channel.remoteHost} is refused`, { most: this.places.most }, text);
    const now = this.clock.now();
    if (now - this.since >= SECOND_MS) {
      this.since = now;
      this.explained = 0;
    }
    this.explained += 1;
    if (this.explained <= MAX_EXPLAINED_REFUSALS) channel.fail("busy", `${text}; try again later`);
    else channel.close({ cause: "lost", message: text });
  }
}
