import { contentOf } from "../../unit/transfer/content.ts";
import type { Material } from "../inputs/draft.ts";
import type { Input } from "../inputs/input.ts";
import { startPieceServer } from "../world/honest-servers.ts";
import type { Scratch } from "../world/scratch.ts";
import { UploadSite } from "../world/upload-site.ts";
import { SOURCE, World } from "../world/world.ts";
import type { Target } from "./target.ts";

/** None that anybody else sends: one content is sent once at a time. */
const HONEST = contentOf(Buffer.from("what an honest client puts\n"));

/** What a secondary does with the files that clients send. */
export class UploadsTarget implements Target {
  readonly name = "uploads";
  readonly maxSenders = 3;

  constructor(
    readonly material: Material,
    private readonly scratch: Scratch,
  ) {}

  async run({ senders }: Input): Promise<string[]> {
    const world = new World();
    const site = new UploadSite(world, this.scratch);
    const { server } = await startPieceServer(world, world.network, this.scratch, site.uploads);
    for (const sender of senders) world.attack(SOURCE, sender);
    await world.pass(200);
    if (!(await site.putHonestly(world.network, "honest", HONEST)))
      site.faults.push("an honest upload does not end well");
    server.stop();
    await world.until(() => site.isIdle, 1500);
    if (!site.isIdle) site.faults.push("files stay open after all sessions");
    await site.uploads.stop();
    site.remove();
    return site.faults;
  }
}
