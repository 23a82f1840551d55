import { expect, test } from "bun:test";
import { outsideOfPromises } from "../../world/outside-of-promises.ts";
import { Simulation } from "../../world/simulation.ts";
import { SimCluster } from "../sim-cluster.ts";

const SHAPE = { secondaries: 1, clients: 1, expected: 1, maxDownloads: 0, keepDays: 7 };
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const BYTES = 3_500_000;

/** A client gets a file on a disk that takes half a second for each piece. For how long its main thread waits at once, at most. */
function longestWait(seed: number) {
  return outsideOfPromises(() => {
    const sim = new Simulation(seed);
    const cluster = new SimCluster(sim, SHAPE);
    try {
      cluster.start();
      cluster.users.put(cluster.secondary(1), "a", cluster.users.newContent(BYTES), "by rename");
      sim.runUntil(10_000);
      const client = cluster.client(1);
      client.machine.disk.faults.slowness = 100;
      const process = client.get({ names: ["a"], to: "folder", force: true, waitMs: 30_000 });
      const [download] = cluster.downloads;
      let longestMs = 0;
      while (download?.state === "running" && sim.now < 100_000) {
        sim.runUntil(sim.now + 1);
        longestMs = Math.max(longestMs, (process?.ports.clock.now() ?? 0) - sim.now);
      }
      return { state: download?.state, size: download?.held?.size, longestMs };
    } finally {
      cluster.release();
    }
  });
}

test("a client that only downloads waits for a slow disk once, and then other threads write; one with a console never waits", async () => {
  const seen = [];
  for (const seed of SEEDS) seen.push(await longestWait(seed));
  for (const { state, size } of seen) expect({ state, size }).toEqual({ state: "done", size: BYTES });
  const waits = seen.map(({ longestMs }) => longestMs);
  // A quarter of a second, and the call that was under way then.
  expect(Math.max(...waits)).toBeGreaterThan(250);
  expect(Math.max(...waits)).toBeLessThan(600);
  expect(Math.min(...waits)).toBe(0);
});
