import { expect, test } from "bun:test";
import { comeToRest } from "../scenario/rest.ts";
import { outsideOfPromises } from "../world/outside-of-promises.ts";
import { Simulation } from "../world/simulation.ts";
import { SimCluster } from "./sim-cluster.ts";

const SHAPE = { secondaries: 2, clients: 0, expected: 2, maxDownloads: 0, keepDays: 7 };

test("a folder that people have emptied keeps a file from its place until somebody deletes it, as the log asks for", async () => {
  const seen = await outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    const { users, secondaries } = cluster;
    const [first, second] = [cluster.secondary(1), cluster.secondary(2)];
    const put = (name: string) => users.put(first, name, users.newContent(100), "by rename");
    const namesOf = (secondary: typeof first) => [...users.filesOf(secondary).all().keys()];
    try {
      cluster.start();
      put("films/old/a");
      sim.runUntil(10_000);
      const copied = namesOf(second);
      for (const secondary of secondaries) users.delete(secondary, "films/old/a");
      sim.runUntil(60_000);
      users.deleteFolder(first, "films");
      put("films");
      sim.runUntil(120_000);
      const obstacle = second.server.role?.replicator.obstacles(1).files[0]?.reason;
      return { copied, obstacle, unrest: comeToRest(cluster), names: secondaries.map(namesOf) };
    } finally {
      cluster.release();
    }
  });
  expect(seen).toEqual({
    copied: ["films/old/a"],
    obstacle: "a folder stands here in its place",
    unrest: null,
    names: [["films"], ["films"]],
  });
});
