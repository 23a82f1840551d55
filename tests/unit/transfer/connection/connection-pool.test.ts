import { expect, test } from "bun:test";
import { silentLog } from "../../../../src/platform/log/log.ts";
import type { Thread } from "../../../../src/platform/workers/threads.ts";
import { type FromLanes, LanePool, type ToLanes } from "../../../../src/transfer/connection/connection-pool.ts";
import type { LaneEvent } from "../../../../src/transfer/connection/messages.ts";

class FakeThread implements Thread<ToLanes, FromLanes> {
  stopped = false;
  received: (message: FromLanes) => void = () => {};
  failed: (error: Error) => void = () => {};
  post(): void {}
  listen(received: (message: FromLanes) => void, failed: (error: Error) => void): void {
    this.received = received;
    this.failed = failed;
  }
  stop(): void {
    this.stopped = true;
  }
}

function pool(size: number) {
  const threads: FakeThread[] = [];
  const start = () => {
    const thread = new FakeThread();
    threads.push(thread);
    return thread;
  };
  return { threads, pool: new LanePool(size, silentLog, start) };
}

const ended: LaneEvent = { kind: "ended", end: { cause: "told" } };

test("a thread on which a lane still writes is not cut off", () => {
  const { threads, pool: lanes } = pool(2);
  lanes.open(() => {});
  lanes.open(() => {});
  threads[0]?.received({ lane: 1, events: [ended] });
  lanes.stop();
  expect(threads.map(({ stopped }) => stopped)).toEqual([true, false]);
});

test("when a thread dies its lanes end, others go on, and the next lane gets a new thread", () => {
  const { threads, pool: lanes } = pool(2);
  const heard: [number, LaneEvent["kind"]][] = [];
  for (const lane of [1, 2])
    lanes.open((events) => heard.push(...events.map(({ kind }) => [lane, kind] as [number, LaneEvent["kind"]])));
  threads[0]?.failed(new Error("out of memory"));
  expect(heard).toEqual([[1, "ended"]]);
  lanes.open(() => {});
  expect(threads).toHaveLength(3);
  threads[1]?.received({ lane: 2, events: [ended] });
  expect(heard).toEqual([
    [1, "ended"],
    [2, "ended"],
  ]);
});
