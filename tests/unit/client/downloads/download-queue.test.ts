import { afterEach, beforeEach, expect, test } from "bun:test";
import { transfersTotal } from "../../../../src/client/batch/transfers-total.ts";
import { DownloadQueue } from "../../../../src/client/downloads/download-queue.ts";
import type { FinishedDownload } from "../../../../src/client/downloads/result.ts";
import { say } from "../../../../src/sentences/sentence.ts";
import { DownloadJobFixture } from "./download-job-fixture.ts";

let fixture: DownloadJobFixture;
let queue: DownloadQueue;
let finished: FinishedDownload[];

beforeEach(() => {
  fixture = new DownloadJobFixture();
  queue = new DownloadQueue(fixture.deps, 2);
  finished = [];
});

afterEach(() => {
  fixture.stop();
});

function add(...names: string[]): void {
  for (const name of names) {
    const destination = { kind: "file", path: `${fixture.folder}/${name}` } as const;
    const options = { name, destination, force: false, giveUpAfterMs: Number.POSITIVE_INFINITY };
    void queue.add(options).then((one) => finished.push(one));
  }
}

const runningNames = () => queue.runningNamed("").map(({ options }) => options.name);

test("runs so many at once, and the others in their order when one has ended", async () => {
  add("a", "b", "c", "d");
  await fixture.pass(10);
  expect([runningNames(), queue.names(), queue.count]).toEqual([["a", "b"], ["a", "b", "c", "d"], 4]);
  queue.cancel("a");
  await fixture.pass(10);
  expect([runningNames(), queue.count]).toEqual([["b", "c"], 3]);
  queue.cancel("c");
  queue.cancel("b");
  await fixture.pass(10);
  expect([runningNames(), queue.count]).toEqual([["d"], 1]);
  expect(finished.map(({ result }) => result.name)).toEqual(["a", "c", "b"]);
});

test("shows what runs and what waits", async () => {
  add("a", "b", "c");
  await fixture.pass(10);
  const [a, , c] = queue.progress();
  expect(a).toMatchObject({ label: "a", done: 0, total: null, rate: 0, note: "connecting to the central" });
  expect(c).toEqual({
    id: "waiting c",
    label: "c",
    done: 0,
    total: null,
    rate: 0,
    note: "waiting 1/1",
    waits: true,
  });
});

test("one that is cancelled while it waits ends as others do, and never runs", async () => {
  add("a", "b", "c", "d");
  await fixture.pass(10);
  expect(queue.cancel("c")).toEqual(["c"]);
  await fixture.pass(10);
  expect(finished).toEqual([
    {
      result: {
        event: "failed",
        name: "c",
        path: `${fixture.folder}/c`,
        size: null,
        id: null,
        hash: null,
        seconds: 0,
        resumedBytes: 0,
        receivedBytes: 0,
        duplicateBytes: 0,
        retries: 0,
        sources: [],
        error: "it was cancelled",
      },
      failure: "failed",
      why: say("it was cancelled"),
      present: false,
      partFile: null,
    },
  ]);
  expect(queue.names()).toEqual(["a", "b", "d"]);
});

test("a name that is nowhere is not cancelled, the empty one cancels all", async () => {
  add("a", "b", "c");
  await fixture.pass(10);
  expect(queue.cancel("x")).toEqual([]);
  expect(queue.count).toBe(3);
  expect(queue.cancel("").sort()).toEqual(["a", "b", "c"]);
  await fixture.pass(10);
  expect(queue.count).toBe(0);
});

test("is idle when the last one has ended, and at once when there is none", async () => {
  await queue.idle();
  add("a", "b", "c");
  let idle = 0;
  for (const waiter of [queue.idle(), queue.idle()]) {
    void waiter.then(() => {
      idle += 1;
    });
  }
  queue.cancel("a");
  await fixture.pass(10);
  expect(idle).toBe(0);
  await queue.cancelAll();
  await fixture.pass(10);
  expect([idle, queue.count, finished.length]).toEqual([2, 0, 3]);
});

test("all that run are found by the empty name, and one by its own", async () => {
  add("a", "b");
  await fixture.pass(10);
  expect(queue.runningNamed("b").map(({ options }) => options.name)).toEqual(["b"]);
  expect(queue.runningNamed("c")).toEqual([]);
});

test("what is under way is told together, where there is more than one", async () => {
  expect(transfersTotal([queue.transfers])).toBeNull();
  add("a");
  await fixture.pass(10);
  expect(transfersTotal([queue.transfers])).toBeNull();
  add("b", "c");
  await fixture.pass(10);
  expect(transfersTotal([queue.transfers])).toEqual({ done: 0, total: null, rate: 0, filesLeft: 3 });
});

test("stands where nothing goes on unless somebody resumes it", async () => {
  expect(queue.stands).toBe(false);
  add("a", "b", "c");
  await fixture.pass(10);
  const [a, b] = queue.runningNamed("");
  a?.pause();
  expect(queue.stands).toBe(false);
  b?.pause();
  // What waits gets no place.
  expect(queue.stands).toBe(true);
  b?.resume();
  expect(queue.stands).toBe(false);
  queue.cancel("b");
  await fixture.pass(10);
  expect([queue.stands, runningNames()]).toEqual([false, ["a", "c"]]);
});
