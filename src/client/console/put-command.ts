import { basename, resolve } from "node:path";
import type { ConsoleCommand } from "../../console/commands/command.ts";
import { unquote } from "../../console/text.ts";
import { nameFault } from "../../protocol/name.ts";
import { shown } from "../../text/shown/sentence.ts";
import { texts } from "../../text/texts.ts";
import { BatchSummary } from "../batch/batch-summary.ts";
import { leftTexts } from "../uploads/batch/left-text.ts";
import type { PutSource } from "../uploads/batch/local-files.ts";
import { UploadBatch, type UploadBatchDeps } from "../uploads/batch/upload-batch.ts";
import type { UploadQueue } from "../uploads/upload-queue.ts";
import { type FinishedUpload, outcomeOf } from "../uploads/upload-result.ts";

/** Files of one command that run, or wait in the queue. */
const FILES_AT_ONCE = 1000;

export interface PutConsole {
  readonly deps: UploadBatchDeps;
  readonly uploads: Pick<UploadQueue, "add" | "runningBytes" | "during" | "stopped" | "names" | "cancel">;
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
      run: (argument) => {
        const source = sourceIn(argument);
        const fault = nameFault(source.name);
        if (fault) throw new Error(texts().orders.noSuchName(JSON.stringify(source.name), shown(fault)));
        void this.console.uploads.during(this.put(source));
      },
    };
  }

  /** The names in the cluster of what is being put. */
  names(): string[] {
    return this.console.uploads.names();
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

  private async put(source: PutSource): Promise<void> {
    const { deps, uploads, note, uploaded } = this.console;
    const { clock } = deps;
    const began = clock.now();
    const summary = new BatchSummary("put");
    let unbegun = 0;
    const options = {
      sources: [source],
      at: null,
      giveUpAfterMs: Number.POSITIVE_INFINITY,
      filesAtOnce: FILES_AT_ONCE,
    };
    const batch = new UploadBatch(deps, uploads, options, {
      waits: (reason) => note(texts().client.lookedUp(source.name, reason)),
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
    if (unbegun > 0) note(texts().client.notBegun(texts().common.files(unbegun), source.name));
  }
}

/** `FILE` or `FILE as NAME`, where a slash at the end of NAME makes it the folder of the file. */
function sourceIn(argument: string): PutSource {
  const [, first, second] = /^(.*\S)\s+as\s+(\S.*)$/is.exec(argument) ?? [];
  const path = unquote(first ?? argument);
  const own = basename(resolve(path));
  const as = second === undefined ? own : unquote(second);
  return { path, label: path, name: as.endsWith("/") ? `${as.replace(/\/+$/, "")}/${own}`.replace(/^\//, "") : as };
}
