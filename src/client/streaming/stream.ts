import type { StoredExtent } from "../../http/client/backend.ts";
import { type Cancel, NOTHING_TO_CANCEL } from "../../platform/clock.ts";
import { StateMachine, type Transitions } from "../../platform/state-machine.ts";
import { MIB } from "../../platform/units.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import type { SinkRequest } from "../downloads/destination.ts";
import { DownloadJob } from "../downloads/download-job.ts";
import type { DownloadJobDeps } from "../downloads/download-job-spec.ts";
import type { FailureKind, FinishedDownload } from "../downloads/result.ts";
import type { ReadAhead } from "./read-ahead.ts";
import { Readers } from "./readers.ts";
import { StreamSink, type StreamSinkDeps } from "./stream-sink.ts";

/** Milliseconds without a reader after which a file is not fetched any more: a player that seeks is back sooner. */
const IDLE_MS = 15_000;

/** Why a file cannot be read, or no further. */
export class StreamError extends SentenceError {
  constructor(
    /** `busy`: it may be possible later. */
    readonly failure: FailureKind | "busy",
    told: Told,
  ) {
    super(told);
  }
}

/** A version that is read. Size in bytes, time in microseconds since 1970. */
export interface StreamedFile {
  readonly id: string;
  readonly size: number;
  readonly modified: number;
  readonly sha256: string | null;
}

/** A file that is read, for those who look on. */
export interface StreamView {
  /** The id of its download. */
  readonly download: string;
  readonly name: string;
  /** Null while the central has not granted one. */
  readonly version: { readonly id: string; readonly size: number } | null;
  /** Bytes that are here, and how many come in a second. */
  readonly bytes: number;
  readonly rate: number;
  /** Numbers of the secondaries that they came from. */
  readonly sources: readonly number[];
  /** When it could be read first, on the clock of the client; null: it cannot yet. */
  readonly openedAt: number | null;
}

export type StreamOutcome = "done" | "failed" | "cancelled";

export interface StreamDeps extends DownloadJobDeps, StreamSinkDeps {
  readonly readAhead: ReadAhead;
  /** Milliseconds without a source, or a central to ask, before giving up. */
  readonly giveUpAfterMs: number;
}

/**
 * `opening`: the central is asked; `reading`: pieces are fetched for the readers; `ending`: nothing is fetched any more, some
 * may still read; `closed`.
 */
type StreamState = "opening" | "reading" | "ending" | "closed";

const TRANSITIONS: Transitions<StreamState> = {
  opening: ["reading", "closed"],
  reading: ["ending"],
  ending: ["closed"],
  closed: [],
};

/** Most bytes that a reader is told of at once, where a piece is not longer: then it must say how far it is. */
const MAX_READABLE_BYTES = 4 * MIB;

interface WaitingRead {
  readonly reader: number;
  readonly from: number;
  resolve(extents: readonly StoredExtent[]): void;
  reject(error: StreamError): void;
}

/** One version of a file while somebody reads it: one download of the cluster, whatever its readers read and how often. */
export class Stream {
  readonly opened: Promise<StreamedFile>;
  /** Resolves when its file is closed. */
  readonly closed: Promise<void>;
  private readonly life = new StateMachine<StreamState>("a stream", TRANSITIONS, "opening");
  private readonly job: DownloadJob;
  private readonly opening = Promise.withResolvers<StreamedFile>();
  private readonly closing = Promise.withResolvers<void>();
  private sink: StreamSink | null = null;
  private file: StreamedFile | null = null;
  private readers: Readers;
  private waiting: WaitingRead[] = [];
  private failure: StreamError | null = null;
  private cancelIdle: Cancel = NOTHING_TO_CANCEL;
  private openedAt: number | null = null;
  private isCancelled = false;

  constructor(
    private readonly deps: StreamDeps,
    private readonly name: string,
    /** Its download has ended. */
    private readonly hasEnded: (stream: StreamView, outcome: StreamOutcome) => void,
  ) {
    this.readers = new Readers(0, deps.readAhead);
    this.opened = this.opening.promise;
    this.closed = this.closing.promise;
    // Who waits for it hears of it all the same.
    this.opened.catch(() => {});
    const destination = { kind: "readers", open: (wanted: SinkRequest) => this.open(wanted) } as const;
    this.job = new DownloadJob(deps, { name, destination, force: false, giveUpAfterMs: deps.giveUpAfterMs });
    void this.job.ended.then((finished) => this.jobEnded(finished));
    this.job.start();
  }

  /** Of the version that is read; null before it is known. */
  get id(): string | null {
    return this.file?.id ?? null;
  }

  get view(): StreamView {
    const { job, name, file, openedAt } = this;
    const { doneBytes, rate, sources } = job.stats() ?? { doneBytes: 0, rate: 0, sources: [] };
    const used = sources.filter(({ bytes }) => bytes > 0).map(({ number }) => number);
    return { download: job.id, name, version: file, bytes: doneBytes, rate, sources: used, openedAt };
  }

  /** Whether somebody who comes now can read it. */
  get isOpen(): boolean {
    return this.life.is("opening", "reading");
  }

  get readerCount(): number {
    return this.readers.count;
  }

  /** Bytes that secondaries have sent for it. */
  get receivedBytes(): number {
    return this.job.stats()?.receivedBytes ?? 0;
  }

  /** What it waits for before it can be read, in a few words. */
  note(): string {
    return this.job.note();
  }

  /** One reader more. To be called once it is open. */
  add(reader: number): void {
    this.cancelIdle();
    this.readers.add(reader);
  }

  /** A reader wants the bytes from `start` up to, but not including, `end`. */
  begin(reader: number, start: number, end: number): void {
    this.readers.begin(reader, start, end);
    this.sink?.want(this.readers.windows());
  }

  /**
   * A reader has had all before `at`, and knows where all is before `from`. Resolves with where what follows is, as soon as
   * any of it is there. Rejects with {@link StreamError} when no more comes.
   */
  read(reader: number, at: number, from: number): Promise<readonly StoredExtent[]> {
    this.readers.advance(reader, at);
    // It may say how far it is only when it has this answer, however few pieces are fetched ahead of it.
    this.readers.extendReadable(reader, from + 1);
    this.sink?.want(this.readers.windows());
    return new Promise((resolve, reject) => {
      this.waiting.push({ reader, from, resolve, reject });
      this.serve();
    });
  }

  /** A reader has had all before `at`, and reads no more. */
  end(reader: number, at: number): void {
    this.readers.advance(reader, at);
    this.readers.end(reader);
    for (const gone of this.waiting.filter((one) => one.reader === reader)) gone.reject(STOPPED);
    this.waiting = this.waiting.filter((one) => one.reader !== reader);
    this.sink?.want(this.readers.windows());
    if (this.readers.count > 0) return;
    if (this.life.is("ending")) return this.close();
    if (this.file && this.readers.had.covers(this.file.size)) this.sink?.complete();
    else this.stopWhenIdle();
  }

  /** Ends it; its readers get no more. */
  stop(): void {
    this.cancelIdle();
    this.isCancelled = true;
    this.job.cancel();
  }

  private async open({ version, modified, sha256 = null }: SinkRequest): Promise<StreamSink> {
    const store = await this.deps.files.open(version);
    const sink = new StreamSink(
      this.deps,
      version,
      store,
      () => this.serve(),
      () => this.sinkEnded(),
    );
    this.sink = sink;
    this.readers = new Readers(version.size, this.deps.readAhead);
    this.file = { ...version, modified, sha256 };
    this.openedAt = this.deps.clock.now();
    this.life.become("reading");
    this.opening.resolve(this.file);
    this.stopWhenIdle();
    return sink;
  }

  private stopWhenIdle(): void {
    this.cancelIdle();
    this.cancelIdle = this.deps.clock.after(IDLE_MS, () => this.stop());
  }

  /** Gives each reader what is there for it. */
  private serve(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const one of waiting) {
      const extents = this.sink?.extents(one.from, one.from + MAX_READABLE_BYTES) ?? [];
      if (extents.length > 0) this.promise(one, extents);
      else if (this.failure !== null) one.reject(this.failure);
      else this.waiting.push(one);
    }
  }

  private promise({ reader, resolve }: WaitingRead, extents: readonly StoredExtent[]): void {
    this.readers.extendReadable(reader, extents.at(-1)?.end ?? 0);
    this.sink?.want(this.readers.windows());
    resolve(extents);
  }

  /** The download writes no more to the file. */
  private sinkEnded(): void {
    this.cancelIdle();
    this.life.become("ending");
    if (this.readers.count === 0) this.close();
  }

  private jobEnded({ failure, result, why }: FinishedDownload): void {
    this.hasEnded(this.view, failure === null ? "done" : this.isCancelled ? "cancelled" : "failed");
    this.failure = new StreamError(failure ?? "failed", why ?? result.error ?? say("it is not read any more"));
    this.opening.reject(this.failure);
    this.serve();
    if (!this.life.is("opening")) return;
    this.life.become("closed");
    this.closing.resolve();
  }

  private close(): void {
    this.life.become("closed");
    const { log } = this.deps;
    const closed = this.sink?.close().catch((error: Error) => log.warn("not-closed", error.message));
    void closed?.then(() => this.closing.resolve());
  }
}

const STOPPED = new StreamError("failed", say("the reader is gone"));
