import { type Cancel, every, NOTHING_TO_CANCEL } from "../platform/clock.ts";
import { NO_BYTES } from "../platform/memory.ts";
import { StateMachine } from "../platform/state-machine.ts";
import type { SourceAddress } from "../protocol/fields.ts";
import { Bitmap } from "../protocol/versions/bitmap.ts";
import { hashesMatch, pieceCount } from "../protocol/versions/version.ts";
import { say } from "../sentences/sentence.ts";
import type { ConnectionEnd } from "./connection/messages.ts";
import {
  type DownloadDeps,
  type DownloadEvents,
  type DownloadOutcome,
  type DownloadSpec,
  endSink,
  type FailedDownload,
  failureFrom,
} from "./download-spec.ts";
import { DOWNLOAD_TRANSITIONS, type DownloadStats } from "./download-stats.ts";
import { NoSourcesAlarm } from "./no-sources-alarm.ts";
import { PieceTransfer } from "./piece-transfer.ts";
import { ProcessPauses, TICK_INTERVAL_MS } from "./process-pauses.ts";
import { STALLED_PIECE_TIMEOUT_MS } from "./request-deadlines.ts";
import type { Scheduler } from "./scheduling/scheduler.ts";
import { FileMove } from "./sinks/file-move.ts";
import type { Source, SourceEvent } from "./source.ts";
import { SourceFaults } from "./source-faults.ts";
import { SourceSet } from "./source-set.ts";
import { StallTimeout } from "./stall-timeout.ts";
import { currentHindrance } from "./waiting/standing.ts";

export type { DownloadDeps, DownloadEvents, DownloadOutcome, DownloadSpec } from "./download-spec.ts";
export type { DownloadState, DownloadStats, SourceStats } from "./download-stats.ts";

/**
 * One file from many sources into a sink. Decides nothing about pieces itself (the scheduler does) and moves no bytes
 * (connections do): it knows how far the download is, and when it is to be given up.
 */
export class Download {
  private readonly lifecycle = new StateMachine("a download", DOWNLOAD_TRANSITIONS, "fetching-hashes");
  private readonly sources: SourceSet;
  private readonly pieces: PieceTransfer;
  private readonly scheduler: Scheduler;
  /** Known from the start if an earlier download has left them: then no source is asked for them. */
  private hashes: Uint8Array | null;
  private readonly stallTimeout: StallTimeout;
  private readonly noSourcesAlarm: NoSourcesAlarm;
  private readonly faults: SourceFaults;
  private readonly fileMove: FileMove;
  /** The catalogue has another version now, so nobody new will have this one. */
  private superseded = false;
  private outcome: DownloadOutcome | null = null;
  private readonly ending = Promise.withResolvers<DownloadOutcome>();
  private cancelTick: Cancel = NOTHING_TO_CANCEL;
  private readonly processPauses: ProcessPauses;
  /** Pending while the sink is made ready. */
  private preparing: Promise<void> = Promise.resolve();

  constructor(
    private readonly spec: DownloadSpec,
    private readonly deps: DownloadDeps,
    private readonly events: DownloadEvents,
  ) {
    const { clock, log, sink, isLimited } = deps;
    const now = clock.now();
    this.processPauses = new ProcessPauses(now);
    this.stallTimeout = new StallTimeout(now, spec.stallTimeoutMs);
    this.noSourcesAlarm = new NoSourcesAlarm(now);
    this.faults = new SourceFaults(spec.name, log, (number, piece) => events.faultFound(number, piece));
    this.hashes = sink.hashes ?? (spec.version.size === 0 ? NO_BYTES : null);
    this.sources = new SourceSet(deps, spec, () => this.hashes === null, {
      event: (source, event) => this.handleEvent(source, event, clock.now()),
      batchHandled: () => this.requestPieces(clock.now()),
      ended: (source, end) => this.sourceEnded(source, end, clock.now()),
    });
    this.pieces = new PieceTransfer(spec.version, sink, this.sources, events, isLimited);
    this.scheduler = this.pieces.scheduler;
    this.fileMove = new FileMove(sink, this.sources, { moved: () => this.moved(), failed: (why) => this.close(why) });
  }

  /** Downloads. Resolves when all connections have ended and the sink is finished or abandoned. Never rejects. */
  async run(): Promise<DownloadOutcome> {
    const { sink, clock } = this.deps;
    this.processPauses.begin(clock.now());
    this.pieces.silence.broken(clock.now());
    // Silence causes no event.
    this.cancelTick = every(clock, TICK_INTERVAL_MS, () => this.tick(clock.now()));
    sink.setListener({
      consumed: (count) => this.sinkChanged(() => this.scheduler.consumed(count)),
      pieceChecked: (piece, held) => this.sinkChanged(() => this.pieces.pieceChecked(piece, held)),
      failed: (error) => this.diskFailed(failureFrom(error)),
    });
    sink.reading?.setFetcher({
      demandChanged: () => this.sinkChanged(() => this.pieces.demandChanged(clock.now())),
      evict: (piece) => this.scheduler.evict(piece),
      complete: () => this.close({ kind: "done" }),
    });
    if (this.hashes) this.preparing = this.prepare(this.hashes);
    else this.sources.startAll();
    const outcome = await this.ending.promise;
    this.cancelTick();
    // The sink's descriptors must not be closed while it is made ready.
    await Promise.all([this.preparing, this.fileMove.ended]);
    return endSink(sink, outcome);
  }

  /**
   * Where pieces can be had, as the central knows it now. Sources that are not named go on while they deliver.
   * `superseded`: the catalogue has another version now, so nobody new will have this one.
   */
  updateSources(addresses: readonly SourceAddress[], superseded: boolean): void {
    this.superseded = superseded;
    const { copyingSecondary } = this.spec;
    if (copyingSecondary !== null) this.pieces.shareOut(copyingSecondary, addresses);
    this.sources.update(addresses, this.isRunning);
  }

  /** What was waited for is there, as somebody who is connected again and may know of sources. */
  resetStallTimeout(): void {
    const now = this.deps.clock.now();
    this.stallTimeout.reset(now);
    this.pieces.silence.broken(now);
  }

  pause(): void {
    if (!this.isRunning) return;
    this.lifecycle.become("paused");
    this.sources.stopAll();
  }

  resume(): void {
    if (!this.lifecycle.is("paused")) return;
    this.lifecycle.become(this.pieces.hasBegun ? "fetching" : "fetching-hashes");
    this.resetStallTimeout();
    this.noSourcesAlarm.restart(this.deps.clock.now());
    this.sources.startAll();
  }

  /** Ends the download; what arrived is kept. */
  stop(outcome: Exclude<DownloadOutcome, { kind: "done" }>): void {
    this.close(outcome);
  }

  /** Bytes that are here, verified. */
  get doneBytes(): number {
    return this.pieces.counts.doneBytes;
  }

  stats(): DownloadStats {
    const { state } = this.lifecycle;
    const { sources, pieces, noSourcesAlarm: alarm } = this;
    const now = this.deps.clock.now();
    const hindrance = this.isRunning ? currentHindrance({ sources, pieces, alarm }, now) : null;
    return {
      state,
      ...pieces.stats,
      rate: state === "fetching" && hindrance === null ? this.scheduler.rate(now) : 0,
      hindrance,
      readySources: this.scheduler.sourceCount,
      sources: sources.stats(),
    };
  }

  private get isRunning(): boolean {
    return this.lifecycle.is("fetching-hashes", "fetching");
  }

  private handleEvent(source: Source, event: SourceEvent, now: number): void {
    switch (event.kind) {
      case "ready":
        return this.sourceReady(source, event.have, event.roundTrip, now);
      case "manifest":
        return this.hashesReceived(source, event.hashes);
      case "have":
        for (const piece of event.pieces) this.scheduler.pieceAvailable(source.number, piece, now);
        return;
      case "bytes":
        this.stallTimeout.bytesReceived(source.number, now);
        this.noSourcesAlarm.bytesReceived();
        return this.pieces.bytesReceived(source, event.piece, event.bytes, now);
      case "piece":
        this.stallTimeout.reset(now);
        return this.pieces.pieceVerified(source, event.piece, now);
      case "bad":
        this.stallTimeout.bytesWasted(source.number);
        this.pieces.requestFailed(source, event.piece, now);
        return this.faults.wrongBytes(source, event.piece);
      case "refused":
        return event.piece === null ? source.disconnect() : this.pieces.requestFailed(source, event.piece, now);
      case "cancelled":
        return this.scheduler.cancelConfirmed(source.number, event.piece);
    }
  }

  private sourceReady(source: Source, have: Uint8Array | null, roundTrip: number, now: number): void {
    const holds = have ? Bitmap.from(pieceCount(this.spec.version.size), have) : null;
    if (have && !holds) return this.faults.rejectVersion(source, say("says that it has pieces which the file has not"));
    this.stallTimeout.sourceReady(source.number, now);
    this.scheduler.addSource(source.number, holds, roundTrip);
  }

  private hashesReceived(source: Source, hashes: Uint8Array): void {
    if (this.hashes) return;
    if (!hashesMatch(this.spec.version, hashes)) {
      return this.faults.rejectVersion(source, say("sent piece hashes that are not the file's"));
    }
    this.preparing = this.prepare(hashes);
  }

  /** The piece hashes are known: makes the sink ready, and begins to fetch pieces. */
  private async prepare(hashes: Uint8Array): Promise<void> {
    this.hashes = hashes;
    try {
      await this.pieces.begin(hashes, this.spec.copyingSecondary ?? 0);
    } catch (error) {
      return this.close(failureFrom(error));
    }
    // It may have been paused or stopped meanwhile.
    if (this.lifecycle.is("fetching-hashes", "paused")) this.deps.sink.verifyUnread?.();
    if (!this.lifecycle.is("fetching-hashes")) return;
    this.lifecycle.become("fetching");
    // Until now no source could be asked for a piece.
    this.resetStallTimeout();
    this.sources.startAll();
    this.requestPieces(this.deps.clock.now());
  }

  /** The sink has room for other pieces than before, or wants others: sources have had no time for them yet. */
  private sinkChanged(change: () => void): void {
    change();
    this.resetStallTimeout();
    this.requestPieces(this.deps.clock.now());
  }

  private sourceEnded(source: Source, end: ConnectionEnd, now: number): void {
    this.pieces.sourceEnded(source);
    if (this.lifecycle.is("closing")) return this.resolveWhenAllStopped();
    if (end.cause === "disk") return this.diskFailed({ kind: "failed", message: end.message, disk: end.failure });
    if (this.lifecycle.is("moving")) return this.fileMove.writerStopped();
    if (end.cause === "source") this.faults.recordEnd(source, end);
    if (end.cause === "source" && end.fault === "cut") this.stallTimeout.bytesWasted(source.number);
    // Paused and resumed before its connection had ended.
    if (source.state === "stopped" && !this.lifecycle.is("paused")) source.start();
    this.requestPieces(now);
  }

  private diskFailed(failure: FailedDownload): void {
    if (!this.fileMove.isPossible || !this.lifecycle.is("fetching", "moving")) return this.close(failure);
    if (this.lifecycle.is("fetching")) this.lifecycle.become("moving");
    this.fileMove.begin(failure);
  }

  private moved(): void {
    if (!this.lifecycle.is("moving")) return;
    this.lifecycle.become("fetching");
    this.sources.startAll();
  }

  private requestPieces(now: number): void {
    if (!this.lifecycle.is("fetching")) return;
    if (this.scheduler.done) return this.close({ kind: "done" });
    this.pieces.requestMore(now, this.processPauses.lateBy(now) === 0);
  }

  private tick(now: number): void {
    this.scheduler.processPaused(this.processPauses.lateBy(now), now);
    const unhinderedMs = this.processPauses.tick(now);
    if (!this.isRunning) return;
    const ready = this.scheduler.sourceCount;
    if (this.pieces.isHeldUpByReaders(ready)) this.stallTimeout.reset(now);
    const { busyHere } = this.pieces;
    const expired = this.stallTimeout.expiredBecause(now, { lost: this.superseded && ready === 0, busyHere });
    if (expired !== null) {
      const isUnknown = ready === 0 && !this.superseded && !busyHere;
      const message = isUnknown ? say("{expired} ({why})", { expired, why: this.sources.describeFailures() }) : expired;
      return this.close({ kind: "failed", message });
    }
    if (this.noSourcesAlarm.check(now, ready)) this.events.noSources(this.sources.describeFailures());
    this.sources.disconnectOverdue(now);
    // What the sources sent while this process was held up is still to be read.
    if (unhinderedMs >= STALLED_PIECE_TIMEOUT_MS)
      this.faults.disconnectStalled(this.sources, this.scheduler.stalledSources(now));
    this.requestPieces(now);
  }

  private close(outcome: DownloadOutcome): void {
    if (this.lifecycle.is("closing", "over")) return;
    this.lifecycle.become("closing");
    this.outcome = outcome;
    this.sources.stopAll();
    this.resolveWhenAllStopped();
  }

  /** A descriptor must not be closed while a connection may still write to it. */
  private resolveWhenAllStopped(): void {
    if (!this.outcome || !this.lifecycle.is("closing") || !this.sources.allStopped) return;
    this.lifecycle.become("over");
    this.ending.resolve(this.outcome);
  }
}
