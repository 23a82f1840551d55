import path from "node:path";
import { CentralSession } from "../../../src/client/central-session.ts";
import { DownloadQueue } from "../../../src/client/downloads/download-queue.ts";
import type { FinishedDownload } from "../../../src/client/downloads/result.ts";
import { inlineHashing } from "../../../src/hashing/hasher-client.ts";
import type { Network } from "../../../src/net/transport/network.ts";
import { systemBlockingDisk } from "../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../src/platform/log/log.ts";
import { inlineConnections } from "../../../src/transfer/connection/connection-pool.ts";
import { FILE_NAME } from "./content.ts";
import { CENTRAL, type World } from "./world.ts";

export interface RunningClient {
  readonly session: CentralSession;
  readonly downloads: DownloadQueue;
  /** Downloads the file to a folder; resolves with how that ended. */
  get(folder: string): Promise<FinishedDownload>;
}

/** A client as the command `get` runs it. `giveUpAfterMs`: without any source, by the fake clock. */
export function startClient(world: World, network: Network, giveUpAfterMs: number): RunningClient {
  const { clock } = world;
  const deps = { clock, random: world.random(4), network, log: silentLog };
  const session = new CentralSession(deps, CENTRAL, "ana", () => {});
  const connections = inlineConnections({ clock, network, disk: systemBlockingDisk });
  const hasher = inlineHashing(systemBlockingDisk, silentLog);
  const downloads = new DownloadQueue({ ...deps, disk: systemDisk, hasher, connections, session });
  session.start();
  const get = (folder: string) =>
    downloads.add({
      ...{ name: FILE_NAME, destination: { kind: "file", path: path.join(folder, FILE_NAME) } },
      ...{ force: true, giveUpAfterMs },
    });
  return { session, downloads, get };
}
