import { afterEach, expect, test } from "bun:test";
import { SimCluster } from "../../cluster/sim-cluster.ts";
import { Simulation } from "../../world/simulation.ts";
import { honestSources } from "./honest-sources.ts";

const SHAPE = { secondaries: 2, clients: 1, expected: 2, maxDownloads: 0, keepDays: 7 };

let release = () => {};
afterEach(() => release());

/** Who says that the first secondary has sent wrong bytes and is heard, after somebody has written to a file of it. */
function heardAfterWriting(timeStepMs: number): readonly string[] {
  const sim = new Simulation(1);
  const cluster = new SimCluster(sim, SHAPE);
  release = () => cluster.release();
  const client = cluster.client(1);
  const details: string[] = [];
  honestSources.watch(cluster, (text) => details.push(text));
  Object.assign(cluster.secondary(1).disk.features, { timeStepMs });
  const get = () => {
    client.get({ names: ["a"], to: "pipe", force: false, waitMs: 1000 });
    sim.runUntil(sim.now + 100);
  };
  get();
  cluster.happened.push({ at: sim.now, kind: "put a file", params: { secondary: 1, way: "in place" }, fault: false });
  sim.runUntil(sim.now + 100);
  get();
  for (const process of ["c1 get1", "s2", "c1 get2"]) {
    client.machine.spawn(process).log.warn("bad-piece", "wrong bytes", { number: 1 });
  }
  return details;
}

test("bytes that somebody has just written are excused, but not to a client that begins after that", () => {
  expect(heardAfterWriting(4)).toEqual(["c1 get2 says: wrong bytes"]);
});

test("where the times of files have long steps, they are excused to all", () => {
  expect(heardAfterWriting(2000)).toEqual([]);
});
