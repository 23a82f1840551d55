import fs from "node:fs";
import { SECONDARIES } from "../../world/world.ts";
import { type Change, drawContent, newBytes } from "../change.ts";
import { editInPlace } from "../hands.ts";

/** Some bytes in the middle of a file are overwritten. */
export const overwrite: Change<{ secondary: number; choice: number; from: number; size: number; content: number }> = {
  name: "overwrite",
  weight: 4,
  draw: (random) => ({
    secondary: random.pick(SECONDARIES),
    choice: random.fraction(),
    from: random.fraction(),
    size: 1 + random.below(200_000),
    content: drawContent(random),
  }),
  async apply(people, { secondary, choice, from, size, content }) {
    const name = people.choose(secondary, choice);
    if (name === null) return null;
    const written = editInPlace(people.folder(secondary), name, (fd, before) => {
      const place = Math.floor(from * before.length);
      fs.writeSync(fd, newBytes(content, Math.min(size, before.length - place)), 0, undefined, place);
    });
    if (!written) return null;
    people.wrote(name, written);
    return `${name} at ${secondary}`;
  },
};
