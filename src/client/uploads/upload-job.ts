import type { Hashing } from "../../hashing/hashing.ts";
import { Backoff } from "../../net/session/backoff.ts";
import { type Clock, delay, unlessAborted } from "../../platform/clock.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import { DiskError } from "../../platform/disk/disk.ts";
import { type Random, uniqueId } from "../../platform/random.ts";
import { PeerError } from "../../protocol/errors.ts";
import { SOURCE_RECONNECT } from "../../protocol/timing.ts";
import { english, say } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import { RecentRate } from "../batch/recent-rate.ts";
import { CentralUnreachable, isRefusal, WrongServer } from "../central-errors.ts";
import type { FailureKind } from "../downloads/result.ts";
import type { VerifiedFiles } from "../downloads/verified-files.ts";
import { refusalTold } from "../tables.ts";
import { NoLocalFile, SentFile, UnsendableFile } from "./sent-file.ts";
import { UploadConnection, type UploadConnectionDeps, type UploadProgress } from "./upload-connection.ts";
import { UploadLost } from "./upload-lost.ts";
import { type UploadStep, uploadNote } from "./upload-note.ts";
import type { UploadPlace, UploadPlaces } from "./upload-places.ts";
import type { FinishedUpload, UploadRefusalCode, UploadResult } from "./upload-result.ts";

/** The name has another version by now than the one that was to be replaced. */
export class BaseReplaced extends SentenceError {}

export interface UploadJobDeps extends UploadConnectionDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly hasher: Pick<Hashing, "hashAs">;
  /** Absent: nothing is remembered. */
  readonly verified?: VerifiedFiles;
  readonly places: UploadPlaces;
}

export interface UploadJobOptions {
  /** The file of this machine. */
  readonly path: string;
  /** How it is called in results. */
  readonly label: string;
  /** The name that it gets in the cluster. */
  readonly name: string;
  /** Its bytes, where they are known before it is read. */
  readonly size?: number;
  /** The secondary that it is to go to; null: any. */
  readonly at: number | null;
  /** Milliseconds without progress after which it gives up. */
  readonly giveUpAfterMs: number;
  /** The only version that may be replaced; null: the name must be free. Absent: whatever has the name when this begins. */
  readonly base?: string | null;
  /** When its content was modified, in microseconds since 1970. Absent: as its file says. */
  readonly modified?: number;
}

/** One file on its way from this machine into the cluster. It goes on where a try before has ended. */
export class UploadJob {
  readonly ended: Promise<FinishedUpload>;
  private readonly id: string;
  private readonly began: number;
  private progressed: number;
  private file: SentFile | null = null;
  private connection: UploadConnection | null = null;
  private readonly stopping = new AbortController();
  private step: Exclude<UploadStep, "publishing"> = "reading";
  /** Why the last try has failed; null where none has. */
  private failure: unknown = null;
  private readonly rate = new RecentRate();
  /** What the name had when this began: whatever has come there since is not replaced. */
  private base: string | null | undefined;
  private secondary: number | null = null;
  private readonly counts: UploadProgress = { done: 0, resumed: 0, sent: 0, isPublishing: false };
  private resumed = 0;

  constructor(
    private readonly deps: UploadJobDeps,
    readonly options: UploadJobOptions,
  ) {
    this.id = uniqueId(deps.random);
    this.base = options.base;
    this.began = deps.clock.now();
    this.progressed = this.began;
    this.ended = this.run();
  }

  /** Ends it. What has come there stays, and the next try goes on from there. */
  stop(): void {
    this.stopping.abort(new UploadLost(say("it was stopped")));
    this.connection?.stop();
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** That are right there, and that were sent. */
  get bytes(): Pick<UploadProgress, "done" | "sent"> {
    return this.counts;
  }

  progress() {
    const { done, sent, isPublishing } = this.counts;
    const { connection, secondary } = this;
    const waitsFor = connection?.waitsFor() ?? null;
    const failure = connection?.hasBegun ? null : this.failure;
    const step = this.step === "sending" && isPublishing ? "publishing" : this.step;
    const recent = this.rate.at(this.deps.clock.now(), sent);
    // Where nothing is sent the rate of before means nothing.
    const rate = step === "sending" && failure === null && waitsFor === null ? recent : 0;
    const note = uploadNote({ step, failure, secondary, waitsFor });
    const total = this.file?.version.size ?? this.options.size ?? null;
    return { id: this.id, label: this.options.name, done, total, rate, note };
  }

  private async run(): Promise<FinishedUpload> {
    try {
      this.file = await this.open();
      this.progressed = this.deps.clock.now();
      const as = await this.put(this.file);
      this.step = "published";
      const holders = await this.deps.places.holders(as, this.file.version.id, this.stopping.signal);
      return {
        result: this.result("done", { as, holders }),
        failure: null,
        refusal: null,
      };
    } catch (error) {
      const reason = this.stopped
        ? say("it was stopped; what has come there stays for the next put")
        : refusalTold(error);
      return {
        result: this.result("failed", { holders: 0, error: english(reason) }),
        failure: failureOf(error),
        why: reason,
        refusal: refusalOf(error),
      };
    } finally {
      await this.file?.close();
    }
  }

  /** Reads the file, and remembers what it is, so that it need not be read again. */
  private async open(): Promise<SentFile> {
    const { clock, disk, hasher, verified } = this.deps;
    const { path, label } = this.options;
    const seenAt = clock.wall();
    const file = await SentFile.open(disk, hasher, path, () => !this.stopped);
    // What came by stdin or HTTP is gone in a moment.
    if (label === path) verified?.add(path, file.state, file.version.id, seenAt);
    return file;
  }

  /** Tries until the file is there; resolves with its name. */
  private async put(file: SentFile): Promise<string> {
    const { clock, random } = this.deps;
    const backoff = new Backoff(SOURCE_RECONNECT);
    for (;;) {
      try {
        const name = await this.tryOnce(file);
        this.failure = null;
        return name;
      } catch (error) {
        if (this.stopped || !mayPass(error)) throw error;
        if (this.counts.done > this.counts.resumed && !isInVain(error)) {
          this.progressed = clock.now();
          backoff.reset();
        }
        if (clock.now() - this.progressed >= this.options.giveUpAfterMs) throw error;
        this.failure = error;
        await delay(clock, backoff.next(random.fraction()), this.stopping.signal);
        if (this.stopped) throw error;
      }
    }
  }

  private async tryOnce(file: SentFile): Promise<string> {
    const { name, base: wanted, modified = file.modified } = this.options;
    this.step = "placing";
    const { base, to } = await this.place(file);
    this.base = this.base === undefined ? base : this.base;
    if (!to) return name;
    if (wanted !== undefined && wanted !== base)
      throw new BaseReplaced(say("somebody else has put, replaced or removed {name} meanwhile", { name }));
    this.stopping.signal.throwIfAborted();
    this.step = "sending";
    this.secondary = to.number;
    this.counts.done = this.counts.resumed = 0;
    const connection = new UploadConnection(this.deps, to, { name, base: this.base, file, modified }, this.counts);
    this.connection = connection;
    this.counts.isPublishing = false;
    try {
      return await connection.run();
    } finally {
      this.connection = null;
      this.resumed = Math.max(this.resumed, this.counts.resumed);
    }
  }

  /** Asks for the secondary that has a part of it already, and for another one where that is not there. */
  private async place({ version }: SentFile): Promise<UploadPlace> {
    const { name, at } = this.options;
    const place = (number: number | null) =>
      unlessAborted(this.stopping.signal, this.deps.places.place({ name, ...version, at: number }));
    const before = at ?? (this.counts.done > 0 ? this.secondary : null);
    try {
      return await place(before);
    } catch (error) {
      if (at !== null || before === null || !(error instanceof PeerError)) throw error;
      return place(null);
    }
  }

  private result(event: UploadResult["event"], more: Pick<UploadResult, "as" | "holders" | "error">): UploadResult {
    const { name, label } = this.options;
    const { id = null, size = null } = this.file?.version ?? {};
    const seconds = Math.round(this.deps.clock.now() - this.began) / 1000;
    const { sent: sentBytes } = this.counts;
    const { resumed: resumedBytes, secondary } = this;
    return { event, name, path: label, size, id, seconds, sentBytes, resumedBytes, secondary, ...more };
  }
}

/** Whether another try may succeed. */
function mayPass(error: unknown): boolean {
  if (error instanceof PeerError) return error.retryable;
  if (error instanceof WrongServer) return false;
  return error instanceof UploadLost || error instanceof CentralUnreachable;
}

/** Whether nothing is left there of what was sent: a disk that never reads what it has written would be sent it for ever. */
function isInVain(error: unknown): boolean {
  return error instanceof PeerError && error.code === "unreadable";
}

function refusalOf(error: unknown): UploadRefusalCode | null {
  if (error instanceof BaseReplaced) return "replaced";
  return error instanceof PeerError ? error.code : null;
}

function failureOf(error: unknown): FailureKind {
  if (error instanceof NoLocalFile) return "no-such-file";
  if (error instanceof UnsendableFile || error instanceof DiskError) return "failed";
  if (isRefusal(error)) return "refused";
  return error instanceof CentralUnreachable ? "unreachable" : "failed";
}
