import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import type * as v from "valibot";
import type {
  DetailedFileAnswer,
  DownloadsAnswer,
  FilesAnswer,
  FolderAnswer,
  KeptAnswer,
  SecondariesAnswer,
  StatisticsAnswer,
  StatusAnswer,
  ThroughputAnswer,
} from "../../../src/http/api/central-answers.ts";
import type { SecondaryStatusAnswer } from "../../../src/http/api/secondary-answers.ts";
import type { eventsAnswer } from "../../../src/http/events/past-events.ts";
import { DescribedApi } from "../../support/api.ts";
import { Cluster } from "../../support/cluster.ts";
import type { Program } from "../../support/process.ts";
import { siteOf } from "../../support/site.ts";

setDefaultTimeout(120_000);

const FILM = Buffer.alloc(3 * 1024 * 1024 + 17, 7);

let cluster: Cluster;
let api: DescribedApi;
let downloads: Program[];

/** Two secondaries, of which one keeps a replaced file, a download under way and one that waits. */
beforeAll(async () => {
  cluster = await Cluster.inStep(
    { count: 2, proxies: true, central: ["--max-downloads", "1", "--http", "0"] },
    (folder) => {
      fs.mkdirSync(path.join(folder(1), "año 1"), { recursive: true });
      fs.writeFileSync(path.join(folder(1), "film"), FILM);
      fs.writeFileSync(path.join(folder(1), "año 1", "Note"), "small");
      fs.writeFileSync(path.join(folder(1), "año 1", "other"), "other");
    },
  );
  api = await DescribedApi.open(await siteOf(cluster.central));
  await cluster.get(["año 1/Note"]);
  cluster.slow(60_000);
  downloads = [cluster.getting(["film"]), cluster.getting(["film"])];
  await cluster.until("one is under way and one waits", async () => {
    const { body } = await api.ask<StatusAnswer>("/api/v1/status");
    return body.downloads.active === 1 && body.downloads.waiting === 1;
  });
});

afterAll(async () => {
  for (const download of downloads) await download.kill();
  await cluster[Symbol.asyncDispose]();
});

test("status", async () => {
  const { body } = await api.ask<StatusAnswer>("/api/v1/status");
  expect(body).toMatchObject({
    serving: true,
    missing: null,
    lacks: null,
    files: 3,
    bytes: FILM.length + 10,
    secondaries: { known: 2, present: 2 },
    sessions: { clients: 2, secondaries: 2 },
    downloads: { active: 1, waiting: 1, limit: 1 },
  });
});

test("secondaries", async () => {
  await cluster.until("both have told of themselves", async () => {
    const { body } = await api.ask<SecondariesAnswer>("/api/v1/secondaries");
    return body.secondaries.every(({ room }) => room !== null);
  });
  const { body } = await api.ask<SecondariesAnswer>("/api/v1/secondaries");
  const copies = { pending: 0, bytes: 0, seconds: 0, obstructed: 0, obstacle: null };
  const repairs = { wrongPieces: 0, repairedPieces: 0, damaged: 0, repaired: 0, waiting: 0 };
  const common = { http: null, state: "in step", reason: null, files: 3, copies, repairs, accusations: 0 } as const;
  for (const { room } of body.secondaries) expect(room?.free).toBeLessThanOrEqual(room?.total ?? 0);
  expect(body.secondaries).toMatchObject([
    { number: 1, address: `127.0.0.1:${cluster.proxy(1).port}`, ...common },
    { number: 2, address: `127.0.0.1:${cluster.proxy(2).port}`, ...common },
  ]);
});

test("how far a download is, how fast, and from whom it comes", async () => {
  await cluster.until("bytes flow", async () => {
    const [active] = (await api.ask<DownloadsAnswer>("/api/v1/downloads")).body.downloads;
    return active !== undefined && active.bytes > 0 && (active.rate ?? 0) > 0;
  });
  const { body } = await api.ask<DownloadsAnswer>("/api/v1/downloads");
  const [active, waiting] = body.downloads;
  expect(active?.sources.length).toBeGreaterThan(0);
  expect(active?.left).toBeGreaterThan(0);
  expect(waiting).toMatchObject({ rate: null, left: null, sources: [], position: 1 });
  expect(waiting?.estimate).toBeGreaterThan(0);
});

test("throughput has a sample for each secondary, every ten seconds", async () => {
  await cluster.until("there is a sample", async () => {
    const { body } = await api.ask<ThroughputAnswer>("/api/v1/throughput");
    return (body.secondaries[0]?.sent.length ?? 0) > 0;
  });
  const { body: last } = await api.ask<ThroughputAnswer>("/api/v1/throughput", "/api/v1/throughput?samples=1");
  expect(last).toMatchObject({ interval: 10, secondaries: [{ number: 1 }, { number: 2 }] });
  for (const { sent, received } of last.secondaries) expect([sent.length, received.length]).toEqual([1, 1]);
  // The film was copied in the time of the first sample.
  const { body } = await api.ask<ThroughputAnswer>("/api/v1/throughput");
  expect([body.secondaries[0]?.sent[0], body.secondaries[1]?.received[0]].every((rate) => (rate ?? 0) > 0)).toBe(true);
});

test("files, a page after the other", async () => {
  const names: string[] = [];
  for (let cursor = ""; ; ) {
    const { body } = await api.ask<FilesAnswer>("/api/v1/files", `/api/v1/files?limit=2${cursor}`);
    expect(body.matches).toBe(3);
    names.push(...body.files.map(({ name }) => name));
    if (body.next === null) break;
    cursor = `&cursor=${body.next}`;
  }
  expect(names).toEqual(["año 1/Note", "año 1/other", "film"]);
});

test.each([
  ["search=NOTE", ["año 1/Note"], 1],
  ["sort=size&order=desc&limit=1", ["film"], 3],
  [`folder=${encodeURIComponent("año 1")}&sort=name&order=desc`, ["año 1/other", "año 1/Note"], 2],
] as const)("files with %s", async (query, names, matches) => {
  const { body } = await api.ask<FilesAnswer>("/api/v1/files", `/api/v1/files?${query}`);
  expect([body.files.map(({ name }) => name), body.matches]).toEqual([[...names], matches]);
});

test("files from the middle of an order", async () => {
  const { body } = await api.ask<FilesAnswer>("/api/v1/files", "/api/v1/files?offset=1&limit=1");
  expect([body.files.map(({ name }) => name), body.matches]).toEqual([["año 1/other"], 3]);
});

test("what is right in a folder, and one that is not there", async () => {
  const path = "/api/v1/folders/{name}";
  const shared = await api.ask<FolderAnswer>(path, "/api/v1/folders/");
  expect(shared.body).toMatchObject({
    entries: [
      { kind: "folder", name: "año 1", files: 2, bytes: 10, holders: 2 },
      { kind: "file", name: "film", size: FILM.length, holders: 2 },
    ],
    total: 2,
  });
  const { body } = await api.ask<FolderAnswer>(
    path,
    `/api/v1/folders/${encodeURIComponent("año 1")}?order=desc&limit=1`,
  );
  expect([body.entries.map(({ name }) => name), body.total]).toEqual([["año 1/other"], 2]);
  expect((await api.ask(path, "/api/v1/folders/nothing")).status).toBe(404);
});

test("one file, and one that is not there", async () => {
  const path = "/api/v1/files/{name}";
  const { body } = await api.ask<DetailedFileAnswer>(path, `/api/v1/files/${encodeURIComponent("año 1")}/Note`);
  expect(body).toMatchObject({
    ...{ name: "año 1/Note", size: 5, holders: 2, heldBy: [1, 2], pieces: 1, version: 1 },
    sources: [
      { number: 1, partial: false },
      { number: 2, partial: false },
    ],
  });
  expect(await api.ask(path, "/api/v1/files/nothing")).toMatchObject({
    status: 404,
    body: { error: { code: "not-found", message: "there is no file of this name" } },
  });
});

test("downloads", async () => {
  const { body } = await api.ask<DownloadsAnswer>("/api/v1/downloads");
  expect(body).toMatchObject({
    downloads: [
      { name: "film", size: FILM.length, state: "active", position: null },
      { name: "film", size: FILM.length, state: "waiting", seconds: null, position: 1 },
    ],
    more: false,
  });
  expect((await api.ask<DownloadsAnswer>("/api/v1/downloads", "/api/v1/downloads?limit=1")).body.more).toBe(true);
});

test("statistics", async () => {
  const { body } = await api.ask<StatisticsAnswer>("/api/v1/statistics");
  expect(body).toEqual({ rows: [{ name: "año 1/Note", downloads: 1 }], next: null });
  const clients = await api.ask<StatisticsAnswer>("/api/v1/statistics", "/api/v1/statistics?of=clients&limit=1");
  expect(clients.body.rows).toHaveLength(1);
  const most = "/api/v1/statistics?sort=downloads&order=desc&limit=1";
  expect((await api.ask<StatisticsAnswer>("/api/v1/statistics", most)).body.rows).toEqual(body.rows);
});

test("kept versions", async () => {
  fs.rmSync(path.join(cluster.folder(1), "año 1", "other"));
  const replacement = path.join(cluster.root, "replacement");
  fs.writeFileSync(replacement, "another content");
  fs.renameSync(replacement, path.join(cluster.folder(1), "año 1", "other"));
  await cluster.until("the version before is kept", async () => {
    const { body } = await api.ask<KeptAnswer>("/api/v1/kept");
    return body.versions.length === 1;
  });
  const name = encodeURIComponent("año 1/other");
  const { body } = await api.ask<KeptAnswer>("/api/v1/kept", `/api/v1/kept?name=${name}`);
  expect(body).toMatchObject({
    versions: [{ name: "año 1/other", version: 1, size: 5, why: "replaced", secondaries: [2] }],
    ...{ more: false, silent: [] },
  });
});

test("events", async () => {
  type Events = v.InferOutput<typeof eventsAnswer>;
  const { body } = await api.ask<Events>("/api/v1/events");
  expect(body.complete).toBe(true);
  expect(new Set(body.events.map(({ event }) => event.type))).toContain("download");
  const latest = await api.ask<Events>("/api/v1/events", "/api/v1/events?type=secondary&limit=1");
  expect(latest.body).toMatchObject({ events: [{ event: { type: "secondary" } }], complete: false });
  const gone = await api.ask<Events>("/api/v1/events", "/api/v1/events?after=nothing");
  expect(gone.body.complete).toBe(false);
});

test.each([
  ["limit=0", "limit: "],
  ["limit=many", "limit: "],
  ["sort=colour", "sort: "],
  ["cursor=nonsense", "cursor: no page has ended there"],
  ["page=2", "there is no parameter page"],
])("a query with %s is refused, and says why", async (query, message) => {
  const { status, body } = await api.ask<{ error: { code: string; message: string } }>(
    "/api/v1/files",
    `/api/v1/files?${query}`,
  );
  expect([status, body.error.code]).toEqual([400, "bad-request"]);
  expect(body.error.message).toContain(message);
});

test("what is not there, and other methods, are JSON errors too", async () => {
  const site = await siteOf(cluster.central);
  const absent = await fetch(`${site}/api/v1/nothing`);
  expect([absent.status, await absent.json()]).toMatchObject([404, { error: { code: "not-found" } }]);
  const other = await fetch(`${site}/api/v1/status`, { method: "POST" });
  expect([other.status, other.headers.get("allow"), await other.json()]).toMatchObject([
    ...[405, "GET, HEAD", { error: { code: "not-possible" } }],
  ]);
});

test("a secondary tells programs of itself", async () => {
  cluster.startSecondary(3, { args: ["--http", "0"] });
  const own = await DescribedApi.open(await siteOf(cluster.secondary(3)));
  await cluster.until("it has all", async () => {
    const { body } = await own.ask<SecondaryStatusAnswer>("/api/v1/status");
    return body.files === 3;
  });
  const { body } = await own.ask<SecondaryStatusAnswer>("/api/v1/status");
  expect(body).toMatchObject({ number: 3, connected: true, missing: null, kept: { files: 0, bytes: 0 } });
  expect((await own.ask("/api/v1/copies")).body).toEqual({ active: [], waiting: 0, obstructed: [] });
  expect((await own.ask("/api/v1/session")).body).toMatchObject({ keys: false, rights: "admin" });
  await own.ask("/api/v1/session", "/api/v1/session", { method: "POST", body: { token: "a.b.c" } });
  await own.ask("/api/v1/session", "/api/v1/session", { method: "DELETE" });
  expect([...own.asked].sort()).toEqual(own.paths.sort());
});

test("without keys nobody needs to log in", async () => {
  const path = "/api/v1/session";
  const shown = { keys: false, rights: "admin", name: null, until: null } as const;
  expect((await api.ask(path)).body).toEqual(shown);
  expect((await api.ask(path, path, { method: "POST", body: { token: "a.b.c" } })).status).toBe(409);
  expect((await api.ask(path, path, { method: "DELETE" })).body).toEqual(shown);
});

test("each route of the document was asked, and the document is noticed to be wrong where it is", () => {
  // What changes something is asked in orders.test.ts and uploads.test.ts.
  const asked = api.paths.filter((path) => {
    return (path.startsWith("GET ") && !path.includes("/uploads/")) || path.endsWith("/session");
  });
  expect([...api.asked].sort()).toEqual(asked.sort());
  expect(() => api.check("/api/v1/downloads", 200, { downloads: [], more: false, further: 1 })).toThrow("additional");
  expect(() => api.check("/api/v1/downloads", 200, { downloads: [] })).toThrow("more");
  expect(() => api.check("/api/v1/other", 200, {})).toThrow("not in the document");
});
