import type { Channel } from "../net/session/channel.ts";
import type { Cancel, Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log/log.ts";
import type { LogLimiter } from "../platform/log/log-limiter.ts";
import type { ClusterSummary } from "./cluster-summary.ts";
import { CommitQueue } from "./commit-queue.ts";
import type { SourceSubscriptions } from "./downloads/source-subscriptions.ts";
import type { CentralObserver } from "./observer.ts";
import type { Effect } from "./registry/effect.ts";
import type { Registry } from "./registry/registry.ts";
import type { RemoteCentralStore } from "./remote-store.ts";

/** Milliseconds for which orders for copies are gathered, so that files that are announced together are ordered together. */
const ORDER_DELAY_MS = 10;

export interface RegistryDriverDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly limitedLog: Pick<LogLimiter, "error">;
  readonly store: Pick<RemoteCentralStore, "addTombstones">;
  readonly registry: Pick<Registry, "advance" | "issueCopyOrders">;
  /** Of the secondaries that are connected, by number. */
  readonly channels: ReadonlyMap<number, Channel>;
  readonly subscriptions: Pick<SourceSubscriptions, "notify">;
  readonly summary: Pick<ClusterSummary, "record">;
  readonly observer: Pick<CentralObserver, "fileChanged" | "holdersChanged"> | null;
  /** Called when the registry has changed. */
  changed(): void;
}

/** Carries out what the registry decides, in the order in which it does, and lets it go on with its work. */
export class RegistryDriver {
  private readonly commits: CommitQueue;
  private cancelOrders: Cancel | null = null;

  constructor(private readonly deps: RegistryDriverDeps) {
    const { clock, limitedLog: log } = deps;
    this.commits = new CommitQueue({ clock, log, execute: (effects) => this.execute(effects) });
  }

  /** Carries out effects, after those that wait until something is stored. */
  apply(effects: readonly Effect[]): void {
    const voided = effects.flatMap((effect) => (effect.kind === "tombstone-void" ? [effect.tombstone] : []));
    // Stored first: a secondary that learned that a file is wanted again must not be ordered after a crash to remove
    // it.
    if (voided.length > 0) void this.commit(() => this.deps.store.addTombstones(voided), effects);
    else if (this.commits.busy) void this.commit(async () => {}, effects);
    else this.execute(effects);
  }

  /** Stores something, and then carries out the effects that depend on it. Resolves once that is done. */
  commit(store: () => Promise<unknown>, effects: readonly Effect[]): Promise<void> {
    return this.commits.commit(store, effects);
  }

  /** Lets the registry go on soon, since there may be something to order. */
  orderSoon(): void {
    if (this.commits.isStopped) return;
    this.cancelOrders ??= this.deps.clock.after(ORDER_DELAY_MS, () => {
      this.cancelOrders = null;
      this.advance();
    });
  }

  /** Lets the registry go on with its work and sends the orders that follow, a bounded part of them at a time. */
  advance(): void {
    // Its orders would overtake the effects that wait.
    if (this.commits.busy) return this.orderSoon();
    const { clock, registry, channels, subscriptions } = this.deps;
    const now = clock.now();
    const { effects, unfinished } = registry.advance(now);
    if (effects.length > 0) this.apply(effects);
    let more = unfinished;
    for (const [number, channel] of channels) {
      const copies = registry.issueCopyOrders(number, now);
      more ||= copies.unfinished;
      for (const order of copies.orders) {
        channel.send(order);
        // A secondary that copies a file is a source of its finished pieces.
        subscriptions.notify(order.files.map(({ name }) => name));
      }
    }
    if (more) this.orderSoon();
    this.deps.changed();
  }

  /** Nothing is carried out any more. */
  stop(): void {
    this.commits.stop();
    this.cancelOrders?.();
  }

  private execute(effects: readonly Effect[]): void {
    const { channels, log, subscriptions, summary, observer } = this.deps;
    const changedSources = new Set<string>();
    for (const effect of effects) {
      switch (effect.kind) {
        case "send":
          channels.get(effect.to)?.send(effect.message);
          break;
        case "warn":
          log.warn(effect.event, effect.message, effect.fields);
          break;
        case "sources-changed":
          changedSources.add(effect.name);
          observer?.holdersChanged(effect.name);
          break;
        case "file-event":
          summary.record(effect);
          observer?.fileChanged(effect);
          break;
        case "tombstone-void":
          break;
      }
    }
    subscriptions.notify(changedSources);
    this.orderSoon();
    this.deps.changed();
  }
}
