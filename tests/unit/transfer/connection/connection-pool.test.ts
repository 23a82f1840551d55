import { expect, test } from "bun:test";
import { silentLog } from "../../../../src/platform/log/log.ts";
import type { WorkerThread } from "../../../../src/platform/workers/worker-thread.ts";
import {
  ConnectionPool,
  type PoolCommand,
  type PoolEvents,
} from "../../../../src/transfer/connection/connection-pool.ts";
import type { ConnectionEvent } from "../../../../src/transfer/connection/messages.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

class FakeThread implements WorkerThread<PoolCommand, PoolEvents> {
  stopped = false;
  readonly posted: PoolCommand[] = [];
  received: (message: PoolEvents) => void = () => {};
  failed: (error: Error) => void = () => {};
  post(message: PoolCommand): void {
    this.posted.push(message);
  }
  listen(received: (message: PoolEvents) => void, failed: (error: Error) => void): void {
    this.received = received;
    this.failed = failed;
  }
  stop(): void {
    this.stopped = true;
  }
}

function pool(size: number, clock = new FakeClock()) {
  const threads: FakeThread[] = [];
  const start = () => {
    const thread = new FakeThread();
    threads.push(thread);
    return thread;
  };
  return { threads, pool: new ConnectionPool(size, { log: silentLog, clock, start }) };
}

const ended: ConnectionEvent = { kind: "ended", end: { cause: "stopped" } };

test("a thread on which a connection still writes is not cut off", async () => {
  const { threads, pool: connections } = pool(2);
  connections.open(() => {});
  connections.open(() => {});
  threads[0]?.received({ connection: 1, events: [ended] });
  const stopped = connections.stop();
  expect(threads.map(({ stopped }) => stopped)).toEqual([true, false]);
  expect(threads[1]?.posted).toEqual([{ connection: 2, command: { kind: "stop" } }]);
  threads[1]?.received({ connection: 2, events: [ended] });
  expect(threads[1]?.stopped).toBe(true);
  await stopped;
});

test("a thread without connections is used before another is started, and with all of them busy the one with the fewest", () => {
  const { threads, pool: connections } = pool(2);
  const open = () => connections.open(() => {}).send({ kind: "cancel", piece: 0 });
  const used = () => threads.map(({ posted }) => posted.map(({ connection }) => connection));
  open();
  threads[0]?.received({ connection: 1, events: [ended] });
  open();
  expect(used()).toEqual([[1, 2]]);
  open();
  expect(used()).toEqual([[1, 2], [3]]);
  open();
  open();
  threads[1]?.received({ connection: 3, events: [ended] });
  open();
  expect(threads).toHaveLength(2);
  expect(threads[1]?.posted.at(-1)?.connection).toBe(6);
});

test("a thread whose disk hangs is waited for so long, and not cut off", async () => {
  const clock = new FakeClock();
  const { threads, pool: connections } = pool(1, clock);
  connections.open(() => {});
  const stopped = connections.stop();
  clock.advance(2000);
  await stopped;
  expect(threads[0]?.stopped).toBe(false);
});

test("when a thread dies its connections end, others go on, and the next connection gets a new thread", () => {
  const { threads, pool: connections } = pool(2);
  const received: [number, ConnectionEvent["kind"]][] = [];
  for (const connection of [1, 2])
    connections.open((events) =>
      received.push(...events.map(({ kind }) => [connection, kind] as [number, ConnectionEvent["kind"]])),
    );
  threads[0]?.failed(new Error("out of memory"));
  expect(received).toEqual([[1, "ended"]]);
  connections.open(() => {});
  expect(threads).toHaveLength(3);
  threads[1]?.received({ connection: 2, events: [ended] });
  expect(received).toEqual([
    [1, "ended"],
    [2, "ended"],
  ]);
});

test("a command for a connection that was lost with its thread does not reach the thread that follows", () => {
  const { threads, pool: connections } = pool(1);
  const lost = connections.open(() => {});
  threads[0]?.failed(new Error("out of memory"));
  const next = connections.open(() => {});
  lost.send({ kind: "cancel", piece: 3 });
  next.send({ kind: "cancel", piece: 4 });
  expect(threads.map(({ posted }) => posted)).toEqual([[], [{ connection: 2, command: { kind: "cancel", piece: 4 } }]]);
});

test("threads that die again and again end the process, with the reason", () => {
  const { threads, pool: connections } = pool(1);
  const dies = () => {
    connections.open(() => {});
    threads.at(-1)?.failed(new Error("bad"));
  };
  for (let deaths = 0; deaths < 5; deaths++) dies();
  expect(dies).toThrow("a thread that receives pieces fails again and again: bad");
});
