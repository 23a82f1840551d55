import { expect, test } from "bun:test";
import type { AskedList } from "../../cluster/clients/client-lists.ts";
import { SimCluster } from "../../cluster/sim-cluster.ts";
import { outsideOfPromises } from "../../world/outside-of-promises.ts";
import { Simulation } from "../../world/simulation.ts";
import { completeLists } from "./complete-lists.ts";

/** Each can be broken: by an answer that no central gives. */

const SHAPE = { secondaries: 2, clients: 1, expected: 2, maxDownloads: 0, keepDays: 7 };
const NAME = "film";

interface Case {
  /** What happens before the list is asked for, and while it is waited for. */
  before?(cluster: SimCluster): void;
  meanwhile?(cluster: SimCluster): void;
  readonly answer?: Partial<AskedList>;
}

/** What is said of an answer, by default an empty list, in a cluster in step whose file the second secondary alone has. */
function saidOf({ before, meanwhile, answer = { state: "answered", names: new Set() } }: Case) {
  return outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, SHAPE);
    const details: string[] = [];
    const { afterEvent } = completeLists.watch(cluster, (text) => details.push(text));
    sim.observe(() => afterEvent?.());
    try {
      cluster.start();
      sim.runUntil(5000);
      const second = cluster.secondary(2);
      // The first one cannot copy it.
      cluster.secondary(1).disk.readOnly = true;
      cluster.users.put(second, NAME, cluster.users.newContent(10), "by rename");
      sim.runUntil(10_000);
      before?.(cluster);
      const list: AskedList = { number: 1, client: "c1", state: "running", names: null };
      cluster.lists.all.push(list);
      sim.after(1, () => {});
      sim.runUntil(sim.now + 100);
      meanwhile?.(cluster);
      sim.after(1, () => Object.assign(list, answer));
      sim.runUntil(sim.now + 100);
      return details;
    } finally {
      cluster.release();
    }
  });
}

const LACKS = ["list 1 of c1 lacks film, which secondary 2 has and has told of"];

/** The central and the secondary with the file end, and the central alone begins again. */
function restart({ central, secondaries, sim }: SimCluster): void {
  secondaries[1]?.server.kill();
  central.kill();
  central.start();
  sim.runUntil(sim.now + 3000);
}

test("a list has what a secondary has that has told all", async () => {
  expect(await saidOf({})).toEqual(LACKS);
  expect(await saidOf({ answer: { state: "answered", names: new Set([NAME]) } })).toEqual([]);
});

test("a central that was started again waits for who was there, or refuses", async () => {
  expect(await saidOf({ before: restart })).toEqual(LACKS);
  expect(await saidOf({ before: restart, answer: { state: "refused" } })).toEqual([]);
  const long = (cluster: SimCluster) => {
    restart(cluster);
    cluster.sim.runUntil(cluster.sim.now + 60_000);
  };
  expect(await saidOf({ before: long })).toEqual([]);
});

test("what somebody has deleted, changed or removed may be missing", async () => {
  const second = (cluster: SimCluster) => cluster.secondary(2);
  const deleted = (cluster: SimCluster) => cluster.users.delete(second(cluster), NAME);
  expect(await saidOf({ meanwhile: deleted })).toEqual([]);
  const put = (cluster: SimCluster) =>
    cluster.users.put(second(cluster), NAME, cluster.users.newContent(9), "by rename");
  expect(await saidOf({ meanwhile: put })).toEqual([]);
  expect(await saidOf({ before: ({ console }) => console.remove(NAME) })).toEqual([]);
});

test("where a database is lost, nobody knows what was told", async () => {
  const lose = (cluster: SimCluster) => {
    cluster.central.kill();
    cluster.loseDatabase(0);
    cluster.central.start();
  };
  expect(await saidOf({ before: lose })).toEqual([]);
});
