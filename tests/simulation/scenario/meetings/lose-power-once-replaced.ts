import { sharedPath } from "../../cluster/people/shared-paths.ts";
import type { ActionKind } from "../action.ts";
import { drawMoment, drawName, drawSecondary, drawSize } from "../draws.ts";
import { presentName } from "../present-name.ts";

type Params = {
  /** Where another content is put, and where the power goes once that has the name. */
  from: number;
  secondary: number;
  name: string;
  size: number;
  /** Milliseconds from then: what is not synced by itself soon is lost or not, by chance. */
  afterMs: number;
  /** Milliseconds from the beginning until the machine is on again. */
  lastsMs: number;
};

/** Milliseconds in which a copy has got its name, if it does. */
const BEGUN_MS = 3000;

/** A secondary loses its power just after a copy has got the name of a file. */
export const losePowerOnceReplaced: ActionKind<Params> = {
  name: "lose power once a file is replaced",
  fault: true,
  weight: 1,
  draw: (random, shape) => {
    const from = drawSecondary(random, shape);
    return {
      from,
      // The next one, where there is one: there alone a copy gets the name.
      secondary: 1 + (from % shape.secondaries),
      name: drawName(random),
      size: drawSize(random),
      afterMs: random.below(random.pick([100, 100, 1000])),
      lastsMs: BEGUN_MS + drawMoment(random),
    };
  },
  apply(cluster, { from, secondary: number, name: wanted, size, afterMs, lastsMs }, { quietAt }) {
    const { users, sim } = cluster;
    const name = presentName(cluster, number, wanted);
    const { machine, server } = cluster.secondary(number);
    const until = Math.min(sim.now + BEGUN_MS, quietAt - 1);
    let isOver = false;
    machine.disk.observe({
      placed(entry, _from, actor) {
        const path = sharedPath(entry);
        if (isOver || actor.kind !== "process" || path?.kind !== "shared" || path.name !== name) return;
        if (sim.now + afterMs >= until) return;
        isOver = true;
        sim.after(afterMs, () => cluster.losePower(machine));
      },
    });
    sim.after(Math.min(lastsMs, quietAt - sim.now), () => {
      machine.powerOn();
      server.start();
    });
    users.put(cluster.secondary(from), name, users.newContent(size), "by rename");
  },
};
