import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { encode } from "../../src/protocol/codec.ts";
import { MAX_MESSAGE_BURST, MESSAGES_PER_SECOND } from "../../src/protocol/limits.ts";
import type { Message } from "../../src/protocol/messages/messages.ts";
import { Attackers, asClient, peakMemory, untilIdle } from "../support/attackers.ts";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes } from "../support/files.ts";
import { run } from "../support/run.ts";

setDefaultTimeout(180_000);

const FILE = randomBytes(24 * MIB);
const PING = encode({ type: "ping" });
const ENTER: Message = { type: "enter", name: "mallory" };

/** Downloads the file. Milliseconds that it takes. */
async function download(cluster: Cluster, args: readonly string[] = []): Promise<number> {
  const began = performance.now();
  const { code } = await cluster.get(["a"], { args });
  expect(code).toBe(0);
  return performance.now() - began;
}

test.each([false, true])("2,000 connections that say nothing keep no client out (keys: %p)", async (keyed) => {
  await using cluster = new Cluster();
  cluster.descriptors = 1024;
  const key = join(cluster.root, "own.key");
  const args = keyed ? ["--key-file", key] : [];
  if (keyed) expect((await run(["key", "new", key], { cwd: cluster.root })).code).toBe(0);
  put(cluster.folder(1), "a", FILE);
  const servers = [cluster.startCentral(["--secondaries", "1", ...args]), cluster.startSecondary(1, { args })];
  cluster.descriptors = undefined;
  await cluster.central.waitFor("synchronized");
  await download(cluster, args);
  const before = servers.map(({ pid }) => peakMemory(pid));
  using central = new Attackers(cluster.centralPort);
  using secondary = new Attackers(cluster.portOf(1));
  await Promise.all([central, secondary].map((attackers) => attackers.besiege(2000)));
  for (let count = 0; count < 3; count++) await download(cluster, args);
  for (const [index, server] of servers.entries()) {
    expect(peakMemory(server.pid) - (before[index] ?? 0)).toBeLessThan(150);
    expect(server.count("connections") + server.count("unfinished")).toBeWithin(1, 25);
  }
});

test("who does not read what is sent takes little memory, and no time of others", async () => {
  await using cluster = await Cluster.inStep({ count: 1 }, (folder) => {
    put(folder(1), "a", FILE);
    for (let count = 0; count < 300; count++) put(folder(1), `${"x".repeat(200)}${count}`, "small");
  });
  const [listed] = await cluster.list();
  if (!listed) throw new Error("there is no file");
  const peace = Math.min(await download(cluster), await download(cluster));
  const before = [cluster.central, cluster.secondary(1)].map(({ pid }) => peakMemory(pid));
  const list: Message = { type: "list", request: 1, after: null };
  const piece: Message = { type: "piece", request: 1, id: listed.id, piece: 0 };
  using central = new Attackers(cluster.centralPort);
  using secondary = new Attackers(cluster.portOf(1));
  await central.connect(20, asClient(ENTER, ...Array<Message>(400).fill(list)), { reads: false });
  await secondary.connect(20, asClient(...Array<Message>(1000).fill(piece)), { reads: false });
  const times: number[] = [];
  for (let count = 0; count < 3; count++) times.push(await download(cluster));
  expect(Math.min(...times)).toBeLessThan(6 * peace);
  await untilIdle(cluster.central.pid);
  const growth = [cluster.central, cluster.secondary(1)].map(
    ({ pid }, index) => peakMemory(pid) - (before[index] ?? 0),
  );
  for (const mib of growth) expect(mib).toBeLessThan(150);
  expect([central.open, secondary.open]).toEqual([20, 20]);
});

test("a flood of messages is slowed, and a client beside it is served", async () => {
  await using cluster = await Cluster.inStep({ count: 1 }, (folder) => put(folder(1), "a", FILE));
  using flooder = new Attackers(cluster.centralPort);
  await flooder.connect(1, asClient(ENTER));
  const began = performance.now();
  let over = false;
  const flooding = flooder.flood(Buffer.concat(Array<Uint8Array>(5000).fill(PING)), () => over);
  for (let count = 0; count < 3; count++) await download(cluster);
  const most = MAX_MESSAGE_BURST + (MESSAGES_PER_SECOND * (performance.now() - began)) / 1000;
  over = true;
  await flooding;
  expect(flooder.heard / PING.length).toBeWithin(MAX_MESSAGE_BURST / 2, 1.1 * most + 1000);
  expect(cluster.central.count("slowed")).toBeWithin(1, 12);
});

test("the connections of one address leave room for others", async () => {
  await using cluster = await Cluster.inStep({ count: 1, descriptors: 64 }, (folder) => put(folder(1), "a", FILE));
  cluster.descriptors = undefined;
  using attackers = new Attackers(cluster.centralPort, "127.0.0.2");
  await attackers.connect(100, asClient(ENTER));
  await cluster.until("many are refused", async () => attackers.open <= 24);
  await download(cluster);
  expect(attackers.open).toBeWithin(8, 25);
  expect(cluster.central.count("connections")).toBeWithin(1, 21);
});
