import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import { MAX_SOURCES, MAX_WATCHED_PER_SESSION } from "../../protocol/limits.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { Registry } from "../registry/registry.ts";
import type { Session } from "../session.ts";
import { SubscriptionTable } from "./subscription-table.ts";

/** Sends sessions the sources of the versions that they watch, at first and whenever these may have changed. */
export class SourceSubscriptions {
  private readonly table = new SubscriptionTable();

  /** `expectedSecondaries`: while fewer are known, others may still come. */
  constructor(
    private readonly registry: Registry,
    private readonly sessions: ReadonlyMap<number, Session>,
    private readonly expectedSecondaries: number,
    private readonly limitedLog: Pick<LogLimiter, "warn">,
  ) {}

  subscribe(session: Session, { name, id }: Messages["watch"]): void {
    if (this.table.count(session.key) >= MAX_WATCHED_PER_SESSION) {
      const text = `more than ${MAX_WATCHED_PER_SESSION} files are watched`;
      this.limitedLog.warn("limit", `${text} by ${session.channel.remoteHost}, whose session is ended`);
      session.channel.fail("busy", text);
      return;
    }
    this.table.add(session.key, name, id);
    this.send(session, name, id);
  }

  unsubscribe(session: Session, { name, id }: Messages["unwatch"]): void {
    this.table.remove(session.key, name, id);
  }

  /** A session is over. */
  sessionEnded(key: number): void {
    this.table.removeSession(key);
  }

  /** Names with subscriptions, where a secondary has all or a part of some version. */
  subscribedNamesAt(number: number): string[] {
    return [...this.table.names()].filter((name) => this.registry.sources.hasAnyOf(number, name));
  }

  /** The sources of these names' versions may have changed. */
  notify(names: Iterable<string>): void {
    for (const name of names) {
      for (const { session, id } of this.table.of(name)) {
        const watcher = this.sessions.get(session);
        if (watcher) this.send(watcher, name, id);
      }
    }
  }

  private send(session: Session, name: string, id: string): void {
    const sources = this.registry.sources.of(name, id).slice(0, MAX_SOURCES);
    const superseded =
      this.registry.sources.isSuperseded(name, id) || (sources.length === 0 && this.isReplaced(name, id));
    session.channel.send({ type: "sources", name, id, sources, superseded });
  }

  /** Whether the catalogue has another version, and no secondary is away that could bring this one back. */
  private isReplaced(name: string, id: string): boolean {
    const entry = this.registry.catalogue.get(name);
    if (!entry || entry.id === id) return false;
    const secondaries = this.registry.secondaries.sorted();
    return secondaries.length >= this.expectedSecondaries && secondaries.every(({ phase }) => phase === "live");
  }
}
