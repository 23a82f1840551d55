import { expect, test } from "bun:test";
import { comeToRest } from "../scenario/rest.ts";
import { outsideOfPromises } from "../world/outside-of-promises.ts";
import { Simulation } from "../world/simulation.ts";
import { SimCluster } from "./sim-cluster.ts";

const SHAPE = { secondaries: 2, clients: 0, expected: 2, maxDownloads: 0, keepDays: 7 };

/**
 * A file that both have is removed while secondary 2 is away. Then secondary 1 is given this content under the name, which
 * is deleted there again before secondary 2 is back. What both have in the end.
 */
function afterMissedRemoval(putAgain: (before: Uint8Array, cluster: SimCluster) => Uint8Array, restarts: boolean) {
  return outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    const { users, console, central } = cluster;
    const [first, second] = [cluster.secondary(1), cluster.secondary(2)];
    const bytes = users.newContent(1000);
    const wait = () => sim.runUntil(sim.now + 10_000);
    try {
      cluster.start();
      users.put(first, "film", bytes, "by rename");
      wait();
      second.server.kill();
      wait();
      console.remove("film");
      wait();
      users.put(first, "film", putAgain(bytes, cluster), "by rename");
      wait();
      users.filesOf(first).delete("film");
      wait();
      if (restarts) {
        central.kill();
        central.start();
        wait();
      }
      second.server.start();
      const unrest = comeToRest(cluster);
      const names = cluster.secondaries.map(({ server }) =>
        [...(server.role?.index.files() ?? [])].map(({ name }) => name),
      );
      return { unrest, names };
    } finally {
      cluster.release();
    }
  });
}

test.each([
  ["goes on", false],
  ["is started again", true],
])("what was removed stays removed when another version has come and gone, and the central %s", async (_, restarts) => {
  const seen = await afterMissedRemoval((_, { users }) => users.newContent(1000), restarts);
  expect(seen).toEqual({ unrest: null, names: [[], []] });
});

test("content that somebody has put there again is not removed where it still is", async () => {
  const seen = await afterMissedRemoval((before) => before, true);
  expect(seen).toEqual({ unrest: null, names: [["film"], ["film"]] });
});
