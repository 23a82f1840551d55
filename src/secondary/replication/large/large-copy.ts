import type { Hashing } from "../../../hashing/hashing.ts";
import type { Clock } from "../../../platform/clock.ts";
import { type Disk, DiskError, type FileId } from "../../../platform/disk/disk.ts";
import type { Log } from "../../../platform/log/log.ts";
import type { Random } from "../../../platform/random.ts";
import { StateMachine, type Transitions } from "../../../platform/state-machine.ts";
import { formatBytes, formatDuration, formatRate } from "../../../platform/units.ts";
import type { SourceAddress } from "../../../protocol/fields.ts";
import { SentenceError } from "../../../sentences/sentence-error.ts";
import type { ConnectionHost } from "../../../transfer/connection/messages.ts";
import { Download, type DownloadOutcome } from "../../../transfer/download.ts";
import { PartFile } from "../../../transfer/sinks/part-file.ts";
import { reusing } from "../../../transfer/sinks/reuse/reuse-sink.ts";
import type { Sink } from "../../../transfer/sinks/sink.ts";
import { stagingFilesFor, type WorkFiles } from "../../../transfer/sinks/work-files/work-files.ts";
import { discardWorkFiles } from "../../../transfer/sinks/work-files/work-lock.ts";
import { CHANGED, ObstacleError } from "../../folder/obstacle.ts";
import type { PartialFiles } from "../../serving/partial-files.ts";
import { type CopyOrder, stagedFileOf } from "../copy-order.ts";
import type { CopyProgress } from "../copy-progress.ts";
import type { LocalContent } from "../local/local-content.ts";
import type { DiskSpace } from "../placement/disk-space.ts";
import { stagingOf } from "../placement/placement-finder.ts";
import type { StagedFiles } from "../placement/staged-files.ts";
import type { CopyCentral, CopyDestination, CopyReaders } from "../ports.ts";
import { ServedPartSink } from "./served-part-sink.ts";

/**
 * Milliseconds without any source after which the order is given back to the central. Longer than a secondary takes to
 * start again, so that the restart of the only source does not end a copy.
 */
const NO_SOURCE_TIMEOUT_MS = 30_000;

/**
 * `preparing`: finds out where the file can be put, and what an earlier try left; `fetching`; `installing`: the file is
 * whole and gets its name; `withdrawn`: its name is not wanted any more; `stopped`: this secondary stops, and what has
 * arrived stays for the next order; `ended`.
 */
type LargeCopyState = "preparing" | "fetching" | "installing" | "withdrawn" | "stopped" | "ended";

const TRANSITIONS: Transitions<LargeCopyState> = {
  preparing: ["fetching", "installing", "withdrawn", "stopped", "ended"],
  fetching: ["installing", "withdrawn", "stopped", "ended"],
  installing: ["withdrawn", "stopped", "ended"],
  withdrawn: ["ended"],
  stopped: ["ended"],
  ended: [],
};

export interface LargeCopyDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly log: Log;
  readonly connections: ConnectionHost;
  readonly hasher: Hashing;
  readonly partialFiles: PartialFiles;
  readonly space: DiskSpace;
  readonly staged: StagedFiles;
  /** What is on this disk already. */
  readonly content: Pick<LocalContent, "older">;
  /** This secondary's number. */
  readonly number: number;
  readonly folder: CopyDestination;
  readonly central: CopyCentral;
  readonly serving: CopyReaders;
  /** Whether a limit of this secondary holds its copies back now. Absent: there is none. */
  readonly isLimited?: () => boolean;
  pieceAdded(id: string, piece: number): void;
}

/** What is known of a download once it has begun. */
interface Fetching {
  readonly sink: ServedPartSink;
  readonly download: Download;
}

/** A large file on its way from other secondaries into the shared folder. */
export class LargeCopy {
  private readonly life = new StateMachine("a copy of a large file", TRANSITIONS, "preparing");
  private fetching: Fetching | null = null;
  /** The file that was fetched; null when an earlier try had left it whole. */
  private verified: FileId | null = null;

  constructor(
    private readonly deps: LargeCopyDeps,
    readonly order: CopyOrder,
  ) {}

  /** Bytes that have not arrived. */
  get remainingBytes(): number {
    return this.order.size - (this.fetching?.download.doneBytes ?? 0);
  }

  /** Bytes that others have sent. */
  get receivedBytes(): number {
    return this.fetching?.download.stats().receivedBytes ?? 0;
  }

  /** Bytes for which the disk must have space, as far as is known: less than the file's size when it is sparse. */
  get spaceNeeded(): number {
    return this.fetching?.sink.remainingBytes ?? this.order.size;
  }

  /** Whether it copies this version, and was not cancelled. */
  isWanted(id: string): boolean {
    return this.order.id === id && !this.life.is("withdrawn", "stopped");
  }

  /** Null while nothing is being fetched. */
  progress(): CopyProgress | null {
    if (!this.fetching) return null;
    const { doneBytes, rate, hindrance } = this.fetching.download.stats();
    return { name: this.order.name, size: this.order.size, doneBytes, rate, hindrance };
  }

  offer(sources: readonly SourceAddress[], superseded: boolean): void {
    this.fetching?.download.updateSources(
      sources.filter(({ number }) => number !== this.deps.number),
      superseded,
    );
  }

  cancel(why: "withdrawn" | "stopped"): void {
    if (this.life.is("preparing", "fetching", "installing")) this.life.become(why);
    this.fetching?.download.stop({ kind: "cancelled" });
  }

  /**
   * Copies it; to be called once. Resolves with false when it was cancelled. Throws ObstacleError or DiskError where it
   * cannot be put into place, another Error where no source gave it.
   */
  async run(): Promise<boolean> {
    const { clock, folder, staged } = this.deps;
    const { name, id, size } = this.order;
    const started = clock.now();
    try {
      const [placement] = await folder.findPlacements([name]);
      const staging = stagingOf(placement ?? CHANGED);
      const whole = await staged.find(staging, { id, size });
      // A try that ended just before it could do so has not removed its journal.
      if (whole) await this.discard(stagingFilesFor(staging, id));
      const hashes = whole ?? (await this.fetch(staging));
      if (hashes && !this.isCancelled()) return await this.install(staging, hashes, (clock.now() - started) / 1000);
      if (hashes && this.life.is("withdrawn")) await staged.removeVersion(staging, id);
      return false;
    } finally {
      this.life.become("ended");
    }
  }

  private isCancelled(): boolean {
    return this.life.is("withdrawn", "stopped");
  }

  /** Downloads it into the staging folder. Resolves with its piece hashes; null when it was cancelled. */
  private async fetch(staging: string): Promise<Uint8Array | null> {
    const { deps } = this;
    const { name, id, size, modified } = this.order;
    const version = { id, size };
    const files = stagingFilesFor(staging, id);
    // What the older version has of it need not come once more.
    const older = await deps.content.older(name).catch(() => null);
    const part = await PartFile.prepare({ ...deps, files, name, version, modified, force: true, direct: false });
    if (this.isCancelled()) {
      await part.abandon();
      return null;
    }
    this.life.become("fetching");
    const sink = new ServedPartSink(deps, part, version, staging);
    try {
      const outcome = await this.download(sink, reusing(deps, sink, version, older));
      if (outcome.kind === "failed" && outcome.disk) throw new DiskError(outcome.disk, files.path, outcome.message);
      if (outcome.kind === "failed") throw new SentenceError(outcome.message);
      this.verified = part.id;
      if (outcome.kind === "done" && sink.hashes) return sink.hashes;
    } catch (error) {
      // A disk that is full must have its space back, for others that need less.
      if (error instanceof DiskError && error.failure === "full") await this.discard(files);
      throw error;
    }
    if (this.life.is("withdrawn")) await this.discard(files);
    return null;
  }

  /** `sink`: what `into` puts all into. */
  private async download(sink: ServedPartSink, into: Sink): Promise<DownloadOutcome> {
    const { deps } = this;
    const { central } = deps;
    const { name, id, size, sources } = this.order;
    const spec = {
      name,
      version: { id, size },
      download: null,
      role: "secondary",
      stallTimeoutMs: NO_SOURCE_TIMEOUT_MS,
    } as const;
    const download = new Download(
      { ...spec, copyingSecondary: deps.number },
      { ...deps, sink: into },
      {
        faultFound: (number, piece) => central.accuse(id, piece, number),
        pieceAvailable: (piece) => deps.pieceAdded(id, piece),
        noSources() {},
      },
    );
    this.fetching = { sink, download };
    const ended = download.run();
    this.offer(sources, false);
    central.watch(name, id);
    const outcome = await ended;
    central.unwatch(name, id);
    return outcome;
  }

  /** Removes what arrived of a version, unless it is all that is left of a damaged file. */
  private async discard(files: WorkFiles): Promise<void> {
    if (!this.deps.folder.isPartNeeded(this.order.id)) await discardWorkFiles(this.deps, files).catch(() => {});
  }

  /** Resolves with false when it was withdrawn meanwhile and did not get its name. */
  private async install(staging: string, hashes: Uint8Array, seconds: number): Promise<boolean> {
    const { folder, staged } = this.deps;
    const { name, id, size } = this.order;
    this.life.become("installing");
    const file = stagedFileOf(this.order, hashes, staged.pathOf(staging, id));
    const [result] = await folder.install([this.verified ? { ...file, verified: this.verified } : file], false);
    if (result === "installed") {
      this.logCopied(seconds);
      return true;
    }
    if (this.life.is("withdrawn")) {
      await staged.removeVersion(staging, id);
      return false;
    }
    await staged.add(staging, name, { id, size }, hashes);
    throw new ObstacleError(result ?? CHANGED);
  }

  private logCopied(seconds: number): void {
    const { name, size } = this.order;
    const received = this.receivedBytes;
    const reused = this.fetching?.download.stats().reusedBytes ?? 0;
    const rate = formatRate(received / Math.max(seconds, 0.001));
    const kept = reused > 0 ? `, ${formatBytes(reused)} of it from the older version` : "";
    const text = `${formatBytes(size)} in ${formatDuration(seconds)}${kept}, ${rate}`;
    const fields = {
      name,
      size,
      received,
      ...(reused > 0 ? { reused } : {}),
      seconds: Math.round(seconds * 1000) / 1000,
    };
    this.deps.log.info("copied", `copied ${name}: ${text}`, fields);
  }
}
