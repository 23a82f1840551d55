import { expect, test } from "bun:test";
import { outsideOfPromises } from "../../world/outside-of-promises.ts";
import { Simulation } from "../../world/simulation.ts";
import { SimCluster } from "../sim-cluster.ts";
import { idOf } from "./content.ts";

const SHAPE = { secondaries: 1, clients: 0, expected: 1, maxDownloads: 0, keepDays: 7 };

/** Whether a content must be kept that somebody puts back, which a running secondary has seen vanish. */
function isKeptOncePutBack(isRemovedMeanwhile: boolean) {
  return outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    const { users } = cluster;
    const secondary = cluster.secondary(1);
    const bytes = users.newContent(9);
    try {
      cluster.start();
      sim.runUntil(3000);
      users.put(secondary, "film", bytes, "by rename");
      sim.runUntil(9000);
      users.delete(secondary, "film");
      sim.runUntil(15_000);
      expect(secondary.knowsAs("film", idOf(bytes))).toBe(false);
      // The order has not reached it.
      if (isRemovedMeanwhile) users.versions.beginRemoval("film", idOf(bytes)).doneAt = sim.now;
      users.put(secondary, "film", bytes, "by rename");
      return users.versions.edits.isExpected("film", idOf(bytes));
    } finally {
      cluster.release();
    }
  });
}

test("what a secondary saw vanish and is put back is as if it had never been away: a removal takes it", async () => {
  expect(await isKeptOncePutBack(true)).toBe(false);
  expect(await isKeptOncePutBack(false)).toBe(true);
});

/** The edits by which a content came under the name of a damaged file when somebody put it there undamaged. */
function editsOverDamage(wasDamagedBefore: boolean) {
  const sim = new Simulation(1);
  const cluster = new SimCluster(sim, SHAPE);
  const { versions } = cluster.users;
  const secondary = cluster.secondary(1);
  const [id, damagedId] = [idOf(new Uint8Array([1])), idOf(new Uint8Array([2]))];
  try {
    versions.put(secondary, "film", wasDamagedBefore ? damagedId : id, null);
    versions.damaged(id, damagedId);
    versions.put(secondary, "film", id, damagedId);
    return { edits: versions.edits.of("film", id).length, isAfter: versions.edits.cameAfter("film", id, damagedId) };
  } finally {
    cluster.release();
  }
}

test("what is put again over a file that a disk has damaged is no edit, but over one that was damaged when it got its name", async () => {
  expect(await outsideOfPromises(async () => editsOverDamage(false))).toEqual({ edits: 1, isAfter: false });
  expect(await outsideOfPromises(async () => editsOverDamage(true))).toEqual({ edits: 1, isAfter: true });
});
