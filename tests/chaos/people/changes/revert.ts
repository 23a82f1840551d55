import fs from "node:fs";
import path from "node:path";
import { everything } from "../../../support/files.ts";
import { SECONDARIES } from "../../world/world.ts";
import type { Change } from "../change.ts";
import { replaceByRename } from "../hands.ts";

/** An earlier version, taken by hand from what is kept, becomes the newest one. */
export const revert: Change<{ secondary: number; choice: number }> = {
  name: "revert",
  weight: 2,
  draw: (random) => ({ secondary: random.pick(SECONDARIES), choice: random.fraction() }),
  async apply(people, { secondary, choice }) {
    const name = people.choose(secondary, choice);
    if (name === null) return null;
    const kept = path.join(people.folder(secondary), ".redes/kept");
    const old = everything(kept).find((file) => file.endsWith(`/${name}`));
    if (old === undefined) return null;
    const content = fs.readFileSync(path.join(kept, old));
    people.wrote(name, replaceByRename(people.folder(secondary), name, content));
    return `${name} at ${secondary}, ${content.length} bytes`;
  },
};
