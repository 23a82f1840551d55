import type { Invariant } from "./invariant.ts";

/** All secondaries hold the same files, and the central knows exactly these. */
export const sameEverywhere: Invariant = {
  name: "replicas become the same",
  async comesToHold({ world, contents }) {
    const listed = await world.list();
    if (!listed) return "the central does not answer";
    const ids = new Map(listed.map(({ name, id }) => [name, id]));
    for (const { number, backing } of world.disks) {
      const files = contents.read(backing);
      for (const name of new Set([...files.keys(), ...ids.keys()])) {
        const [here, known] = [files.get(name)?.id ?? "missing", ids.get(name) ?? "unknown"];
        if (here !== known)
          return `${name} is ${here.slice(0, 8)} at secondary ${number}, ${known.slice(0, 8)} at the central`;
      }
    }
    return null;
  },
};
