import { storeDied } from "../../src/cli/server/open-store.ts";
import { terminalLog } from "../../src/cli/server/terminal-log.ts";
import { installFaultHandlers, reportFault } from "../../src/platform/crash.ts";
import { threadBatches } from "../../src/platform/workers/batch-client.ts";
import type { BatchReply, BatchRequest } from "../../src/platform/workers/batch-worker.ts";
import { startThread, type ThreadKind } from "../../src/platform/workers/threads.ts";
import { type Answer, type Call, openRemote } from "../../src/platform/workers/worker-rpc.ts";
import type { PoolCommand, PoolEvents } from "../../src/transfer/connection/connection-pool.ts";
import { ConnectionPool } from "../../src/transfer/connection/connection-pool.ts";
import type { ConnectionEvent } from "../../src/transfer/connection/messages.ts";

declare const self: Worker;

/** A program whose threads and callbacks fail, as its first argument says. Run by tests/unit/platform/workers/threads.test.ts. */

/** A thread that gets a message which it cannot deal with. */
function broken<In, Out>(kind: ThreadKind) {
  const thread = startThread<In, Out>(kind);
  thread.post(null as In);
  return thread;
}

const SCENES: Readonly<Record<string, () => unknown>> = {
  exception: () => setTimeout(() => JSON.parse("{"), 1),
  rejection: () => Promise.reject(new Error("two\nlines")),
  store: () =>
    openRemote<{ meta(): string }, "meta">(broken<Call, Answer>("secondary-store"), ["meta"], [""], storeDied),
  connections: async () => {
    const { log } = terminalLog("text");
    const pool = new ConnectionPool(1, log, () => broken<PoolCommand, PoolEvents>("connections"));
    const events: ConnectionEvent[] = [];
    pool.open((more) => events.push(...more));
    await until(() => events.length > 0);
    process.stdout.write(JSON.stringify(events));
    process.exit(0);
  },
  batches: async () => {
    const { log } = terminalLog("text");
    let threads = 0;
    const start = () => {
      threads += 1;
      if (threads > 1) return startThread<BatchRequest, BatchReply>("batches");
      // Its answer to what it is asked is never seen, for it dies.
      const thread = broken<BatchRequest, BatchReply>("batches");
      return { ...thread, post() {} };
    };
    const batches = threadBatches(log, start);
    const answers = [await batches.openFiles("/proc/self", ["exe"]), await batches.openFiles("/proc/self", ["exe"])];
    process.stdout.write(JSON.stringify(answers.map(([one]) => one !== null)));
    process.exit(0);
  },
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(1);
}

if (Bun.isMainThread) {
  const [, , scene = "", format] = process.argv;
  if (format !== undefined) terminalLog(format === "json" ? "json" : "text");
  installFaultHandlers((message) => {
    reportFault(message);
    process.exit(1);
  });
  // As in src/main.ts, where an exception in a callback would otherwise leave the process alive.
  await SCENES[scene]?.();
  await new Promise(() => {});
} else {
  // Messages that come before src/main.ts listens would be lost.
  const early: MessageEvent[] = [];
  self.onmessage = (event) => early.push(event);
  await import("../../src/main.ts");
  for (const event of early) self.onmessage?.(event);
}
