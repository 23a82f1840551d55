import { every } from "../../platform/clock.ts";
import { uniqueId } from "../../platform/random.ts";
import { StateMachine } from "../../platform/state-machine.ts";
import type { SourceAddress } from "../../protocol/fields.ts";
import type { Report } from "../../protocol/messages/client.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { texts } from "../../text/texts.ts";
import { Download, type DownloadOutcome, type DownloadStats } from "../../transfer/download.ts";
import { failureFrom } from "../../transfer/download-spec.ts";
import type { Sink } from "../../transfer/sinks/sink.ts";
import type { DownloadListener, DownloadUpdate } from "../central-session.ts";
import { AdmissionRequest } from "./admission-request.ts";
import { openSink } from "./destination.ts";
import {
  DESIRED_STATE_TRANSITIONS,
  type DesiredState,
  DOWNLOAD_JOB_TRANSITIONS,
  type DownloadJobDeps,
  type DownloadJobOptions,
  type DownloadJobState,
} from "./download-job-spec.ts";
import { failedTold } from "./notes/disk-advice.ts";
import { noSourceTold, transferNote } from "./notes/transfer-note.ts";
import { ProgressReport } from "./progress-report.ts";
import { ReportDelivery } from "./report-delivery.ts";
import { downloadResult, type FailureKind, type FinishedDownload, whyOf } from "./result.ts";

/** Milliseconds between two `progress` messages. The central estimates from them when the next download may begin. */
const PROGRESS_INTERVAL_MS = 2000;
/** Most secondaries that a report names; the protocol allows no more. */
const MAX_REPORTED_SOURCES = 1000;
/** The id in the report of a download that was never granted a version. */
const NO_VERSION = "0".repeat(64);

/** One download from the request to the report: asks the central, transfers, tells the central how it ended. */
export class DownloadJob implements DownloadListener {
  /** The id of this download, also in the statistics. */
  readonly id: string;
  readonly ended: Promise<FinishedDownload>;
  private resolveEnded: (finished: FinishedDownload) => void = () => {};
  private readonly life = new StateMachine<DownloadJobState>("a download job", DOWNLOAD_JOB_TRANSITIONS, "requesting");
  private readonly desired = new StateMachine<DesiredState>("a desired state", DESIRED_STATE_TRANSITIONS, "run");
  private readonly startedAt: number;
  private readonly admission: AdmissionRequest;
  /** What the central has granted; null before. */
  private grant: Messages["granted"] | null = null;
  private sink: Sink | null = null;
  private transfer: Download | null = null;
  private delivery: ReportDelivery | null = null;
  /** The secondaries that have the version, as the central has said last. */
  private addresses: readonly SourceAddress[] = [];
  private readonly progress = new ProgressReport();
  private readonly cancelProgress: () => void;

  constructor(
    private readonly deps: DownloadJobDeps,
    readonly options: DownloadJobOptions,
  ) {
    const { name, giveUpAfterMs } = options;
    this.id = uniqueId(deps.random);
    this.startedAt = deps.clock.now();
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve;
    });
    this.admission = new AdmissionRequest(
      deps,
      { download: this.id, name, giveUpAfterMs },
      { granted: (grant) => void this.open(grant), gaveUp: (failure, message) => this.gaveUp(failure, message) },
    );
    this.cancelProgress = every(deps.clock, PROGRESS_INTERVAL_MS, () => this.sendProgress());
  }

  start(): void {
    this.deps.session.subscribe(this.id, this);
  }

  get state(): DownloadJobState {
    return this.life.state;
  }

  /** The bytes of the file; null while they are not known. */
  get size(): number | null {
    return this.grant?.size ?? this.options.size ?? null;
  }

  get isPaused(): boolean {
    return this.desired.state === "pause";
  }

  /** Whether it has its place in the central's queue, and has not begun. */
  get waits(): boolean {
    return !this.isPaused && this.life.state === "requesting" && this.admission.isQueued;
  }

  stats(): DownloadStats | null {
    return this.transfer?.stats() ?? null;
  }

  /** What it is doing, in a few words. */
  note(): string {
    const { notes } = texts().downloads;
    if (this.isPaused) return notes.paused;
    switch (this.life.state) {
      case "requesting":
        return this.admission.note();
      case "opening":
        return notes.checking;
      case "transferring":
        return transferNote(this.stats());
      case "reporting":
        return notes.reporting;
      case "over":
        return notes.over;
    }
  }

  pause(): void {
    if (this.desired.state !== "run") return;
    this.desired.become("pause");
    this.transfer?.pause();
  }

  resume(): void {
    if (this.desired.state !== "pause") return;
    this.desired.become("run");
    this.transfer?.resume();
  }

  /** Ends it; what arrived is kept. */
  cancel(): void {
    if (this.desired.state !== "cancel") this.desired.become("cancel");
    switch (this.life.state) {
      case "requesting":
        return this.admission.giveUp("failed", say("it was cancelled"));
      case "transferring":
        return this.transfer?.stop({ kind: "cancelled" });
      case "reporting":
        return this.delivery?.cancel();
      // The job ends when its destination is open.
      case "opening":
      case "over":
        return;
    }
  }

  connected(): void {
    switch (this.life.state) {
      case "requesting":
        return this.admission.connected();
      case "opening":
        return this.reclaimAdmission();
      case "transferring":
        this.transfer?.resetStallTimeout();
        this.reclaimAdmission();
        return this.watchSources();
      case "reporting":
        return this.delivery?.retryNow();
      case "over":
        return;
    }
  }

  disconnected(reason: Told, wasConnected: boolean): void {
    if (this.life.state === "requesting") this.admission.disconnected(reason, wasConnected);
  }

  update(update: DownloadUpdate): void {
    if (update.type === "counted") return this.delivery?.counted();
    // The central grants a download again when it keeps its admission. Nothing has to be done then.
    if (this.life.state !== "requesting") return;
    switch (update.type) {
      case "queued":
        return this.admission.queued(update);
      case "granted":
        return this.admission.granted(update);
      case "denied":
        return this.admission.denied(update);
    }
  }

  sources({ name, id, sources, superseded }: Messages["sources"]): void {
    if (name !== this.options.name || id !== this.grant?.id) return;
    this.addresses = sources;
    this.transfer?.updateSources(sources, superseded);
  }

  /** Tells a central that has restarted that this download goes on, so that no other download gets its place. */
  private reclaimAdmission(): void {
    const { name } = this.options;
    if (this.grant) this.deps.session.send({ type: "download", download: this.id, name, running: this.grant.id });
  }

  private watchSources(): void {
    const { name } = this.options;
    if (this.grant) this.deps.session.watches.begin(this.id, { name, id: this.grant.id });
  }

  private async open(grant: Messages["granted"]): Promise<void> {
    this.life.become("opening");
    this.grant = grant;
    const { name, destination, force, read } = this.options;
    const { id, size, modified, sha256 } = grant;
    let sink: Sink | "present";
    try {
      sink = await openSink(this.deps, destination, { name, version: { id, size }, modified, sha256, force, read });
    } catch (error) {
      // Where it is being cancelled, what opens it may be stopped under it.
      return this.finish(this.desired.state === "cancel" ? { kind: "cancelled" } : failureFrom(error));
    }
    if (sink === "present") return this.finish("present");
    this.sink = sink;
    if (this.desired.state !== "cancel") return this.fetch(grant, sink);
    return this.finish(await sink.abandon().then(() => ({ kind: "cancelled" }) as const, failureFrom));
  }

  private async fetch({ id, size }: Messages["granted"], sink: Sink): Promise<void> {
    const { name, giveUpAfterMs: stallTimeoutMs } = this.options;
    const version = { id, size };
    const transfer = new Download(
      { name, version, download: this.id, role: "client", stallTimeoutMs, copyingSecondary: null },
      { ...this.deps, sink, connections: this.deps.near?.admit(size) ?? this.deps.connections },
      {
        faultFound: (number, piece) => this.deps.session.send({ type: "accuse", id, piece, number }),
        pieceAvailable() {},
        noSources: (why) => this.deps.log.warn("stranded", noSourceTold(name, why)),
      },
    );
    this.transfer = transfer;
    this.life.become("transferring");
    const outcome = transfer.run();
    if (this.desired.state === "pause") transfer.pause();
    this.watchSources();
    return this.finish(await outcome);
  }

  private sendProgress(): void {
    const stats = this.life.state === "transferring" ? this.stats() : null;
    if (stats) this.deps.session.send({ type: "progress", download: this.id, ...this.progress.next(stats) });
  }

  /** The download was not granted. */
  private gaveUp(failure: FailureKind, message: Told): void {
    this.deps.session.report(this.report("cancelled"));
    this.end(message, failure);
  }

  /** `present`: the finished file was there already, so nothing is counted. */
  private async finish(outcome: DownloadOutcome | "present"): Promise<void> {
    this.life.become("reporting");
    this.cancelProgress();
    const { session } = this.deps;
    session.watches.end(this.id);
    if (outcome === "present") {
      session.report(this.report("cancelled"));
      return this.end(null, null, true);
    }
    switch (outcome.kind) {
      case "done":
        await this.deliverReport();
        return this.end(null, null);
      case "failed":
        session.report(this.report("failed"));
        return this.end(failedTold(outcome, this.options.destination), "failed");
      case "cancelled":
        session.report(this.report("cancelled"));
        return this.end(say("it was cancelled"), "failed");
    }
  }

  private async deliverReport(): Promise<void> {
    const delivery = new ReportDelivery(this.deps, this.report("done"));
    this.delivery = delivery;
    if (this.desired.state === "cancel") delivery.cancel();
    if (await delivery.deliver(this.addresses, this.options.giveUpAfterMs)) return;
    this.deps.log.warn("unreported", texts().downloads.unreported(this.options.name));
  }

  private report(outcome: Report["outcome"]): Report {
    const used = (this.stats()?.sources ?? []).filter(({ bytes }) => bytes > 0);
    const sources = used.map(({ number }) => number).slice(0, MAX_REPORTED_SOURCES);
    const client = this.deps.session.clientName;
    return { download: this.id, client, name: this.options.name, id: this.grant?.id ?? NO_VERSION, outcome, sources };
  }

  private end(error: Told | null, failure: FailureKind | null, present = false): void {
    this.life.become("over");
    this.cancelProgress();
    this.deps.session.unsubscribe(this.id);
    const milliseconds = this.deps.clock.now() - this.startedAt;
    const result = downloadResult(this.options, this.grant, this.stats(), milliseconds, error);
    this.resolveEnded({ result, failure, present, ...whyOf(error), partFile: this.sink?.resumablePath ?? null });
  }
}
