import { expect, test } from "bun:test";
import { outsideOfPromises } from "../world/outside-of-promises.ts";
import { Simulation } from "../world/simulation.ts";
import { SimCluster } from "./sim-cluster.ts";

const SHAPE = { secondaries: 2, clients: 0, expected: 2, maxDownloads: 0, keepDays: 7 };

/** After `act` the machine of a shared file loses its power; whether the file has changed by that, and comes after itself as it was. */
function comesAfter(act: (putAgain: () => void) => void): Promise<{ changed: boolean; after: boolean }> {
  return outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    const { users } = cluster;
    const first = cluster.secondary(1);
    const files = users.filesOf(first);
    const bytes = users.newContent(100);
    const put = () => users.put(first, "film", bytes, "in place");
    try {
      cluster.start();
      put();
      sim.runUntil(10_000);
      const before = files.idOf("film") ?? "";
      act(put);
      cluster.losePower(first.machine);
      const left = files.idOf("film") ?? "";
      return { changed: left !== before, after: users.versions.edits.cameAfter("film", left, before) };
    } finally {
      cluster.release();
    }
  });
}

test("what a power loss leaves of a content that was put there again comes after it, as far as the program can know", async () => {
  expect(await comesAfter((putAgain) => putAgain())).toEqual({ changed: true, after: true });
});

test("what the program has read survives a power loss", async () => {
  expect(await comesAfter(() => {})).toEqual({ changed: false, after: false });
});

test("an older content that a fault brings back in the place of what the program put there does not come after it", async () => {
  const comesAfterwards = await outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    const { users } = cluster;
    const [first, second] = [cluster.secondary(1), cluster.secondary(2)];
    const [older, newer] = [users.newContent(100), users.newContent(100)];
    const files = users.filesOf(first);
    try {
      cluster.start();
      users.put(first, "film", older, "by rename");
      sim.runUntil(10_000);
      const olderId = files.idOf("film") ?? "";
      users.put(second, "film", newer, "by rename");
      sim.runUntil(20_000);
      const newerId = files.idOf("film") ?? "";
      expect(newerId).not.toBe(olderId);
      const before = cluster.folderFaults.filesBefore(first);
      files.write("film", older);
      cluster.folderFaults.changedSince(first, before);
      return users.versions.edits.cameAfter("film", olderId, newerId);
    } finally {
      cluster.release();
    }
  });
  expect(comesAfterwards).toBe(false);
});

/** A file gets another name and another content, and its machine loses its power; null where the old name does not come back with that. */
function comesBackEdited(seed: number): Promise<boolean | null> {
  return outsideOfPromises(() => {
    const sim = new Simulation(seed);
    const cluster = new SimCluster(sim, SHAPE);
    const { users } = cluster;
    const first = cluster.secondary(1);
    const files = users.filesOf(first);
    try {
      cluster.start();
      users.put(first, "film", users.newContent(100), "by rename");
      sim.runUntil(10_000);
      const before = files.idOf("film") ?? "";
      users.rename(first, "film", "other");
      users.put(first, "other", users.newContent(100), "in place");
      const edited = files.idOf("other");
      cluster.losePower(first.machine);
      return files.idOf("film") === edited ? users.versions.edits.cameAfter("film", edited ?? "", before) : null;
    } finally {
      cluster.release();
    }
  });
}

test("what was written to a file by a name that a power loss takes from it comes after what it was by its old one", async () => {
  const results: (boolean | null)[] = [];
  for (let seed = 1; seed <= 20; seed++) results.push(await comesBackEdited(seed));
  expect(results).toContain(true);
  expect(results).not.toContain(false);
});
