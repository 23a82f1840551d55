import { SECONDARIES } from "../world/world.ts";
import type { Fault } from "./fault.ts";

/** The disk of a shared folder goes: an empty mount point is there, or another disk. Then it comes back. */
export const unmount: Fault<{ secondary: number; instead: "nothing" | "another" }> = {
  name: "unmount",
  weight: 3,
  draw: (random) => ({
    secondary: random.pick(SECONDARIES),
    instead: random.pick<"nothing" | "another">(["nothing", "another"]),
  }),
  target: ({ secondary }) => `disk ${secondary}`,
  async begin({ world }, { secondary, instead }) {
    const disk = world.disk(secondary);
    disk.mount(instead);
    return () => {
      const intruders = disk.comeBack();
      const details = `secondary ${secondary} put ${intruders.join(", ")} where its disk was not`;
      world.verdict.require(intruders.length === 0, "nothing is written where the disk is missing", details);
    };
  },
};
