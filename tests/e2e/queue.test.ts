import { expect, test } from "bun:test";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes } from "../support/files.ts";
import type { Program } from "../support/process.ts";

const RATE = 2 * MIB;

function oneAtOnce(): Promise<Cluster> {
  return Cluster.inStep({ count: 2, proxies: true, central: ["--max-downloads", "1"] }, (folder) => {
    put(folder(1), "film.bin", randomBytes(16 * MIB));
  });
}

function begin(cluster: Cluster, name: string): Program {
  return cluster.getting(["film.bin"], { name });
}

/** Ana downloads slowly; bob and eva wait for her. */
async function threeClients(cluster: Cluster): Promise<{ ana: Program; bob: Program; eva: Program }> {
  cluster.slow(RATE);
  const ana = begin(cluster, "ana");
  await cluster.sent([1, 2], MIB);
  const bob = begin(cluster, "bob");
  await bob.says(/film\.bin: waiting, place 1/);
  const eva = begin(cluster, "eva");
  await eva.says(/film\.bin: waiting, place 2/);
  expect((await cluster.status()).downloads).toEqual({ active: 1, waiting: 2 });
  return { ana, bob, eva };
}

async function finished(cluster: Cluster, ...programs: Program[]): Promise<void> {
  for (const program of programs) expect((await cluster.finish(program)).code).toBe(0);
}

function order(cluster: Cluster): unknown[] {
  return cluster.central.events.filter(({ event }) => event === "downloaded").map(({ client }) => client);
}

test("later downloads wait in order, with place and estimate", async () => {
  await using cluster = await oneAtOnce();
  const { ana, bob, eva } = await threeClients(cluster);
  // Ana tells how far she is every 2 s; from then on there is an estimate.
  await cluster.until("the queue has an estimate", async () => {
    const line = cluster.central.out.all.length;
    cluster.central.type("queue");
    await cluster.central.prints(/eva/, line);
    return cluster.central.out.all.slice(line).some((text) => /eva .*place 2, about \d+/.test(text));
  });
  const line = cluster.central.out.all.length;
  cluster.central.type("COLA");
  await cluster.central.prints(/ana .*active/, line);
  await cluster.central.prints(/bob .*place 1/, line);
  cluster.fast();
  await finished(cluster, ana, bob, eva);
  expect(order(cluster)).toEqual(["ana", "bob", "eva"]);
  expect((await cluster.status()).downloads).toEqual({ active: 0, waiting: 0 });
});

test("a client killed in the queue frees its place", async () => {
  await using cluster = await oneAtOnce();
  const { ana, bob, eva } = await threeClients(cluster);
  await bob.kill();
  await eva.says(/film\.bin: waiting, place 1/);
  cluster.fast();
  await finished(cluster, ana, eva);
  expect(order(cluster)).toEqual(["ana", "eva"]);
});

test("a client killed in the middle of its download frees its place", async () => {
  await using cluster = await oneAtOnce();
  cluster.leavesParts = true;
  const { ana, bob, eva } = await threeClients(cluster);
  await ana.kill();
  await eva.says(/film\.bin: waiting, place 1/);
  cluster.fast();
  await finished(cluster, bob, eva);
  expect(order(cluster)).toEqual(["bob", "eva"]);
  expect((await cluster.status()).downloads).toEqual({ active: 0, waiting: 0 });
});

test("who waits keeps waiting when the central is killed, and its turn comes", async () => {
  await using cluster = await oneAtOnce();
  const { ana, bob, eva } = await threeClients(cluster);
  await cluster.kill(0);
  await bob.says(/the central .* is lost/);
  await cluster.startCentral(["--max-downloads", "1"]).waitFor("listening");
  // Whoever is quicker to connect again: the place is ana's, who has begun already.
  await cluster.until("all three are known again", async () => {
    const { downloads } = await cluster.status();
    return downloads.active === 1 && downloads.waiting === 2;
  });
  cluster.central.type("queue");
  await cluster.central.prints(/ana .*active/);
  expect(ana.ended).toBe(false);
  cluster.fast();
  await finished(cluster, ana, bob, eva);
  expect((await cluster.status()).statistics.files).toEqual({ "film.bin": 3 });
});
