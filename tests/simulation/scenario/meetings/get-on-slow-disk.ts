import { idOf } from "../../cluster/people/content.ts";
import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary, within } from "../draws.ts";
import { pollWithin } from "../poll-within.ts";

type Params = {
  client: number;
  /** Where the file is put that is got, and its bytes. */
  secondary: number;
  name: string;
  size: number;
  /** How many times as long as usual the client's disk takes for everything, and for how many milliseconds. */
  times: number;
  slowMs: number;
  /** Milliseconds until it is stopped, as by Ctrl-C; null: it is not. */
  stopAfterMs: number | null;
};

const MIB = 1024 * 1024;
/** Until the central knows of the file. */
const POLLING = { intervalMs: 20, patienceMs: 4000 } as const;

/**
 * A file of several pieces is got on a disk that needs long for each: a client that has nothing else to do has other threads
 * write all but the first ones.
 */
export const getOnSlowDisk: ActionKind<Params> = {
  name: "get a file on a slow disk",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({
    client: 1 + random.below(shape.clients),
    secondary: drawSecondary(random, shape),
    name: drawName(random),
    size: 3 * MIB + random.below(MIB),
    times: random.pick([30, 100, 100, 100]),
    slowMs: 3000 + random.below(2000),
    stopAfterMs: random.chance(0.2) ? random.below(2000) : null,
  }),
  apply(cluster, { client: number, secondary, name, size, times, slowMs, stopAfterMs }, plan) {
    const { sim, users, central } = cluster;
    const client = cluster.client(number);
    const { faults } = client.machine.disk;
    const bytes = users.newContent(size);
    const id = idOf(bytes);
    const isKnown = () => central.role?.registry.catalogue.get(name)?.id === id;
    users.put(cluster.secondary(secondary), name, bytes, "by rename");
    pollWithin(cluster, plan, POLLING, isKnown, () => {
      faults.slowness = times;
      sim.after(within(cluster, plan, slowMs), () => {
        faults.slowness = 1;
      });
      const process = client.get({ names: [name], to: "folder", force: true, waitMs: 36_000 });
      if (process && stopAfterMs !== null)
        sim.after(within(cluster, plan, stopAfterMs), () => client.interrupt(process));
    });
  },
};
