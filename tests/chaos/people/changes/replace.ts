import { SECONDARIES } from "../../world/world.ts";
import { type Change, drawContent, drawSize, newBytes } from "../change.ts";
import { replaceByRename } from "../hands.ts";

/** Another file gets the name of one, by a rename. */
export const replace: Change<{ secondary: number; choice: number; size: number; content: number }> = {
  name: "replace",
  weight: 6,
  draw: (random) => ({
    secondary: random.pick(SECONDARIES),
    choice: random.fraction(),
    size: drawSize(random),
    content: drawContent(random),
  }),
  async apply(people, { secondary, choice, size, content }) {
    const name = people.choose(secondary, choice);
    if (name === null) return null;
    people.wrote(name, replaceByRename(people.folder(secondary), name, newBytes(content, size)));
    return `${name} at ${secondary}, ${size} bytes`;
  },
};
