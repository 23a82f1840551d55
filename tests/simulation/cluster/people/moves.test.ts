import { expect, test } from "bun:test";
import { comeToRest } from "../../scenario/rest.ts";
import { outsideOfPromises } from "../../world/outside-of-promises.ts";
import { Simulation } from "../../world/simulation.ts";
import { SimCluster } from "../sim-cluster.ts";

const SHAPE = { secondaries: 2, clients: 1, expected: 2, maxDownloads: 0, keepDays: 7 };

/** What is recorded of an order to move, and the names that all secondaries have in the end. */
function afterMove(from: string, to: string) {
  return outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    const { users, orders, moves } = cluster;
    try {
      cluster.start();
      sim.runUntil(3000);
      for (const name of ["films/a", "films/b"])
        users.put(cluster.secondary(1), name, users.newContent(9), "by rename");
      sim.runUntil(9000);
      orders.move(cluster.client(1), from, to);
      const unrest = comeToRest(cluster);
      const names = cluster.secondaries.map((secondary) => [...users.filesOf(secondary).all().keys()].sort());
      const recorded = moves.all.map(({ from, to, isDone, removal }) => ({ from, to, isDone, name: removal.name }));
      const isOver = users.versions.removals.every(({ doneAt }) => doneAt !== null);
      return { unrest, names, recorded, isOver };
    } finally {
      cluster.release();
    }
  });
}

test("a folder that a client moves takes its files along, and each is recorded", async () => {
  const isDone = true;
  expect(await afterMove("films", "old")).toEqual({
    ...{ unrest: null, isOver: true },
    names: [
      ["old/a", "old/b"],
      ["old/a", "old/b"],
    ],
    recorded: [
      { from: "films/a", to: "old/a", isDone, name: "films/a" },
      { from: "films/b", to: "old/b", isDone, name: "films/b" },
    ],
  });
});

test("nothing is recorded of what the central refuses", async () => {
  const names = ["films/a", "films/b"];
  expect(await afterMove("films/a", "films/b")).toMatchObject({ unrest: null, names: [names, names], recorded: [] });
  expect(await afterMove("nothing", "old")).toMatchObject({ unrest: null, names: [names, names], recorded: [] });
});
