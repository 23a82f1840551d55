import { afterEach, expect, test } from "bun:test";
import { CLIENT_FOLDER } from "../../cluster/clients/client-machine.ts";
import { idOf } from "../../cluster/people/content.ts";
import { SimCluster } from "../../cluster/sim-cluster.ts";
import { SimFileSystem } from "../../world/disk/file-system/file-system.ts";
import { Simulation } from "../../world/simulation.ts";
import { finishedFiles } from "./finished-files.ts";

const SHAPE = { secondaries: 1, clients: 1, expected: 1, maxDownloads: 0, keepDays: 7 };
const PATH = `${CLIENT_FOLDER}/a`;

let release = () => {};
afterEach(() => release());

/**
 * A client whose file is there already gets it, and somebody changes it some milliseconds after the download began. Gives
 * what is wrong with saying that it is done, on a file system that counts its times in such steps.
 */
function changed(timeStepMs: number, afterMs: number, hand: "overwrite" | "replace" = "overwrite"): string[] {
  const sim = new Simulation(1);
  const cluster = new SimCluster(sim, SHAPE);
  release = () => cluster.release();
  const client = cluster.client(1);
  const { user } = client.machine.disk;
  client.machine.disk.mount(CLIENT_FOLDER, new SimFileSystem(sim, { timeStepMs }));
  const details: string[] = [];
  const watch = finishedFiles.watch(cluster, (text) => details.push(text));
  const wanted = cluster.users.newContent(100);
  cluster.users.contents.learn(wanted, true);
  const other = cluster.users.newContent(100);

  sim.runUntil(100);
  user.write(PATH, wanted.slice());
  const change = () => {
    if (hand === "overwrite") return user.overwrite(PATH, 0, other);
    user.delete(PATH);
    user.write(PATH, other);
  };
  if (afterMs < 0) {
    sim.runUntil(sim.now - afterMs);
    change();
  }
  client.get({ names: ["a"], to: "folder", force: true, waitMs: 1000 });
  const [download] = cluster.downloads;
  if (!download) throw new Error("nothing was begun");
  if (afterMs >= 0) {
    sim.runUntil(sim.now + afterMs);
    change();
  }
  const result = { id: idOf(wanted), error: null } as never;
  Object.assign(download, { state: "done", finished: { result }, held: { id: idOf(other), size: 100 } });
  watch.afterEvent?.();
  return details;
}

const BROKEN = [expect.stringMatching(/^download 1 of a is done with version \w+ and got \w+$/)];

test("what is there is the version, unless somebody has changed it in a way that does not show", () => {
  expect(changed(2000, 20)).toEqual([]);
  expect(changed(2000, 20, "replace")).toEqual([]);
  expect(changed(4, 20, "replace")).toEqual(BROKEN);
  expect(changed(4, 20)).toEqual(BROKEN);
  // The next step of its times.
  expect(changed(2000, 2500)).toEqual(BROKEN);
});

test("what was changed before the download began is found by reading it", () => {
  expect(changed(2000, -20)).toEqual(BROKEN);
});
