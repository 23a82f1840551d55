import { expect, test } from "bun:test";
import { storeDied } from "../../../../src/cli/server/open-store.ts";
import type { Thread } from "../../../../src/platform/workers/threads.ts";
import { type Answer, type Call, openRemote, serveRemote } from "../../../../src/platform/workers/worker-rpc.ts";

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

/** A thread that works in later microtasks, and how to break it. */
function counterThread(): { thread: Thread<Call, Answer>; die: (error: Error) => void } {
  let received: (answer: Answer) => void = () => {};
  let failed: (error: Error) => void = () => {};
  const make = (first: number) => new Counter(first);
  const serve = serveRemote<Counter, "add">(make, ["add"], (answer) => queueMicrotask(() => received(answer)));
  const thread: Thread<Call, Answer> = {
    post: (call) => queueMicrotask(() => serve(structuredClone(call))),
    listen(answered, broke) {
      received = answered;
      failed = broke;
    },
    stop() {},
  };
  return { thread, die: (error) => failed(error) };
}

const open = (thread: Thread<Call, Answer>, first: number, died: (error: Error) => void = () => {}) =>
  openRemote<Counter, "add">(thread, ["add"], [first], died);

test("calls are carried out in their order, and each has its own answer", async () => {
  const counter = await open(counterThread().thread, 10);
  const failing = counter.add(0).catch((error: Error) => error.message);
  expect(await Promise.all([counter.add(1), failing, counter.add(5)])).toEqual([11, "nothing to add", 16]);
});

test("what cannot be made says why", async () => {
  expect(open(counterThread().thread, -1)).rejects.toThrow("a counter begins at zero or above");
});

test("only what was agreed on can be called", () => {
  const answers: Answer[] = [];
  const serve = serveRemote<Counter, "add">(
    (first: number) => new Counter(first),
    ["add"],
    (answer) => answers.push(answer),
  );
  serve({ method: "add", args: [1] });
  serve({ method: null, args: [1] });
  serve({ method: "hidden", args: [] });
  expect(answers).toEqual([{ error: "there is no add" }, { value: null }, { error: "there is no hidden" }]);
});

test("that the thread has died is told to whoever opened it, and ends the server", async () => {
  const { thread, die } = counterThread();
  const counter = await open(thread, 0, storeDied);
  expect(await counter.add(1)).toBe(1);
  expect(() => die(new Error("out of memory"))).toThrow("the thread of the database failed: out of memory");
});

test("more than can wait are refused", async () => {
  const { thread } = counterThread();
  const counter = await open(thread, 0);
  thread.post = () => {};
  for (let call = 0; call < 10_000; call++) void counter.add(1);
  expect(counter.add(1)).rejects.toThrow("the disk does not keep up");
});
