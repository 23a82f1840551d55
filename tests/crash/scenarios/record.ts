import fs from "node:fs";
import { join } from "node:path";
import type { History } from "../model/history.ts";
import { type PhaseEnd, Play, type SecondaryFolders } from "./play.ts";
import { RecordedProcesses } from "./recorded-processes.ts";

/** All that a secondary, a central and a client did to their disks, each from its first start on. */
export interface Recording {
  readonly secondary: { readonly history: History; readonly folders: SecondaryFolders };
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
  const volumes = {
    central: volume("central"),
    data: volume("data"),
    files: volume("files"),
    client: volume("client"),
  };
  const stage = {
    central: join(volumes.central, "data"),
    first: { data: processes.path("data1"), share: processes.path("share1") },
    second: { data: join(volumes.data, "data"), share: join(volumes.files, "shared") },
    downloads: join(volumes.client, "here/and/there"),
  };
  const play = new Play(processes, stage);
  await play.run();
  return {
    secondary: { history: processes.history(["secondary"], [volumes.data, volumes.files]), folders: stage.second },
    central: { history: processes.history(["central"], [volumes.central]), data: stage.central },
    client: { history: processes.history(["client-1", "client-2"], [volumes.client]), folder: stage.downloads },
    phases: play.phases,
    versions: play.versions,
  };
}
