import fs from "node:fs";
import path from "node:path";
import { isNoRoom } from "../../world/small-disk.ts";
import { SECONDARIES } from "../../world/world.ts";
import { type Change, drawContent, newBytes } from "../change.ts";
import { digestOf } from "../content.ts";

/** Milliseconds between two parts of a file that is written slowly. */
const PAUSE_MS = 250;

/** A new file that is written under its name, part by part: nobody may see it before it is closed. */
export const writeSlowly: Change<{ secondary: number; parts: number; content: number }> = {
  name: "write-slowly",
  weight: 2,
  draw: (random) => ({
    secondary: random.pick(SECONDARIES),
    parts: 2 + random.below(12),
    content: drawContent(random),
  }),
  async apply(people, { secondary, parts, content }) {
    const name = people.freshName();
    if (name === null) return null;
    const file = path.join(people.folder(secondary), name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    people.busy.add(name);
    const fd = fs.openSync(file, "wx");
    try {
      for (let part = 0; part < parts; part++) {
        fs.writeSync(fd, newBytes(content + part, 100_000));
        await Bun.sleep(PAUSE_MS);
      }
    } catch (error) {
      if (!isNoRoom(error)) throw error;
    } finally {
      // What is read before the file is closed is what the others will get.
      const version = digestOf(fs.readFileSync(file));
      people.wrote(name, { version, replaced: "nothing", inPlace: true });
      fs.closeSync(fd);
      people.busy.delete(name);
    }
    return `${name} at ${secondary}, in ${parts} parts`;
  },
};
