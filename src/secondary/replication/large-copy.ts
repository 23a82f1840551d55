import type { Hashing } from "../../hashing/hashing.ts";
import type { Clock } from "../../platform/clock.ts";
import { type Disk, DiskError, type FileId } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Random } from "../../platform/random.ts";
import { formatBytes, formatDuration, formatRate } from "../../platform/units.ts";
import type { SourceAddress } from "../../protocol/fields.ts";
import type { ConnectionHost } from "../../transfer/connection/messages.ts";
import { Download, type DownloadOutcome } from "../../transfer/download.ts";
import { PartFile } from "../../transfer/sinks/part-file.ts";
import { stagingFilesFor, type WorkFiles } from "../../transfer/sinks/work-files.ts";
import { discardWorkFiles } from "../../transfer/sinks/work-lock.ts";
import type { InstallResult, StagedFile } from "../changes/folder-changes.ts";
import { CHANGED, ObstacleError } from "../folder/obstacle.ts";
import type { PartialFiles } from "../serving/partial-files.ts";
import type { CopyProgress } from "./copy-progress.ts";
import type { CopyOrder } from "./copy-queue.ts";
import type { DiskSpace } from "./placement/disk-space.ts";
import { type Placement, stagingOf } from "./placement/placement-finder.ts";
import type { StagedFiles } from "./placement/staged-files.ts";
import { ServedPartSink } from "./served-part-sink.ts";

/** Milliseconds without any source after which a copy is given back to the central. */
const NO_SOURCE_TIMEOUT_MS = 30_000;

/**
 * `preparing`: whether it can be put into place is found out, and what an earlier try left; `fetching`; `placing`: it is
 * whole, and gets its name; `over`.
 */
export type LargeCopyState = "preparing" | "fetching" | "placing" | "over";

const NEXT: Readonly<Record<LargeCopyState, readonly LargeCopyState[]>> = {
  preparing: ["fetching", "placing", "over"],
  fetching: ["placing", "over"],
  placing: ["over"],
  over: [],
};

export interface LargeCopyDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly log: Log;
  readonly lanes: ConnectionHost;
  readonly hasher: Hashing;
  readonly partialFiles: PartialFiles;
  readonly space: DiskSpace;
  readonly staged: StagedFiles;
  /** This secondary's number. */
  readonly number: number;
  /** Where a file is to be staged, or what keeps it from getting its name. */
  findPlacement(name: string): Promise<Placement>;
  /** Whether the part of a version is all that is here of a damaged file. */
  isRepairing(id: string): boolean;
  adopt(deliveries: readonly StagedFile[], alone: boolean): Promise<InstallResult[]>;
  watch(name: string, id: string): void;
  unwatch(name: string, id: string): void;
  accuse(id: string, piece: number | null, number: number): void;
  pieceAdded(id: string, piece: number): void;
  /** It can be read from. */
  availabilityChanged(): void;
}

/** A large file on its way from other secondaries into the shared folder. */
export class LargeCopy {
  private state: LargeCopyState = "preparing";
  private running: Download | null = null;
  private sink: ServedPartSink | null = null;
  /** The file that was fetched; null when it was there. */
  private verified: FileId | null = null;
  /** `stop`: this secondary stops, and goes on with what is here when it is started again. */
  private ended: "no" | "withdrawn" | "stop" = "no";

  constructor(
    private readonly deps: LargeCopyDeps,
    readonly order: CopyOrder,
  ) {}

  /** Bytes that are to come. */
  get remainingBytes(): number {
    return this.order.size - (this.running?.doneBytes ?? 0);
  }

  /** Bytes for which the disk must have room, as far as is known: less than its size when it is sparse. */
  get spaceNeeded(): number {
    return this.sink?.remainingBytes ?? this.order.size;
  }

  /** Whether it copies this version, and is still to do so. */
  isCopying(id: string): boolean {
    return this.order.id === id && this.ended === "no";
  }

  /** How far it is; null while it is not being fetched. */
  progress(): CopyProgress | null {
    if (!this.running) return null;
    const { doneBytes, rate } = this.running.stats();
    return { name: this.order.name, size: this.order.size, doneBytes, rate };
  }

  offer(sources: readonly SourceAddress[], superseded: boolean): void {
    this.running?.updateSources(
      sources.filter(({ number }) => number !== this.deps.number),
      superseded,
    );
  }

  end(why: "withdrawn" | "stop"): void {
    if (this.ended === "no") this.ended = why;
    this.running?.stop({ kind: "cancelled" });
  }

  /** Copies it. Throws ObstacleError or DiskError where it cannot be put into place, another Error where nobody gave it. */
  async run(): Promise<void> {
    const { clock } = this.deps;
    const { name, id, size } = this.order;
    const began = clock.now();
    try {
      const staging = stagingOf(await this.deps.findPlacement(name));
      const hashes = (await this.deps.staged.find(staging, { id, size })) ?? (await this.fetch(staging));
      if (!hashes) return;
      if (this.isWithdrawn()) await this.deps.staged.removeVersion(staging, id);
      else await this.install(staging, hashes, (clock.now() - began) / 1000);
    } finally {
      this.become("over");
    }
  }

  private isWithdrawn(): boolean {
    return this.ended === "withdrawn";
  }

  private become(next: LargeCopyState): void {
    if (!NEXT[this.state].includes(next)) throw new Error(`a copy cannot go from ${this.state} to ${next}`);
    this.state = next;
  }

  /** Downloads it into the staging folder. Gives its piece hashes; null when it is not wanted any more. */
  private async fetch(staging: string): Promise<Uint8Array | null> {
    const { deps } = this;
    const { name, id, size, modified } = this.order;
    const version = { id, size };
    const files = stagingFilesFor(staging, id);
    const part = await PartFile.prepare({ ...deps, files, name, version, modified, force: true, direct: false });
    if (this.ended !== "no") {
      await part.abandon();
      return null;
    }
    const sink = new ServedPartSink(deps, part, version, staging);
    this.sink = sink;
    this.become("fetching");
    try {
      const outcome = await this.download(sink);
      if (outcome.kind === "failed" && outcome.disk) throw new DiskError(outcome.disk, files.path, outcome.message);
      if (outcome.kind === "failed") throw new Error(outcome.message);
      this.verified = part.id;
      if (outcome.kind === "done" && sink.hashes) return sink.hashes;
    } catch (error) {
      // A disk that is full must have its room back, for others that need less.
      if (error instanceof DiskError && error.failure === "full") await this.discard(files);
      throw error;
    }
    if (this.isWithdrawn()) await this.discard(files);
    return null;
  }

  private async download(sink: ServedPartSink): Promise<DownloadOutcome> {
    const { deps } = this;
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
      { ...deps, sink },
      {
        faultFound: (number, piece) => deps.accuse(id, piece, number),
        pieceAvailable: (piece) => deps.pieceAdded(id, piece),
        noSources() {},
      },
    );
    this.running = download;
    const ended = download.run();
    this.offer(sources, false);
    deps.watch(name, id);
    const outcome = await ended;
    deps.unwatch(name, id);
    return outcome;
  }

  /** Removes what arrived of a version, unless it is all that is left of a damaged file. */
  private async discard(files: WorkFiles): Promise<void> {
    if (!this.deps.isRepairing(this.order.id)) await discardWorkFiles(this.deps, files).catch(() => {});
  }

  private async install(staging: string, hashes: Uint8Array, seconds: number): Promise<void> {
    const { adopt, staged, log } = this.deps;
    const { name, id, size, vector, edits, modified, blake3 } = this.order;
    const version = { id, size };
    this.become("placing");
    const temp = staged.pathOf(staging, id);
    const delivery = { name, version, hashes, vector, edits, modified, blake3, temp, unnamed: null };
    const file = this.verified;
    const [adoption] = await adopt([file ? { ...delivery, verified: file } : delivery], false);
    if (adoption !== "installed") {
      if (this.isWithdrawn()) return staged.removeVersion(staging, id);
      await staged.add(staging, name, version, hashes);
      throw new ObstacleError(adoption ?? CHANGED);
    }
    const received = this.running?.stats().receivedBytes ?? 0;
    const text = `${formatBytes(size)} in ${formatDuration(seconds)}, ${formatRate(received / Math.max(seconds, 0.001))}`;
    const fields = { name, size, received, seconds: Math.round(seconds * 1000) / 1000 };
    log.info("copied", `copied ${name}: ${text}`, fields);
  }
}
