import { expect, test } from "bun:test";
import { comeToRest } from "../scenario/rest.ts";
import { outsideOfPromises } from "../world/outside-of-promises.ts";
import { Simulation } from "../world/simulation.ts";
import { SimCluster } from "./sim-cluster.ts";

const KEYS = { holding: "credentials", aheadMs: [] } as const;
const FINGERPRINT = "ab".repeat(32);
const SHAPE = { secondaries: 2, clients: 1, expected: 2, maxDownloads: 0, keepDays: 7, keys: KEYS };

/** A key is revoked; just before secondary 2 is told, its connections are lost without a word. Who knows of it when. */
function afterMissedRevocation() {
  return outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    const { central, network, keys, secondaries } = cluster;
    const known = () => secondaries.map(({ server }) => server.ports?.keys?.revocations.all.length);
    let lost = false;
    try {
      cluster.start();
      sim.runUntil(10_000);
      central.ports?.log.listen((_level, event) => {
        if (event !== "revoked") return;
        network.faults.loseConnections(central.machine.host, "s2");
        lost = true;
      });
      cluster.client(1).revoke(FINGERPRINT, "admin", (order) => keys?.revocations.ordered(order, sim.now));
      sim.runUntil(sim.now + 500);
      const atOnce = known();
      const unrest = comeToRest(cluster);
      return { lost, atOnce, unrest, inTheEnd: known() };
    } finally {
      cluster.release();
    }
  });
}

test("a secondary whose connection is lost while a revocation is on its way hears of it when it is connected again", async () => {
  const seen = await afterMissedRevocation();
  expect(seen).toEqual({ lost: true, atOnce: [1, 0], unrest: null, inTheEnd: [1, 1] });
});
