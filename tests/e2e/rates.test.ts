import { expect, setDefaultTimeout, test } from "bun:test";
import path from "node:path";
import { KIB } from "../../src/platform/units.ts";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes, same } from "../support/files.ts";
import { lastingPort } from "../support/port.ts";
import { run } from "../support/run.ts";

setDefaultTimeout(120_000);

/** Bytes that come before a limit is noticed: what a burst and the buffers of the system hold. */
const AT_ONCE = MIB;

/** A secondary's file of so many bytes, and others that are in step with it. */
function withFile(size: number, count = 1): Promise<Cluster> {
  return Cluster.inStep({ count }, (folder) => put(folder(1), "a", randomBytes(size)));
}

/** Seconds in which so many bytes come at the least. */
const least = (bytes: number, rate: number) => (bytes - AT_ONCE) / rate;

test.each([false, true])("get keeps to --limit-rate, from all sources together (keys: %p)", async (keyed) => {
  await using cluster = new Cluster();
  const key = path.join(cluster.root, "own.key");
  const args = keyed ? ["--key-file", key] : [];
  if (keyed) expect((await run(["key", "new", key], { cwd: cluster.root })).code).toBe(0);
  put(cluster.folder(1), "a", randomBytes(7 * MIB));
  cluster.startCentral(["--secondaries", "3", ...args]);
  for (const number of [1, 2, 3]) cluster.startSecondary(number, { args });
  await cluster.central.waitFor("synchronized");
  const dir = cluster.downloads();
  const { code, results } = await cluster.get(["a"], { dir, args: ["--limit-rate", "2M", ...args] });
  expect(code).toBe(0);
  expect(results[0]?.seconds).toBeGreaterThan(least(7 * MIB, 2 * MIB));
  expect([results[0]?.duplicateBytes, results[0]?.retries]).toEqual([0, 0]);
  expect(await same(path.join(dir, "a"), path.join(cluster.folder(1), "a"))).toBe(true);
});

test("at 50K nothing is taken for dead, and nothing comes twice", async () => {
  const size = MIB + 100 * KIB;
  await using cluster = await withFile(size, 3);
  const { code, results } = await cluster.get(["a"], { args: ["--limit-rate", "50K", "--wait", "4"] });
  expect(code).toBe(0);
  const [result] = results;
  expect([result?.duplicateBytes, result?.retries, result?.sources.map(({ faults }) => faults ?? 0)]).toEqual([
    0,
    0,
    (result?.sources ?? []).map(() => 0),
  ]);
  // Each of three sources may send 64 KiB before it is read no more.
  expect(result?.seconds).toBeGreaterThan((size - 300 * KIB) / (50 * KIB));
});

test("a secondary keeps to --upload-limit, for clients and over HTTP", async () => {
  await using cluster = new Cluster();
  put(cluster.folder(1), "a", randomBytes(4 * MIB));
  cluster.startCentral(["--secondaries", "1"]);
  const port = lastingPort();
  cluster.startSecondary(1, { args: ["--upload-limit", "1M", "--http", String(port)] });
  await cluster.central.waitFor("synchronized");
  const { code, results } = await cluster.get(["a"]);
  expect(code).toBe(0);
  expect(results[0]?.seconds).toBeGreaterThan(least(4 * MIB, MIB));
  const began = performance.now();
  const body = await (await fetch(`http://127.0.0.1:${port}/files/a`)).bytes();
  expect(body.length).toBe(4 * MIB);
  expect((performance.now() - began) / 1000).toBeGreaterThan(least(4 * MIB, MIB));
});

test.each([
  ["--download-limit", 2],
  ["--copy-limit", 1],
  ["--limit-schedule", 2],
])("copies keep to %s", async (flag, number) => {
  await using cluster = new Cluster();
  put(cluster.folder(1), "a", randomBytes(4 * MIB));
  for (let file = 0; file < 20; file++) put(cluster.folder(1), `small${file}`, randomBytes(50 * KIB));
  cluster.startCentral(["--secondaries", "1"]);
  const value = flag === "--limit-schedule" ? "00:00-24:00 download 1M" : "1M";
  const start = (one: number) => cluster.startSecondary(one, { args: one === number ? [flag, value] : [] });
  start(1);
  await cluster.settled([1], 21);
  start(2);
  const { time } = await cluster.secondary(2).waitFor("registered");
  // Clients are not limited by that.
  expect((await cluster.get(["a"])).code).toBe(0);
  await cluster.settled([1, 2], 21);
  expect((Date.now() - Date.parse(String(time))) / 1000).toBeGreaterThan(least(5 * MIB, MIB));
});

test("put keeps to --limit-rate", async () => {
  await using cluster = await withFile(1000);
  const file = path.join(cluster.root, "new.bin");
  await Bun.write(file, randomBytes(4 * MIB));
  const began = performance.now();
  const put = cluster.client(["put", file, "--limit-rate", "1M"]);
  expect(await put.within(put.exited, "ends")).toBe(0);
  expect((performance.now() - began) / 1000).toBeGreaterThan(least(4 * MIB, MIB));
  expect(await same(path.join(cluster.folder(1), "new.bin"), file)).toBe(true);
});

test("a limit is shown, changed and lifted at the console, and holds at once", async () => {
  await using cluster = await withFile(8 * MIB);
  const dir = cluster.downloads();
  const client = cluster.client(["--dir", dir, "--limit-rate", "10K"]);
  client.type("limit");
  await client.prints(/^10\.0 KiB\/s$/);
  client.type("get a");
  await cluster.until("the download has begun", async () => (await cluster.status()).downloads.active === 1);
  client.type("limit 500K");
  await client.prints(/^500\.0 KiB\/s$/);
  client.type("LIMITE off");
  await client.prints(/^no limit$/);
  // With the first limit it would take a quarter of an hour.
  await client.says(/8\.0 MiB verified/);
  client.type("limit fast");
  await client.says(/limit fast: it takes RATE/);
  client.type("quit");
  expect(await client.exited).not.toBe(0);
  const secondary = cluster.secondary(1);
  secondary.type("limit upload 20M");
  await secondary.prints(/^upload\s+20\.0 MiB\/s/);
  secondary.type("limit");
  await secondary.prints(/^download\s+no limit/);
});

test("what is no limit is refused with what it takes", async () => {
  const refused = async (...args: string[]) => {
    const { code, err } = await run(args, { cwd: "/" });
    expect(code).toBe(2);
    return err;
  };
  expect(await refused("client", "get", "a", "--limit-rate", "fast")).toContain(
    "--limit-rate fast: it takes bytes a second",
  );
  expect(await refused("secondary", "-n", "1", "--upload-limit", "5")).toContain("1K or more");
  expect(await refused("client", "serve", "--limit-schedule", "08:00 2M")).toContain(
    "'08:00 2M': it takes HH:MM-HH:MM RATE",
  );
  expect(await refused("secondary", "-n", "1", "--limit-schedule", "08:00-18:00 clients 2M")).toContain(
    "HH:MM-HH:MM [upload|copy|download] RATE",
  );
});
