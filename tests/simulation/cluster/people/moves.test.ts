import { expect, test } from "bun:test";
import { removedStaysRemoved } from "../../invariants/files/removed-stays-removed.ts";
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

/** What is said of files that were moved, where one secondary has a file in the place of the new folder. */
function saidOf(then: (cluster: SimCluster) => void) {
  return outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    const { users, orders } = cluster;
    const said: string[] = [];
    const { afterEvent, atEnd } = removedStaysRemoved.watch(cluster, (text) => said.push(text));
    sim.observe(() => afterEvent?.());
    try {
      cluster.start();
      sim.runUntil(3000);
      users.put(cluster.secondary(1), "films/a", users.newContent(9), "by rename");
      sim.runUntil(9000);
      orders.move(cluster.client(1), "films", "old");
      users.put(cluster.secondary(2), "old", users.newContent(9), "by rename");
      const unrest = comeToRest(cluster);
      const isKept = cluster.secondary(2).unmoved.has("films/a");
      then(cluster);
      atEnd?.();
      return { unrest, isKept, there: users.filesOf(cluster.secondary(1)).idOf("films/a") !== null, said };
    } finally {
      cluster.release();
    }
  });
}

test("a file that cannot be moved somewhere keeps its name everywhere, which breaks nothing", async () => {
  const kept = { unrest: null, isKept: true, there: true };
  expect(await saidOf(() => {})).toEqual({ ...kept, said: [] });
  const { said } = await saidOf(({ secondaries }) => {
    for (const { unmoved } of secondaries) unmoved.clear();
  });
  expect(said).toContainEqual(expect.stringMatching(/^[0-9a-f]{8} of films\/a, removed at \d+ ms, is at secondary 1$/));
});
