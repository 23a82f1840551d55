import type { ConsoleCommand } from "../../console/commands/command.ts";
import { splitWords } from "../../console/commands/typed-arguments.ts";
import { unquote } from "../../console/text.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import { nameFault } from "../../protocol/name.ts";
import { shown } from "../../text/shown/sentence.ts";
import { texts } from "../../text/texts.ts";
import { BatchSummary } from "../batch/batch-summary.ts";
import type { DownloadProgress } from "../downloads/download-queue.ts";
import { leftTexts } from "../uploads/batch/left-text.ts";
import type { PutSource } from "../uploads/batch/local-files.ts";
import { nameOfTwo, putName } from "../uploads/batch/put-name.ts";
import { UploadBatch, type UploadBatchDeps } from "../uploads/batch/upload-batch.ts";
import type { UploadQueue } from "../uploads/upload-queue.ts";
import { type FinishedUpload, outcomeOf } from "../uploads/upload-result.ts";

/** Files of one command that run, or wait in the queue. */
const FILES_AT_ONCE = 1000;

export interface PutConsole {
  readonly deps: UploadBatchDeps;
  readonly uploads: Pick<UploadQueue, "add" | "runningBytes" | "during" | "stopped" | "names" | "cancel" | "progress">;
  /** Prints a text that is not a result. */
  note(text: string): void;
  /** An upload of this console has ended, or was ended by `cancel`. */
  uploaded(finished: FinishedUpload, cancelled: boolean): void;
}

/** What is put at a client's console. It goes on until it is done, or is cancelled. */
export class TypedPuts {
  private readonly batches = new Set<UploadBatch>();
  /** Names of uploads that `cancel` has ended. */
  private readonly cancelled = new Set<string>();

  constructor(private readonly console: PutConsole) {}

  /** The command that puts a file or a folder of this machine into the cluster. */
  command(): ConsoleCommand {
    return {
      name: "put",
      aliases: ["SUBIR"],
      topic: "files",
      parameter: texts().orders.parameters.put,
      required: true,
      help: texts().orders.help.put,
      details: texts().orders.details.put,
      several: true,
      run: async (argument) => {
        const sources = await sourcesIn(argument, this.console.deps.disk);
        void this.console.uploads.during(this.put(sources));
      },
    };
  }

  /** The names in the cluster of what is being put. */
  names(): string[] {
    return this.console.uploads.names();
  }

  /** How far they are. */
  progress(): DownloadProgress[] {
    return this.console.uploads.progress();
  }

  /** Ends what is to have this name, or all for the empty text. Whether there was anything. */
  cancel(name: string): boolean {
    const isAll = name === "";
    const isAny = isAll && this.batches.size > 0;
    if (isAll) for (const batch of this.batches) batch.stop();
    const ended = this.console.uploads.cancel(isAll ? null : name);
    for (const one of ended) this.cancelled.add(one);
    return isAny || ended.length > 0;
  }

  private async put(sources: readonly PutSource[]): Promise<void> {
    const { deps, uploads, note, uploaded } = this.console;
    const { clock } = deps;
    const began = clock.now();
    const [first] = sources;
    const what = first && sources.length === 1 ? first.name : texts().common.files(sources.length);
    const summary = new BatchSummary("put");
    let unbegun = 0;
    const options = {
      sources,
      at: null,
      giveUpAfterMs: Number.POSITIVE_INFINITY,
      filesAtOnce: FILES_AT_ONCE,
    };
    const batch = new UploadBatch(deps, uploads, options, {
      waits: (reason) => note(texts().client.lookedUp(what, reason)),
      found: ({ left, files }) => leftTexts(left, files.length).forEach(note),
      ended: (finished, begun) => {
        const isCancelled = this.cancelled.delete(finished.result.name);
        if (!begun && batch.stopped) {
          unbegun += 1;
          return;
        }
        summary.add(outcomeOf(finished));
        uploaded(finished, isCancelled);
      },
    });
    this.batches.add(batch);
    await batch.run().finally(() => this.batches.delete(batch));
    const text = summary.text((clock.now() - began) / 1000);
    if (text !== null) note(text);
    if (unbegun > 0) note(texts().client.notBegun(texts().common.files(unbegun), what));
  }
}

/**
 * `FILE...` or `FILE... as NAME`, where a slash at the end of NAME makes it their folder. What is the path of something here
 * with its spaces means that, and else each word is one. Throws an Error where the names cannot be.
 */
async function sourcesIn(argument: string, disk: Pick<Disk, "stat">): Promise<PutSource[]> {
  const [, before, behind] = /^(.*\S)\s+as\s+(\S.*)$/is.exec(argument) ?? [];
  const as = behind === undefined ? null : unquote(behind);
  const paths = await pathsIn(before ?? argument, disk);
  const { orders } = texts();
  if (paths.length > 1 && as !== null && !as.endsWith("/")) throw new Error(orders.oneName(as, paths.length));
  const sources = paths.map((path) => ({ path, label: path, name: putName(path, as) }));
  for (const { name } of sources) {
    const fault = nameFault(name);
    if (fault) throw new Error(orders.noSuchName(JSON.stringify(name), shown(fault)));
  }
  const twice = nameOfTwo(sources);
  if (twice !== null) throw new Error(orders.nameOfTwo(twice));
  return sources;
}

async function pathsIn(text: string, disk: Pick<Disk, "stat">): Promise<string[]> {
  const words = [...new Set(splitWords(text))];
  const [only] = words;
  if (only !== undefined && words.length === 1) return [only];
  const isThere = async (path: string) => (await disk.stat(path).catch(() => null)) !== null;
  if (await isThere(unquote(text))) return [unquote(text)];
  const there = await Promise.all(words.map(isThere));
  return there.includes(true) ? words : [unquote(text)];
}
