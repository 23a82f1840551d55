import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary, drawSize, within } from "../draws.ts";
import { onceGrowing, onceMarked } from "./growing.ts";

type Params = {
  client: number;
  name: string;
  /** Where the file is replaced. */
  secondary: number;
  /** Milliseconds until the client is gone, once something of the file is there. */
  afterMs: number;
  /**
   * Bytes of the new file; null: as many as the old one has. Then it is broken off only once its journal says that a piece
   * is there, which could be taken for one of the new file.
   */
  size: number | null;
  /** Milliseconds from then until the file is got again. */
  laterMs: number;
};

/** A download is broken off, its file is replaced, and it is got again: what is left is of the old version. */
export const replaceAndGet: ActionKind<Params> = {
  name: "break a download off and get the next version",
  fault: false,
  weight: 1,
  draw: (random, shape) => ({
    client: 1 + random.below(shape.clients),
    name: drawName(random),
    secondary: drawSecondary(random, shape),
    afterMs: random.between(0, random.pick([1, 10, 50, 200])),
    size: random.chance(0.7) ? null : drawSize(random),
    laterMs: 1000 + random.below(10_000),
  }),
  apply(cluster, { client: number, name, secondary, afterMs, size, laterMs }, plan) {
    const { sim, users } = cluster;
    const client = cluster.client(number);
    const command = { names: [name], to: "folder", force: true, waitMs: 36_000 } as const;
    const process = client.get(command);
    const onceBegun = size === null ? onceMarked : onceGrowing;
    onceBegun(cluster, client, plan, () => {
      sim.after(within(cluster, plan, afterMs), () => {
        process?.ports.process.kill();
        const place = cluster.secondary(secondary);
        const bytes = users.newContent(size ?? users.filesOf(place).read(name)?.length ?? 0);
        users.put(place, name, bytes, "by rename");
        sim.after(within(cluster, plan, laterMs), () => client.get(command));
      });
    });
  },
};
