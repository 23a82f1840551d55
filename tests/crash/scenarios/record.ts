import fs from "node:fs";
import { join } from "node:path";
import type { History } from "../model/history.ts";
import { type PhaseEnd, Play, type SecondaryFolders, type SecondaryNumber } from "./play.ts";
import { RecordedProcesses } from "./recorded-processes.ts";

export interface RecordedSecondary {
  /** With what its user did. */
  readonly history: History;
  readonly folders: SecondaryFolders;
}

/** All that secondaries, a central and a client did to their disks, each from its first start on. */
export interface Recording {
  readonly secondaries: Readonly<Record<SecondaryNumber, RecordedSecondary>>;
  readonly central: { readonly history: History; readonly data: string };
  /** It downloads all files, and then their next versions in the place of the first. */
  readonly client: { readonly history: History; readonly folder: string };
  readonly phases: readonly PhaseEnd[];
  /** Hashes of all contents that there were. */
  readonly versions: ReadonlySet<string>;
}

/** Records processes of the executable, in an empty folder. The program makes all folders on its volumes itself. */
export async function record(root: string): Promise<Recording> {
  await using processes = new RecordedProcesses(root);
  const volume = (name: string) => {
    const path = processes.path(`volumes/${name}`);
    fs.mkdirSync(path, { recursive: true });
    return path;
  };
  const serverOn = (number: SecondaryNumber) => ({
    data: join(volume(`data-${number}`), "data"),
    share: join(volume(`files-${number}`), "shared"),
  });
  const folders = { central: join(volume("central"), "data"), secondaries: { 1: serverOn(1), 2: serverOn(2) } };
  const downloads = join(volume("client"), "here/and/there");
  const play = new Play(processes, folders, downloads);
  await play.run();
  const recorded = (number: SecondaryNumber, users: readonly string[]) => ({
    folders: folders.secondaries[number],
    history: processes.history(
      [`secondary-${number}`, ...users],
      [volume(`data-${number}`), volume(`files-${number}`)],
    ),
  });
  return {
    secondaries: { 1: recorded(1, ["user-1.trace", "user-2.trace"]), 2: recorded(2, []) },
    central: { history: processes.history(["central"], [volume("central")]), data: folders.central },
    client: { history: processes.history(["client-1", "client-2"], [volume("client")]), folder: downloads },
    phases: play.phases,
    versions: play.versions,
  };
}
