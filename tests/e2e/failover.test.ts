import { expect, test } from "bun:test";
import path from "node:path";
import { Cluster, type GetResult } from "../support/cluster.ts";
import { everything, MIB, put, randomBytes, same, unfinished } from "../support/files.ts";
import type { Program } from "../support/process.ts";

const FILM = 36 * MIB + 5;
/** Bytes for each second from each secondary: the whole takes at least 3 s. */
const RATE = 4 * MIB;

function filmCluster(): Promise<Cluster> {
  return Cluster.inStep({ proxies: true }, (folder) => put(folder(2), "film.bin", randomBytes(FILM)));
}

/** Begins a download; it is in the middle when all three have sent some of it. */
async function inTheMiddle(cluster: Cluster, dir: string, args: readonly string[] = []): Promise<Program> {
  cluster.slow(RATE);
  const get = cluster.getting(["film.bin"], { dir, args });
  await cluster.sent([1, 2, 3], 2 * MIB);
  return get;
}

async function well(cluster: Cluster, get: Program, dir: string): Promise<GetResult> {
  const { code, results } = await cluster.finish(get);
  expect(code).toBe(0);
  const [result] = results;
  if (!result) throw new Error("no result");
  expect(result.event).toBe("done");
  expect(await same(path.join(dir, "film.bin"), path.join(cluster.folder(2), "film.bin"))).toBe(true);
  expect(everything(dir)).toEqual(["film.bin"]);
  expect(result.sources.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(result.receivedBytes);
  expect(result.receivedBytes - result.duplicateBytes).toBe(FILM - result.resumedBytes);
  return result;
}

test("one secondary is killed in the middle, then a second one", async () => {
  await using cluster = await filmCluster();
  const dir = cluster.downloads();
  const get = await inTheMiddle(cluster, dir);
  await cluster.kill(2);
  await cluster.central.waitFor("lost", ({ number }) => number === 2);
  await cluster.sent([1, 3], 4 * MIB);
  await cluster.kill(3);
  await cluster.central.waitFor("lost", ({ number }) => number === 3);
  cluster.fast();
  const result = await well(cluster, get, dir);
  expect(result.sources.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(result.retries).toBeGreaterThan(0);

  cluster.central.type("secondaries");
  await cluster.central.prints(/2 .*lost/);
  await cluster.central.prints(/3 .*lost/);
  await cluster.central.prints(/1 .*in step/);
  expect(cluster.central.count("lost")).toBe(2);
  const { statistics } = await cluster.status();
  expect(statistics).toEqual({ files: { "film.bin": 1 }, clients: { ana: 1 } });
});

test("one secondary is frozen in the middle: the download ends without it, and it is well again later", async () => {
  await using cluster = await filmCluster();
  const dir = cluster.downloads();
  const get = await inTheMiddle(cluster, dir);
  cluster.secondary(1).signal("SIGSTOP");
  const result = await well(cluster, get, dir);
  // Waiting for its connection to count as dead would take 20 s.
  expect(result.seconds).toBeLessThan(18);
  await cluster.central.waitFor("lost", ({ number }) => number === 1);
  cluster.secondary(1).signal("SIGCONT");
  await cluster.settled([1, 2, 3], 1);
  expect(cluster.central.count("lost")).toBe(1);
});

test("one secondary is frozen, and delivers again in the same download", async () => {
  await using cluster = await filmCluster();
  const dir = cluster.downloads();
  const get = await inTheMiddle(cluster, dir);
  cluster.secondary(3).signal("SIGSTOP");
  await cluster.sent([1, 2], 4 * MIB);
  cluster.slow(RATE);
  cluster.secondary(3).signal("SIGCONT");
  await cluster.sent([3], 2 * MIB);
  expect(get.ended).toBe(false);
  cluster.fast();
  await well(cluster, get, dir);
  await cluster.settled([1, 2, 3], 1);
});

test("a killed secondary that comes back takes pieces again in the same download", async () => {
  await using cluster = await filmCluster();
  const dir = cluster.downloads();
  const get = await inTheMiddle(cluster, dir);
  await cluster.kill(1);
  await cluster.central.waitFor("lost", ({ number }) => number === 1);
  cluster.slow(RATE / 2);
  cluster.startSecondary(1);
  await cluster.sent([1], 2 * MIB);
  expect(get.ended).toBe(false);
  cluster.fast();
  const result = await well(cluster, get, dir);
  expect(result.sources.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(cluster.central.count("lost")).toBe(1);
});

test("all secondaries killed: the client says so, waits, and finishes when one is back", async () => {
  await using cluster = await filmCluster();
  const dir = cluster.downloads();
  const get = await inTheMiddle(cluster, dir);
  await Promise.all([1, 2, 3].map((number) => cluster.kill(number)));
  await get.says(/no secondary delivers now; waiting/);
  for (const number of [1, 2, 3]) await cluster.central.waitFor("lost", (event) => event.number === number);
  cluster.central.type("SECUNDARIOS");
  await cluster.central.prints(/2 .*lost/);
  // What is missing now is not asked for again as if it had never been in step.
  expect(await cluster.list()).toMatchObject([{ name: "film.bin", sources: 0 }]);
  cluster.fast();
  cluster.startSecondary(2);
  const result = await well(cluster, get, dir);
  expect(result.resumedBytes).toBe(0);
  expect(cluster.central.count("lost")).toBe(3);
});

test("all secondaries killed for longer than --wait: exit code 1, and what arrived is resumed later", async () => {
  await using cluster = await filmCluster();
  const dir = cluster.downloads();
  const get = await inTheMiddle(cluster, dir, ["--wait", "2"]);
  await Promise.all([1, 2, 3].map((number) => cluster.kill(number)));
  const { code, results } = await cluster.finish(get);
  expect(code).toBe(1);
  expect(results).toMatchObject([{ event: "failed", name: "film.bin", size: FILM }]);
  expect(results[0]?.error).toContain("no secondary has delivered anything for 2 s");
  expect(everything(dir)).toEqual(unfinished("film.bin"));
  cluster.fast();
  cluster.startSecondary(3);
  const result = await well(cluster, cluster.getting(["film.bin"], { dir }), dir);
  expect(result.resumedBytes).toBeGreaterThan(3 * MIB);
  expect((await cluster.status()).statistics.files).toEqual({ "film.bin": 1 });
});
