import { zeroPieces } from "../hashing/zero-pieces.ts";
import { type Cancel, every } from "../platform/clock.ts";
import { StateMachine } from "../platform/state-machine.ts";
import { MIB } from "../platform/units.ts";
import type { SourceAddress } from "../protocol/fields.ts";
import { Bitmap } from "../protocol/versions/bitmap.ts";
import { hashesMatch, pieceCount, pieceLength } from "../protocol/versions/version.ts";
import { ByteCounts } from "./byte-counts.ts";
import type { ConnectionEnd, ConnectionEvent, PieceRequest } from "./connection/messages.ts";
import {
  type DownloadDeps,
  type DownloadEvents,
  type DownloadOutcome,
  type DownloadSpec,
  failureFrom,
} from "./download-spec.ts";
import { DOWNLOAD_TRANSITIONS, type DownloadStats, sourceStats } from "./download-stats.ts";
import { FetchBuilder } from "./fetches.ts";
import { type Partition, partitionFor } from "./scheduling/partition.ts";
import { Writers } from "./scheduling/pieces-in-flight.ts";
import { type Order, Scheduler } from "./scheduling/scheduler.ts";
import type { InitialPieces } from "./sinks/sink.ts";
import { Source } from "./source.ts";
import { SourceFaults } from "./source-faults.ts";
import { StallTimeout } from "./stall-timeout.ts";
import { describeNoSources, NoSourcesAlarm } from "./starvation.ts";

export type { DownloadDeps, DownloadEvents, DownloadOutcome, DownloadSpec } from "./download-spec.ts";
export type { DownloadState, DownloadStats, SourceStats } from "./download-stats.ts";

/** Milliseconds between looks at silent sources and at the patience. */
const TICK = 100;
/** Bytes of memory in which pieces of one download may gather. */
const GATHERED = 40 * MIB;

/**
 * One file from many sources into a sink. Decides nothing about pieces itself (the scheduler does) and moves no bytes
 * (lanes do): it starts lanes, passes their events to the scheduler and the scheduler's orders to them.
 */
export class Download {
  private readonly life = new StateMachine("a download", DOWNLOAD_TRANSITIONS, "fetching-hashes");
  private readonly sources = new Map<number, Source>();
  private scheduler: Scheduler | null = null;
  /** Known from the start where an earlier try has left them: then no source is asked for them. */
  private hashes: Uint8Array | null;
  private fetches: FetchBuilder | null = null;
  private readonly ready = new Map<number, { holds: Bitmap | null; roundTrip: number }>();
  private readonly writers = new Writers();
  /** With a window: so many pieces from the first on have left the sink. */
  private consumedCount = 0;
  private readonly tally = new ByteCounts();
  private readonly patience: StallTimeout;
  private readonly starvation: NoSourcesAlarm;
  private readonly faults: SourceFaults;
  private superseded = false;
  private division: Partition = { parts: 1, part: 0 };
  private settle: (outcome: DownloadOutcome) => void = () => {};
  private ending: DownloadOutcome | null = null;
  private cancelTick: Cancel = () => {};
  /** Settled unless the sink is being made ready. */
  private beginning: Promise<void> = Promise.resolve();

  constructor(
    private readonly spec: DownloadSpec,
    private readonly deps: DownloadDeps,
    private readonly events: DownloadEvents,
  ) {
    this.patience = new StallTimeout(deps.clock.now(), spec.stallTimeoutMs);
    this.starvation = new NoSourcesAlarm(deps.clock.now());
    this.faults = new SourceFaults(spec.name, deps.log, (number, piece) => events.faultFound(number, piece));
    this.hashes = deps.sink.hashes ?? (spec.version.size === 0 ? new Uint8Array(0) : null);
  }

  /** Downloads. Resolves when all lanes have ended and the sink is finished or left. Never rejects. */
  async run(): Promise<DownloadOutcome> {
    const { sink, clock } = this.deps;
    this.cancelTick = every(clock, TICK, () => this.tick());
    sink.setListener({
      consumed: (count) => {
        this.consumedCount = count;
        this.patience.reset(clock.now());
        this.drive(clock.now());
      },
      pieceChecked: (piece, there) => this.checked(piece, there),
      failed: (error) => this.close(failureFrom(error)),
    });
    const ended = new Promise<DownloadOutcome>((resolve) => {
      this.settle = resolve;
    });
    if (this.hashes) this.beginning = this.learned(this.hashes);
    else this.connectAll();
    const outcome = await ended;
    this.cancelTick();
    // The sink's descriptors must not be closed under it.
    await this.beginning;
    try {
      if (outcome.kind === "done") await sink.finish();
      else await sink.abandon();
      return outcome;
    } catch (error) {
      return failureFrom(error);
    }
  }

  /**
   * Where pieces can be had, as the central knows it now. Sources that are not named go on while they deliver.
   * `superseded`: the catalogue has another version now, so nobody new will have this one.
   */
  updateSources(addresses: readonly SourceAddress[], superseded: boolean): void {
    this.superseded = superseded;
    const { version, copyingSecondary: copier } = this.spec;
    const copiers = addresses.filter(({ partial }) => partial).map(({ number }) => number);
    if (copier !== null) this.division = partitionFor(version.id, copier, copiers);
    this.scheduler?.setPartition(this.division);
    for (const address of addresses) {
      const source = this.sources.get(address.number) ?? this.add(address);
      source.addressReported(address);
      if (this.life.state === "fetching-hashes" || this.life.state === "fetching") source.start();
    }
  }

  /** Somebody is there again who may know of sources: the patience begins anew. */
  resetStallTimeout(): void {
    this.patience.reset(this.deps.clock.now());
  }

  pause(): void {
    if (this.life.state !== "fetching-hashes" && this.life.state !== "fetching") return;
    this.life.become("paused");
    for (const source of this.sources.values()) source.stop();
  }

  resume(): void {
    if (this.life.state !== "paused") return;
    this.life.become(this.scheduler ? "fetching" : "fetching-hashes");
    this.resetStallTimeout();
    this.starvation.restart(this.deps.clock.now());
    this.connectAll();
  }

  /** Ends the download; what arrived is kept. */
  stop(outcome: Exclude<DownloadOutcome, { kind: "done" }>): void {
    this.close(outcome);
  }

  /** Bytes that are here, verified. */
  get doneBytes(): number {
    return this.tally.doneBytes;
  }

  stats(): DownloadStats {
    const now = this.deps.clock.now();
    let rate = 0;
    for (const number of this.ready.keys()) rate += this.scheduler?.rate(number, now) ?? 0;
    return {
      state: this.life.state,
      ...this.tally.counts,
      rate: this.life.state === "fetching" ? rate : 0,
      readySources: this.ready.size,
      sources: sourceStats(this.sources.values()),
    };
  }

  private add(address: SourceAddress): Source {
    const { name, version, role, download } = this.spec;
    const { file, direct, journal } = this.deps.sink;
    const source = new Source(
      this.deps,
      address,
      (location) => ({
        address: location,
        role,
        id: version.id,
        name,
        manifest: this.hashes === null,
        download,
        file,
        direct,
        journal,
      }),
      {
        event: (from, event) => this.received(from, event),
        batchHandled: () => this.drive(this.deps.clock.now()),
        ended: (from, end) => this.lost(from, end),
      },
    );
    this.sources.set(address.number, source);
    return source;
  }

  private received(source: Source, event: Exclude<ConnectionEvent, { kind: "ended" }>): void {
    const { number } = source;
    const now = this.deps.clock.now();
    switch (event.kind) {
      case "ready": {
        const holds = event.have ? Bitmap.from(pieceCount(this.spec.version.size), event.have) : null;
        if (event.have && !holds)
          return this.faults.rejectVersion(source, "says that it has pieces which the file has not");
        this.ready.set(number, { holds, roundTrip: event.roundTrip });
        this.patience.sourceReady(number, now);
        this.scheduler?.attach(number, holds, event.roundTrip);
        break;
      }
      case "manifest":
        if (this.hashes) return;
        if (!hashesMatch(this.spec.version, event.hashes)) {
          return this.faults.rejectVersion(source, "sent piece hashes that are not the file's");
        }
        this.beginning = this.learned(event.hashes);
        return;
      case "have":
        for (const piece of event.pieces) {
          // The scheduler has the same bitmap, and must see for itself that a piece is new.
          if (this.scheduler) this.scheduler.gained(number, piece, now);
          else this.ready.get(number)?.holds?.add(piece);
        }
        break;
      case "bytes":
        this.patience.reset(now);
        this.starvation.bytesReceived();
        source.bytes += event.bytes;
        this.tally.receivedBytes += event.bytes;
        this.scheduler?.received(number, event.piece, event.bytes, now);
        break;
      case "piece":
        this.arrived(number, event.piece, now);
        break;
      case "bad":
        this.tally.retries += 1;
        this.scheduler?.failed(number, event.piece, now);
        this.faults.recordAndReport(source, event.piece, `sent wrong bytes for piece ${event.piece}`);
        break;
      case "refused":
        if (event.piece === null) return source.disconnect();
        this.tally.retries += 1;
        this.scheduler?.failed(number, event.piece, now);
        break;
      case "cancelled":
        break;
    }
    if ("piece" in event && event.piece !== null && event.kind !== "bytes") this.writers.remove(event.piece, number);
  }

  /** The piece hashes are known: from here on pieces can be fetched. */
  private async learned(hashes: Uint8Array): Promise<void> {
    const { sink } = this.deps;
    const { version, copyingSecondary: copier } = this.spec;
    this.hashes = hashes;
    let begun: InitialPieces;
    let zeros: Bitmap;
    try {
      zeros = await zeroPieces(version, hashes);
      begun = await sink.begin(hashes, zeros);
    } catch (error) {
      return this.close(failureFrom(error));
    }
    this.tally.setInitial(begun.have, zeros, version.size);
    this.fetches = new FetchBuilder(version.size, hashes, sink, zeros);
    this.scheduler = new Scheduler({
      pieces: pieceCount(version.size),
      length: (piece) => pieceLength(version.size, piece),
      ...begun,
      parts: Math.max(1, this.sources.size),
      firstPart: copier ?? 0,
      window: sink.windowPieces,
      gathered: GATHERED,
    });
    this.scheduler.setPartition(this.division);
    for (const [number, { holds, roundTrip }] of this.ready) this.scheduler.attach(number, holds, roundTrip);
    // It may have been paused or stopped meanwhile.
    if (this.life.state === "fetching-hashes" || this.life.state === "paused") sink.verifyUnread();
    if (this.life.state !== "fetching-hashes") return;
    this.life.become("fetching");
    this.connectAll();
    this.drive(this.deps.clock.now());
  }

  /** A piece that an earlier try may have left was read. */
  private checked(piece: number, there: boolean): void {
    const now = this.deps.clock.now();
    this.scheduler?.checked(piece, there);
    if (there) this.tally.addResumed(pieceLength(this.spec.version.size, piece));
    if (there) this.events.pieceAvailable(piece);
    this.patience.reset(now);
    this.drive(now);
  }

  private arrived(number: number, piece: number, now: number): void {
    const { scheduler } = this;
    if (!scheduler || scheduler.has(piece)) return;
    this.give(scheduler.finished(number, piece, now));
    this.tally.doneBytes += pieceLength(this.spec.version.size, piece);
    this.deps.sink.pieceWritten(piece);
    this.events.pieceAvailable(piece);
  }

  private lost(source: Source, end: ConnectionEnd): void {
    const { number } = source;
    const now = this.deps.clock.now();
    this.tally.retries += this.scheduler?.requestCount(number) ?? 0;
    this.scheduler?.detach(number);
    this.writers.removeAll(number);
    this.ready.delete(number);
    if (this.life.state === "closing") return this.settleWhenQuiet();
    if (end.cause === "disk") return this.close({ kind: "failed", message: end.message, disk: end.failure });
    if (end.cause === "source") this.faults.recordEnd(source, end);
    // Paused and resumed before its lane had ended.
    if (source.state === "stopped" && this.life.state !== "paused") source.start();
    this.drive(now);
  }

  private drive(now: number): void {
    const { scheduler } = this;
    if (!scheduler || this.life.state !== "fetching") return;
    if (scheduler.done) return this.close({ kind: "done" });
    // A piece that was cancelled may still be on its way into its place: the next one in that place must wait.
    scheduler.consumed(this.writers.settled(this.consumedCount));
    this.give(scheduler.next(now));
  }

  private give(orders: readonly Order[]): void {
    const fetches = new Map<number, PieceRequest[]>();
    for (const order of orders) {
      const { source, piece } = order;
      if (order.kind === "cancel") {
        this.sources.get(source)?.send({ kind: "cancel", piece });
        continue;
      }
      const fetch = this.fetches?.build(order);
      if (!fetch) continue;
      this.writers.add(piece, source);
      const others = fetches.get(source);
      if (others) others.push(fetch);
      else fetches.set(source, [fetch]);
    }
    for (const [source, asked] of fetches) this.sources.get(source)?.send({ kind: "fetch", fetches: asked });
  }

  private connectAll(): void {
    for (const source of this.sources.values()) source.start();
  }

  private tick(): void {
    if (this.life.state !== "fetching-hashes" && this.life.state !== "fetching") return;
    const now = this.deps.clock.now();
    // While the reader of the output holds everything up, no source is to blame.
    if (this.ready.size > 0 && this.scheduler?.blocked) this.patience.reset(now);
    const message = this.patience.expiredBecause(now, this.superseded && this.ready.size === 0);
    if (message !== null) {
      const none = this.ready.size === 0 && !this.superseded;
      return this.close({
        kind: "failed",
        message: none ? `${message} (${describeNoSources(this.sources.values())})` : message,
      });
    }
    if (this.starvation.check(now, this.ready.size)) this.events.noSources(describeNoSources(this.sources.values()));
    for (const source of this.sources.values()) if (source.openTimedOut(now)) source.disconnect();
    for (const number of this.scheduler?.stalledSources(now) ?? []) {
      const source = this.sources.get(number);
      if (source) this.faults.record(source, null, "has sent nothing for a long time");
      source?.disconnect();
    }
    this.drive(now);
  }

  private close(outcome: DownloadOutcome): void {
    if (this.life.state === "closing" || this.life.state === "over") return;
    this.life.become("closing");
    this.ending = outcome;
    for (const source of this.sources.values()) source.stop();
    this.settleWhenQuiet();
  }

  /** A descriptor must not be closed while a lane may still write to it. */
  private settleWhenQuiet(): void {
    for (const { state } of this.sources.values()) if (state !== "stopped") return;
    if (!this.ending || this.life.state !== "closing") return;
    this.life.become("over");
    this.settle(this.ending);
  }
}
