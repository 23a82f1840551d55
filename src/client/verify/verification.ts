import type { Clock } from "../../platform/clock.ts";
import { say } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
import type { DownloadProgress } from "../downloads/download-queue.ts";
import { type ComparedFile, type ComparisonDeps, compareFile, type Finding } from "./comparison.ts";
import type { VerifySelection } from "./selection.ts";

export interface VerificationDeps extends ComparisonDeps {
  readonly clock: Clock;
}

/** One file that was compared. */
export interface Compared {
  readonly file: ComparedFile;
  readonly finding: Finding;
}

/** So many files stand to the cluster in each way. */
export type FindingCounts = Readonly<Record<Finding["kind"], number>>;

/** Compares files with the cluster, one after the other, each read once from its beginning to its end. */
export class Verification {
  private readonly found: Compared[] = [];
  private readonly startedAt: number;
  private state: "running" | "cancelled" = "running";
  private current: ComparedFile | null = null;
  /** Bytes of the files that are done, of the current one, and of all that are to be read. */
  private doneBytes = 0;
  private currentBytes = 0;
  private totalBytes: number;

  constructor(
    private readonly deps: VerificationDeps,
    private readonly selection: VerifySelection,
  ) {
    this.startedAt = deps.clock.now();
    this.totalBytes = selection.files.reduce((sum, { listed }) => sum + (listed?.size ?? 0), 0);
  }

  /** Calls `told` for each file, in their order, until it is cancelled. To be called once. */
  async run(told: (compared: Compared) => Promise<void> | void): Promise<readonly Compared[]> {
    const { files, unlisted } = this.selection;
    for (const { name, path, reason } of unlisted) {
      await this.add({ file: { name, path, listed: null }, finding: { kind: "unreadable", reason } }, told);
    }
    for (const file of files) {
      this.current = file;
      this.currentBytes = 0;
      const finding = await compareFile(this.deps, file, (done) => this.isGoingOn(done));
      if (this.state === "cancelled") break;
      const size = file.listed?.size ?? 0;
      const read =
        finding.kind === "same" ? size : finding.kind === "different" ? Math.min(size, finding.localSize) : 0;
      this.current = null;
      this.doneBytes += read;
      this.totalBytes -= size - read;
      await this.add({ file, finding }, told);
    }
    this.current = null;
    return this.found;
  }

  /** Ends it soon. */
  cancel(): void {
    this.state = "cancelled";
  }

  get isCancelled(): boolean {
    return this.state === "cancelled";
  }

  /** How far it is; empty when nothing is being read. */
  progress(): readonly DownloadProgress[] {
    const { current, selection } = this;
    if (!current) return [];
    const done = Math.min(this.totalBytes, this.doneBytes + this.currentBytes);
    const count = selection.files.length;
    const index = this.found.length + 1;
    const note = shown(count === 1 ? say("verifying") : say("verifying {index} of {count}", { index, count }));
    const rate = done / Math.max(this.seconds, 0.001);
    return [{ id: "verify", label: current.name, done, total: this.totalBytes, rate, note }];
  }

  get counts(): FindingCounts {
    const counts = { same: 0, different: 0, missing: 0, unknown: 0, unreadable: 0 };
    for (const { finding } of this.found) counts[finding.kind] += 1;
    return counts;
  }

  /** Bytes that were read. */
  get readBytes(): number {
    return this.doneBytes;
  }

  get seconds(): number {
    return (this.deps.clock.now() - this.startedAt) / 1000;
  }

  private isGoingOn(done: number): boolean {
    this.currentBytes = done;
    return this.state === "running";
  }

  private async add(compared: Compared, told: (compared: Compared) => Promise<void> | void): Promise<void> {
    this.found.push(compared);
    await told(compared);
  }
}
