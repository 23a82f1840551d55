import { formatAddress } from "../../net/address/address.ts";
import { isOutOfReach, unreachableReason } from "../../net/address/reachability.ts";
import type { Channel, CloseReason } from "../../net/session/channel.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import { plural } from "../../platform/units.ts";
import { MAX_SECONDARIES } from "../../protocol/limits.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { unwired } from "../../protocol/said.ts";
import type { SourceSubscriptions } from "../downloads/source-subscriptions.ts";
import type { ClusterFigures } from "../figures/cluster-figures.ts";
import type { KeyDesk } from "../keys/key-desk.ts";
import type { DigestRequests } from "../operations/digest-requests.ts";
import type { KeptFiles } from "../operations/kept-files.ts";
import type { Registration, Registry } from "../registry/registry.ts";
import type { RegistryDriver } from "../registry-driver.ts";
import type { KnownSecondaries } from "../serving/known-secondaries.ts";

export interface ConnectedSecondariesDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly limitedLog: Pick<LogLimiter, "warn">;
  readonly registry: Registry;
  readonly driver: Pick<RegistryDriver, "apply" | "orderSoon">;
  readonly subscriptions: Pick<SourceSubscriptions, "subscribedNamesAt" | "notify">;
  readonly keptFiles: Pick<KeptFiles, "secondaryLost">;
  readonly digests: Pick<DigestRequests, "secondaryLost">;
  readonly figures: Pick<ClusterFigures, "sessionChanged">;
  readonly keyDesk: Pick<KeyDesk, "joined">;
  readonly known: Pick<KnownSecondaries, "registered">;
  /** The id of this history of tombstones. */
  readonly epoch: string;
  /** By which they check addresses of files that are signed here; null: none are. */
  readonly addressKey: string | null;
}

/** The secondaries that are connected: their registrations, their losses, and their disks. */
export class ConnectedSecondaries {
  /** Secondaries that others cannot connect to, with the reason that was logged. */
  private readonly unreachable = new Map<number, string>();

  /** `channels`: those of registered secondaries by number; changed here alone. */
  constructor(
    private readonly deps: ConnectedSecondariesDeps,
    private readonly channels: Map<number, Channel>,
  ) {}

  /** False, with the channel closed, when another one has this number. */
  register(
    channel: Channel,
    message: Omit<Registration, "http"> & Pick<Messages["register"], "epoch" | "http">,
  ): boolean {
    const { number, instance, host, port, epoch } = message;
    const { log, limitedLog, registry, driver } = this.deps;
    if (registry.secondaries.isTaken(number, instance)) {
      const text = `secondary ${number} is registered already; give this one another number`;
      channel.fail("number-taken", text);
      return false;
    }
    if (registry.secondaries.isFullFor(number)) {
      const text = `the central knows ${MAX_SECONDARIES} secondaries, as many as may be`;
      limitedLog.warn("limit", `${text}; secondary ${number} is refused`);
      channel.fail("busy", text);
      return false;
    }
    const before = this.channels.get(number);
    // Before the old one is closed, so that its end is no loss.
    this.channels.set(number, channel);
    before?.close({ cause: "ours", message: "it has connected again" });
    channel.markJoined();
    this.deps.figures.sessionChanged(number);
    const seen = channel.remoteHost;
    channel.send({ type: "registered", epoch: this.deps.epoch, seen, urlKey: this.deps.addressKey });
    this.deps.keyDesk.joined(channel);
    const address = formatAddress({ host, port });
    log.info("secondary", `secondary ${number} registered from ${address}`, { number, address });
    const answers = message.http && { ...message.http, host: message.http.host ?? host };
    this.warnOfUnreachable(number, unreachableReason({ host, port }, answers, [seen]));
    const http = answers && isOutOfReach(answers, [seen]) ? null : answers;
    // Serial numbers of another history mean nothing here.
    const removal = epoch === this.deps.epoch ? message.removal : 0;
    this.deps.known.registered({ number, host, port });
    driver.apply(registry.register({ number, instance, host, port, removal, http }));
    return true;
  }

  /** A channel is closed: by a secondary that stops, or otherwise. */
  lost(channel: Channel, number: number, reason: CloseReason): void {
    // A channel that the same secondary has replaced is no loss.
    if (this.channels.get(number) !== channel) return;
    const { clock, log, registry, keptFiles, digests, figures } = this.deps;
    this.channels.delete(number);
    figures.sessionChanged(number);
    keptFiles.secondaryLost(number);
    digests.secondaryLost(number);
    const left = this.channels.size;
    const rest = left === 0 ? "no secondary is left" : `${plural(left, "secondary", "secondaries")} left`;
    const stopped = reason.cause === "theirs" && reason.error?.code === "stopping";
    if (stopped) log.info("stopped", `secondary ${number} was stopped; ${rest}`, { number });
    else log.warn("lost", `secondary ${number} is lost (${reason.message}); ${rest}`, { number });
    this.withoutSource(number, () => registry.secondaryLost(number, clock.now(), stopped));
  }

  /** A secondary reports whether its shared folder is there. */
  diskChanged(number: number, { there, reason, said }: Messages["disk"]): void {
    const { clock, log, registry, driver } = this.deps;
    const wasMissing = registry.secondaries.get(number)?.phase === "disk-missing";
    if (there) {
      if (wasMissing) log.info("disk-back", `secondary ${number} has its disk again`, { number });
      return driver.apply(registry.diskBack(number));
    }
    // The status shows how the reason changes afterwards.
    if (!wasMissing) log.warn("disk-missing", `secondary ${number} shares nothing now: ${reason}`, { number });
    this.withoutSource(number, () => registry.diskMissing(number, unwired({ message: reason, said }), clock.now()));
  }

  /** Has the registry forget a source, and tells those who may be downloading from it. */
  private withoutSource(number: number, change: () => void): void {
    const { subscriptions, driver } = this.deps;
    const offered = subscriptions.subscribedNamesAt(number);
    change();
    subscriptions.notify(offered);
    driver.orderSoon();
  }

  /** Logs each reason once: a secondary that connects again and again has the same one each time. */
  private warnOfUnreachable(number: number, why: string | null): void {
    if (why === null) this.unreachable.delete(number);
    else if (this.unreachable.get(number) !== why) {
      this.unreachable.set(number, why);
      this.deps.log.warn("unreachable", `secondary ${number} ${why}`, { number });
    }
  }
}
