import fs from "node:fs";
import { SECONDARIES } from "../../world/world.ts";
import { type Change, drawContent, newBytes } from "../change.ts";
import { editInPlace } from "../hands.ts";

export const append: Change<{ secondary: number; choice: number; size: number; content: number }> = {
  name: "append",
  weight: 4,
  draw: (random) => ({
    secondary: random.pick(SECONDARIES),
    choice: random.fraction(),
    size: 1 + random.below(500_000),
    content: drawContent(random),
  }),
  async apply(people, { secondary, choice, size, content }) {
    const name = people.choose(secondary, choice);
    if (name === null) return null;
    const written = editInPlace(people.folder(secondary), name, (fd, before) => {
      fs.writeSync(fd, newBytes(content, size), 0, undefined, before.length);
    });
    if (!written) return null;
    people.wrote(name, written);
    return `${name} at ${secondary}, ${size} bytes more`;
  },
};
