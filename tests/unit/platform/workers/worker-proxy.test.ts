import { describe, expect, test } from "bun:test";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { openWorkerProxy, type ProxyRequest, proxyHandler } from "../../../../src/platform/workers/worker-proxy.ts";
import { inlineThread, WorkerRpc } from "../../../../src/platform/workers/worker-rpc.ts";

class Counter {
  private count: number;

  constructor(first: number) {
    if (first < 0) throw new Error("a counter begins at zero or above");
    this.count = first;
  }

  add(step: number): number {
    if (step === 0) throw new Error("nothing to add");
    this.count += step;
    return this.count;
  }

  hidden(): number {
    return this.count;
  }
}

const counterHandler = () => proxyHandler<Counter, "add">((first: number) => new Counter(first), ["add"]);

function openCounter(first: number) {
  const start = () => inlineThread<ProxyRequest, unknown>(counterHandler());
  const rpc = new WorkerRpc<ProxyRequest, unknown>("central-store", { log: silentLog, start });
  return openWorkerProxy<Counter, "add">(rpc, ["add"], [first]);
}

describe("an object in a worker", () => {
  test("calls are carried out in their order, and each has its own answer", async () => {
    const counter = await openCounter(10);
    const failing = counter.add(0).catch((error: Error) => error.message);
    expect(await Promise.all([counter.add(1), failing, counter.add(5)])).toEqual([11, "nothing to add", 16]);
  });

  test("what cannot be made says why", async () => {
    await expect(openCounter(-1)).rejects.toThrow("a counter begins at zero or above");
  });

  test("only what was agreed on can be called", () => {
    const handle = counterHandler();
    expect(() => handle({ method: "add", args: [1] })).toThrow("there is no add");
    expect(handle({ method: null, args: [1] })).toBeNull();
    expect(() => handle({ method: "hidden", args: [] })).toThrow("there is no hidden");
  });
});
