import pMap from "p-map";
import type { Clock } from "../../../platform/clock.ts";
import type { Disk } from "../../../platform/disk/disk.ts";
import type { ListedFile } from "../../../protocol/messages/client.ts";
import { english, say, type Told } from "../../../sentences/sentence.ts";
import { SentenceError, toldOf } from "../../../sentences/sentence-error.ts";
import { type BatchProgress, BatchTotal } from "../../batch/batch-total.ts";
import type { CentralSession } from "../../central-session.ts";
import { type FailureKind, failureKindOf } from "../../downloads/result.ts";
import type { VerifiedFiles } from "../../downloads/verified-files.ts";
import { askPatiently } from "../../selection/patient-question.ts";
import { select } from "../../selection/selection.ts";
import { refusalText, refusalTold } from "../../tables.ts";
import type { UploadJobOptions } from "../upload-job.ts";
import type { UploadQueue } from "../upload-queue.ts";
import type { FinishedUpload, UploadResult } from "../upload-result.ts";
import { type LocalFile, type LocalFiles, localFiles, type PutSource } from "./local-files.ts";

const STOPPED = say("it was stopped");

export interface UploadBatchDeps {
  readonly clock: Clock;
  readonly disk: Pick<Disk, "stat" | "lstat" | "list">;
  readonly session: Pick<CentralSession, "address" | "currentAttempt" | "list" | "pages">;
  /** Absent: every file is read. */
  readonly verified?: VerifiedFiles;
}

export interface UploadBatchOptions extends Pick<UploadJobOptions, "at" | "giveUpAfterMs"> {
  readonly sources: readonly PutSource[];
  /** Files that are looked after at once: those that run, and those that wait in the queue. */
  readonly filesAtOnce: number;
}

export interface UploadBatchEvents {
  /** The central cannot be asked yet what is there, and why. */
  waits(reason: string): void;
  /** It is known which files are meant. Throws where they cannot be put. */
  found(files: LocalFiles): void;
  /** A file is there, or has failed; `begun`: whether more was done than to see that. */
  ended(finished: FinishedUpload, begun: boolean): void | Promise<void>;
}

/** The uploads of all that somebody puts at once. */
export class UploadBatch {
  private readonly abort = new AbortController();
  private total: BatchTotal | null = null;

  constructor(
    private readonly deps: UploadBatchDeps,
    private readonly queue: Pick<UploadQueue, "add" | "runningBytes" | "stopped">,
    private readonly options: UploadBatchOptions,
    private readonly events: UploadBatchEvents,
  ) {}

  /** Resolves when each file has ended. Rejects with what `found` throws. */
  async run(): Promise<void> {
    const { sources } = this.options;
    let local: LocalFiles;
    try {
      local = await localFiles(this.deps.disk, sources);
    } catch (error) {
      for (const one of sources) await this.end(unbegun({ ...one, stat: null }, toldOf(error), "failed"), false);
      return;
    }
    const { files } = local;
    this.events.found(local);
    if (files.length > 1) this.total = new BatchTotal(files.map(({ name, stat }) => ({ name, size: stat?.size ?? 0 })));
    let there: ReadonlyMap<string, ListedFile>;
    try {
      there = await this.inCluster(local);
    } catch (error) {
      for (const file of files) await this.end(unbegun(file, refusalTold(error), failureKindOf(error)), false);
      return;
    }
    await pMap(files, (file) => this.put(file, there.get(file.name)), { concurrency: this.options.filesAtOnce });
  }

  /** What has not begun does not begin any more. */
  stop(): void {
    this.abort.abort(new SentenceError(STOPPED));
  }

  get stopped(): boolean {
    return this.abort.signal.aborted;
  }

  /** How far all are together; null where that cannot be told, or there is only one. */
  progress(): BatchProgress | null {
    return this.total?.progress(this.queue.runningBytes(), this.deps.clock.now()) ?? null;
  }

  /** What the cluster has under these names, so that what is there need not be read. A single file is asked for by its job. */
  private async inCluster({ files, folders }: LocalFiles): Promise<ReadonlyMap<string, ListedFile>> {
    const { clock, session } = this.deps;
    if (files.length === 0 || (files.length === 1 && folders.length === 0)) return new Map();
    const isWithin = (name: string) => folders.some((folder) => name.startsWith(`${folder}/`));
    const names = files.flatMap(({ name }) => (isWithin(name) ? [] : [name]));
    const found = await askPatiently({
      ...{ clock, session, giveUpAfterMs: this.options.giveUpAfterMs, cancelled: this.abort.signal },
      ask: () => select(session, { kind: "texts", texts: [...folders.map((folder) => `${folder}/`), ...names] }),
      waits: (reason) => this.events.waits(refusalText(reason)),
    });
    return new Map(found.files.map((file) => [file.name, file]));
  }

  private async put(file: LocalFile, there: ListedFile | undefined): Promise<void> {
    if (this.stopped) return this.end(unbegun(file, STOPPED, "failed"), false);
    if (there && this.isSame(file, there)) return this.end(present(file, there), false);
    const { at, giveUpAfterMs } = this.options;
    const { path, label, name, stat } = file;
    const size = stat?.kind === "file" ? { size: stat.size } : {};
    const finished = await this.queue.add({ path, label, name, ...size, at, giveUpAfterMs });
    if (finished) return this.end(finished, true);
    if (this.queue.stopped) this.stop();
    return this.end(unbegun(file, STOPPED, "failed"), false);
  }

  /** Whether the cluster has a file as it is here, as far as that shows without reading it. */
  private isSame({ path, stat }: LocalFile, { size, id }: ListedFile): boolean {
    return stat?.kind === "file" && stat.size === size && (this.deps.verified?.has(path, stat, id) ?? false);
  }

  private end(finished: FinishedUpload, begun: boolean): void | Promise<void> {
    this.total?.ended({ name: finished.result.name, bytes: finished.result.sentBytes });
    return this.events.ended(finished, begun);
  }
}

function present(file: LocalFile, { size, id, sources }: ListedFile): FinishedUpload {
  const result = { ...resultOf(file), event: "done", as: file.name, size, id, holders: sources } as const;
  return { result, failure: null, refusal: null };
}

function unbegun(file: LocalFile, why: Told, failure: FailureKind): FinishedUpload {
  return { result: { ...resultOf(file), error: english(why) }, failure, refusal: null, why };
}

function resultOf({ name, label, stat }: LocalFile): UploadResult {
  const nothing = { id: null, seconds: 0, sentBytes: 0, resumedBytes: 0, secondary: null, holders: 0 };
  return { event: "failed", name, path: label, size: stat?.size ?? null, ...nothing };
}
