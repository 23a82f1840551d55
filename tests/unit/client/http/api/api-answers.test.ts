import { expect, test } from "bun:test";
import * as v from "valibot";
import { ClientApiAnswers } from "../../../../../src/client/http/api/api-answers.ts";
import { ServedCatalogue } from "../../../../../src/client/http/served-catalogue.ts";
import type { StreamView } from "../../../../../src/client/streaming/stream.ts";
import { filesQuery, statisticsQuery } from "../../../../../src/http/api/central-queries.ts";
import type { ListedFile } from "../../../../../src/protocol/messages/client.ts";
import type { Messages } from "../../../../../src/protocol/messages/messages.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { listed, pagesOf, status } from "./listed.ts";

const LACKS = { kind: "comparison" } as const;

const UNREACHABLE = new Error("the central cannot be reached");

/** A client whose central knows three files and two secondaries, of which one is away. */
class Client {
  readonly clock = new FakeClock();
  failure: Error | null = null;
  synchronized = true;
  streams: StreamView[] = [];
  lists = 0;
  /** Rows of statistics that the central gives at once. */
  rowsAtOnce = 9;
  readonly api: ClientApiAnswers;

  constructor() {
    const session = {
      clientName: "ana",
      state: () => this.state(),
      counts: (of: "files" | "clients", after: string) => this.tallied(of, after),
    };
    const streams = { list: () => this.streams };
    const catalogue = new ServedCatalogue(this.clock, { pages: () => this.list() });
    this.api = new ClientApiAnswers({ clock: this.clock, version: "1.2", session, catalogue, streams });
  }

  private async *list(): AsyncGenerator<readonly ListedFile[], void> {
    if (this.failure) throw this.failure;
    this.lists += 1;
    yield* pagesOf([listed("b", { size: 5, sources: 2 }), listed("a/x", { size: 7 }), listed("a/Y", { size: 1 })]);
  }

  private async state(): Promise<Messages["state"]> {
    if (this.failure) throw this.failure;
    const { synchronized } = this;
    return {
      ...{
        type: "state",
        request: 1,
        synchronized,
        missing: "a secondary",
        lacks: LACKS,
        ending: [],
        active: 2,
        waiting: 1,
      },
      secondaries: [
        status(1, { files: 3, accusations: 4, room: { total: 9, free: 5 }, sending: 7 }),
        status(2, {
          state: "lost",
          files: 0,
          obstacles: 2,
          obstacle: "b: no room",
          left: { files: 2, bytes: 8, seconds: 3 },
        }),
      ],
    };
  }

  private async tallied(of: "files" | "clients", after: string): Promise<Messages["tallied"]> {
    if (this.failure) throw this.failure;
    const names = ["a", "b", "c"].map((name) => `${of} ${name}`).filter((name) => name > after);
    const rows = names.slice(0, this.rowsAtOnce).map((name) => ({ name, downloads: 1 }));
    return { type: "tallied", request: 1, rows, more: rows.length < names.length };
  }
}

test("the cluster in a few numbers", async () => {
  const client = new Client();
  expect(await client.api.status()).toEqual({
    ...{ role: "client", version: "1.2", serving: true, missing: null, lacks: null, files: 3, bytes: 13 },
    secondaries: { known: 2, present: 1 },
    ...{ sessions: null, rates: null, copies: { pending: 2, bytes: 8, seconds: 3 } },
    downloads: { active: 2, waiting: 1, limit: null },
  });
  client.synchronized = false;
  expect(await client.api.status()).toMatchObject({ serving: false, missing: "a secondary", lacks: LACKS, files: 3 });
  client.failure = UNREACHABLE;
  const unknown = { known: 0, present: 0 };
  expect(await client.api.status()).toMatchObject({
    serving: false,
    missing: UNREACHABLE.message,
    lacks: { kind: "central" },
    secondaries: unknown,
  });
});

test("each secondary, without what the central does not tell clients", async () => {
  const common = { address: "h:1", http: null, reason: null, rates: null, repairs: null };
  const none = { pending: 0, bytes: 0, seconds: 0, obstructed: 0, obstacle: null };
  const some = { pending: 2, bytes: 8, seconds: 3, obstructed: 2, obstacle: "b: no room" };
  expect(await new Client().api.secondaries()).toEqual({
    secondaries: [
      { ...common, number: 1, state: "in step", files: 3, copies: none, accusations: 4, room: { total: 9, free: 5 } },
      { ...common, number: 2, state: "lost", files: 0, copies: some, accusations: 0, room: null },
    ],
  });
});

test("files, by parts of names, folders and orders, a page at a time", async () => {
  const { api } = new Client();
  const names = async (given: object) => {
    const page = await api.files(v.parse(filesQuery, given));
    return "files" in page ? [page.files.map(({ name }) => name), page.matches] : page;
  };
  expect(await names({})).toEqual([["a/Y", "a/x", "b"], 3]);
  expect(await names({ sort: "size", order: "desc", limit: 2 })).toEqual([["a/x", "b"], 3]);
  expect(await names({ sort: "holders", order: "desc", limit: 1 })).toEqual([["b"], 3]);
  expect(await names({ search: "y" })).toEqual([["a/Y"], 1]);
  expect(await names({ folder: "a" })).toEqual([["a/Y", "a/x"], 2]);
});

test("one file, and one that is not there", async () => {
  const { api } = new Client();
  const file = {
    name: "b",
    size: 5,
    modified: 2,
    id: "a".repeat(64),
    blake3: null,
    sha256: null,
    holders: 2,
    heldBy: [],
  };
  expect(await api.file("b")).toEqual({ ...file, pieceSize: 1024 * 1024, pieces: 1, version: null, sources: null });
  expect(await api.file("a")).toBeNull();
});

test("who listens has the catalogue kept up to date; others have it asked for", async () => {
  const client = new Client();
  const ask = () => client.api.files(v.parse(filesQuery, {}));
  await ask();
  await ask();
  expect(client.lists).toBe(1);
  client.clock.advance(1500);
  await ask();
  expect(client.lists).toBe(2);
  client.clock.advance(1500);
  await client.api.listened();
  await Bun.sleep(0);
  expect(client.lists).toBe(3);
  client.failure = UNREACHABLE;
  client.clock.advance(1500);
  // What is known is shown, with the event that the central is away.
  expect(await ask()).toMatchObject({ matches: 3 });
  await Bun.sleep(0);
  expect(client.api.view()).toMatchObject({
    missing: UNREACHABLE.message,
    lacks: { kind: "central" },
    secondaries: [],
  });
  client.api.stop();
  expect(client.api.view()).toBeNull();
});

test("no catalogue is another thing than an empty one", async () => {
  const client = new Client();
  client.synchronized = false;
  const listened = client.api.listened();
  // Whoever listens is not told that the central is away only because it has not answered yet.
  expect(client.api.view()).toBeNull();
  await listened;
  await Bun.sleep(0);
  expect(client.api.view()).toMatchObject({ missing: "a secondary", lacks: LACKS, files: null });
  client.synchronized = true;
  client.clock.advance(1000);
  await Bun.sleep(0);
  expect(client.api.view()?.files).toHaveLength(3);
  client.api.stop();
});

test("what is read here, those that can be read first", async () => {
  const client = new Client();
  const version = { id: "f".repeat(64), size: 9 };
  const idle = { rate: 0, sources: [] };
  const now = client.clock.now();
  client.streams = [
    { download: "1", name: "b", version: null, bytes: 0, ...idle, openedAt: null },
    { download: "2", name: "gone", version: null, bytes: 0, ...idle, openedAt: null },
    { download: "3", name: "b", version, bytes: 4, rate: 2.4, sources: [2], openedAt: now - 2000 },
  ];
  await client.api.files(v.parse(filesQuery, {}));
  const unknown = { client: "ana", name: "b", position: null, estimate: null };
  expect(await client.api.downloads({ limit: 9 })).toEqual({
    downloads: [
      { ...unknown, ...version, download: "3", bytes: 4, rate: 2, left: 3, sources: [2], state: "active", seconds: 2 },
      {
        ...unknown,
        download: "1",
        id: "a".repeat(64),
        size: 5,
        bytes: 0,
        ...idle,
        left: null,
        state: "waiting",
        seconds: null,
      },
    ],
    more: false,
  });
  expect(await client.api.downloads({ limit: 2 })).toMatchObject({ more: false });
  expect(await client.api.downloads({ limit: 1 })).toMatchObject({ more: true });
});

test("statistics, a page at a time", async () => {
  const client = new Client();
  const { api } = client;
  const page = { of: "clients", limit: 2 };
  const first = await api.statistics(v.parse(statisticsQuery, page));
  expect(first).toMatchObject({ rows: [{ name: "clients a" }, { name: "clients b" }] });
  const cursor = "next" in first ? first.next : null;
  const second = await api.statistics(v.parse(statisticsQuery, { ...page, cursor }));
  expect(second).toEqual({ rows: [{ name: "clients c", downloads: 1 }], next: null });
  expect(await api.statistics(v.parse(statisticsQuery, { ...page, limit: 3 }))).toMatchObject({ next: null });
  // The central has more than it gives at once.
  client.rowsAtOnce = 2;
  expect(await api.statistics(v.parse(statisticsQuery, { ...page, limit: 3 }))).toMatchObject({ next: cursor });
});

test("what the central does not tell now is not available, with the reason", async () => {
  const client = new Client();
  client.failure = UNREACHABLE;
  const { api } = client;
  const answers = await Promise.all([
    ...[api.secondaries(), api.file("b")],
    ...[api.files(v.parse(filesQuery, {})), api.statistics(v.parse(statisticsQuery, {}))],
  ]);
  const refusal = { kind: "unavailable", reason: UNREACHABLE.message };
  expect(answers).toEqual([refusal, refusal, refusal, refusal] as never);
  expect(await api.downloads({ limit: 1 })).toEqual({ downloads: [], more: false });
});
