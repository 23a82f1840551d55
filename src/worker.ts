import type { KeyMaterial } from "./keys/key-material.ts";
import { systemClock } from "./platform/clock.ts";
import { systemBlockingDisk } from "./platform/disk/system-blocking-disk.ts";
import { systemDisk } from "./platform/disk/system-disk.ts";
import { systemRandom } from "./platform/random.ts";
import type { Batch } from "./platform/workers/batch-worker.ts";
import type { WorkerKind } from "./platform/workers/worker-policy.ts";
import { proxyHandler } from "./platform/workers/worker-proxy.ts";
import { type RpcAnswer, serveRpc } from "./platform/workers/worker-rpc.ts";

type Serve = (message: unknown) => void;

const post = (answer: RpcAnswer<unknown>, transfer: ArrayBuffer[]) => postMessage(answer, transfer);

/** See platform/workers/worker-thread.ts. */
const [kind, setting = "null"] = process.argv.slice(2);

const SERVERS: Readonly<Record<WorkerKind, () => Promise<Serve>>> = {
  async hasher() {
    const { hasherHandler } = await import("./hashing/hasher-worker.ts");
    return serveRpc(hasherHandler(systemBlockingDisk), post) as Serve;
  },
  async batches() {
    const { runBatch, transferredMemory } = await import("./platform/workers/batch-worker.ts");
    return serveRpc((batch: Batch) => runBatch(systemBlockingDisk, batch), post, transferredMemory) as Serve;
  },
  async connections() {
    const { serveConnectionsThread } = await import("./transfer/connection/serve-thread.ts");
    const { tcpNetwork } = await import("./net/transport/tcp.ts");
    const { KeyRing } = await import("./keys/key-ring.ts");
    const { threadLimiter } = await import("./platform/pacing/thread-limiter.ts");
    const material = JSON.parse(setting) as KeyMaterial | null;
    const keys = material && new KeyRing(material);
    const network = tcpNetwork(systemClock, { keys });
    const deps = { clock: systemClock, network, disk: systemBlockingDisk, keys, limiter: threadLimiter };
    return serveConnectionsThread(deps, (message) => postMessage(message)) as Serve;
  },
  async http() {
    const { serveHttpThread } = await import("./http/thread/serve-thread.ts");
    const deps = { clock: systemClock, disk: systemDisk, blocking: systemBlockingDisk };
    return serveHttpThread(deps, (message) => postMessage(message)) as Serve;
  },
  async "central-store"() {
    const { CentralStore } = await import("./central/store.ts");
    const { CENTRAL_STORE } = await import("./central/remote-store.ts");
    const make = (path: string) => new CentralStore(path, systemRandom);
    return serveRpc(proxyHandler(make, CENTRAL_STORE), post) as Serve;
  },
  async "secondary-store"() {
    const { SecondaryStore } = await import("./secondary/store.ts");
    const { SECONDARY_STORE } = await import("./secondary/remote-store.ts");
    const make = (path: string) => new SecondaryStore(path);
    return serveRpc(proxyHandler(make, SECONDARY_STORE), post) as Serve;
  },
};

/** What a second thread does with a message: its kind was said when it was started (platform/workers/worker-thread.ts). */
export const serve: Serve = await SERVERS[kind as WorkerKind]();
