import { expect, test } from "bun:test";
import { outsideOfPromises } from "../world/outside-of-promises.ts";
import { Simulation } from "../world/simulation.ts";
import { SHARED_FOLDER } from "./servers/sim-secondary.ts";
import { SimCluster } from "./sim-cluster.ts";

const SHAPE = { secondaries: 2, clients: 0, expected: 2, maxDownloads: 0, keepDays: 7 };

test("a secondary whose disk is in its place only after its start copies files from then on", async () => {
  const has = await outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    const second = cluster.secondary(2);
    const { disk } = second.machine;
    const put = (name: string) => cluster.users.put(cluster.secondary(1), name, new Uint8Array(10), "by rename");
    try {
      cluster.start();
      put("before");
      sim.runUntil(10_000);
      second.server.kill();
      disk.unmount(SHARED_FOLDER);
      disk.user.delete(SHARED_FOLDER);
      second.server.start();
      sim.runUntil(20_000);
      // It is missed for another reason now.
      disk.user.makeFolder(SHARED_FOLDER);
      sim.runUntil(30_000);
      second.mountDisk();
      put("after");
      sim.runUntil(60_000);
      return [...cluster.users.filesOf(second).all().keys()];
    } finally {
      cluster.release();
    }
  });
  expect(has.sort()).toEqual(["after", "before"]);
});
