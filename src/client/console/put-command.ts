import { basename } from "node:path";
import type { Command } from "../../console/commands/command.ts";
import { unquote } from "../../console/text.ts";
import { nameFault } from "../../protocol/name.ts";
import { shown } from "../../text/shown/sentence.ts";
import { texts } from "../../text/texts.ts";
import type { UploadQueue } from "../uploads/upload-queue.ts";
import type { FinishedUpload } from "../uploads/upload-result.ts";

export interface PutConsole {
  readonly uploads: Pick<UploadQueue, "add">;
  /** An upload of this console has ended. */
  uploaded(finished: FinishedUpload): void;
}

/** The command of a client's console that puts a file of this machine into the cluster. It goes on until it is done. */
export function putCommand({ uploads, uploaded }: PutConsole): Command {
  return {
    name: "put",
    aliases: ["SUBIR"],
    topic: "files",
    parameter: texts().orders.parameters.put,
    required: true,
    help: texts().orders.help.put,
    run(argument) {
      const { path, name } = fileAndName(argument);
      const fault = nameFault(name);
      if (fault) throw new Error(texts().orders.noSuchName(JSON.stringify(name), shown(fault)));
      void uploads
        .add({ path, label: path, name, at: null, giveUpAfterMs: Number.POSITIVE_INFINITY })
        .then((finished) => finished && uploaded(finished));
    },
  };
}

function fileAndName(argument: string): { readonly path: string; readonly name: string } {
  const [, first, second] = /^(.*\S)\s+as\s+(\S.*)$/is.exec(argument) ?? [];
  const path = unquote(first ?? argument);
  return { path, name: second === undefined ? basename(path) : unquote(second) };
}
