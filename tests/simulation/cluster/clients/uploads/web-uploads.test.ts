import { expect, test } from "bun:test";
import { comeToRest } from "../../../scenario/rest.ts";
import { outsideOfPromises } from "../../../world/outside-of-promises.ts";
import { Simulation } from "../../../world/simulation.ts";
import { SimCluster } from "../../sim-cluster.ts";
import type { WebPut } from "./web-uploads.ts";

const SHAPE = { secondaries: 2, clients: 1, expected: 2, maxDownloads: 0, keepDays: 7 };

/** What comes of files that are put one after the other over HTTP, in a cluster that is in step. */
function afterPuts(...puts: (Partial<WebPut> & { size?: number })[]) {
  return outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    const { web, uploads, users, secondaries } = cluster;
    try {
      cluster.start();
      sim.runUntil(5000);
      for (const { size = 100_000, ...more } of puts) {
        const stream = { bytes: web.newBytes(size), blockBytes: 30_000, pauseMs: 5 };
        web.put({ name: "films/a", stream, isLengthSaid: true, condition: "none", how: "not", ...more });
        sim.runUntil(sim.now + 5000);
      }
      const unrest = comeToRest(cluster);
      const held = secondaries.map((secondary) => [...users.filesOf(secondary).all().keys()]);
      const ends = uploads.all.map(({ state, refusal }) => (refusal === null ? state : `${state}: ${refusal}`));
      return { unrest, held, ends, versions: users.versions.expected().length };
    } finally {
      cluster.release();
    }
  });
}

test("what is put over HTTP is a version that all have, and is replaced as its requests say", async () => {
  const seen = await afterPuts({ isLengthSaid: false }, { condition: "as it is", size: 10 }, { condition: "free" });
  expect(seen).toEqual({
    ...{ unrest: null, held: [["films/a"], ["films/a"]], versions: 1 },
    ends: ["done", "done", "failed: there is a file films/a: nothing was replaced"],
  });
});

test("of what breaks off in the middle nothing is shared", async () => {
  const seen = await afterPuts({ how: "gone" }, { how: "silent" });
  const ends = ["failed: it is answered with 400", "failed: it is answered with 400"];
  expect(seen).toEqual({ unrest: null, held: [[], []], versions: 0, ends });
});
