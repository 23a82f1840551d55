import { nameFault } from "../protocol/name.ts";
import { shownBytes } from "../text/shown/numbers.ts";
import { shown } from "../text/shown/sentence.ts";
import { texts } from "../text/texts.ts";
import { DownloadBatch } from "./downloads/batch/download-batch.ts";
import { planFile, plannedText, planText } from "./downloads/batch/planned-file.ts";
import { destinationIn } from "./downloads/destination.ts";
import type { DownloadJobDeps } from "./downloads/download-job-spec.ts";
import type { DownloadQueue } from "./downloads/download-queue.ts";
import type { FailureKind, FinishedDownload } from "./downloads/result.ts";
import {
  isEmpty,
  isPlain,
  type Selection,
  type SelectionQuery,
  select,
  singleText,
  unmatchedText,
} from "./selection/selection.ts";

/** Files of one command that run, or wait in the queue, where they can be paused and cancelled one by one. */
const FILES_AT_ONCE = 1000;

export interface TypedGetsDeps {
  readonly deps: DownloadJobDeps;
  readonly downloads: DownloadQueue;
  /** Where downloads go. */
  readonly folder: string;
  /** Prints a result. */
  print(text: string): void;
  /** Prints a text that is not a result. */
  note(text: string): void;
  ended(finished: FinishedDownload): void;
  /** Something that is only looked at would not be as it is asked for. */
  wrong(failure: FailureKind): void;
}

/** What somebody asks for at a console. */
export interface TypedGet {
  readonly wanted: SelectionQuery;
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** The downloads that are asked for at a console. They wait for the central as long as it takes. */
export class TypedGets {
  private readonly batches = new Set<DownloadBatch>();

  constructor(private readonly deps: TypedGetsDeps) {}

  /** Throws where nothing can be called so, or it is being downloaded. Resolves when a dry run is done, else at once. */
  async begin({ wanted, force, dryRun }: TypedGet): Promise<void> {
    const { deps, downloads, folder, note } = this.deps;
    this.check(wanted);
    if (dryRun) return this.plan(wanted, force);
    const what = singleText(wanted) ?? texts().client.allFiles;
    const batch = new DownloadBatch(
      deps,
      downloads,
      {
        ...{ wanted, force, giveUpAfterMs: Number.POSITIVE_INFINITY, filesAtOnce: FILES_AT_ONCE },
        destination: (name) => destinationIn(folder, name),
      },
      {
        waits: (reason) => note(texts().client.lookedUp(what, reason)),
        selected: (selection) => this.selected(wanted, selection),
        ended: (finished, begun) => {
          if (begun || !batch.stopped) return this.deps.ended(finished);
          unbegun += 1;
        },
      },
    );
    let unbegun = 0;
    this.batches.add(batch);
    void downloads.during(batch.run()).finally(() => {
      this.batches.delete(batch);
      if (unbegun > 0) note(texts().client.notBegun(texts().common.files(unbegun), what));
    });
  }

  /** What has not begun does not begin any more. */
  stop(): void {
    for (const batch of this.batches) batch.stop();
  }

  private check(wanted: SelectionQuery): void {
    const text = singleText(wanted);
    if (text === null) return;
    const fault = nameFault(text.replace(/\/+$/, ""));
    if (fault) throw new Error(texts().common.notANameWhy(JSON.stringify(text), shown(fault)));
    if (isPlain(text) && this.deps.downloads.names().includes(text))
      throw new Error(texts().client.downloadedAlready(text));
  }

  private selected(wanted: SelectionQuery, { files, underWay }: Selection & { readonly underWay: number }): void {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    const { client, common } = texts();
    const chosen = `${common.files(files.length)}, ${shownBytes(bytes)}`;
    if (underWay === 0 && isEmpty(wanted, files)) this.deps.note(common.noFilesYet);
    else if (underWay > 0) this.deps.note(client.moreUnderWay(chosen, underWay));
    else if (files.length > 1) this.deps.note(chosen);
  }

  private async plan(wanted: SelectionQuery, force: boolean): Promise<void> {
    const { deps, folder, print, note, wrong } = this.deps;
    await deps.session.currentAttempt();
    const { files, unmatched } = await select(deps.session, wanted);
    const plan = [];
    for (const file of files) plan.push(await planFile(deps, destinationIn(folder, file.name), file, force));
    for (const text of unmatched) {
      note(unmatchedText(text));
      wrong("no-such-file");
    }
    if (plan.some(({ action }) => action === "refuse")) wrong("failed");
    if (isEmpty(wanted, files)) note(texts().common.noFilesYet);
    if (plan.length > 0) print([...plan.map(plannedText), planText(plan)].join("\n"));
  }
}
