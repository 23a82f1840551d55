import type { Invariant } from "./invariant.ts";

/** No version that somebody has replaced takes the place of what replaced it; and a file that nobody removed is there. */
export const newestWins: Invariant = {
  name: "older never replaces newer",
  atRest({ world, history, contents }) {
    for (const { number, backing } of world.disks) {
      const files = contents.read(backing);
      for (const [name, { tips, possible, presence }] of history.records) {
        const version = files.get(name)?.digest;
        if (version === undefined && presence === "there") return `${name} is not there at secondary ${number}`;
        if (version === undefined || presence === "removed") continue;
        if (!tips.has(version) && !possible.has(version))
          return `${name} is an older version at secondary ${number}: ${version}`;
      }
    }
    return null;
  },
};
