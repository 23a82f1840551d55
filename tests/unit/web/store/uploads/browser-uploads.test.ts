import { beforeEach, expect, test } from "bun:test";
import type { PutAnswer } from "../../../../../src/http/api/central-answers.ts";
import type { ApiFailure, ApiResult } from "../../../../../src/web/api/api-result.ts";
import { Store } from "../../../../../src/web/store/store.ts";
import { inShownOrder, secondsLeft, totalsOf } from "../../../../../src/web/store/uploads/browser-upload.ts";
import { BrowserUploads } from "../../../../../src/web/store/uploads/browser-uploads.ts";

interface Sent {
  readonly name: string;
  readonly replaces: string | null;
  readonly onSent: (bytes: number) => void;
  readonly end: (result: ApiResult<PutAnswer>) => void;
  aborted: boolean;
}

let store: Store;
let queue: BrowserUploads;
let sent: Sent[];
let now: number;
/** The ids of versions that there are, and why names are refused. */
let there: Map<string, string>;
let refused: Map<string, ApiFailure>;

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const failure = (status: number | null, kind: ApiFailure["kind"] = "refused"): ApiFailure => {
  return { kind, status, message: `status ${status}` };
};
const phases = () => store.state.uploads.map(({ name, phase }) => `${name} ${phase}`);

beforeEach(() => {
  [store, sent, now, there, refused] = [new Store(), [], 1000, new Map(), new Map()];
  queue = new BrowserUploads({
    store,
    clock: { wall: () => now, after: () => () => {} },
    api: {
      possibleUpload: async (name) => {
        const failed = refused.get(name);
        return failed ? { ok: false, failure: failed } : { ok: true, value: { replaces: there.get(name) ?? null } };
      },
      put(name, _, replaces, onSent) {
        const { promise: ended, resolve: end } = Promise.withResolvers<ApiResult<PutAnswer>>();
        const one: Sent = { name, replaces, onSent, end, aborted: false };
        sent.push(one);
        const abort = () => {
          one.aborted = true;
          end({ ok: false, failure: failure(null, "aborted") });
        };
        return { ended, abort };
      },
    },
  });
});

async function add(...names: string[]): Promise<void> {
  queue.add(names.map((name) => ({ name, file: new File(["x".repeat(100)], name) })));
  await settled();
}

const ok = (index: number) => {
  const name = sent[index]?.name ?? "";
  sent[index]?.end({ ok: true, value: { name, size: 100, id: "1".repeat(64), isNew: true } });
  return settled();
};

test("a few are sent at a time, and the next when one is done", async () => {
  await add("a", "b", "c", "d");
  expect(phases()).toEqual(["a sending", "b sending", "c sending", "d waiting"]);
  expect(sent.map(({ name, replaces }) => [name, replaces])).toEqual([
    ["a", null],
    ["b", null],
    ["c", null],
  ]);
  await ok(1);
  expect(phases()).toEqual(["a sending", "b done", "c sending", "d sending"]);
  expect(inShownOrder(store.state.uploads).map(({ name }) => name)).toEqual(["a", "c", "d", "b"]);
});

test("how much is sent is shown now and then, with its rate, and then that a server stores it", async () => {
  await add("a");
  now += 1000;
  sent[0]?.onSent(50);
  expect(store.state.uploads[0]).toMatchObject({ phase: "sending", sent: 50, rate: 50 });
  const [upload] = store.state.uploads;
  expect(upload && secondsLeft(upload)).toBe(1);
  now += 100;
  sent[0]?.onSent(60);
  expect(store.state.uploads[0]?.sent).toBe(50);
  expect(totalsOf(store.state.uploads)).toMatchObject({ files: 1, open: 1, size: 100, sent: 50, rate: 50 });
  sent[0]?.onSent(100);
  expect(store.state.uploads[0]).toMatchObject({ phase: "storing", sent: 100 });
  await ok(0);
  expect(totalsOf(store.state.uploads)).toMatchObject({ done: 1, open: 0, sent: 100, rate: 0 });
});

test("a file that is there is replaced only when somebody says so, and then only that version", async () => {
  there.set("a", "v1").set("b", "v2");
  await add("a", "b", "c");
  expect(phases()).toEqual(["a exists", "b exists", "c sending"]);
  queue.replace(1);
  await settled();
  expect(sent.map(({ name, replaces }) => [name, replaces])).toEqual([
    ["c", null],
    ["a", "v1"],
  ]);
  // Somebody else has replaced it meanwhile.
  there.set("a", "v3");
  sent[1]?.end({ ok: false, failure: failure(412) });
  await settled();
  expect(phases()).toEqual(["a exists", "b exists", "c sending"]);
  queue.replace(null);
  await settled();
  expect(sent.slice(2).map(({ name, replaces }) => [name, replaces])).toEqual([
    ["a", "v3"],
    ["b", "v2"],
  ]);
});

test("what is not to be replaced is not sent", async () => {
  there.set("a", "v1").set("b", "v2");
  await add("a", "b");
  queue.skipAll();
  await settled();
  expect([phases(), sent]).toEqual([[], []]);
});

test("what is refused says why, and is tried again when somebody says so", async () => {
  refused.set("a", failure(507));
  await add("a", "b");
  expect(phases()).toEqual(["a failed", "b sending"]);
  expect(store.state.uploads[0]?.failure).toMatchObject({ status: 507 });
  sent[0]?.end({ ok: false, failure: failure(null, "unreachable") });
  await settled();
  expect(phases()).toEqual(["a failed", "b failed"]);
  refused.clear();
  queue.tryAgain(1);
  queue.tryAgain(2);
  await settled();
  expect(phases()).toEqual(["a sending", "b sending"]);
});

test("what is cancelled is broken off, and the next is sent", async () => {
  await add("a", "b", "c", "d");
  queue.cancel(1);
  await settled();
  expect(sent[0]?.aborted).toBe(true);
  expect(phases()).toEqual(["b sending", "c sending", "d sending"]);
  await ok(1);
  queue.cancelAll();
  await settled();
  expect(phases()).toEqual(["b done"]);
  expect(sent.map(({ aborted }) => aborted)).toEqual([true, false, true, true]);
  queue.clear();
  expect(phases()).toEqual([]);
});
