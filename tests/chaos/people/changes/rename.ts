import { SECONDARIES } from "../../world/world.ts";
import type { Change } from "../change.ts";
import { renameFile } from "../hands.ts";

/** A rename in one folder: the file has a second name from then on, since the first one is copied back. */
export const rename: Change<{ secondary: number; choice: number }> = {
  name: "rename",
  weight: 2,
  draw: (random) => ({ secondary: random.pick(SECONDARIES), choice: random.fraction() }),
  async apply(people, { secondary, choice }) {
    const from = people.choose(secondary, choice);
    const to = from === null ? null : people.freshName();
    if (from === null || to === null) return null;
    const version = renameFile(people.folder(secondary), from, to);
    if (version === null) return null;
    people.wrote(to, { version, replaced: "nothing", inPlace: true });
    people.history.deleted(from, version, people.isElsewhere(secondary, from, version));
    return `${from} to ${to} at ${secondary}`;
  },
};
