import type { Invariant } from "./invariant.ts";

/** When all is well, the central says so. */
export const trueStatus: Invariant = {
  name: "status tells the truth",
  async comesToHold({ world, contents }) {
    const status = await world.status();
    if (!status) return "the central does not answer";
    if (!status.synchronized) return "it says that it does not serve";
    const { active, waiting } = status.downloads;
    if (active + waiting > 0) return `it says that ${active} downloads are active and ${waiting} wait`;
    for (const { number, backing } of world.disks) {
      const secondary = status.secondaries.find((one) => one.number === number);
      const files = contents.read(backing).size;
      if (secondary?.state !== "in step" || secondary.files !== files) {
        return `it says of secondary ${number}, which has ${files} files: ${JSON.stringify(secondary)}`;
      }
    }
    return null;
  },
};
