import fs from "node:fs";
import { join } from "node:path";
import type { History } from "../model/history.ts";
import { ExecutableProcesses } from "./executable-processes.ts";
import { LARGE, NAMES, type PhaseEnd, Play, type SecondaryFolders, type SecondaryNumber } from "./play.ts";

export interface RecordedSecondary {
  /** With what its user did. */
  readonly history: History;
  readonly folders: SecondaryFolders;
}

/** Downloads of these files into a folder, and then, in a second round, of their next versions in the place of the first. */
export interface RecordedDownloads {
  /** For people. */
  readonly name: string;
  readonly history: History;
  readonly folder: string;
  readonly files: readonly string[];
  readonly rounds: 1 | 2;
}

/** All that secondaries, a central and a client did to their disks, each from its first start on. */
export interface Recording {
  readonly secondaries: Readonly<Record<SecondaryNumber, RecordedSecondary>>;
  readonly central: { readonly history: History; readonly data: string };
  readonly downloads: readonly RecordedDownloads[];
  /** Stores that write much: `busy-stores.ts`. */
  readonly stores: { readonly history: History; readonly central: string; readonly secondary: string };
  readonly phases: readonly PhaseEnd[];
  /** Hashes of all contents that there were. */
  readonly versions: ReadonlySet<string>;
}

/** Records processes of the executable, in an empty folder. The program makes all folders on its volumes itself. */
export async function record(root: string): Promise<Recording> {
  await using processes = new ExecutableProcesses(root);
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
  const interrupted = { path: volume("client-interrupted"), copy: processes.path("before") };
  const downloads = { whole: join(volume("client"), "here/and/there"), interrupted };
  const play = new Play(processes, folders, downloads);
  await play.run();
  const stores = { central: volume("store-1"), secondary: volume("store-2") };
  await processes.script("busy-stores.ts", Object.values(stores), "stores");
  const recorded = (number: SecondaryNumber, users: readonly string[]) => ({
    folders: folders.secondaries[number],
    history: processes.history(
      [[`secondary-${number}`, ...users]],
      [volume(`data-${number}`), volume(`files-${number}`)],
    ),
  });
  return {
    secondaries: { 1: recorded(1, ["user-1.trace", "user-2.trace"]), 2: recorded(2, []) },
    central: { history: processes.history([["central"]], [volume("central")]), data: folders.central },
    downloads: [
      {
        name: "downloads",
        history: processes.history([["client-1"], ["client-2"]], [volume("client")]),
        ...{ folder: downloads.whole, files: NAMES, rounds: 2 },
      },
      {
        name: "resumed download",
        history: processes.history(
          [["client-resumed"]],
          [interrupted.path],
          new Map([[interrupted.path, interrupted.copy]]),
        ),
        ...{ folder: interrupted.path, files: [LARGE], rounds: 1 },
      },
    ],
    stores: { history: processes.history([["stores"]], Object.values(stores)), ...stores },
    phases: play.phases,
    versions: play.versions,
  };
}
