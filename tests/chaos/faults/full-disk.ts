import { SECONDARIES } from "../world/world.ts";
import type { Fault } from "./fault.ts";

/** The disk of a shared folder is filled to the last byte. */
export const fullDisk: Fault<{ secondary: number }> = {
  name: "full-disk",
  weight: 2,
  draw: (random) => ({ secondary: random.pick(SECONDARIES) }),
  target: ({ secondary }) => `disk ${secondary}`,
  async begin({ world }, { secondary }) {
    const { disk } = world.disk(secondary);
    disk.fill();
    return () => disk.makeRoom();
  },
};
