import { readFileSync } from "node:fs";
import { CentralSession } from "../../src/client/central-session.ts";
import { DownloadJob } from "../../src/client/downloads/download-job.ts";
import { threadHashing } from "../../src/hashing/hasher-client.ts";
import { tcpNetwork } from "../../src/net/transport/tcp.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { silentLog } from "../../src/platform/log/log.ts";
import { systemRandom } from "../../src/platform/random.ts";
import { inlineConnections } from "../../src/transfer/connection/connection-pool.ts";
import { serveLoad } from "./load.ts";
import { MirrorDisk } from "./mirror-disk.ts";

/** `connect`: so many clients of the central at `port`, for the file `name`, whose bytes are those of `reference`. */
export type DownloadsRequest =
  | {
      readonly kind: "connect";
      readonly port: number;
      readonly clients: number;
      readonly name: string;
      readonly reference: string;
    }
  /** Each of them downloads the file once, all at the same time. */
  | { readonly kind: "download" };

/** Seconds that each download took. */
export type DownloadsReply = readonly number[];

/** Milliseconds without a byte after which a download counts as failed. */
const GIVE_UP_AFTER_MS = 30_000;

const network = tcpNetwork(systemClock);
const base = { clock: systemClock, random: systemRandom, network, log: silentLog };
let download: () => Promise<DownloadsReply> = async () => [];

async function connect(request: DownloadsRequest & { kind: "connect" }): Promise<DownloadsReply> {
  const { port, clients, name, reference } = request;
  const { disk, blocking } = new MirrorDisk(readFileSync(reference));
  const connections = inlineConnections({ ...base, disk: blocking });
  const hasher = threadHashing(silentLog);
  const sessions = Array.from({ length: clients }, (_, index) => {
    return new CentralSession(base, { host: "127.0.0.1", port }, `client ${process.pid}-${index}`, () => {});
  });
  for (const session of sessions) session.start();
  await Promise.all(sessions.map((session) => session.untilConnected()));
  download = () =>
    Promise.all(
      sessions.map(async (session) => {
        const destination = { kind: "file", path: `/${session.clientName}` } as const;
        const task = new DownloadJob(
          { ...base, disk, hasher, connections: connections, session },
          { name, destination, force: false, giveUpAfterMs: GIVE_UP_AFTER_MS },
        );
        task.start();
        const { result } = await task.ended;
        if (result.event !== "done") throw new Error(`a download failed: ${result.error}`);
        return result.seconds;
      }),
    );
  return [];
}

serveLoad<DownloadsRequest, DownloadsReply>((request) => (request.kind === "connect" ? connect(request) : download()));
