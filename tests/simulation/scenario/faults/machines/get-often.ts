import type { ActionKind } from "../../action.ts";
import { drawName, drawSecondary, within } from "../../draws.ts";

type Params = {
  client: number;
  name: string;
  /** Milliseconds from the first to each of the others. */
  laterMs: number[];
  /** How many times as long as usual the client's disk takes for everything. */
  times: number;
  /** Where the file is replaced meanwhile, when, and by how many bytes. */
  secondary: number;
  replacedAfterMs: number;
  size: number;
};

/** The longest of the times, in milliseconds. */
const SPAN_MS = 3000;

/**
 * A file is got again and again on a machine with a slow disk while it is replaced: downloads wait for one another, and
 * the versions that they are of differ.
 */
export const getOften: ActionKind<Params> = {
  name: "get a file often, on a slow disk",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({
    client: 1 + random.below(shape.clients),
    name: drawName(random),
    laterMs: Array.from({ length: 2 + random.below(4) }, () => random.below(SPAN_MS)),
    times: random.pick([10, 50, 200]),
    secondary: drawSecondary(random, shape),
    replacedAfterMs: random.below(SPAN_MS),
    size: 1000 + random.below(300_000),
  }),
  apply(cluster, { client: number, name, laterMs, times, secondary, replacedAfterMs, size }, plan) {
    const { sim, users } = cluster;
    const client = cluster.client(number);
    const { faults } = client.machine.disk;
    const get = () => client.get({ names: [name], to: "folder", force: true, waitMs: 36_000 });
    faults.slowness = times;
    get();
    for (const ms of laterMs) sim.after(within(cluster, plan, ms), get);
    sim.after(within(cluster, plan, replacedAfterMs), () =>
      users.put(cluster.secondary(secondary), name, users.newContent(size), "by rename"),
    );
    sim.after(within(cluster, plan, 2 * SPAN_MS), () => {
      faults.slowness = 1;
    });
  },
};
