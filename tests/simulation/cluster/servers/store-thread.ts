import type { WorkerKind } from "../../../../src/platform/workers/worker-policy.ts";
import {
  openWorkerProxy,
  type ProxyRequest,
  proxyHandler,
  type WorkerProxy,
} from "../../../../src/platform/workers/worker-proxy.ts";
import { type RpcAnswer, type RpcCall, serveRpc, WorkerRpc } from "../../../../src/platform/workers/worker-rpc.ts";
import type { ProcessPorts } from "../machines/process-ports.ts";

/** Milliseconds that a call of a database takes at least and at most: each change waits for its disk. */
const CALL_MS = { least: 0.05, most: 4 };

/** A store on a thread of its own. */
export interface OpenedStore<T, M extends string & keyof T> {
  readonly store: WorkerProxy<T, M>;
  close(): Promise<void>;
}

/** Opens the database of a machine as src/cli/server/open-store.ts does. */
export async function openSimStore<T extends { close(): void }, M extends string & keyof T>(
  ports: ProcessPorts,
  kind: WorkerKind,
  methods: readonly M[],
  database: T,
): Promise<OpenedStore<T, M>> {
  const rpc = new WorkerRpc<ProxyRequest, unknown>(kind, {
    log: ports.log,
    clock: ports.clock,
    start: () =>
      ports.startThread<RpcCall<ProxyRequest>, RpcAnswer<unknown>>(kind, ({ time, random }, post) => {
        const handle = proxyHandler(() => database, methods);
        const timed = (request: ProxyRequest) => {
          time.spend(random.between(CALL_MS.least, CALL_MS.most));
          if (ports.databaseFault !== null) throw new Error(ports.databaseFault);
          return handle(request);
        };
        return serveRpc(timed, post);
      }),
  });
  const store = await openWorkerProxy<T, M>(rpc, methods, []);
  const own = store as unknown as WorkerProxy<{ close(): void }, "close">;
  return {
    store,
    async close() {
      await own.close();
      rpc.stop();
    },
  };
}
