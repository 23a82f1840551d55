import type { Channel } from "../../net/session/channel.ts";
import { BoundedWork } from "../../platform/bounded-work.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import { plural } from "../../platform/units.ts";
import { MAX_REPORTS_PER_SESSION } from "../../protocol/limits.ts";
import type { Report } from "../../protocol/messages/client.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { wired } from "../../protocol/said.ts";
import { say } from "../../sentences/sentence.ts";
import type { CentralObserver } from "../observer.ts";
import type { Registry } from "../registry/registry.ts";
import type { RemoteCentralStore } from "../remote-store.ts";
import type { ServingState } from "../serving/serving-state.ts";
import type { Session } from "../session.ts";
import type { AdmissionQueue, AdmittedDownload } from "./admission-queue.ts";

/** Ticks between two messages to those who wait, so that their estimates follow the progress of the others. */
const TICKS_BETWEEN_POSITIONS = 4;

export interface DownloadCoordinatorDeps {
  readonly clock: Clock;
  readonly store: Pick<RemoteCentralStore, "countDownload">;
  readonly log: Log;
  readonly limitedLog: Pick<LogLimiter, "error" | "warn">;
  readonly registry: Registry;
  readonly admission: AdmissionQueue;
  readonly sessions: ReadonlyMap<number, Session>;
  readonly serving: Pick<ServingState, "missing" | "unlisted">;
  readonly observer: CentralObserver | null;
}

/** Answers requests to download, tells those that wait their positions, and counts finished downloads. */
export class DownloadCoordinator {
  private ticks = 0;
  private readonly counting = new WeakMap<Session, BoundedWork>();
  /** Downloads that wait have other positions than their clients know. */
  private positionsChanged = false;

  constructor(private readonly deps: DownloadCoordinatorDeps) {}

  /** A client wants to download a file, or (`running`) to go on with a version of it. */
  request(session: Session, client: string, { download, name, running }: Messages["download"]): void {
    const { registry, admission } = this.deps;
    const { channel, key } = session;
    const now = this.now();
    if (!admission.mayAdd(key, download)) return this.denyTooMany(channel, client, download);
    if (running !== null) {
      const unknown = { size: 0, modified: 0, blake3: null, sha256: null };
      const { size, modified, blake3, sha256 } = registry.sources.find(name, running) ?? unknown;
      admission.admit({ download, session: key, client, name, id: running, size }, true, now);
      this.observeAsked(download, true);
      channel.send({ type: "granted", download, name, id: running, size, modified, blake3, sha256 });
      return;
    }
    const missing = this.deps.serving.missing();
    const entry = registry.catalogue.get(name);
    if (missing !== null) {
      channel.send({ type: "denied", download, code: "not-synchronized", ...wired(missing) });
    } else if (!entry) {
      this.denyUnknown(channel, download, name);
    } else {
      const { id, size, modified, blake3, sha256 } = entry;
      const begins = admission.admit({ download, session: key, client, name, id, size }, false, now);
      this.observeAsked(download, false);
      if (begins) {
        channel.send({ type: "granted", download, name, id, size, modified, blake3, sha256 });
        return;
      }
      const place = admission.positionOf(download, now);
      if (place) channel.send({ type: "queued", download, ...place, waiting: admission.waitingCount });
    }
  }

  /** Records how a download ended, once, and confirms it to the session that reported it. */
  recordOutcome(session: Session, report: Report): void {
    const { admission } = this.deps;
    const { download, outcome } = report;
    if (outcome === "done") {
      admission.finish(download, this.now());
      // Without an answer it is reported again.
      const counting = this.counting.get(session) ?? new BoundedWork(MAX_REPORTS_PER_SESSION);
      this.counting.set(session, counting);
      counting.run(() => this.count(session.channel, report));
    } else {
      admission.release(download);
      this.deps.observer?.downloadEnded(report);
      session.channel.send({ type: "counted", download });
    }
    this.promote();
  }

  /** A session is over: its downloads are, and others may begin. */
  sessionEnded(key: number): void {
    for (const left of this.deps.admission.releaseSession(key)) this.deps.observer?.downloadLeft(left);
    this.positionsChanged = true;
    this.promote();
  }

  /** From now on so many may be active at once; 0: any number. `by`: who has ordered it, for the log. */
  setLimit(limit: number, by: string): void {
    const { admission, log } = this.deps;
    admission.setLimit(limit);
    const what = limit === 0 ? "any number of downloads" : plural(limit, "download");
    log.info("limit-changed", `${by} lets ${what} be active at once, until the central is started again`, {
      by,
      limit,
    });
    this.positionsChanged = true;
    this.promote();
  }

  /** The downloads that wait, in order. */
  queue(): ReturnType<AdmissionQueue["queue"]> {
    return this.deps.admission.queue(this.now());
  }

  /** To be called at regular times. */
  tick(): void {
    this.ticks += 1;
    this.promote();
    if (this.positionsChanged || this.ticks % TICKS_BETWEEN_POSITIONS === 0) this.sendPositions();
  }

  private observeAsked(download: string, resumed: boolean): void {
    const { observer, admission } = this.deps;
    const entry = observer && admission.find(download);
    if (!entry) return;
    observer.downloadAsked(entry, resumed);
    if (entry.startedAt !== null) observer.downloadBegun(entry);
  }

  private now(): number {
    return this.deps.clock.now();
  }

  /** Counts a finished download for good, unless it was counted before, and confirms it. */
  private async count(channel: Channel, report: Report): Promise<void> {
    const { download, client, name } = report;
    const { store, log, clock } = this.deps;
    try {
      if (await store.countDownload(download, client, name, clock.wall())) {
        this.deps.observer?.downloadEnded(report);
        log.info("downloaded", `${client} has downloaded ${name}`, { client, name, download });
      }
      channel.send({ type: "counted", download });
    } catch (error) {
      // Without an answer it is reported again.
      this.deps.limitedLog.error("uncounted", `cannot count a download of ${name}: ${(error as Error).message}`, {
        client,
        name,
      });
    }
  }

  /** Lets downloads begin while there is room: one that cannot begin leaves it to the next. */
  private promote(): void {
    const { admission } = this.deps;
    let promoted = admission.promote(this.now());
    while (promoted.length > 0) {
      this.positionsChanged = true;
      for (const download of promoted) this.begin(download);
      promoted = admission.promote(this.now());
    }
  }

  /** A download that has waited begins, with the version that the file has by now. */
  private begin(admitted: AdmittedDownload): void {
    const { session, download, name } = admitted;
    const { registry, admission, sessions } = this.deps;
    const channel = sessions.get(session)?.channel;
    const entry = registry.catalogue.get(name);
    if (channel && entry) {
      const { id, size, modified, blake3, sha256 } = entry;
      channel.send({ type: "granted", download, name, id, size, modified, blake3, sha256 });
      this.deps.observer?.downloadBegun(admitted);
      return;
    }
    admission.release(download);
    if (channel) this.denyUnknown(channel, download, name);
  }

  private denyTooMany(channel: Channel, client: string, download: string): void {
    const text = say("there are as many downloads of one client, or of all, as may be at once");
    this.deps.limitedLog.warn("limit", `${text}; one of ${client} is denied`);
    channel.send({ type: "denied", download, code: "busy", ...wired(text) });
  }

  private denyUnknown(channel: Channel, download: string, name: string): void {
    const { serving, registry } = this.deps;
    const announcing = registry.secondaries.sorted().some(({ phase }) => phase === "announcing");
    const unsure = serving.unlisted() !== null || announcing;
    const code = unsure ? "not-synchronized" : "no-such-file";
    channel.send({ type: "denied", download, code, ...wired(say("there is no file {name}", { name })) });
  }

  private sendPositions(): void {
    this.positionsChanged = false;
    const waiting = this.deps.admission.waitingCount;
    for (const { entry, position, estimate } of this.queue()) {
      const { session, download } = entry;
      this.deps.sessions.get(session)?.channel.send({ type: "queued", download, position, estimate, waiting });
    }
  }
}
