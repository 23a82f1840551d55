import { SECONDARIES } from "../../world/world.ts";
import { type Change, drawContent, drawSize, newBytes } from "../change.ts";
import { replaceByRename } from "../hands.ts";

export const add: Change<{ secondary: number; size: number; content: number }> = {
  name: "add",
  weight: 6,
  draw: (random) => ({ secondary: random.pick(SECONDARIES), size: drawSize(random), content: drawContent(random) }),
  async apply(people, { secondary, size, content }) {
    const name = people.freshName();
    if (name === null) return null;
    people.wrote(name, replaceByRename(people.folder(secondary), name, newBytes(content, size)));
    return `${name} at ${secondary}, ${size} bytes`;
  },
};
