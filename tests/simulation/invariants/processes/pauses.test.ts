import { afterEach, expect, test } from "bun:test";
import { SimCluster } from "../../cluster/sim-cluster.ts";
import { Simulation } from "../../world/simulation.ts";
import { pauses } from "./pauses.ts";

const SHAPE = { secondaries: 2, clients: 0, expected: 2, maxDownloads: 0, keepDays: 7 };

let release = () => {};
afterEach(() => release());

test("nobody is asked again without a pause", () => {
  const sim = new Simulation(1);
  const cluster = new SimCluster(sim, SHAPE);
  release = () => cluster.release();
  const details: string[] = [];
  pauses.watch(cluster, (text) => details.push(text));
  const { network, clock } = cluster.secondary(1).machine.spawn("s1");
  const connect = () =>
    network.connect({ host: "s2", port: 1 }, () => ({}) as never, { role: "central" }).catch(() => {});
  const connectTimes = (count: number, apartMs: number) => {
    for (let time = 0; time < count; time++) clock.after(time * apartMs, connect);
    sim.runUntil(sim.now + count * apartMs);
  };
  connectTimes(100, 40);
  expect(details).toEqual([]);
  connectTimes(40, 20);
  expect(details[0]).toMatch(/s1 connects to s2:1 31 times in \d+ ms/);
});
