import pLimit from "p-limit";
import pMap from "p-map";
import type { ListedFile } from "../../../protocol/messages/client.ts";
import { say, type Told } from "../../../sentences/sentence.ts";
import { SentenceError } from "../../../sentences/sentence-error.ts";
import { type BatchProgress, BatchTotal } from "../../batch/batch-total.ts";
import { askPatiently } from "../../selection/patient-question.ts";
import {
  isPlain,
  type Selection,
  type SelectionQuery,
  select,
  singleText,
  unmatchedTold,
} from "../../selection/selection.ts";
import { refusalText, refusalTold } from "../../tables.ts";
import { checkDestination, type Destination } from "../destination.ts";
import type { DownloadJobDeps } from "../download-job-spec.ts";
import type { DownloadQueue } from "../download-queue.ts";
import { downloadResult, type FailureKind, type FinishedDownload, failureKindOf } from "../result.ts";

/** What the files of a whole catalogue are called where no single one is meant. */
const EVERYTHING = "**";
const CANCELLED = say("it was cancelled");

export interface BatchOptions {
  readonly wanted: SelectionQuery;
  /** Where the file of a name goes. */
  destination(name: string): Destination;
  readonly force: boolean;
  /** Milliseconds without a source, or a central to ask, before giving up. */
  readonly giveUpAfterMs: number;
  /** Files that are looked after at once: those that run, and those that wait in the queue. */
  readonly filesAtOnce: number;
}

export interface BatchEvents {
  /** The central cannot be asked yet what is meant, and why. */
  waits(reason: string): void;
  /** It is known which files are meant, without those that are under way already. Throws where they cannot be had. */
  selected(selection: Selection & { readonly underWay: number }): void;
  /** A file is there, or has failed, or means nothing; `begun`: whether more was done than to see that. */
  ended(finished: FinishedDownload, begun: boolean): void | Promise<void>;
}

type BatchDeps = Pick<DownloadJobDeps, "clock" | "session" | "disk" | "random" | "log" | "hasher" | "verified">;

/** The downloads of all that somebody asks for at once. */
export class DownloadBatch {
  private readonly abort = new AbortController();
  private total: BatchTotal | null = null;
  /** One check after the other: so the files are begun in their order. */
  private readonly oneAtATime = pLimit(1);

  constructor(
    private readonly deps: BatchDeps,
    private readonly queue: DownloadQueue,
    private readonly options: BatchOptions,
    private readonly events: BatchEvents,
  ) {}

  /** Resolves when each file has ended. Rejects with what `selected` throws. */
  async run(): Promise<void> {
    const { wanted } = this.options;
    const text = singleText(wanted);
    // Most often it is a file, and the central says so by beginning the download.
    const single = text !== null && isPlain(text) ? await this.download(text) : null;
    if (single !== null && single.failure !== "no-such-file") return this.events.ended(single, true);
    let selection: Selection;
    try {
      selection = await this.select();
    } catch (error) {
      return single !== null ? this.events.ended(single, true) : this.failAll(error);
    }
    const busy = new Set(this.queue.names());
    const files = selection.files.filter(({ name }) => !busy.has(name));
    this.events.selected({ ...selection, files, underWay: selection.files.length - files.length });
    this.total = new BatchTotal(files);
    for (const one of selection.unmatched) {
      const unmatched = this.unbegun(one, null, unmatchedTold(one), "no-such-file");
      await this.events.ended(single ?? unmatched, false);
    }
    await pMap(files, (file) => this.get(file), { concurrency: this.options.filesAtOnce });
  }

  /** What has not begun does not begin any more. */
  stop(): void {
    this.abort.abort(new SentenceError(CANCELLED));
  }

  get stopped(): boolean {
    return this.abort.signal.aborted;
  }

  /** How far all are together; null where that cannot be told, or there is only one. */
  progress(): BatchProgress | null {
    if (!this.total) return null;
    const stats = this.queue.runningNamed("").flatMap((job) => job.stats() ?? []);
    const done = stats.reduce((sum, { doneBytes }) => sum + doneBytes, 0);
    const moved = stats.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
    return this.total.progress({ done, moved }, this.deps.clock.now());
  }

  private select(): Promise<Selection> {
    const { clock, session } = this.deps;
    const { wanted, giveUpAfterMs } = this.options;
    return askPatiently({
      ...{ clock, session, giveUpAfterMs, cancelled: this.abort.signal },
      ask: () => select(session, wanted),
      waits: (reason) => this.events.waits(refusalText(reason)),
    });
  }

  private async get(file: ListedFile): Promise<void> {
    if (this.stopped) return this.end(this.unbegun(file.name, file, CANCELLED, "failed"), false);
    if (await this.oneAtATime(() => this.isPresent(file))) {
      const destination = this.options.destination(file.name);
      const result = downloadResult({ name: file.name, destination }, file, null, 0, null);
      return this.end({ result, failure: null, present: true, partFile: null }, false);
    }
    // Somebody may have cancelled all while it was looked at.
    if (this.stopped) return this.end(this.unbegun(file.name, file, CANCELLED, "failed"), false);
    return this.end(await this.download(file.name, file.size), true);
  }

  /** Whether the file is there, as far as that shows without reading it, or asking the central once more. */
  private async isPresent({ name, id, size }: ListedFile): Promise<boolean> {
    const { force } = this.options;
    const destination = this.options.destination(name);
    // Without memory every check would be in vain.
    if (force || destination.kind !== "file" || !this.deps.verified) return false;
    // What is wrong there the download says.
    return (await checkDestination(this.deps, destination, { id, size }).catch(() => null)) === "present";
  }

  private download(name: string, size?: number): Promise<FinishedDownload> {
    const { force, giveUpAfterMs } = this.options;
    const options = { name, destination: this.options.destination(name), force, giveUpAfterMs };
    return this.queue.add(size === undefined ? options : { ...options, size });
  }

  private end(finished: FinishedDownload, begun: boolean): void | Promise<void> {
    this.total?.ended({ name: finished.result.name, bytes: finished.result.receivedBytes });
    return this.events.ended(finished, begun);
  }

  /** Nobody can say what is meant. */
  private async failAll(error: unknown): Promise<void> {
    for (const text of textsOf(this.options.wanted)) {
      await this.events.ended(this.unbegun(text, null, refusalTold(error), failureKindOf(error)), false);
    }
  }

  private unbegun(name: string, file: ListedFile | null, error: Told, failure: FailureKind): FinishedDownload {
    const destination = this.options.destination(name);
    return {
      result: downloadResult({ name, destination }, file, null, 0, error),
      failure,
      why: error,
      present: false,
      partFile: null,
    };
  }
}

function textsOf(wanted: SelectionQuery): readonly string[] {
  switch (wanted.kind) {
    case "all":
      return [EVERYTHING];
    case "texts":
      return wanted.texts;
    case "line":
      return [wanted.line];
  }
}
