import { expect, test } from "bun:test";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { everything, MIB, put, randomBytes, same } from "../support/files.ts";

const FILM = 20 * MIB + 5;
/** What the console downloads at once: as many as it does. */
const SONGS = ["a.bin", "b.bin", "c.bin"];
/** One-shot clients. With the console's there are twenty downloads. */
const CLIENTS = 17;
/** Bytes for each second of each connection: a download takes at least 27 s, however unevenly they begin. */
const RATE = MIB / 4;
/** Milliseconds that everything is away: by then the waits between two tries are as long as they can be. */
const AWAY = 8000;
const EVERYONE = [0, 1, 2, 3];

test("everything is killed in the middle of twenty downloads and comes back: each ends well and is counted once", async () => {
  await using cluster = await Cluster.inStep({ proxies: true }, (folder) => {
    put(folder(1), "film.bin", randomBytes(FILM));
    for (const name of SONGS) put(folder(2), name, randomBytes(FILM));
  });
  cluster.slow(RATE);
  const gets = Array.from({ length: CLIENTS }, (_, index) => {
    const dir = cluster.downloads();
    return { dir, program: cluster.getting(["film.bin"], { dir, name: `client ${index}` }) };
  });
  const dir = cluster.downloads();
  const console = cluster.client(["--dir", dir, "--name", "console"]);
  for (const name of SONGS) console.type(`get ${name}`);
  const dirs = [...gets.map((get) => get.dir), dir];
  const begun = () => dirs.flatMap(everything).filter((name) => name.endsWith(".part")).length;
  await cluster.until("all have begun", () => begun() === CLIENTS + SONGS.length);
  for (const number of [1, 2, 3]) cluster.proxy(number).reset();
  await cluster.sent([1, 2, 3], MIB * (CLIENTS + SONGS.length));

  await Promise.all(EVERYONE.map((number) => cluster.kill(number)));
  const away = Bun.sleep(AWAY);
  expect(dirs.flatMap(everything).filter((name) => name.endsWith(".bin"))).toEqual([]);
  for (const { program } of gets) await program.says(/no secondary delivers now; waiting/);
  await away;
  cluster.fast();
  cluster.startCentral();
  for (const number of [1, 2, 3]) cluster.startSecondary(number);

  for (const { dir: folder, program } of gets) {
    const { code, results } = await cluster.finish(program);
    expect({ code, results }).toMatchObject({ code: 0, results: [{ event: "done", resumedBytes: 0 }] });
    expect(await same(path.join(folder, "film.bin"), path.join(cluster.folder(3), "film.bin"))).toBe(true);
    expect(everything(folder)).toEqual(["film.bin"]);
  }
  console.closeInput();
  expect(await console.within(console.exited, "ends")).toBe(0);
  expect(everything(dir)).toEqual(SONGS);
  for (const name of SONGS) expect(await same(path.join(dir, name), path.join(cluster.folder(1), name))).toBe(true);

  const files = Object.fromEntries([["film.bin", CLIENTS], ...SONGS.map((name) => [name, 1])]);
  const clients = Object.fromEntries([["console", SONGS.length], ...gets.map((_, index) => [`client ${index}`, 1])]);
  await cluster.settled([1, 2, 3], 1 + SONGS.length);
  await cluster.until("no download is under way", async () => (await cluster.status()).downloads.active === 0);
  expect((await cluster.status()).statistics).toEqual({ files, clients });
  expect(cluster.central.count("downloaded")).toBe(CLIENTS + SONGS.length);
});
