import { describe, expect, test } from "bun:test";
import { type Log, silentLog } from "../../../../src/platform/log/log.ts";
import { WorkerFailed } from "../../../../src/platform/workers/supervised-worker.ts";
import type { WorkerKind } from "../../../../src/platform/workers/worker-policy.ts";
import { serveRpc, WorkerRpc } from "../../../../src/platform/workers/worker-rpc.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { doublingThreads } from "./fake-worker.ts";

/** Calls to doubling threads; `lines` has what was logged as an error. */
function doublingRpc(kind: WorkerKind = "batches") {
  const lines: string[] = [];
  const log: Log = { ...silentLog, error: (event, message) => void lines.push(`${event}: ${message}`) };
  const clock = new FakeClock();
  const { threads, start, newest } = doublingThreads();
  return { rpc: new WorkerRpc<number, number>(kind, { log, clock, start }), threads, newest, clock, lines };
}

describe("calls to a worker", () => {
  test("are answered in their order, a failure like any other", async () => {
    const { rpc, threads, newest } = doublingRpc();
    const calls = [rpc.call(1), rpc.call(0).catch((error: Error) => error.message), rpc.call(3)];
    for (const _ of calls) newest().answer();
    expect(await Promise.all(calls)).toEqual([2, "nothing to double", 6]);
    expect(threads).toHaveLength(1);
  });

  test("start their thread with the first one", () => {
    const { rpc, threads } = doublingRpc();
    expect(threads).toHaveLength(0);
    void rpc.call(1);
    expect(threads).toHaveLength(1);
  });

  test("reject when the thread dies, and the next ones have a new thread", async () => {
    const { rpc, threads, newest, lines } = doublingRpc();
    const lost = [rpc.call(1), rpc.call(2)].map((call) => call.catch((error: unknown) => error));
    newest().die(new Error("out of memory"));
    for (const error of await Promise.all(lost)) {
      expect(error).toBeInstanceOf(WorkerFailed);
      expect(error).toMatchObject({
        message: "the thread for many small files failed: out of memory",
        reason: "out of memory",
      });
    }
    expect(lines).toEqual([
      "batches-failed: the thread for many small files failed and is started again: out of memory",
    ]);
    const again = rpc.call(4);
    expect(threads.map(({ stopped }) => stopped)).toEqual([true, false]);
    threads[0]?.die(new Error("late"));
    newest().answer();
    expect(await again).toBe(8);
  });

  test("end the process when their thread dies too often", () => {
    const { rpc, threads, newest, clock } = doublingRpc("hasher");
    const dies = () => {
      void rpc.call(1).catch(() => {});
      newest().die(new Error("bad"));
    };
    for (let deaths = 0; deaths < 5; deaths++) dies();
    expect(dies).toThrow("the hasher thread fails again and again: bad");
    expect(threads).toHaveLength(6);
    clock.advance(60_000);
    expect(dies).not.toThrow();
  });

  test("to a store end the process when it dies once", async () => {
    const { rpc, threads, newest } = doublingRpc("secondary-store");
    const call = rpc.call(1);
    newest().answer();
    expect(await call).toBe(2);
    expect(() => newest().die(new Error("out of memory"))).toThrow("the thread of the database failed: out of memory");
    expect(threads).toHaveLength(1);
  });

  test("reject when no thread can be started, and the next one tries again", async () => {
    const { newest, start } = doublingThreads();
    const lines: string[] = [];
    let startable = false;
    const rpc = new WorkerRpc<number, number>("batches", {
      log: { ...silentLog, error: (event, message) => void lines.push(`${event}: ${message}`) },
      start() {
        if (!startable) throw new Error("no memory");
        return start();
      },
    });
    await expect(rpc.call(1)).rejects.toThrow("the thread for many small files cannot be started: Error: no memory");
    expect(lines).toEqual(["batches-failed: the thread for many small files cannot be started: Error: no memory"]);
    startable = true;
    const again = rpc.call(2);
    newest().answer();
    expect(await again).toBe(4);
  });

  test("beyond 10,000 in flight are refused", async () => {
    const { rpc } = doublingRpc();
    for (let call = 0; call < 10_000; call++) void rpc.call(1).catch(() => {});
    await expect(rpc.call(1)).rejects.toThrow("the disk does not keep up");
    rpc.stop();
  });

  test("reject once they are stopped, those in flight too", async () => {
    const { rpc, newest, lines } = doublingRpc();
    const lost = rpc.call(1);
    rpc.stop();
    await expect(lost).rejects.toThrow("the thread for many small files was stopped");
    expect(newest().stopped).toBe(true);
    await expect(rpc.call(1)).rejects.toThrow("the thread for many small files was stopped");
    expect(lines).toEqual([]);
  });
});

test("a message that is no call ends the worker, for nothing says what it is", () => {
  const serve = serveRpc(
    (value: number) => value,
    () => {},
  );
  expect(() => Reflect.apply(serve, null, [null])).toThrow();
});

test("memory in an answer is transferred", () => {
  const posted: unknown[] = [];
  const serve = serveRpc(
    (length: number) => new Uint8Array(length),
    (answer, transfer) => posted.push([answer, transfer]),
    ({ buffer }) => [buffer as ArrayBuffer],
  );
  serve({ request: 3 });
  const reply = new Uint8Array(3);
  expect(posted).toEqual([[{ reply }, [reply.buffer]]]);
});
