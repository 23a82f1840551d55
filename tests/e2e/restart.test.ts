import { expect, test } from "bun:test";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes, same } from "../support/files.ts";

const FILM = 24 * MIB + 5;
const RATE = 4 * MIB;
const ONCE = { files: { "film.bin": 1 }, clients: { ana: 1 } };

function filmCluster(): Promise<Cluster> {
  return Cluster.inStep({ proxies: true }, (folder) => put(folder(1), "film.bin", randomBytes(FILM)));
}

async function counted(cluster: Cluster): Promise<void> {
  await cluster.until("the download is counted", async () => "film.bin" in (await cluster.status()).statistics.files);
}

test("a killed central serves again with one secondary in session, and its statistics", async () => {
  await using cluster = await filmCluster();
  expect((await cluster.get(["film.bin"])).code).toBe(0);
  await Promise.all([0, 2, 3].map((number) => cluster.kill(number)));
  const seen = cluster.secondary(1).events.length;
  const central = cluster.startCentral(["--secondaries", "3"]);
  await central.waitFor("synchronized");
  await cluster.secondary(1).waitFor("registered", undefined, seen);
  const status = await cluster.status();
  expect(status).toMatchObject({ synchronized: true, statistics: ONCE });
  expect(status.secondaries.map(({ number, state }) => [number, state])).toEqual([
    [1, "in step"],
    ...[2, 3].map((number) => [number, "lost"]),
  ]);
  expect((await cluster.get(["film.bin"], { name: "eva" })).code).toBe(0);
  expect((await cluster.status()).statistics).toEqual({ files: { "film.bin": 2 }, clients: { ana: 1, eva: 1 } });
});

test("a download goes on while the central is away, and is counted once when it is back", async () => {
  await using cluster = await filmCluster();
  const dir = cluster.downloads();
  cluster.slow(RATE);
  const get = cluster.getting(["film.bin"], { dir });
  await cluster.sent([1, 2, 3], MIB);
  await cluster.kill(0);
  await get.says(/the central .* is lost/);
  cluster.slow(RATE / 2);
  const all = Promise.all([1, 2, 3].map((number) => cluster.proxy(number).reached(MIB)));
  await get.within(all, "bytes go on coming");
  const central = cluster.startCentral();
  await central.waitFor("synchronized");
  await cluster.until("the central knows of the download", async () => (await cluster.status()).downloads.active === 1);
  expect(get.ended).toBe(false);
  cluster.fast();
  const { code, results } = await cluster.finish(get);
  expect(code).toBe(0);
  expect(results[0]).toMatchObject({ event: "done", resumedBytes: 0 });
  expect(await same(path.join(dir, "film.bin"), path.join(cluster.folder(1), "film.bin"))).toBe(true);
  const { downloads, statistics } = await cluster.status();
  expect(downloads).toEqual({ active: 0, waiting: 0 });
  expect(statistics).toEqual(ONCE);
});

test("a download that ends while the central is away is counted through a secondary, even one that is killed", async () => {
  await using cluster = await filmCluster();
  const dir = cluster.downloads();
  cluster.slow(RATE);
  const get = cluster.getting(["film.bin"], { dir });
  await cluster.sent([1, 2, 3], MIB);
  await cluster.kill(0);
  cluster.fast();
  const { code, results } = await get.within(cluster.finish(get), "ends without the central", 20_000);
  expect(code).toBe(0);
  expect(results[0]?.event).toBe("done");
  await Promise.all([1, 2, 3].map((number) => cluster.kill(number)));
  cluster.startCentral();
  for (const number of [1, 2, 3]) cluster.startSecondary(number);
  await counted(cluster);
  await cluster.settled([1, 2, 3], 1);
  expect((await cluster.status()).statistics).toEqual(ONCE);
});

test("what both the client and a secondary report is counted once", async () => {
  await using cluster = await filmCluster();
  cluster.slow(RATE);
  const get = cluster.getting(["film.bin"]);
  await cluster.sent([1, 2, 3], MIB);
  // A central that is frozen gets the client's report later, and the secondary's too.
  cluster.central.signal("SIGSTOP");
  cluster.fast();
  expect((await cluster.finish(get)).code).toBe(0);
  cluster.central.signal("SIGCONT");
  await cluster.settled([1, 2, 3], 1);
  await counted(cluster);
  expect((await cluster.status()).statistics).toEqual(ONCE);
  expect(cluster.central.count("downloaded")).toBe(1);
});
