import { expect, test } from "bun:test";
import { DAY_MS } from "../../../../src/platform/units.ts";
import type { ClientKey } from "../../cluster/clients/downloads.ts";
import { SimCluster } from "../../cluster/sim-cluster.ts";
import { raidSecondary } from "../../scenario/keys/raid-secondary.ts";
import { outsideOfPromises } from "../../world/outside-of-promises.ts";
import { Simulation } from "../../world/simulation.ts";
import { counts } from "./counts.ts";

const KEYS = { holding: "credentials", aheadMs: [] } as const;
const SHAPE = { secondaries: 1, clients: 1, expected: 1, maxDownloads: 0, keepDays: 7, keys: KEYS };
const PLAN = { seed: 1, shape: SHAPE, actions: [], quietAt: 0 };
const IN_STEP_MS = 10_000;

/** The secondary, whose clock is ahead, is raided. Gives what was counted for its file, and what the invariant says of it. */
function raided(aheadMs: number, key: ClientKey, forget = false) {
  return outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    try {
      const details: string[] = [];
      const { atEnd } = counts.watch(cluster, (text) => details.push(text));
      cluster.start();
      const secondary = cluster.secondary(1);
      cluster.users.put(secondary, "a", cluster.users.newContent(1000), "by rename");
      sim.runUntil(IN_STEP_MS);
      secondary.machine.wall.ahead = aheadMs;
      raidSecondary.apply(cluster, { client: 1, secondary: 1, name: "a", key }, PLAN);
      sim.runUntil(2 * IN_STEP_MS);
      if (forget) cluster.client(1).raided.length = 0;
      atEnd?.();
      return { counted: cluster.downloadCounts("files").get("a") ?? 0, details };
    } finally {
      cluster.release();
    }
  });
}

test("who raids a secondary is counted where its clock says that his key is valid", async () => {
  expect(await raided(DAY_MS, "early")).toEqual({ counted: 1, details: [] });
  expect(await raided(0, "early")).toEqual({ counted: 0, details: [] });
  expect(await raided(DAY_MS, "foreign")).toEqual({ counted: 0, details: [] });
});

test("who has not been let in may not be counted", async () => {
  expect((await raided(DAY_MS, "early", true)).details).toEqual([
    "1 downloads of a are counted, and there were 0",
    "1 downloads of c1 are counted, and there were 0",
  ]);
});
