import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { DescribedApi } from "../../support/api.ts";
import { Cluster } from "../../support/cluster.ts";
import { EventStream } from "../../support/event-stream.ts";
import { siteOf } from "../../support/site.ts";

setDefaultTimeout(120_000);

const FILM = Buffer.alloc(3 * 1024 * 1024 + 17, 7);

test("who listens hears of secondaries, files and downloads, and after a break of what was missed", async () => {
  await using cluster = new Cluster();
  cluster.startCentral(["--secondaries", "2", "--max-downloads", "1", "--http", "0"]);
  const site = await siteOf(cluster.central);
  using stream = await EventStream.open(site);
  await stream.count(1);
  expect(stream.received[0]).toMatchObject({ type: "ready", dated: null });
  for (const number of [1, 2]) cluster.startSecondary(number, { proxy: true });
  await stream.until("serving", ({ serving }) => serving);
  await stream.until("secondary", ({ secondary }) => secondary.number === 2 && secondary.state === "in step");

  const staged = path.join(cluster.root, "film");
  fs.writeFileSync(staged, FILM);
  fs.renameSync(staged, path.join(cluster.folder(1), "film"));
  const added = await stream.until("file", ({ what }) => what === "new");
  expect(added.dated?.event).toEqual({ type: "file", what: "new", name: "film", size: FILM.length, secondary: 1 });
  await stream.until("catalogue", ({ names, bytes }) => bytes === FILM.length && names?.[0] === "film");
  await stream.until("secondary", ({ secondary }) => secondary.number === 2 && secondary.files === 1);

  cluster.slow(400_000);
  const downloads = [cluster.getting(["film"]), cluster.getting(["film"])];
  const waiting = await stream.until("download", ({ state }) => state === "waiting");
  await stream.until("progress", ({ downloads }) => (downloads[0]?.bytes ?? 0) > 0);
  cluster.fast();
  for (const download of downloads) await cluster.finish(download);
  const event = waiting.dated?.event;
  const id = event?.type === "download" ? event.download : "";
  await stream.until("download", ({ download, state }) => download === id && state === "active");
  await stream.until("download-end", ({ download, outcome }) => download === id && outcome === "done");

  await cluster.kill(2);
  await stream.until("secondary", ({ secondary }) => secondary.number === 2 && secondary.state === "lost");

  // Who comes back hears of everything after what it has seen, and of nothing twice.
  const known = stream.received.filter(({ dated }) => dated);
  using again = await EventStream.open(site, added.id);
  const missed = known.slice(known.indexOf(added) + 1).map(({ id }) => id);
  await again.count(missed.length + 1);
  expect(again.received.map(({ id }) => id).slice(0, missed.length + 1)).toEqual([null, ...missed]);
  expect(again.received[0]?.type).toBe("ready");
  using stranger = await EventStream.open(site, "00000000-1");
  await stranger.count(1);
  expect(stranger.received[0]).toMatchObject({ type: "reset", id: stream.received.at(-1)?.id });

  const api = await DescribedApi.open(site);
  const url = `/api/v1/events?type=file&after=${known[0]?.id}`;
  const { body } = await api.ask("/api/v1/events", url);
  expect(body).toEqual({ events: [added.dated], complete: true });
});

test("a hundred listen at once, and each hears everything", async () => {
  await using cluster = new Cluster();
  cluster.startCentral(["--secondaries", "1", "--http", "0"]);
  const site = await siteOf(cluster.central);
  const streams = await Promise.all(Array.from({ length: 100 }, () => EventStream.open(site)));
  cluster.startSecondary(1);
  const heard = await Promise.all(streams.map((stream) => stream.until("serving", ({ serving }) => serving)));
  expect(new Set(heard.map(({ id }) => id)).size).toBe(1);
  for (const stream of streams) stream[Symbol.dispose]();
});
