import type { ActionKind } from "../../action.ts";
import { drawName, drawSecondary, within } from "../../draws.ts";

type Params = {
  client: number;
  name: string;
  /** Milliseconds from the first to each of the others. */
  laterMs: number[];
  /** How many times as long as usual the client's disk takes for everything. */
  times: number;
  /** Where the file is replaced meanwhile, when each time, and by how many bytes. */
  secondary: number;
  replacedAfterMs: number[];
  size: number;
};

/** The longest of the times, in milliseconds: the last downloads begin once the other versions are known. */
const SPAN_MS = 3000;
const REPLACED_MS = 2000;
/** Milliseconds after which those are stopped that begin at an even time. */
const STOPPED_MS = 700;

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
    laterMs: Array.from({ length: 4 + random.below(7) }, () => random.below(SPAN_MS)),
    times: random.pick([50, 200]),
    secondary: drawSecondary(random, shape),
    replacedAfterMs: Array.from({ length: 1 + random.below(3) }, () => random.below(REPLACED_MS)),
    size: 1000 + random.below(300_000),
  }),
  apply(cluster, { client: number, name, laterMs, times, secondary, replacedAfterMs, size }, plan) {
    const { sim, users } = cluster;
    const client = cluster.client(number);
    const { faults } = client.machine.disk;
    const get = () => client.get({ names: [name], to: "folder", force: true, waitMs: 36_000 });
    const getAndStop = () => {
      const process = get();
      sim.after(within(cluster, plan, STOPPED_MS), () => process && client.interrupt(process));
    };
    faults.slowness = times;
    get();
    // Half of them are stopped, most before they have a piece: what they leave is removed while others wait for it.
    for (const ms of laterMs) sim.after(within(cluster, plan, ms), ms % 2 === 0 ? getAndStop : get);
    for (const [index, ms] of replacedAfterMs.entries()) {
      // Where times have long steps, a file of the same length may have the same fingerprint.
      const bytes = users.newContent(size + index);
      sim.after(within(cluster, plan, ms), () => users.put(cluster.secondary(secondary), name, bytes, "by rename"));
    }
    sim.after(within(cluster, plan, 2 * SPAN_MS), () => {
      faults.slowness = 1;
    });
  },
};
