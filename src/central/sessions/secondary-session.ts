import { describeIdentity } from "../../keys/identity.ts";
import type { Channel, CloseReason } from "../../net/session/channel.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import type { DownloadCoordinator } from "../downloads/download-coordinator.ts";
import type { SourceSubscriptions } from "../downloads/source-subscriptions.ts";
import type { ClusterFigures } from "../figures/cluster-figures.ts";
import type { DigestRequests } from "../operations/digest-requests.ts";
import type { KeptFiles } from "../operations/kept-files.ts";
import type { Registry } from "../registry/registry.ts";
import type { RegistryDriver } from "../registry-driver.ts";
import type { Session } from "../session.ts";
import type { Accusations } from "./accusations.ts";
import type { ConnectedSecondaries } from "./connected-secondaries.ts";

/** What the sessions of secondaries use of the central. */
export interface SecondarySessionDeps {
  readonly clock: Clock;
  readonly secondaries: ConnectedSecondaries;
  readonly registry: Pick<Registry, "announce" | "copyFailed" | "obstaclesGone" | "tombstonesApplied">;
  readonly driver: Pick<RegistryDriver, "apply">;
  readonly subscriptions: Pick<SourceSubscriptions, "subscribe" | "unsubscribe">;
  readonly downloads: Pick<DownloadCoordinator, "recordOutcome">;
  readonly keptFiles: Pick<KeptFiles, "answered">;
  readonly digests: Pick<DigestRequests, "answered">;
  readonly figures: Pick<ClusterFigures, "told">;
  readonly accusations: Accusations;
}

/** The central's end of a secondary's session. */
export class SecondarySession implements Session {
  /** The secondary's number, once it is registered. */
  private number: number | null = null;

  constructor(
    private readonly deps: SecondarySessionDeps,
    readonly key: number,
    readonly channel: Channel,
  ) {}

  message(message: Message, payload: Uint8Array): void {
    const { subscriptions, downloads, accusations } = this.deps;
    switch (message.type) {
      case "register":
        return this.register(message);
      case "watch":
        return subscriptions.subscribe(this, message);
      case "unwatch":
        return subscriptions.unsubscribe(this, message);
      case "finish":
        return downloads.recordOutcome(this, message.report);
      case "accuse":
        return accusations.accuse(message, `secondary ${this.number}`);
      default:
        if (this.number !== null) this.registered(message, payload, this.number);
    }
  }

  closed(reason: CloseReason): void {
    if (this.number !== null) this.deps.secondaries.lost(this.channel, this.number, reason);
  }

  private register(message: Messages["register"]): void {
    const { identity } = this.channel;
    if (identity?.role === "secondary" && identity.number !== message.number) {
      return this.channel.fail(
        "key",
        `it is the key of ${describeIdentity(identity)}, not of secondary ${message.number}`,
      );
    }
    const host = message.host ?? this.channel.remoteHost;
    if (this.deps.secondaries.register(this.channel, { ...message, host })) this.number = message.number;
  }

  /** A message that follows the registration. */
  private registered(message: Message, payload: Uint8Array, number: number): void {
    const { clock, registry, driver, secondaries, keptFiles, digests } = this.deps;
    switch (message.type) {
      case "announce": {
        const { batch, files, gone, complete } = message;
        return driver.apply(registry.announce(number, batch, files, gone, complete, clock.now()));
      }
      case "unfetched":
        return driver.apply(registry.copyFailed(number, message, clock.now()));
      case "disk":
        return secondaries.diskChanged(number, message);
      case "retry":
        registry.obstaclesGone(number, message.names);
        return driver.apply([]);
      case "keeping":
      case "restored":
        return keptFiles.answered(number, message);
      case "digested":
      case "undigested":
        return digests.answered(number, message, payload);
      case "figures":
        return this.deps.figures.told(number, message);
      case "removed":
        return registry.tombstonesApplied(number, message.serial);
      default:
        return;
    }
  }
}
