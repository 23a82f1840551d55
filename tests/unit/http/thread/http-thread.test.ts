import { expect, test } from "bun:test";
import { OPEN_ACCESS } from "../../../../src/http/access/access-setting.ts";
import { HttpThread } from "../../../../src/http/thread/http-thread.ts";
import type { Questions } from "../../../../src/http/thread/questions.ts";
import type { FromHttpThread, HttpSetting } from "../../../../src/http/thread/thread-messages.ts";
import { type Log, silentLog } from "../../../../src/platform/log/log.ts";
import { say } from "../../../../src/sentences/sentence.ts";
import { SentenceError, toldOf } from "../../../../src/sentences/sentence-error.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeThread } from "./fake-thread.ts";

interface Library {
  title(number: number): Promise<string>;
}

const NO_BOOK = say("there is no file {name}", { name: "book" });
const SETTING: HttpSetting = {
  role: "central",
  address: { host: "127.0.0.1", port: 0 },
  access: OPEN_ACCESS,
  connections: 9,
};

function libraryOf(questions: Questions | undefined): Library {
  return questions?.backend<Library>(["title"]) ?? { title: () => Promise.reject(new Error("there is no thread")) };
}

function setUp(refusal: FromHttpThread | null = null) {
  const threads: FakeThread[] = [];
  const events: string[] = [];
  const messages: string[] = [];
  const log: Log = {
    ...silentLog,
    error(event, message) {
      events.push(event);
      messages.push(String(message));
    },
  };
  const abandoned: number[] = [];
  const backend: Library = {
    async title(number) {
      if (number < 0) throw new SentenceError(NO_BOOK);
      return `book ${number}`;
    },
  };
  const start = () => {
    const thread = new FakeThread(refusal);
    threads.push(thread);
    return thread;
  };
  const owner = { backend, methods: ["title"] as const, abandoned: () => abandoned.push(threads.length) };
  const lags: number[] = [];
  const lagged = (seconds: number) => void lags.push(seconds);
  const thread = new HttpThread<Library>({ log, clock: new FakeClock(), lagged, start }, owner, SETTING);
  return { thread, threads, events, messages, abandoned, lags };
}

test("its questions are answered, each with its own reply or failure", async () => {
  const { thread, threads } = setUp();
  expect(await thread.listen()).toBe(8000);
  const [{ questions } = new FakeThread()] = threads;
  const library = libraryOf(questions);
  const replies = await Promise.all([library.title(1), library.title(2)]);
  expect(replies).toEqual(["book 1", "book 2"]);
  const failure = await library.title(-1).then(String, toldOf);
  expect(failure).toEqual(NO_BOOK);
  expect(`${failure}`).toBe("there is no file book");
  const foreign = questions.backend<{ steal(): Promise<void> }>(["steal"]);
  expect(foreign.steal()).rejects.toThrow("there is no steal");
});

test("a thread that dies is followed by one on the same port, and what it had in use is given back", async () => {
  const { thread, threads, events, abandoned } = setUp();
  const port = await thread.listen();
  threads[0]?.die("out of memory");
  await Bun.sleep(0);
  expect(threads.map(({ ports }) => ports)).toEqual([[0], [port]]);
  expect(abandoned).toEqual([1]);
  expect(events).toEqual(["http-failed"]);
  expect(await libraryOf(threads[1]?.questions).title(3)).toBe("book 3");
});

test("a port that it cannot have is an error that says why", async () => {
  const refusal: FromHttpThread = { kind: "not-listening", failure: "denied", told: "cannot listen: denied" };
  const { thread } = setUp(refusal);
  expect(thread.listen()).rejects.toThrow("cannot listen: denied");
});

test("a mistake of a route, which its client is only told to look up in the log, is in the log", async () => {
  const { thread, threads, events, messages } = setUp();
  await thread.listen();
  threads[0]?.say({ kind: "mistake", message: "it has forgotten how" });
  await Bun.sleep(0);
  expect([events, messages]).toEqual([["http-mistake"], ["a request failed: it has forgotten how"]]);
});

test("how late its timers are is passed on", async () => {
  const { thread, threads, lags } = setUp();
  await thread.listen();
  threads[0]?.say({ kind: "lags", seconds: [0, 0.25] });
  await Bun.sleep(0);
  expect(lags).toEqual([0, 0.25]);
});

test("it ends with its owner", async () => {
  const { thread, threads, abandoned } = setUp();
  await thread.listen();
  thread.stop();
  expect([threads[0]?.stopped, abandoned]).toEqual([true, [1]]);
});
