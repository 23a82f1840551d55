import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type {
  DetailedFileAnswer,
  DownloadsAnswer,
  FilesAnswer,
  FolderAnswer,
  SecondariesAnswer,
  StatisticsAnswer,
  StatusAnswer,
} from "../../../src/http/api/central-answers.ts";
import type { EventsAnswer } from "../../../src/http/events/past-events.ts";
import { DescribedApi } from "../../support/api.ts";
import { Cluster } from "../../support/cluster.ts";
import { EventStream } from "../../support/event-stream.ts";
import { MIB, put, randomBytes } from "../../support/files.ts";
import { siteOf } from "../../support/site.ts";

setDefaultTimeout(120_000);

const FILM = randomBytes(12 * MIB);

let cluster: Cluster;
let site: string;
let api: DescribedApi;

/** Two secondaries, and a client that serves what they have. */
beforeAll(async () => {
  cluster = await Cluster.inStep({ count: 2, proxies: true }, (folder) => {
    put(folder(1), "films/film", FILM);
    put(folder(1), "note", "small");
  });
  const program = cluster.client([
    ...["serve", "--http", "0", "--cache", "0", "--log", "json", "--name", "ana", "--wait", "60"],
  ]);
  site = await siteOf(program);
  api = await DescribedApi.open(site);
});

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

test("a client tells programs what it knows of its cluster", async () => {
  const status = await api.ask<StatusAnswer>("/api/v1/status");
  expect(status.body).toMatchObject({
    ...{ role: "client", serving: true, missing: null, lacks: null, files: 2, bytes: FILM.length + 5 },
    secondaries: { known: 2, present: 2 },
    sessions: null,
    downloads: { active: 0, waiting: 0, limit: null },
  });
  const secondaries = await api.ask<SecondariesAnswer>("/api/v1/secondaries");
  expect(secondaries.body.secondaries).toMatchObject([
    { number: 1, state: "in step", files: 2 },
    { number: 2, state: "in step", files: 2 },
  ]);
  const files = await api.ask<FilesAnswer>("/api/v1/files", "/api/v1/files?search=FILM&sort=size");
  expect(files.body).toMatchObject({ files: [{ name: "films/film", size: FILM.length, holders: 2 }], matches: 1 });
  const file = await api.ask<DetailedFileAnswer>("/api/v1/files/{name}", "/api/v1/files/films/film");
  expect(file.body).toMatchObject({ name: "films/film", pieceSize: MIB, pieces: 12, sources: null });
  expect((await api.ask("/api/v1/files/{name}", "/api/v1/files/films")).status).toBe(404);
  expect((await api.ask("/api/v1/files", "/api/v1/files?limit=0")).status).toBe(400);
  const folder = await api.ask<FolderAnswer>("/api/v1/folders/{name}", "/api/v1/folders/?sort=size&order=desc");
  expect(folder.body).toMatchObject({
    entries: [
      { kind: "folder", name: "films", files: 1, bytes: FILM.length, holders: 2 },
      { kind: "file", name: "note", size: 5 },
    ],
    total: 2,
  });
});

test("who listens hears of new files, of what is read here, and of a central that is away", async () => {
  using stream = await EventStream.open(site);
  await stream.until("serving", ({ serving }) => serving);
  await stream.until("secondary", ({ secondary }) => secondary.number === 2 && secondary.state === "in step");
  put(cluster.folder(2), "added", "later");
  await stream.until("catalogue", ({ names }) => names?.includes("added") ?? false);
  const added = await api.ask<DetailedFileAnswer>("/api/v1/files/{name}", "/api/v1/files/added");
  expect(added.body).toMatchObject({ name: "added", size: 5 });

  cluster.slow(2 * MIB);
  const reading = fetch(`${site}/files/films/film`).then((response) => response.arrayBuffer());
  const begun = await stream.until("download", ({ state }) => state === "active");
  expect(begun.dated?.event).toMatchObject({ client: "ana", name: "films/film", size: FILM.length });
  await stream.until("progress", ({ downloads }) => (downloads[0]?.bytes ?? 0) > 0);
  const downloads = await api.ask<DownloadsAnswer>("/api/v1/downloads");
  expect(downloads.body).toMatchObject({ downloads: [{ client: "ana", name: "films/film", state: "active" }] });
  cluster.fast();
  expect(Buffer.from(await reading).equals(Buffer.from(FILM))).toBe(true);
  await stream.until("download-end", ({ name, outcome }) => name === "films/film" && outcome === "done");
  await cluster.until("it is counted", async () => {
    const { body } = await api.ask<StatisticsAnswer>("/api/v1/statistics");
    return body.rows.some(({ name, downloads }) => name === "films/film" && downloads === 1);
  });
  const clients = await api.ask<StatisticsAnswer>("/api/v1/statistics", "/api/v1/statistics?of=clients");
  expect(clients.body).toEqual({ rows: [{ name: "ana", downloads: 1 }], next: null });
  const past = await api.ask<EventsAnswer>("/api/v1/events", "/api/v1/events?type=download");
  // More than one where it had to wait before it was active.
  expect(new Set(past.body.events.map(({ event }) => event.type === "download" && event.download)).size).toBe(1);

  await cluster.kill(0);
  const gone = await stream.until("serving", ({ serving }) => !serving);
  expect(gone.dated?.event).toMatchObject({
    missing: expect.stringContaining("cannot be reached"),
    lacks: { kind: "central" },
  });
  expect((await api.ask<StatusAnswer>("/api/v1/status")).body).toMatchObject({ serving: false, files: 3 });
  expect((await api.ask("/api/v1/secondaries")).status).toBe(503);
  cluster.startCentral(["--secondaries", "2"]);
  const { length } = stream.received;
  await cluster.until("it serves again", () => {
    return stream.received.slice(length).some(({ dated }) => dated?.event.type === "serving" && dated.event.serving);
  });
});

test("who is at this machine needs to log in nowhere", async () => {
  const path = "/api/v1/session";
  expect((await api.ask(path)).body).toMatchObject({ keys: false, name: null });
  expect((await api.ask(path, path, { method: "POST", body: { token: "a.b.c" } })).status).toBe(409);
  expect((await api.ask(path, path, { method: "DELETE" })).body).toMatchObject({ keys: false });
});

test("each route of the document was asked", () => {
  // Files are put in uploads.test.ts.
  const asked = api.paths.filter((path) => !path.startsWith("PUT ") && !path.includes("/uploads/"));
  expect([...api.asked].sort()).toEqual(asked.sort());
});
