import type { Material } from "../inputs/draft.ts";
import type { Input } from "../inputs/input.ts";
import { startCentral, startLink } from "../world/honest-servers.ts";
import { CENTRAL, World } from "../world/world.ts";
import type { Target } from "./target.ts";

/** Milliseconds of the fake clock until a secondary has noticed that one central is gone and has found another. */
const RECOVERY_MS = 30_000;

/** A secondary's session with the central, from its side. */
export class CentralLinkTarget implements Target {
  readonly name = "central-link";
  readonly maxSenders = 3;

  constructor(readonly material: Material) {}

  async run({ senders }: Input): Promise<string[]> {
    const world = new World();
    const end = world.lurk(CENTRAL, senders);
    const link = startLink(world, world.network, 1);
    await world.pass(1500);
    end();
    const running = await startCentral(world, world.network);
    // Only an honest central takes what it announces into a catalogue.
    const back = await world.until(() => running.central.registry.catalogue.size > 0, RECOVERY_MS);
    link.stop();
    await running.stop();
    return back ? [] : ["it does not come back to an honest central"];
  }
}
