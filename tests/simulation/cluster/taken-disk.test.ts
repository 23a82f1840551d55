import { expect, test } from "bun:test";
import { rightDisk } from "../invariants/files/right-disk.ts";
import { SimFileSystem } from "../world/disk/file-system/file-system.ts";
import type { Actor } from "../world/disk/machine/actor.ts";
import { outsideOfPromises } from "../world/outside-of-promises.ts";
import { Simulation } from "../world/simulation.ts";
import { SHARED_FOLDER } from "./servers/sim-secondary.ts";
import { SimCluster } from "./sim-cluster.ts";

/**
 * The disk of a shared folder is taken away just before a secondary makes, renames or removes something there: after all its
 * looks. What comes into its place stays as it is, be it an empty mount point or another disk with the same folders.
 */

const SHAPE = { secondaries: 2, clients: 0, expected: 2, maxDownloads: 0, keepDays: 7 };
/** Milliseconds in which everything is copied, and in which a secondary has long missed its disk. */
const [COPIED_MS, MISSED_MS] = [20_000, 4_000];
/** Milliseconds before a change at which the disk goes: fewer than any call takes. */
const JUST_BEFORE_MS = 0.001;
const MIB = 1024 * 1024;

/** What people do at the first secondary, so that the second one changes its folder. */
const WORKS: readonly (readonly [string, (cluster: SimCluster) => void])[] = [
  ["a large file is copied", (cluster) => put(cluster, "films/large", 3 * MIB)],
  [
    "small files are copied",
    (cluster) => {
      for (const name of ["new/a", "new/b", "c"]) put(cluster, name, 100);
    },
  ],
  [
    "a file is copied from another one that is there",
    (cluster) => {
      const first = cluster.secondary(1);
      const bytes = cluster.users.filesOf(first).read("old/film");
      if (bytes) cluster.users.put(first, "again/film", bytes, "by rename");
    },
  ],
  ["a file is replaced", (cluster) => put(cluster, "old/film", 200)],
  ["a file is removed", ({ console }) => console.remove("old/film")],
];

function put(cluster: SimCluster, name: string, size: number): void {
  cluster.users.put(cluster.secondary(1), name, cluster.users.newContent(size), "by rename");
}

/** What comes into the place of the disk. */
const STAND_INS: readonly (readonly [string, (cluster: SimCluster) => void])[] = [
  ["an empty mount point", () => {}],
  [
    "another disk",
    ({ sim, secondaries: [, second] }) => {
      const disk = second?.machine.disk;
      disk?.mount(SHARED_FOLDER, new SimFileSystem(sim));
      for (const folder of [".redes/kept", "films", "new", "again", "old"])
        disk?.user.makeFolder(`${SHARED_FOLDER}/${folder}`);
      disk?.user.write(`${SHARED_FOLDER}/old/film`, Buffer.from("theirs"));
    },
  ],
];

/** A cluster with a file, in which somebody has just begun something. */
function begun(work: (cluster: SimCluster) => void): SimCluster {
  const cluster = new SimCluster(new Simulation(1), SHAPE);
  cluster.start();
  put(cluster, "old/film", 100);
  cluster.sim.runUntil(COPIED_MS);
  work(cluster);
  return cluster;
}

/** The simulated milliseconds at which the second secondary changes names in its folder. */
function momentsOf(work: (cluster: SimCluster) => void): readonly number[] {
  const cluster = begun(work);
  const moments = new Set<number>();
  const note = ({ kind }: Actor) => {
    if (kind === "process") moments.add(cluster.sim.now);
  };
  try {
    cluster.secondary(2).machine.disk.observe({
      made: (_entry, actor) => note(actor),
      placed: (_entry, _from, actor) => note(actor),
      taken: (_entry, actor) => note(actor),
    });
    cluster.sim.runUntil(cluster.sim.now + COPIED_MS);
    return [...moments];
  } finally {
    cluster.release();
  }
}

/** What is made, renamed or removed in the place of the disk that is taken away at a moment. */
function damageAt(
  moment: number,
  work: (cluster: SimCluster) => void,
  standIn: (cluster: SimCluster) => void,
): string[] {
  const cluster = begun(work);
  const found: string[] = [];
  try {
    rightDisk.watch(cluster, (details) => found.push(`${details}, before ${moment}`));
    cluster.sim.runUntil(moment - JUST_BEFORE_MS);
    cluster.secondary(2).machine.disk.unmount(SHARED_FOLDER);
    standIn(cluster);
    cluster.sim.runUntil(moment + MISSED_MS);
    return found;
  } finally {
    cluster.release();
  }
}

const CASES = WORKS.flatMap(([what, work]) =>
  STAND_INS.map(([which, standIn]) => [which, what, work, standIn] as const),
);

test.each(CASES)(
  "%s in the place of the disk stays as it is when %s just then",
  async (_which, _what, work, standIn) => {
    const { moments, found } = await outsideOfPromises(() => {
      const all = momentsOf(work);
      return { moments: all.length, found: all.flatMap((moment) => damageAt(moment, work, standIn)) };
    });
    expect(moments).toBeGreaterThan(1);
    expect(found).toEqual([]);
  },
);
