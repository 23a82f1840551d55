import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../../support/cluster.ts";
import { MIB, put, randomBytes } from "../../support/files.ts";
import type { Program } from "../../support/process.ts";
import { siteOf } from "../../support/site.ts";

setDefaultTimeout(120_000);

const FILM = "films/año 1 & <2>.mkv";
const FILM_PATH = `/files/${encodeURIComponent(FILM).replaceAll("%2F", "/")}`;

/** `client serve` on a free port. `cache`: the folder in which it keeps what was read. */
function serve(cluster: Cluster, cache = "cache", args: readonly string[] = []): Program {
  const folder = path.join(cluster.root, cache);
  return cluster.client(["serve", "--http", "0", "--cache-dir", folder, "--log", "json", "--name", "ana", ...args]);
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

test("the whole catalogue is there, verified, from any byte on, and a file that was read whole counts once", async () => {
  const film = randomBytes(5 * MIB + 77);
  await using cluster = await Cluster.inStep({}, (folder) => {
    put(folder(1), FILM, film);
    put(folder(1), "films/empty", "");
  });
  const site = await siteOf(serve(cluster));
  const whole = await fetch(site + FILM_PATH);
  expect([whole.status, whole.headers.get("content-type")]).toEqual([200, "video/x-matroska"]);
  expect((await bytesOf(whole)).equals(film)).toBe(true);
  const etag = whole.headers.get("etag") ?? "";
  expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
  await cluster.until("it is counted", async () => (await cluster.status()).statistics.files[FILM] === 1);
  const part = await fetch(site + FILM_PATH, { headers: { range: "bytes=3000000-3000099", "if-range": etag } });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 3000000-3000099/${film.length}`]);
  expect((await bytesOf(part)).equals(film.subarray(3_000_000, 3_000_100))).toBe(true);
  expect((await fetch(site + FILM_PATH, { headers: { "if-none-match": etag } })).status).toBe(304);
  expect((await fetch(site + FILM_PATH, { headers: { range: "bytes=9999999-" } })).status).toBe(416);
  const head = await fetch(site + FILM_PATH, { method: "HEAD" });
  expect([head.headers.get("content-length"), head.headers.get("etag")]).toEqual([String(film.length), etag]);
  expect(await (await fetch(`${site}/files/films/empty`)).text()).toBe("");
  expect(await (await fetch(`${site}/files/none`)).text()).toBe("there is no file none\n");
  const listed = await fetch(`${site}/files/films/?format=json`);
  const entries = [
    { type: "file", name: "año 1 & <2>.mkv", size: film.length },
    { type: "file", name: "empty", size: 0 },
  ];
  expect(await listed.json()).toMatchObject({ folder: "films/", entries });
  expect((await fetch(`${site}/readyz`)).status).toBe(200);
  const { statistics } = await cluster.status();
  expect(statistics.clients).toEqual({ ana: 2 });
});

test("a secondary dies in the middle, and the film goes on", async () => {
  const film = randomBytes(24 * MIB);
  await using cluster = await Cluster.inStep({ proxies: true }, (folder) => put(folder(1), "film.mkv", film));
  const site = await siteOf(serve(cluster, "cache", ["--cache", "0"]));
  cluster.slow(4 * MIB);
  const reading = fetch(`${site}/files/film.mkv`).then(bytesOf);
  await cluster.sent([2], MIB);
  await cluster.kill(2);
  await cluster.sent([1, 3], 3 * MIB);
  cluster.fast();
  expect((await reading).equals(film)).toBe(true);
});

test("what was read is there after a restart, without any secondary; a damaged piece is never given to anybody", async () => {
  const film = randomBytes(6 * MIB);
  await using cluster = await Cluster.inStep({ count: 1 }, (folder) => put(folder(1), "film.mkv", film));
  const first = serve(cluster);
  expect((await bytesOf(await fetch(`${await siteOf(first)}/files/film.mkv`))).equals(film)).toBe(true);
  expect((await first.terminate()).code).toBe(0);
  const cache = path.join(cluster.root, "cache");
  const kept = fs.readdirSync(cache).find((name) => name.endsWith(".pieces")) ?? "";
  const file = fs.openSync(path.join(cache, kept), "r+");
  fs.writeSync(file, Buffer.from([(film[4 * MIB + 5] ?? 0) ^ 1]), 0, 1, 4 * MIB + 5);
  fs.closeSync(file);
  await cluster.secondary(1).terminate();
  const second = serve(cluster, "cache", ["--wait", "1"]);
  const site = await siteOf(second);
  const start = await fetch(`${site}/files/film.mkv`, { headers: { range: `bytes=0-${4 * MIB - 1}` } });
  expect((await bytesOf(start)).equals(film.subarray(0, 4 * MIB))).toBe(true);
  const rest = await fetch(`${site}/files/film.mkv`, { headers: { range: `bytes=${4 * MIB}-` } });
  const reason = await rest.text();
  expect([rest.status, reason]).toEqual([503, expect.stringContaining("no secondary has delivered anything for 1 s")]);
  cluster.startSecondary(1);
  await cluster.settled([1], 1);
  expect((await bytesOf(await fetch(`${site}/files/film.mkv`))).equals(film)).toBe(true);
});

test("file managers and players have it as a folder and as a playlist, to read only", async () => {
  await using cluster = await Cluster.inStep({ count: 1 }, (folder) => {
    put(folder(1), FILM, "film");
    put(folder(1), "films/episode 10.mp4", "ten");
    put(folder(1), "films/episode 9.mp4", "nine");
    put(folder(1), "films/notes.txt", "text");
  });
  const site = await siteOf(serve(cluster));
  const playlist = await (await fetch(`${site}/playlist.m3u8?folder=films`)).text();
  const addresses = playlist.split("\n").filter((line) => line.startsWith("http"));
  expect(addresses).toEqual([
    site + FILM_PATH,
    `${site}/files/films/episode%209.mp4`,
    `${site}/files/films/episode%2010.mp4`,
  ]);
  const options = await fetch(`${site}/files/`, { method: "OPTIONS" });
  expect([options.headers.get("dav"), options.headers.get("allow")]).toEqual(["1", "OPTIONS, GET, HEAD, PROPFIND"]);
  const found = await fetch(`${site}/files/films/`, { method: "PROPFIND", headers: { depth: "1" } });
  expect(found.status).toBe(207);
  const hrefs = [...(await found.text()).matchAll(/<D:href>([^<]*)</g)].map(([, href]) => href);
  expect(hrefs).toEqual([
    "/files/films/",
    FILM_PATH,
    "/files/films/episode%2010.mp4",
    "/files/films/episode%209.mp4",
    "/files/films/notes.txt",
  ]);
  for (const method of ["PUT", "DELETE", "MKCOL", "PROPPATCH", "LOCK", "MOVE"]) {
    expect([method, (await fetch(`${site}/files/films/notes.txt`, { method })).status]).toEqual([method, 405]);
  }
});
