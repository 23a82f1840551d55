import { systemClock } from "./platform/clock.ts";
import { systemBlockingDisk } from "./platform/disk/system-disk.ts";
import { systemRandom } from "./platform/random.ts";
import type { ThreadKind } from "./platform/workers/threads.ts";
import { serveRemote } from "./platform/workers/worker-rpc.ts";

type Serve = (message: unknown) => void;

const SERVERS: Readonly<Record<ThreadKind, () => Promise<Serve>>> = {
  async hasher() {
    const { serveHasher } = await import("./hashing/hasher-worker.ts");
    return serveHasher((reply) => postMessage(reply), systemBlockingDisk) as Serve;
  },
  async batches() {
    const { serveBatches } = await import("./platform/workers/batch-worker.ts");
    return serveBatches((reply, transfer) => postMessage(reply, transfer), systemBlockingDisk) as Serve;
  },
  async connections() {
    const { serveConnections: serveLanes } = await import("./transfer/connection/connection-pool.ts");
    const { tcpNetwork } = await import("./net/transport/tcp.ts");
    const deps = { clock: systemClock, network: tcpNetwork(systemClock), disk: systemBlockingDisk };
    return serveLanes(deps, (message) => postMessage(message)) as Serve;
  },
  async "central-store"() {
    const { CentralStore } = await import("./central/store.ts");
    const { CENTRAL_STORE } = await import("./central/remote-store.ts");
    const make = (path: string) => new CentralStore(path, systemRandom);
    return serveRemote(make, CENTRAL_STORE, (answer) => postMessage(answer)) as Serve;
  },
  async "secondary-store"() {
    const { SecondaryStore } = await import("./secondary/store.ts");
    const { SECONDARY_STORE } = await import("./secondary/remote-store.ts");
    const make = (path: string) => new SecondaryStore(path);
    return serveRemote(make, SECONDARY_STORE, (answer) => postMessage(answer)) as Serve;
  },
};

/** What a second thread does with a message: that was said when it was started (platform/workers/threads.ts). */
export const serve: Serve = await SERVERS[process.argv[2] as ThreadKind]();
