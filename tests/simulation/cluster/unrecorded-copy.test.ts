import { expect, test } from "bun:test";
import { comeToRest } from "../scenario/rest.ts";
import { outsideOfPromises } from "../world/outside-of-promises.ts";
import { Simulation } from "../world/simulation.ts";
import { sharedPath } from "./people/shared-paths.ts";
import { SimCluster } from "./sim-cluster.ts";

const SHAPE = { secondaries: 2, clients: 0, expected: 2, maxDownloads: 0, keepDays: 7 };
const MIB = 1024 * 1024;

/**
 * A file of `bytes` is put at secondary 1. Secondary 2 is killed when its copy has just got its name; `meanwhile` happens,
 * and it comes back. What both have in the end.
 */
function afterKilledCopy(bytes: number, meanwhile: (cluster: SimCluster) => void) {
  return outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    const [first, second] = [cluster.secondary(1), cluster.secondary(2)];
    let killed = false;
    second.machine.disk.observe({
      placed(entry, _from, actor) {
        const path = sharedPath(entry);
        if (killed || actor.kind !== "process" || path?.kind !== "shared" || path.name !== "film") return;
        killed = true;
        sim.after(0, () => second.server.kill());
      },
    });
    try {
      cluster.start();
      sim.runUntil(10_000);
      cluster.users.put(first, "film", cluster.users.newContent(bytes), "by rename");
      sim.runUntil(30_000);
      const idThere = cluster.users.filesOf(second).idOf("film");
      meanwhile(cluster);
      sim.runUntil(40_000);
      second.server.start();
      const unrest = comeToRest(cluster);
      const names = cluster.secondaries.map((one) =>
        [...(one.server.role?.index.files() ?? [])].map(({ name }) => name),
      );
      return { killed, wasThere: idThere !== null, unrest, names };
    } finally {
      cluster.release();
    }
  });
}

test.each([
  ["small", 1000],
  ["large", 2 * MIB],
])(
  "a %s copy that got its name just before a crash goes with the removal that its secondary missed",
  async (_, bytes) => {
    const seen = await afterKilledCopy(bytes, ({ console }) => console.remove("film"));
    expect(seen).toEqual({ killed: true, wasThere: true, unrest: null, names: [[], []] });
  },
);

test("a copy that got its name just before a crash is older than the version that came meanwhile", async () => {
  const seen = await afterKilledCopy(1000, (cluster) => {
    const { users } = cluster;
    users.put(cluster.secondary(1), "film", users.newContent(1000), "by rename");
  });
  expect(seen).toEqual({ killed: true, wasThere: true, unrest: null, names: [["film"], ["film"]] });
});
