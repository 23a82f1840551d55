import { expect, test } from "bun:test";
import type { ApiResult } from "../../../../../../src/web/api/api-result.ts";
import type { EntriesPage, ListEntry } from "../../../../../../src/web/views/files/list/entry.ts";
import { type FetchEntries, FileRows, PAGE_ROWS } from "../../../../../../src/web/views/files/list/file-rows.ts";

function entry(name: string): ListEntry {
  return { kind: "folder", name, files: 1, bytes: 1, modified: 1, holders: 1 };
}

/** A server that answers when it is told to. */
class Server {
  readonly asked: {
    readonly offset: number;
    readonly signal: AbortSignal;
    answer(result: ApiResult<EntriesPage>): void;
  }[] = [];

  /** The first letter of every name is `mark`. */
  constructor(
    readonly mark: string,
    public total: number,
  ) {}

  readonly fetch: FetchEntries = (offset, _limit, signal) =>
    new Promise((resolve) => this.asked.push({ offset, signal, answer: resolve }));

  /** Answers all that was asked. */
  async answerAll(): Promise<void> {
    for (const { offset, signal, answer } of this.asked.splice(0)) {
      if (signal.aborted) answer({ ok: false, failure: { kind: "aborted", status: null, message: "" } });
      else answer({ ok: true, value: this.page(offset) });
    }
    await Bun.sleep(0);
  }

  async refuseAll(): Promise<void> {
    const failure = { kind: "refused", status: 404, message: "no" } as const;
    for (const { answer } of this.asked.splice(0)) answer({ ok: false, failure });
    await Bun.sleep(0);
  }

  private page(offset: number): EntriesPage {
    const rows = Math.max(0, Math.min(PAGE_ROWS, this.total - offset));
    return {
      entries: Array.from({ length: rows }, (_, index) => entry(`${this.mark}${offset + index}`)),
      total: this.total,
    };
  }
}

async function listOf(server: Server): Promise<FileRows> {
  const list = new FileRows(() => {});
  list.show(server.fetch);
  await server.answerAll();
  return list;
}

const nameOf = (list: FileRows, index: number) => list.row(index)?.name ?? null;

test("the rows that are seen are asked for, and no others", async () => {
  const server = new Server("a", 200_000);
  const list = await listOf(server);
  expect([list.total, nameOf(list, 0), nameOf(list, 199), nameOf(list, 200)]).toEqual([200_000, "a0", "a199", null]);
  list.want({ start: 150_100, end: 150_140 });
  expect(server.asked.map(({ offset }) => offset)).toEqual([150_000]);
  await server.answerAll();
  expect(nameOf(list, 150_120)).toBe("a150120");
});

test("what somebody only scrolls past is not waited for, and little is asked for at once", async () => {
  const server = new Server("a", 200_000);
  const list = await listOf(server);
  for (let start = 10_000; start < 100_000; start += 1000) list.want({ start, end: start + 30 });
  expect(server.asked.filter(({ signal }) => !signal.aborted).length).toBeLessThanOrEqual(3);
  await server.answerAll();
  await server.answerAll();
  expect([nameOf(list, 99_000), nameOf(list, 50_000)]).toEqual(["a99000", null]);
});

test("pages far from what is seen are forgotten", async () => {
  const server = new Server("a", 200_000);
  const list = await listOf(server);
  list.want({ start: 100_000, end: 100_030 });
  await server.answerAll();
  expect(nameOf(list, 0)).toBeNull();
  list.want({ start: 0, end: 30 });
  await server.answerAll();
  expect(nameOf(list, 0)).toBe("a0");
});

test("what was shown stays until something can be shown in its place", async () => {
  const [first, second] = [new Server("a", 10), new Server("b", 20)];
  const list = await listOf(first);
  list.show(second.fetch);
  expect([list.isLeaving, list.total, nameOf(list, 3)]).toEqual([true, 10, "a3"]);
  await second.answerAll();
  expect([list.isLeaving, list.total, nameOf(list, 3)]).toEqual([false, 20, "b3"]);
});

test("an answer that comes after another question is dropped", async () => {
  const [first, second, third] = [new Server("a", 10), new Server("b", 20), new Server("c", 30)];
  const list = await listOf(first);
  list.show(second.fetch);
  list.show(third.fetch);
  const [late] = second.asked;
  expect(late?.signal.aborted).toBe(true);
  await third.answerAll();
  late?.answer({ ok: true, value: { entries: [entry("late")], total: 1 } });
  await Bun.sleep(0);
  expect([list.total, nameOf(list, 0)]).toEqual([30, "c0"]);
});

test("what is asked for anew stays until it is here, also where the list has become shorter", async () => {
  const server = new Server("a", 1000);
  const list = await listOf(server);
  list.want({ start: 900, end: 930 });
  await server.answerAll();
  list.reload();
  expect([nameOf(list, 900), server.asked.map(({ offset }) => offset)]).toEqual(["a900", [800]]);
  server.total = 850;
  await server.answerAll();
  expect([list.total, nameOf(list, 849), nameOf(list, 900)]).toEqual([850, "a849", null]);
});

test("a folder that is not there shows nothing of the one before, and can be asked for again", async () => {
  const [first, second] = [new Server("a", 10), new Server("b", 5)];
  const list = await listOf(first);
  list.show(second.fetch);
  await second.refuseAll();
  expect([list.total, list.failure?.status, nameOf(list, 0)]).toEqual([null, 404, null]);
  list.reload();
  await second.answerAll();
  expect([list.total, list.failure, nameOf(list, 0)]).toEqual([5, null, "b0"]);
});

test("nothing is waited for any more once nobody looks", async () => {
  const server = new Server("a", 10);
  const list = await listOf(server);
  list.reload();
  list.stop();
  expect(server.asked.map(({ signal }) => signal.aborted)).toEqual([true]);
});
