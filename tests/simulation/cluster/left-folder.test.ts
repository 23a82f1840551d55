import { expect, test } from "bun:test";
import { comeToRest } from "../scenario/rest.ts";
import { outsideOfPromises } from "../world/outside-of-promises.ts";
import { Simulation } from "../world/simulation.ts";
import { SHARED_FOLDER } from "./servers/sim-secondary.ts";
import { SimCluster } from "./sim-cluster.ts";

/**
 * The program does not share a folder without files, and does not delete it: whoever made it may be about to fill it, and
 * would write over a file that had come in its place. It says what keeps the file from its place.
 */

const SHAPE = { secondaries: 3, clients: 0, expected: 3, maxDownloads: 0, keepDays: 7 };
/** Milliseconds after which a file that is put somewhere is everywhere. */
const COPIED_MS = 60_000;

/**
 * After folders have come about by `leave`, somebody puts the file `films` at the first secondary. Gives what keeps it
 * from its place elsewhere, what keeps the cluster from being at rest in the end, and the files of all secondaries then.
 */
function putInPlaceOf(leave: (cluster: SimCluster) => void) {
  return outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    const { users, secondaries } = cluster;
    try {
      cluster.start();
      leave(cluster);
      sim.runUntil(sim.now + COPIED_MS);
      put(cluster, 1, "films");
      sim.runUntil(sim.now + COPIED_MS);
      const reasons = secondaries.map(({ server }) => server.role?.replicator.obstacles(1).files[0]?.reason ?? null);
      const obstacles = reasons.map((reason) => reason && String(reason));
      const unrest = comeToRest(cluster);
      const names = secondaries.map((secondary) => [...users.filesOf(secondary).all().keys()]);
      return { obstacles, unrest, names };
    } finally {
      cluster.release();
    }
  });
}

function put(cluster: SimCluster, number: number, name: string): void {
  const { users } = cluster;
  users.put(cluster.secondary(number), name, users.newContent(100), "by rename");
}

const IN_THE_WAY = "a folder stands here in its place";
const EVERYWHERE = { unrest: null, names: [["films"], ["films"], ["films"]] };

test("folders that people have emptied keep a file from its place until somebody deletes them, as the logs ask for", async () => {
  const seen = await putInPlaceOf((cluster) => {
    const { sim, users, secondaries } = cluster;
    put(cluster, 1, "films/old/a");
    sim.runUntil(COPIED_MS);
    for (const secondary of secondaries) users.delete(secondary, "films/old/a");
    sim.runUntil(sim.now + COPIED_MS);
    users.deleteFolder(cluster.secondary(1), "films");
  });
  expect(seen).toEqual({ obstacles: [null, IN_THE_WAY, IN_THE_WAY], ...EVERYWHERE });
});

test("so do folders that people have made where the disk had no room for what was to be in them", async () => {
  const seen = await putInPlaceOf((cluster) => {
    cluster.sim.runUntil(COPIED_MS);
    for (const number of [2, 3]) {
      const { disk, machine } = cluster.secondary(number);
      machine.disk.faults.fill(disk);
      put(cluster, number, "films/old/a");
      machine.disk.faults.empty(disk);
    }
  });
  expect(seen).toEqual({ obstacles: [null, IN_THE_WAY, IN_THE_WAY], ...EVERYWHERE });
});

test("so does one that has got its name since", async () => {
  const seen = await putInPlaceOf((cluster) => {
    const { sim, users } = cluster;
    sim.runUntil(COPIED_MS);
    const second = cluster.secondary(2);
    second.machine.disk.faults.fill(second.disk);
    put(cluster, 2, "old/b/a");
    users.renameFolder(second, "old/b", "films");
    second.machine.disk.faults.empty(second.disk);
  });
  expect(seen).toEqual({ obstacles: [null, IN_THE_WAY, null], ...EVERYWHERE });
});

test("a folder that nobody has left is not deleted: it would hide that the program has left it", async () => {
  const { unrest } = await putInPlaceOf((cluster) => {
    cluster.secondary(2).machine.disk.user.makeFolder(`${SHARED_FOLDER}/films/old`);
  });
  expect(unrest).toMatch(/secondary 2/);
});
