import { expect, test } from "bun:test";
import { comeToRest } from "../scenario/rest.ts";
import { outsideOfPromises } from "../world/outside-of-promises.ts";
import { Simulation } from "../world/simulation.ts";
import { SHARED_FOLDER } from "./servers/sim-secondary.ts";
import { SimCluster } from "./sim-cluster.ts";

const SHAPE = { secondaries: 1, clients: 0, expected: 1, maxDownloads: 0, keepDays: 7 };

test("a secondary that shared an empty mount point, having lost its data, takes the disk once somebody says that it is the right one", async () => {
  const seen = await outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    const only = cluster.secondary(1);
    const restart = () => {
      only.server.kill();
      only.server.start();
      sim.runUntil(sim.now + 10_000);
    };
    try {
      cluster.start();
      cluster.users.put(only, "film", new Uint8Array(10), "by rename");
      sim.runUntil(10_000);
      only.machine.disk.unmount(SHARED_FOLDER);
      only.server.kill();
      cluster.loseDatabase(1);
      restart();
      only.mountDisk();
      restart();
      const refusal = only.server.ends.at(-1)?.reason;
      return { refusal, unrest: comeToRest(cluster), files: only.server.role?.index.count };
    } finally {
      cluster.release();
    }
  });
  expect(seen).toEqual({ refusal: expect.stringContaining("start once with --adopt-folder"), unrest: null, files: 1 });
});
