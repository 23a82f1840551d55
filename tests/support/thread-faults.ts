import { terminalLog } from "../../src/cli/server/terminal-log.ts";
import { installFaultHandlers, reportFault } from "../../src/platform/process/crash.ts";
import { threadBatches } from "../../src/platform/workers/batch-client.ts";
import type { Batch, BatchResult } from "../../src/platform/workers/batch-worker.ts";
import type { WorkerKind } from "../../src/platform/workers/worker-policy.ts";
import { openWorkerProxy, type ProxyRequest } from "../../src/platform/workers/worker-proxy.ts";
import { type RpcAnswer, type RpcCall, WorkerRpc } from "../../src/platform/workers/worker-rpc.ts";
import { startWorkerThread } from "../../src/platform/workers/worker-thread.ts";
import type { PoolCommand, PoolEvents } from "../../src/transfer/connection/connection-pool.ts";
import { ConnectionPool } from "../../src/transfer/connection/connection-pool.ts";
import type { ConnectionEvent } from "../../src/transfer/connection/messages.ts";

declare const self: Worker;

/** A program whose threads and callbacks fail, as its first argument says. Run by tests/unit/platform/workers/worker-thread.test.ts. */

/** A thread that gets a message which it cannot deal with. */
function broken<In, Out>(kind: WorkerKind) {
  const thread = startWorkerThread<In, Out>(kind);
  thread.post(null as In);
  return thread;
}

const FAULTS: Readonly<Record<string, () => unknown>> = {
  exception: () => setTimeout(() => JSON.parse("{"), 1),
  rejection: () => Promise.reject(new Error("two\nlines")),
  store: () => {
    const { log } = terminalLog();
    const start = () => broken<RpcCall<ProxyRequest>, RpcAnswer<unknown>>("secondary-store");
    const rpc = new WorkerRpc<ProxyRequest, unknown>("secondary-store", { log, start });
    return openWorkerProxy<{ meta(): string }, "meta">(rpc, ["meta"], [""]);
  },
  connections: async () => {
    const { log } = terminalLog();
    const pool = new ConnectionPool(1, { log, start: () => broken<PoolCommand, PoolEvents>("connections") });
    const events: ConnectionEvent[] = [];
    pool.open((more) => events.push(...more));
    await until(() => events.length > 0);
    process.stdout.write(JSON.stringify(events));
    process.exit(0);
  },
  batches: async () => {
    const { log } = terminalLog();
    let threads = 0;
    const start = () => {
      threads += 1;
      if (threads > 1) return startWorkerThread<RpcCall<Batch>, RpcAnswer<BatchResult>>("batches");
      // Its answer to what it is asked is never seen, for it dies.
      const thread = broken<RpcCall<Batch>, RpcAnswer<BatchResult>>("batches");
      return { ...thread, post() {} };
    };
    const batches = threadBatches(log, { start });
    const open = () => batches.openFiles({ folder: import.meta.dir, except: "" }, ["thread-faults.ts"]);
    const answers = [await open(), await open()];
    process.stdout.write(JSON.stringify(answers.map(([one]) => one !== null)));
    process.exit(0);
  },
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(1);
}

if (Bun.isMainThread) {
  const [, , faultName = "", format] = process.argv;
  if (format !== undefined) terminalLog({ format: format === "json" ? "json" : "text" });
  installFaultHandlers((message) => {
    reportFault(message);
    process.exit(1);
  });
  // As in src/main.ts, where an exception in a callback would otherwise leave the process alive.
  await FAULTS[faultName]?.();
  await new Promise(() => {});
} else {
  // Messages that come before src/main.ts listens would be lost.
  const early: MessageEvent[] = [];
  self.onmessage = (event) => early.push(event);
  await import("../../src/main.ts");
  for (const event of early) self.onmessage?.(event);
}
