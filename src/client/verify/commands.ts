import type { ConsoleCommand } from "../../console/commands/command.ts";
import { texts } from "../../text/texts.ts";
import { destinationIn, pathUnder } from "../downloads/destination.ts";
import type { DownloadQueue } from "../downloads/download-queue.ts";
import type { FailureKind, FinishedDownload } from "../downloads/result.ts";
import { refusalText } from "../tables.ts";
import { failureOf, findingText, isRepairable, readBefore, summaryText } from "./report.ts";
import type { VerifyTarget } from "./selection.ts";
import type { Compared } from "./verification.ts";
import type { Verifications } from "./verifications.ts";

/** Milliseconds to wait for a list of all files, and for a secondary that says which pieces a file should have. */
const GIVE_UP_AFTER_MS = 30_000;

export interface VerifyConsole {
  readonly verifications: Verifications;
  readonly downloads: DownloadQueue;
  /** The folder that is compared. */
  readonly folder: string;
  /** Whether a person types: they should not have to wait for one command before they type the next. */
  interactive(): boolean;
  print(text: string): void;
  note(text: string): void;
  ended(finished: FinishedDownload, cancelled: boolean): void;
  /** Something is not as it was asked for: a person sees it, and a script has the exit code. */
  wrong(failure: FailureKind): void;
}

/** The commands of a client's console that compare what is here with the cluster. `complete` knows the cluster's names. */
export function verifyCommands(
  console: VerifyConsole,
  complete: (prefix: string) => readonly string[],
): ConsoleCommand[] {
  const { help, parameters, verifying } = texts().client;
  const command = (name: "verify" | "repair", alias: string, repair: boolean): ConsoleCommand => ({
    name,
    aliases: [alias],
    topic: "files",
    parameter: parameters.file,
    help: help[name],
    complete,
    run(wanted) {
      if (console.verifications.isRunning) throw new Error(verifying);
      const work = verify(console, wanted, repair);
      if (!console.interactive()) return work;
      work.catch((error: unknown) => console.note(refusalText(error)));
    },
  });
  return [command("verify", "VERIFICAR", false), command("repair", "REPARAR", true)];
}

async function verify(console: VerifyConsole, name: string, repair: boolean): Promise<void> {
  const { verifications, folder, print } = console;
  const wanted: VerifyTarget = { name, path: name === "" ? folder : pathUnder(folder, name) };
  const told = (compared: Compared) => {
    if (compared.finding.kind !== "same") print(findingText(compared));
  };
  const waits = (reason: unknown) => console.note(refusalText(reason));
  const { verification, compared } = await verifications.run([wanted], {
    giveUpAfterMs: GIVE_UP_AFTER_MS,
    waits,
    told,
  });
  if (verification.isCancelled) return;
  print(summaryText(verification));
  for (const one of compared) {
    const failure = repair && isRepairable(one) ? null : failureOf(one);
    if (failure !== null) console.wrong(failure);
  }
  if (!repair) return;
  const busy = new Set(console.downloads.names());
  for (const one of compared.filter(isRepairable)) if (!busy.has(one.file.name)) mend(console, one);
}

function mend({ downloads, folder, ended }: VerifyConsole, compared: Compared): void {
  const { name } = compared.file;
  const destination = destinationIn(folder, name);
  void downloads
    .add({ name, destination, force: true, read: readBefore(compared), giveUpAfterMs: Number.POSITIVE_INFINITY })
    .then((finished) => ended(finished, false));
}
