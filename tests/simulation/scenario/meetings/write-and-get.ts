import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary, within } from "../draws.ts";
import { presentName } from "../present-name.ts";

type Params = {
  client: number;
  /** Where somebody writes to the file. */
  secondary: number;
  name: string;
  /** Milliseconds from then until it is got: before the program has read it again. */
  laterMs: number;
};

/** Somebody writes over a file, as many bytes as it has, and it is got while it counts as the version before still. */
export const writeAndGet: ActionKind<Params> = {
  name: "write over a file in place and get it at once",
  fault: false,
  weight: 1,
  draw: (random, shape) => ({
    client: 1 + random.below(shape.clients),
    secondary: drawSecondary(random, shape),
    name: drawName(random),
    laterMs: 1 + random.below(800),
  }),
  apply(cluster, { client: number, secondary, name: wanted, laterMs }, plan) {
    const { sim, users } = cluster;
    const name = presentName(cluster, secondary, wanted);
    const place = cluster.secondary(secondary);
    const size = users.filesOf(place).read(name)?.length;
    if (size !== undefined) users.put(place, name, users.newContent(size), "in place");
    sim.after(within(cluster, plan, laterMs), () => {
      cluster.client(number).get({ names: [name], to: "pipe", force: false, waitMs: 36_000 });
    });
  },
};
