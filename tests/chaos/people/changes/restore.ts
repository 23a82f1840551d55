import { SECONDARIES } from "../../world/world.ts";
import type { Change } from "../change.ts";

/** Milliseconds for the central to say that a kept file is back. */
const ANSWER_MS = 5000;

/** `restore NAME` at the central's console. */
export const restore: Change<{ secondary: number; choice: number }> = {
  name: "restore",
  weight: 2,
  draw: (random) => ({ secondary: random.pick(SECONDARIES), choice: random.fraction() }),
  async apply(people, { secondary, choice }) {
    const central = people.world.central.running;
    const names = [...people.contents.kept(people.folder(secondary)).keys()];
    const known = names.filter((one) => people.history.records.has(one) && !people.busy.has(one)).sort();
    const name = known[Math.floor(choice * known.length)];
    if (name === undefined || !central) return null;
    people.busy.add(name);
    try {
      people.history.restored(name, false);
      const since = central.out.all.length;
      central.type(`restore ${name}`);
      const answer = central.prints(/ is back at secondary /, since);
      const done = await central.within(answer, "restores a file", ANSWER_MS).then(
        () => true,
        () => false,
      );
      if (done) people.history.restored(name, true);
      return `${name}${done ? "" : "; it is not sure that it is back"}`;
    } finally {
      people.busy.delete(name);
    }
  },
};
