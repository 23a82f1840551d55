import type { Network } from "../net/transport/network.ts";
import { type Cancel, type Clock, every } from "../platform/clock.ts";
import type { Log } from "../platform/log/log.ts";
import { LogLimiter, ONCE_AN_HOUR } from "../platform/log/log-limiter.ts";
import { type Random, uniqueId } from "../platform/random.ts";
import { formatDuration, plural } from "../platform/units.ts";
import type { SourceAddress } from "../protocol/fields.ts";
import type { Report } from "../protocol/messages/client.ts";
import type { Messages } from "../protocol/messages/messages.ts";
import type { Version } from "../protocol/versions/version.ts";
import type { ConnectionHost } from "../transfer/connection/messages.ts";
import { Download, type DownloadOutcome, type DownloadStats } from "../transfer/download.ts";
import type { Sink } from "../transfer/sinks/sink.ts";
import type { CentralSession, DownloadListener, DownloadUpdate } from "./central-session.ts";
import { type Destination, type DestinationDeps, destinationLabel, openSink } from "./destination.ts";
import { reportToSecondary } from "./report-to-secondary.ts";
import type { DownloadResult, FailureKind, FinishedDownload } from "./result.ts";

/** Milliseconds between two requests for a download that the central cannot grant yet. */
const REQUEST_RETRY_MS = 500;
/** Milliseconds between two messages to the central about how far it is. */
const PROGRESS_INTERVAL_MS = 2000;
/** Milliseconds between two tries to report the end, and for the central to take it before a secondary is asked. */
const REPORT_RETRY_MS = 1000;

/**
 * `asking` the central; `queued` there; `opening` the destination; `transferring`; `reporting` the end; `over`.
 */
export type DownloadJobState = "asking" | "queued" | "opening" | "transferring" | "reporting" | "over";

const NEXT: Readonly<Record<DownloadJobState, readonly DownloadJobState[]>> = {
  asking: ["queued", "opening", "reporting", "over"],
  queued: ["asking", "opening", "reporting", "over"],
  opening: ["transferring", "reporting", "over"],
  transferring: ["reporting"],
  reporting: ["over"],
  over: [],
};

export interface DownloadJobDeps extends Omit<DestinationDeps, "random" | "log"> {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly network: Network;
  readonly lanes: ConnectionHost;
  readonly session: CentralSession;
}

export interface DownloadJobOptions {
  readonly name: string;
  readonly destination: Destination;
  readonly force: boolean;
  /** Milliseconds without a source, or a central to ask, before giving up. */
  readonly patience: number;
}

const NOTHING: Pick<DownloadStats, "resumedBytes" | "receivedBytes" | "duplicateBytes" | "retries" | "sources"> = {
  resumedBytes: 0,
  receivedBytes: 0,
  duplicateBytes: 0,
  retries: 0,
  sources: [],
};

/** One download from the wish to the report: asks the central, transfers, tells the central how it ended. */
export class DownloadJob implements DownloadListener {
  /** This download, also in the statistics. */
  readonly id: string;
  readonly ended: Promise<FinishedDownload>;
  private current: DownloadJobState = "asking";
  private settle: (ending: FinishedDownload) => void = () => {};
  private readonly began: number;
  /** Since when nothing has gone on: no central, or no grant. */
  private idleSince: number;
  /** Why it does not begin; empty until something says so. */
  private reason = "";
  private failureKind: FailureKind = "unreachable";
  private position = 0;
  private place = "";
  private version: Version | null = null;
  private blake3: string | null = null;
  private transfer: Download | null = null;
  private sink: Sink | null = null;
  private known: readonly SourceAddress[] = [];
  /** It was told that no secondary delivers. */
  private starved = false;
  private paused = false;
  private cancelled = false;
  private readonly complaints: LogLimiter;
  private cancelAsk: Cancel = () => {};
  private cancelTick: Cancel;
  private taken: (() => void) | null = null;

  constructor(
    private readonly deps: DownloadJobDeps,
    readonly options: DownloadJobOptions,
  ) {
    this.id = uniqueId(deps.random);
    this.complaints = new LogLimiter(deps.log, deps.clock, ONCE_AN_HOUR);
    this.began = deps.clock.now();
    this.idleSince = this.began;
    this.ended = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.cancelTick = every(deps.clock, PROGRESS_INTERVAL_MS, () => this.tick());
  }

  start(): void {
    this.deps.session.subscribe(this.id, this);
    this.watchPatience();
  }

  get state(): DownloadJobState {
    return this.current;
  }

  get size(): number | null {
    return this.version?.size ?? null;
  }

  figures(): DownloadStats | null {
    return this.transfer?.stats() ?? null;
  }

  /** What it is doing, in a few words. */
  note(): string {
    if (this.paused) return "paused";
    switch (this.current) {
      case "asking":
        if (this.reason === "") return this.deps.session.connected ? "asking the central" : "connecting to the central";
        return this.deps.session.connected ? `waiting: ${this.reason}` : "waiting for the central";
      case "queued":
        return this.place;
      case "opening":
        return "checking what is there";
      case "transferring": {
        const figures = this.transfer?.stats();
        if (figures && (figures.state === "closing" || figures.state === "over")) return "finishing";
        const sources = figures?.readySources ?? 0;
        if (sources > 0) this.starved = false;
        if (sources > 0) return plural(sources, "source");
        return this.starved ? "waiting for a secondary" : "connecting to the secondaries";
      }
      case "reporting":
        return "reporting to the central";
      case "over":
        return "over";
    }
  }

  pause(): void {
    this.paused = true;
    this.transfer?.pause();
  }

  resume(): void {
    this.paused = false;
    this.transfer?.resume();
  }

  /** Ends it; what arrived is kept. */
  cancel(): void {
    this.cancelled = true;
    if (this.transfer && this.current === "transferring") this.transfer.stop({ kind: "cancelled" });
    else if (this.current === "asking" || this.current === "queued") this.giveUp("failed", "it was cancelled");
    else if (this.current === "reporting") this.taken?.();
  }

  connected(): void {
    this.idleSince = this.deps.clock.now();
    if (this.current === "asking" || this.current === "queued") {
      this.reason = "";
      this.ask();
    } else if (this.current === "transferring" && this.version) {
      this.transfer?.resetStallTimeout();
      this.deps.session.send({
        type: "download",
        download: this.id,
        name: this.options.name,
        running: this.version.id,
      });
      this.watch();
    } else if (this.current === "reporting") this.taken?.();
  }

  disconnected(reason: string, lost: boolean): void {
    if (this.current === "queued") this.become("asking");
    if (this.current !== "asking") return;
    this.cancelAsk();
    this.reason = reason;
    this.failureKind = "unreachable";
    // Another try that fails is no sign of life.
    if (lost) this.idleSince = this.deps.clock.now();
  }

  update(news: DownloadUpdate): void {
    switch (news.type) {
      case "queued":
        return this.queued(news);
      case "granted":
        if (this.current === "asking" || this.current === "queued") void this.granted(news);
        return;
      case "denied":
        return this.denied(news);
      case "counted":
        this.counted = true;
        return this.taken?.();
    }
  }

  sources({ name, id, sources, superseded }: Messages["sources"]): void {
    if (name !== this.options.name || id !== this.version?.id) return;
    this.known = sources;
    this.transfer?.updateSources(sources, superseded);
  }

  private counted = false;

  private become(next: DownloadJobState): void {
    if (this.current === next) return;
    if (!NEXT[this.current].includes(next)) throw new Error(`a download cannot go from ${this.current} to ${next}`);
    this.current = next;
  }

  private ask(): void {
    this.cancelAsk();
    this.deps.session.send({ type: "download", download: this.id, name: this.options.name, running: null });
  }

  private queued({ position, estimate }: Messages["queued"]): void {
    if (this.current !== "asking" && this.current !== "queued") return;
    const when = estimate === null ? "" : `, in about ${formatDuration(estimate)}`;
    const place = `waiting, place ${position}${when}`;
    if (this.current === "asking" || position !== this.position) {
      this.deps.log.info("queued", `${this.options.name}: ${place}`, { position, estimate });
    }
    this.become("queued");
    this.position = position;
    this.place = place;
  }

  private denied({ code, message }: Messages["denied"]): void {
    if (this.current !== "asking" && this.current !== "queued") return;
    if (code === "no-such-file") return this.giveUp("no-such-file", message);
    this.complaints.warn("not-yet", `${this.options.name}: the central says: ${message}`, {}, message);
    this.reason = message;
    this.failureKind = "failed";
    this.cancelAsk = this.deps.clock.after(REQUEST_RETRY_MS, () => this.ask());
  }

  private async granted({ id, size, modified, blake3 }: Messages["granted"]): Promise<void> {
    this.become("opening");
    this.version = { id, size };
    this.blake3 = blake3;
    const { name, destination, force, patience: stallTimeoutMs } = this.options;
    try {
      const sink = await openSink(this.deps, destination, { name, version: this.version, modified, force });
      if (sink === "present") return this.finish({ kind: "done" }, false);
      this.sink = sink;
      if (this.cancelled) {
        await sink.abandon();
        return this.finish({ kind: "cancelled" }, true);
      }
      this.transfer = new Download(
        { name, version: this.version, download: this.id, role: "client", stallTimeoutMs, copyingSecondary: null },
        { ...this.deps, sink },
        {
          faultFound: (number, piece) => this.deps.session.send({ type: "accuse", id, piece, number }),
          pieceAvailable() {},
          noSources: (why) => this.stranded(why),
        },
      );
    } catch (error) {
      return this.finish({ kind: "failed", message: (error as Error).message }, true);
    }
    this.become("transferring");
    const running = this.transfer.run();
    if (this.paused) this.transfer.pause();
    this.watch();
    this.finish(await running, true);
  }

  private watch(): void {
    if (this.version) this.deps.session.send({ type: "watch", name: this.options.name, id: this.version.id });
  }

  private stranded(why: string): void {
    this.starved = true;
    const text = `${this.options.name}: no secondary delivers now; waiting for one to come back (${why})`;
    this.deps.log.warn("stranded", text);
  }

  private tick(): void {
    const figures = this.transfer?.stats();
    if (this.current === "transferring" && figures) {
      this.deps.session.send({ type: "progress", download: this.id, bytes: figures.doneBytes });
    }
  }

  private watchPatience(): void {
    if (this.options.patience === Number.POSITIVE_INFINITY) return;
    const check = () => {
      if (this.current === "queued") this.idleSince = this.deps.clock.now();
      if (this.current !== "asking" && this.current !== "queued") return;
      const left = this.idleSince + this.options.patience - this.deps.clock.now();
      if (left > 0) this.deps.clock.after(left, check);
      else this.giveUp(this.failureKind, this.reason || `the central ${this.deps.session.address} has not answered`);
    };
    this.deps.clock.after(this.options.patience, check);
  }

  /** It never began. */
  private giveUp(failure: FailureKind, message: string): void {
    this.deps.session.send({ type: "finish", report: this.report("cancelled") });
    this.end("failed", message, failure);
  }

  private async finish(outcome: DownloadOutcome, transferred: boolean): Promise<void> {
    this.become("reporting");
    this.cancelTick();
    const { version } = this;
    if (version) this.deps.session.send({ type: "unwatch", name: this.options.name, id: version.id });
    if (outcome.kind === "done" && transferred) {
      if (!(await this.reportDone())) {
        const text = `${this.options.name} is whole, but nobody could be told of it: it is missing in the statistics`;
        this.deps.log.warn("unreported", text);
      }
    } else {
      this.deps.session.report(this.report(outcome.kind === "failed" ? "failed" : "cancelled"));
    }
    if (outcome.kind === "done") this.end("done");
    else this.end("failed", outcome.kind === "failed" ? outcome.message : "it was cancelled", "failed");
  }

  private report(outcome: Report["outcome"]): Report {
    const used = (this.transfer?.stats().sources ?? []).filter(({ bytes }) => bytes > 0);
    const sources = used.map(({ number }) => number).slice(0, 1000);
    const { name } = this.options;
    const id = this.version?.id ?? "0".repeat(64);
    return { download: this.id, client: this.deps.session.clientName, name, id, outcome, sources };
  }

  /** Tells the central, or a secondary that will; again and again as long as the patience lasts. */
  private async reportDone(): Promise<boolean> {
    const { clock, network, session } = this.deps;
    const report = this.report("done");
    const until = clock.now() + this.options.patience;
    do {
      const sent = session.report(report);
      if (sent && (await this.untilCounted())) return true;
      for (const address of this.known) if (await reportToSecondary(clock, network, address, report)) return true;
      if (!sent) await this.untilCounted();
    } while (!this.counted && !this.cancelled && clock.now() < until);
    return this.counted;
  }

  /** Resolves when the report is counted, the session comes back, or some time has passed. */
  private untilCounted(): Promise<boolean> {
    return new Promise((resolve) => {
      const go = () => {
        cancel();
        this.taken = null;
        resolve(this.counted);
      };
      const cancel = this.deps.clock.after(REPORT_RETRY_MS, go);
      this.taken = go;
    });
  }

  private end(event: DownloadResult["event"], error?: string, failure: FailureKind | null = null): void {
    if (this.current === "over") return;
    this.become("over");
    this.cancelTick();
    this.cancelAsk();
    this.deps.session.unsubscribe(this.id);
    const { resumedBytes, receivedBytes, duplicateBytes, retries, sources } = this.transfer?.stats() ?? NOTHING;
    const result: DownloadResult = {
      event,
      name: this.options.name,
      path: destinationLabel(this.options.destination),
      size: this.version?.size ?? null,
      id: this.version?.id ?? null,
      hash: this.version?.id ?? null,
      ...(this.blake3 === null ? {} : { blake3: this.blake3 }),
      seconds: Math.round(this.deps.clock.now() - this.began) / 1000,
      resumedBytes,
      receivedBytes,
      duplicateBytes,
      retries,
      sources,
      ...(error === undefined ? {} : { error }),
    };
    this.settle({ result, failure, partFile: this.sink?.resumablePath ?? null });
  }
}
