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
  readonly uploads: Pick<UploadQueue, "add" | "runningBytes" | "during">;
  /** Prints a text that is not a result. */
  note(text: string): void;
  /** An upload of this console has ended. */
  uploaded(finished: FinishedUpload): void;
}

/** The command of a client's console that puts a file or a folder of this machine into the cluster. It goes on until it is done. */
export function putCommand(console: PutConsole): ConsoleCommand {
  return {
    name: "put",
    aliases: ["SUBIR"],
    topic: "files",
    parameter: texts().orders.parameters.put,
    required: true,
    help: texts().orders.help.put,
    run(argument) {
      const source = sourceIn(argument);
      const fault = nameFault(source.name);
      if (fault) throw new Error(texts().orders.noSuchName(JSON.stringify(source.name), shown(fault)));
      void console.uploads.during(put(console, source));
    },
  };
}

async function put({ deps, uploads, note, uploaded }: PutConsole, source: PutSource): Promise<void> {
  const { clock } = deps;
  const began = clock.now();
  const summary = new BatchSummary("put");
  let unbegun = 0;
  const options = { sources: [source], at: null, giveUpAfterMs: Number.POSITIVE_INFINITY, filesAtOnce: FILES_AT_ONCE };
  const batch = new UploadBatch(deps, uploads, options, {
    waits: (reason) => note(texts().client.lookedUp(source.name, reason)),
    found: ({ left, files }) => leftTexts(left, files.length).forEach(note),
    ended: (finished, begun) => {
      if (!begun && batch.stopped) {
        unbegun += 1;
        return;
      }
      summary.add(outcomeOf(finished));
      uploaded(finished);
    },
  });
  await batch.run();
  const text = summary.text((clock.now() - began) / 1000);
  if (text !== null) note(text);
  if (unbegun > 0) note(texts().client.notBegun(texts().common.files(unbegun), source.name));
}

/** `FILE` or `FILE as NAME`, where a slash at the end of NAME makes it the folder of the file. */
function sourceIn(argument: string): PutSource {
  const [, first, second] = /^(.*\S)\s+as\s+(\S.*)$/is.exec(argument) ?? [];
  const path = unquote(first ?? argument);
  const own = basename(resolve(path));
  const as = second === undefined ? own : unquote(second);
  return { path, label: path, name: as.endsWith("/") ? `${as.replace(/\/+$/, "")}/${own}`.replace(/^\//, "") : as };
}
