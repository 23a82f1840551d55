import type { WebAddress } from "../../../../src/http/server/web-address.ts";
import { threadBatches } from "../../../../src/platform/workers/batch-client.ts";
import { type Batch, type BatchResult, runBatch } from "../../../../src/platform/workers/batch-worker.ts";
import { type RpcAnswer, type RpcCall, serveRpc } from "../../../../src/platform/workers/worker-rpc.ts";
import type { SecondaryLimits } from "../../../../src/secondary/pacing/secondary-limits.ts";
import { SECONDARY_STORE } from "../../../../src/secondary/remote-store.ts";
import { Secondary } from "../../../../src/secondary/secondary.ts";
import type { SecondaryOptions } from "../../../../src/secondary/secondary-deps.ts";
import type { SecondaryStore } from "../../../../src/secondary/store.ts";
import type { KeyHolder } from "../keys/key-holder.ts";
import type { ProcessPorts } from "../machines/process-ports.ts";
import { simConnections, simHashing } from "../machines/worker-threads.ts";
import type { AssembledServer } from "./sim-server.ts";
import { openSimStore } from "./store-thread.ts";

/** Threads that copy large files, as src/cli/server/secondary.ts has them on a machine with two processors or more. */
const THREADS = 2;

export interface SecondarySetting {
  /** Null: it has no keys. */
  readonly holder: KeyHolder | null;
  /** Where it says that it answers HTTP; null: it does not. */
  readonly http: WebAddress | null;
  readonly limits: SecondaryLimits;
}

/** Makes the objects of a secondary's process as src/cli/server/secondary.ts does. */
export async function assembleSecondary(
  ports: ProcessPorts,
  database: SecondaryStore,
  options: SecondaryOptions,
  { holder, http, limits }: SecondarySetting,
): Promise<AssembledServer<Secondary>> {
  const keys = (await holder?.load(ports)) ?? null;
  const { clock, random, network, log, files } = ports;
  const { store, close } = await openSimStore<SecondaryStore, (typeof SECONDARY_STORE)[number]>(
    ports,
    "secondary-store",
    SECONDARY_STORE,
    database,
  );
  if (!(await store.legacyImported())) await store.importLegacy(null);
  const threads = {
    hashing: simHashing(ports),
    connections: simConnections(ports, THREADS, limits.download.bucket),
    smallFilesConnections: simConnections(ports, 1, limits.download.bucket),
    batches: threadBatches(log, {
      clock,
      start: () =>
        ports.startThread<RpcCall<Batch>, RpcAnswer<BatchResult>>("batches", ({ disk }, post) =>
          serveRpc((batch: Batch) => runBatch(disk, batch), post),
        ),
    }),
  };
  const revocations = ports.keys?.revocations ?? null;
  const role = new Secondary(
    { clock, random, disk: files.disk, network, ...threads, log, store, limits, revocations },
    options,
  );
  return {
    role,
    start: () => role.start(http),
    reload: () => void keys?.reload(log),
    async stop() {
      keys?.stop();
      await role.stop();
      await Promise.all(Object.values(threads).map((thread) => thread.stop()));
      await close();
    },
  };
}
