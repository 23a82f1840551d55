import { SECONDARIES } from "../../world/world.ts";
import type { Change } from "../change.ts";
import { deleteFile } from "../hands.ts";

/** A file is deleted in one folder, and copied back where another folder has it. */
export const deleteOne: Change<{ secondary: number; choice: number }> = {
  name: "delete",
  weight: 3,
  draw: (random) => ({ secondary: random.pick(SECONDARIES), choice: random.fraction() }),
  async apply(people, { secondary, choice }) {
    const name = people.choose(secondary, choice);
    if (name === null) return null;
    const version = deleteFile(people.folder(secondary), name);
    if (version === null) return null;
    const elsewhere = people.isElsewhere(secondary, name, version);
    people.history.deleted(name, version, elsewhere);
    return `${name} at ${secondary}${elsewhere ? "" : ", the only one"}`;
  },
};
